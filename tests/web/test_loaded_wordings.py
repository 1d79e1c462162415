"""A patient answers a questionnaire in the words of the clinic's own copy."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.browsing import Page
from tests.make.check_ins import form_fields
from tests.make.courses import make_course
from tests.make.wordings import labels_of, load_wording, nonsense, wording_of
from tracker.domain import instruments
from tracker.domain.instrument_uses import InstrumentUse, Intake, use_as_dict
from tracker.domain.wordings import WordingSource
from tracker.models.check_ins import CheckInRow, ScoreRow
from tracker.models.clinics import ProtocolRow
from tracker.models.database import transaction

GAD = instruments.get("gad-7")
GATED = instruments.get("pc-ptsd-5")


@pytest.fixture
def course(db, world):
    """A course whose protocol asks for published questionnaires before the first infusion."""
    uses = [
        InstrumentUse(key=key, rules=(Intake(days_before=7),)) for key in ("gad-7", "pc-ptsd-5")
    ]
    with transaction(db):
        for row in db.scalars(select(ProtocolRow)):
            row.definition = row.definition | {"instruments": [use_as_dict(use) for use in uses]}
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    return course_id


@pytest.fixture
def phone(browser, world, course):
    return browser(world.a.patient)


def load(db, world, clock, key="gad-7", **more: Any):
    wording_id = load_wording(db, world.a.administrator, key, now=clock(), **more)
    db.rollback()
    return wording_id


def sent(db):
    found = list(db.scalars(select(CheckInRow)))
    db.rollback()
    return found


def test_nobody_is_asked_a_questionnaire_whose_wording_is_not_loaded(phone):
    assert phone.get("/me/check-in/gad-7").status_code == 404


def test_the_clinics_words_are_asked_and_the_answers_are_scored(phone, db, world, clock):
    wording_id = load(db, world, clock)
    page = phone.get_page("/me/check-in/gad-7")
    for number in range(1, 8):
        assert nonsense(number) in page.text
    for label in labels_of(GAD, GAD.items[0].answers):
        assert label in page.text
    answers = {item.id: str(n % 4) for n, item in enumerate(GAD.items)}
    done = phone.client_post("/me/check-in/gad-7", form_fields(page, **answers))
    assert done.headers["Location"] == "/me/check-ins/sent"
    (row,) = sent(db)
    assert (row.language, row.wording_id, row.mode) == ("en", wording_id, "self")
    total = db.scalars(select(ScoreRow).where(ScoreRow.scale == GAD.total)).one()
    assert total.value == sum(n % 4 for n in range(7))


def test_what_was_read_is_kept_also_when_a_newer_revision_came_meanwhile(phone, db, world, clock):
    first = load(db, world, clock)
    page = phone.get_page("/me/check-in/gad-7")
    changed = wording_of("gad-7")
    load(db, world, clock, wording=_with_first_text(changed, "Other words?"))
    assert "Other words?" in phone.get_page("/me/check-in/gad-7").text
    phone.client_post("/me/check-in/gad-7", form_fields(page))
    (row,) = sent(db)
    assert row.wording_id == first


def _with_first_text(wording: Any, text: str) -> Any:
    from dataclasses import replace

    return replace(wording, items=(replace(wording.items[0], text=text), *wording.items[1:]))


@pytest.mark.parametrize("junk", ["x", "00000000-0000-0000-0000-000000000000"])
def test_a_form_with_a_damaged_wording_stores_nothing_under_it(phone, db, world, clock, junk):
    load(db, world, clock)
    page = phone.get_page("/me/check-in/gad-7")
    answer = phone.client_post("/me/check-in/gad-7", form_fields(page) | {"wording": junk})
    assert answer.status_code in {303, 404}
    assert all(row.wording_id is not None for row in sent(db))


def test_a_wording_of_another_clinic_cannot_be_named(phone, db, world, clock):
    load(db, world, clock)
    other = load_wording(db, world.b.administrator, "gad-7", now=clock())
    db.rollback()
    page = phone.get_page("/me/check-in/gad-7")
    sending = form_fields(page) | {"wording": str(other)}
    assert phone.client_post("/me/check-in/gad-7", sending).status_code == 404
    assert sent(db) == []


def test_where_there_is_only_another_language_that_one_is_asked(phone, db, world, clock):
    load(db, world, clock, language="es")
    page = phone.get_page("/me/check-in/gad-7")
    assert nonsense(1) in page.text
    phone.client_post("/me/check-in/gad-7", form_fields(page))
    (row,) = sent(db)
    assert row.language == "es"


def answer_step(phone, page, **answers: str):
    """Send one step and open the next."""
    form = page.form("due_key")
    given = {f"answer_{name}": value for name, value in answers.items()}
    done = phone.client_post(form["action"], form["fields"] | given)
    assert done.status_code == 303, Page(done.text).text
    return phone.get_page(done.headers["Location"])


def asks(page) -> set[str]:
    return {
        given["name"].removeprefix("answer_")
        for _, given in page.labelled
        if given.get("name", "").startswith("answer_")
    }


def gate() -> str:
    return next(item.id for item in GATED.items if item.ask_when is None)


def test_a_branch_that_is_not_taken_is_never_asked(phone, db, world, clock):
    load(db, world, clock, "pc-ptsd-5")
    first = phone.get_page("/me/check-in/pc-ptsd-5")
    assert asks(first) == {gate()}
    check = answer_step(phone, first, **{gate(): "0"})
    assert "check your answers" in check.text
    assert nonsense(2) not in check.text
    answer_step(phone, check)
    (row,) = sent(db)
    assert row.answers[gate()] == 0
    assert {value for name, value in row.answers.items() if name != gate()} == {None}
    total = db.scalars(select(ScoreRow).where(ScoreRow.scale == GATED.total)).one()
    assert total.value == 0


def test_a_branch_that_is_taken_is_asked_on_the_next_step(phone, db, world, clock):
    load(db, world, clock, "pc-ptsd-5")
    second = answer_step(phone, phone.get_page("/me/check-in/pc-ptsd-5"), **{gate(): "1"})
    others = {item.id for item in GATED.items if item.id != gate()}
    assert asks(second) == others | {gate()}
    check = answer_step(phone, second, **dict.fromkeys(others, "1"))
    answer_step(phone, check)
    total = db.scalars(select(ScoreRow).where(ScoreRow.scale == GATED.total)).one()
    assert total.value == 5


def test_answers_that_another_answer_leaves_out_afterwards_do_not_count(phone, db, world, clock):
    load(db, world, clock, "pc-ptsd-5")
    second = answer_step(phone, phone.get_page("/me/check-in/pc-ptsd-5"), **{gate(): "1"})
    others = [item.id for item in GATED.items if item.id != gate()]
    answer_step(phone, second, **dict.fromkeys(others, "1"))
    again = phone.get_page("/me/check-in/pc-ptsd-5?page=1&then=check")
    check = answer_step(phone, again, **{gate(): "0"})
    answer_step(phone, check)
    (row,) = sent(db)
    assert [row.answers[name] for name in others] == [None] * len(others)


def test_sources_are_what_the_table_takes():
    assert {str(each) for each in WordingSource} == {"pasted", "fhir", "file"}
