"""The decision records: one number each, in the file's name and in its heading."""

from __future__ import annotations

from pathlib import Path

DECISIONS = sorted((Path(__file__).parents[2] / "docs" / "decisions").glob("*.md"))


def test_no_two_decisions_have_one_number() -> None:
    numbers = [path.name[:4] for path in DECISIONS]
    assert [number for number in numbers if numbers.count(number) > 1] == []
    assert numbers


def test_a_decisions_heading_has_the_number_of_its_file() -> None:
    for path in DECISIONS:
        heading = path.read_text(encoding="utf-8").splitlines()[0]
        assert heading.startswith(f"# {int(path.name[:4])}. "), path.name
