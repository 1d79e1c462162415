"""Every table whose rows count their versions is one where the slower of two people is told."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from tests.make.filled import (
    CHANGING,
    Setting,
    clinic,
    infusion_end,
    patient_change,
    therapy_change,
)
from tracker.models import db as flask_db

ROOT = Path(__file__).parents[2]

TRIED = {
    "clinics": clinic,
    "given_infusions": infusion_end,
    "patients": patient_change,
    "therapy_sessions": therapy_change,
}
"""By tests/faults/test_stale_forms.py."""

TRIED_ELSEWHERE = {
    "check_in_preferences": "tests/web/test_asking.py"
    "::test_whoever_was_slower_learns_that_it_was_changed_meanwhile",
    "courses": "tests/web/test_courses_change.py::test_the_second_of_two_people_sees_both_versions",
    "protocols": "tests/faults/test_stale_forms.py"
    "::test_of_two_new_versions_of_a_protocol_the_slower_sees_what_the_faster_changed",
    "psychotherapy_notes": "tests/web/test_private_notes.py"
    "::test_two_windows_do_not_overwrite_each_other",
    "run_sheets": "tests/faults/test_stale_forms.py"
    "::test_a_step_that_comes_too_late_gives_its_reason_back",
}
NOT_OF_A_FORM = {
    "planned_infusions": "changed only together with its course, whose version the form has seen",
    "instruments": "the number of a definition: a row is written once and never changed",
}


def with_versions() -> set[str]:
    return {name for name, table in flask_db.metadata.tables.items() if "version" in table.c}


def exists(test: str) -> bool:
    file, _, name = test.partition("::")
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.fixture
def setting(browser: Any, world: Any, db: Any) -> Setting:
    return Setting(browser=browser, world=world, db=db)


@pytest.mark.parametrize("table", TRIED)
def test_the_form_that_tries_it_is_of_that_table(setting: Setting, table: str) -> None:
    assert TRIED[table] in CHANGING
    assert TRIED[table](setting).table == table


def test_every_table_with_a_version_is_tried_with_two_people_or_says_why_not() -> None:
    assert set(TRIED.values()) == set(CHANGING)
    lists = (TRIED.keys(), TRIED_ELSEWHERE.keys(), NOT_OF_A_FORM.keys())
    assert with_versions() == set().union(*lists)
    assert sum(len(each) for each in lists) == len(with_versions()), "each is in one list"


@pytest.mark.parametrize("test", TRIED_ELSEWHERE.values(), ids=TRIED_ELSEWHERE)
def test_the_tests_that_try_it_exist(test: str) -> None:
    assert exists(test)


def test_a_table_without_versions_is_not_listed() -> None:
    assert "vital_signs" not in with_versions()
    assert "patients" in with_versions()
