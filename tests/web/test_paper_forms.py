"""Paper forms by staff: numbers beside topics, also where no wording is loaded; twice on demand."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.browsing import Page
from tests.make.courses import make_course
from tracker.domain import instruments
from tracker.domain.instruments import AnswerKind
from tracker.models.check_ins import CheckInRow, ScoreRow

PCL = instruments.get("pcl-5")


@pytest.fixture
def course(db, world):
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    return course_id


@pytest.fixture
def staff(browser, world, course):
    return browser(world.a.clinician)


def where(course, key="pcl-5"):
    return f"/courses/{course}/check-ins/{key}"


def answers(instrument=PCL, value="2", **changes):
    given = {f"answer_{item.id}": _first(instrument, item, value) for item in instrument.items}
    paper = {"mode": "paper", "answered_on": "2026-11-23", "answered_time": "09:30"}
    return given | paper | {f"answer_{name}": each for name, each in changes.items()}


def _first(instrument, item, value):
    scale = instrument.answer_scale(item)
    if scale.kind is AnswerKind.NUMBER:
        return str(scale.lowest)
    return value if scale.kind is not AnswerKind.SEVERAL else [str(scale.choices[0].value)]


def rows(db):
    found = list(db.scalars(select(CheckInRow)))
    db.rollback()
    return found


def test_every_instrument_is_offered_to_staff(staff, course):
    page = staff.get_page(f"/courses/{course}/check-ins")
    for each in instruments.definitions().values():
        assert each.title in page.text
    assert "Enter a paper form" in staff.get_page(f"/courses/{course}").text


@pytest.mark.parametrize("key", sorted(instruments.definitions()))
def test_every_instrument_can_be_entered_without_its_wording(staff, course, db, key):
    instrument = instruments.get(key)
    page = staff.get_page(where(course, key))
    for item in instrument.items:
        assert item.topic in page.text
    sent = page.form("answered_on")["fields"] | answers(instrument, "0")
    assert staff.client_post(where(course, key), sent).status_code == 303
    (row,) = rows(db)
    assert (row.instrument_key, row.mode) == (key, "paper")


def test_answers_are_scored_and_a_skipped_one_is_no_zero(staff, course, db):
    page = staff.get_page(where(course))
    sent = page.form("answered_on")["fields"] | answers(q3="skip")
    staff.client_post(where(course), sent)
    (row,) = rows(db)
    assert row.answers["q3"] is None
    total = db.scalars(select(ScoreRow).where(ScoreRow.scale == PCL.total)).one()
    assert (total.answered, total.value, total.is_prorated) == (19, 40, True)


def test_the_second_pass_begins_empty_and_is_stored_when_it_agrees(staff, course, db):
    page = staff.get_page(where(course))
    first = page.form("answered_on")["fields"] | answers(twice="") | {"twice": "yes"}
    first.pop("answer_twice")
    second = Page(staff.client_post(where(course), first).text)
    assert "Enter it once more" in second.text
    fields = second.form("answered_on")["fields"]
    assert fields["answered_on"] == ["2026-11-23"]
    assert not [name for name in fields if name.startswith("answer_")]
    assert rows(db) == []
    assert staff.client_post(where(course), fields | answers()).status_code == 303
    assert len(rows(db)) == 1


def test_two_passes_that_differ_are_both_shown_and_the_choice_is_stored(staff, course, db):
    page = staff.get_page(where(course))
    first = page.form("answered_on")["fields"] | answers() | {"twice": "yes"}
    second = Page(staff.client_post(where(course), first).text)
    fields = second.form("answered_on")["fields"] | answers(q7="3", q9="skip")
    again = staff.client_post(where(course), fields)
    assert again.status_code == 422
    assert "First 2, then 3. Look at the paper and choose." in again.text
    assert "First 2, then skipped. Look at the paper and choose." in again.text
    assert again.text.count("Look at the paper and choose") == 4  # beside each, and above the form
    assert rows(db) == []
    settled = Page(again.text).form("answered_on")["fields"] | {"answer_q9": ["1"]}
    assert staff.client_post(where(course), settled).status_code == 303
    (row,) = rows(db)
    assert (row.answers["q7"], row.answers["q9"]) == (3, 1)


@pytest.mark.parametrize("damage", ["{", "null", "[]", '{"q1": 77}', "x" * 9000])
def test_a_first_pass_that_was_damaged_is_asked_for_again(staff, course, db, damage):
    page = staff.get_page(where(course))
    sent = page.form("answered_on")["fields"] | answers() | {"twice": "yes", "first_pass": damage}
    assert "Enter it once more" in staff.client_post(where(course), sent).text
    assert rows(db) == []
