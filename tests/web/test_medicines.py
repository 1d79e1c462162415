"""Concurrent medicines: the list now, changes, corrections, strikes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tracker.domain.medicines import marks, taken_now
from tracker.models.treatment_decisions import MedicineChangeRow
from tracker.queries.medicines import list_changes

STARTED = {
    "medicine": "Sertraline",
    "change": "started",
    "dose": "50 mg",
    "changed_on": "2026-10-01",
}
RAISED = STARTED | {"change": "dose_changed", "dose": "100 mg", "changed_on": "2026-11-10"}


@pytest.fixture
def nurse(browser, world):
    return browser(world.a.clinician)


@pytest.fixture
def path(world):
    return f"/patients/{world.a.patient_id}/medicines"


def rows(db):
    db.rollback()
    return db.scalars(select(MedicineChangeRow).order_by(MedicineChangeRow.changed_on)).all()


def entries(db, world):
    db.rollback()
    return list_changes(db, world.a.clinician, world.a.patient_id)


def add(nurse, path, answers):
    return nurse.submit(path, answers, containing="medicine")


def test_a_raised_dose_is_the_dose_now_and_a_mark_with_both(nurse, db, world, path):
    for answers in (RAISED, STARTED):
        assert add(nurse, path, answers).status_code == 303
    (now,) = taken_now(entries(db, world))
    assert (now.medicine, now.dose, str(now.since_on)) == ("Sertraline", "100 mg", "2026-11-10")
    assert [each.words for each in marks(entries(db, world))] == [
        "Sertraline 50 mg",
        "Sertraline 50 mg → 100 mg",
    ]
    assert "10 Nov 2026" in nurse.get_page(path).html


def test_a_stopped_medicine_leaves_the_list_whatever_its_spelling(nurse, db, world, path):
    add(nurse, path, STARTED)
    add(
        nurse,
        path,
        {"medicine": "sertraline", "change": "stopped", "changed_on": "2026-11-01"},
    )
    assert taken_now(entries(db, world)) == ()
    assert marks(entries(db, world))[-1].words == "sertraline stopped"


def test_a_correction_keeps_the_old_entry_readable(nurse, db, world, path):
    add(nurse, path, STARTED)
    (old,) = rows(db)
    where = f"/medicine-changes/{old.id}/correct"
    answer = nurse.submit(
        where, {"dose": "25 mg", "correction_reason": "Misread"}, containing="medicine"
    )
    assert answer.headers["Location"] == path
    assert [each.dose for each in taken_now(entries(db, world))] == ["25 mg"]
    page = nurse.get_page(path)
    assert "<s>" in page.html
    assert "Reason: Misread." in page.html
    again = nurse.submit(
        where, {"dose": "30 mg", "correction_reason": "Again"}, containing="medicine"
    )
    assert again.status_code == 422
    assert "corrected or struck out already" in again.text


def test_a_struck_entry_counts_no_more(nurse, db, world, path):
    add(nurse, path, STARTED)
    (old,) = rows(db)
    nurse.submit(
        f"/medicine-changes/{old.id}/strike",
        {"correction_reason": "Another patient"},
        containing="correction_reason",
    )
    assert taken_now(entries(db, world)) == ()
    assert marks(entries(db, world)) == ()
    assert "<s>" in nurse.get_page(path).html


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("medicine", "", "Enter medicine."),
        ("medicine", "x" * 81, "Shorten this to 80 characters"),
        ("change", "doubled", "Choose one of the answers."),
        ("dose", "", "Enter the dose."),
        ("changed_on", "2026-02-30", "does not exist"),
        ("changed_on", "2026-11-24", "cannot be in the future"),
    ],
)
def test_what_does_not_fit_comes_back_and_nothing_is_stored(nurse, db, path, field, typed, words):
    answer = add(nurse, path, STARTED | {field: typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert rows(db) == []


def test_other_clinics_and_roles_are_kept_out(nurse, browser, db, world, path):
    add(nurse, path, STARTED)
    (row,) = rows(db)
    for where in (
        path,
        f"/medicine-changes/{row.id}/correct",
        f"/medicine-changes/{row.id}/strike",
    ):
        assert browser(world.b.clinician).get(where).status_code == 404
        assert browser(world.a.administrator).get(where).status_code == 403
        assert browser(world.a.patient).get(where).status_code == 403
