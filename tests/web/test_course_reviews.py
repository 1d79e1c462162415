"""The review in the middle of a course."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.make.progress import make_better_course
from tracker.domain.course_review import AgreedDose
from tracker.models.course_reviews import agreed_dose
from tracker.models.treatment_decisions import CourseReviewRow

CHANGE = {"decision": "change_dose", "dose_mg_per_kg": "0.75", "reason": "Little change so far"}


@pytest.fixture
def nurse(browser, world):
    return browser(world.a.clinician)


@pytest.fixture
def course_id(db, world):
    return make_better_course(db, world.a)


def rows(db):
    db.rollback()
    return db.scalars(select(CourseReviewRow)).all()


def test_a_changed_dose_is_written_and_agreed_for_the_next_infusion(nurse, db, world, course_id):
    path = f"/courses/{course_id}/reviews/new"
    assert "Change since the baseline" in nurse.get_page(path).html
    answer = nurse.submit(path, CHANGE, containing="reason")
    (row,) = rows(db)
    assert answer.headers["Location"] == f"/course-reviews/{row.id}"
    assert row.after_infusion == 3
    agreed = agreed_dose(db, world.a.clinic.id, course_id)
    assert agreed == AgreedDose(dose_mg_per_kg=Decimal("0.75"), after_infusion=3)
    assert agreed_dose(db, world.b.clinic.id, course_id) is None
    assert "Change the dose, 0.75 mg/kg" in nurse.get_page(f"/course-reviews/{row.id}").html


def test_to_stop_leads_to_the_page_that_ends_a_course(nurse, course_id):
    answer = nurse.submit(
        f"/courses/{course_id}/reviews/new",
        {"decision": "stop", "reason": "Side effects"},
        containing="reason",
    )
    assert answer.headers["Location"] == f"/courses/{course_id}/end"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("decision", "", "Choose one of the answers."),
        ("decision", "pause", "Choose one of the answers."),
        ("dose_mg_per_kg", "", "Enter the new dose."),
        ("dose_mg_per_kg", "NaN", "Enter a number from 0.01 to 10 mg/kg."),
        ("dose_mg_per_kg", "2.5", "The protocol refuses more than"),
        ("reason", "", "Enter reason."),
        ("reason", "x" * 4001, "Shorten this to 4000 characters"),
    ],
)
def test_what_does_not_fit_comes_back_and_nothing_is_stored(
    nurse, db, course_id, field, typed, words
):
    answer = nurse.submit(
        f"/courses/{course_id}/reviews/new", CHANGE | {field: typed}, containing="reason"
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert rows(db) == []


def test_one_infusion_is_reviewed_once(nurse, db, course_id):
    path = f"/courses/{course_id}/reviews/new"
    nurse.submit(path, CHANGE, containing="reason")
    assert nurse.submit(path, CHANGE, containing="reason").status_code == 422
    assert len(rows(db)) == 1


def test_who_may_not_review_and_other_clinics_are_kept_out(browser, world, course_id):
    path = f"/courses/{course_id}/reviews/new"
    assert browser(world.a.therapist).get(path).status_code == 403
    assert browser(world.b.clinician).get(path).status_code == 404
