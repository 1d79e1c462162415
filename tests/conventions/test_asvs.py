"""What docs/asvs.md says is shown by a test is shown by one that is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATES = {"met", "partly", "not met"}
NAMED = re.compile(r"`([\w/.-]+\.(?:py|toml|lock))(?:::(\w+))?`")


@dataclass(frozen=True)
class Line:
    number: tuple[int, ...]
    level: str
    here: str
    state: str
    shown_by: str

    @property
    def named(self) -> list[tuple[str, str]]:
        """The files that are named, each with a test or with none."""
        return NAMED.findall(self.shown_by)


def lines(text: str) -> Iterator[Line]:
    for row in re.findall(r"^\| (\d+\.\d+\.\d+ .*) \|$", text, re.MULTILINE):
        number, *rest = (cell.strip() for cell in row.split(" | "))
        yield Line(tuple(map(int, number.split("."))), *rest)


@pytest.fixture(scope="module")
def table() -> list[Line]:
    return list(lines((ROOT / "docs" / "asvs.md").read_text("utf-8")))


@cache
def named_tests(file: Path) -> frozenset[str]:
    """Every test of a module, also of its classes."""
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def missing(line: Line) -> list[str]:
    """What a line names and is not there."""
    return [
        f"{file}::{test}"
        for file, test in line.named
        if not (ROOT / file).is_file() or (test and test not in named_tests(ROOT / file))
    ]


def test_every_line_has_a_state_a_level_and_its_place(table: list[Line]) -> None:
    numbers = [line.number for line in table]
    assert numbers == sorted(set(numbers))
    assert len(table) > 100
    assert {line.level for line in table} == {"1", "2", "3"}
    assert {line.state for line in table} == STATES


def test_every_test_that_is_named_is_there(table: list[Line]) -> None:
    assert [each for line in table for each in missing(line)] == []


def test_whatever_is_met_names_what_shows_it(table: list[Line]) -> None:
    assert [line.number for line in table if line.state == "met" and not line.named] == []


def test_whatever_is_not_met_says_what_is_missing(table: list[Line]) -> None:
    short = [line for line in table if line.state != "met" and len(line.shown_by) < 20]
    assert [line.number for line in short] == []


def test_a_test_that_is_not_there_is_found() -> None:
    named = "`tests/conventions/test_asvs.py::test_that_nobody_wrote`, `tests/nowhere.py`"
    (line,) = lines(f"| 1.2.3 | 1 | here | met | {named} |")
    assert missing(line) == [
        "tests/conventions/test_asvs.py::test_that_nobody_wrote",
        "tests/nowhere.py::",
    ]
