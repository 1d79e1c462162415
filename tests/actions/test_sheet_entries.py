"""Medicines, notes and ends of events on a run sheet: appended, corrected, struck, never twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.make.infusions import course_of_today, make_infusion, planned_id
from tests.make.patients import NOW
from tracker.actions import infusion_events, medicines_given, sheet_entries, sheet_notes
from tracker.actions.infusion_events import ENDED, Happening
from tracker.actions.medicines_given import MEDICINE_GIVEN, Medicine
from tracker.actions.sheet_notes import SHEET_NOTE
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.confirmation import NeedsConfirmation
from tracker.domain.errors import NotFound, Refused
from tracker.domain.permissions import NotPermitted
from tracker.models.audit import AuditEventRow
from tracker.models.run_sheets import InfusionEventRow, MedicineGivenRow, SheetNoteRow

AT_TEN = NOW + timedelta(minutes=10)
GIVEN = Medicine(medicine="Ondansetron", dose="4 mg", given_at=AT_TEN, reason="nausea")


@pytest.fixture
def clinician(world):
    return world.a.clinician


@pytest.fixture
def infusion_id(db, world, clinician):
    course_id = course_of_today(db, clinician, world.a.patient_id)
    return make_infusion(db, clinician, planned_id(db, course_id))


def give(db, who, infusion_id, given=GIVEN, *, now=AT_TEN, submission=None, **rest):
    return medicines_given.record_medicine(
        db, who, infusion_id, given, submission=submission, now=now, **rest
    )


def note(db, who, infusion_id, text="Music off", *, at=AT_TEN, now=AT_TEN, submission=None):
    return sheet_notes.record_note(
        db, who, infusion_id, text, noted_at=at, submission=submission, now=now
    )


def strike(db, who, kind, entry_id, *, reason="Another patient", now=AT_TEN):
    return sheet_entries.strike(db, who, kind, entry_id, reason=reason, submission=None, now=now)


def rows(db, row):
    db.rollback()
    return db.scalars(select(row).order_by(row.recorded_at, row.is_struck)).all()


def how_many(db, row):
    db.rollback()
    return db.scalar(select(func.count()).select_from(row))


def test_a_medicine_keeps_its_words_and_both_clocks(db, clinician, infusion_id):
    given_id = give(db, clinician, infusion_id, now=AT_TEN + timedelta(minutes=9))
    (row,) = rows(db, MedicineGivenRow)
    assert (row.id, row.medicine, row.dose, row.reason) == (
        given_id,
        "Ondansetron",
        "4 mg",
        "nausea",
    )
    assert (row.occurred_at, row.recorded_at) == (AT_TEN, AT_TEN + timedelta(minutes=9))
    assert row.recorded_by == clinician.user_id


def test_an_entry_sent_twice_is_one(db, clinician, infusion_id):
    once = Submission(id=uuid4(), payload_hash=b"m" * 32)
    first = give(db, clinician, infusion_id, submission=once)
    assert give(db, clinician, infusion_id, submission=once) == first
    once = Submission(id=uuid4(), payload_hash=b"n" * 32)
    first = note(db, clinician, infusion_id, submission=once)
    assert note(db, clinician, infusion_id, submission=once) == first
    assert (how_many(db, MedicineGivenRow), how_many(db, SheetNoteRow)) == (1, 1)


def test_two_entries_of_one_minute_are_two(db, clinician, infusion_id):
    for _ in range(2):
        give(db, clinician, infusion_id)
        note(db, clinician, infusion_id)
    assert (how_many(db, MedicineGivenRow), how_many(db, SheetNoteRow)) == (2, 2)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"medicine": ""}, "medicine"),
        ({"dose": ""}, "dose"),
        ({"dose": "4"}, "dose"),
        ({"dose": "some"}, "dose"),
        ({"given_at": AT_TEN + timedelta(minutes=6)}, "given_time"),
        ({"given_at": NOW - timedelta(hours=1)}, "given_time"),
    ],
)
def test_a_medicine_that_cannot_be_is_refused(db, clinician, infusion_id, changes, field):
    values = {"medicine": "Ondansetron", "dose": "4 mg", "given_at": AT_TEN} | changes
    with pytest.raises(Refused) as refused:
        give(db, clinician, infusion_id, Medicine(**values))
    assert refused.value.field == field
    assert how_many(db, MedicineGivenRow) == 0


def test_an_empty_note_is_refused(db, clinician, infusion_id):
    with pytest.raises(Refused) as refused:
        note(db, clinician, infusion_id, "")
    assert refused.value.field == "note"


def test_what_is_a_day_old_is_asked_about(db, clinician, infusion_id):
    tomorrow = AT_TEN + timedelta(hours=25)
    with pytest.raises(NeedsConfirmation) as asked:
        give(db, clinician, infusion_id, now=tomorrow)
    keys = [question.key for question in asked.value.questions]
    give(db, clinician, infusion_id, now=tomorrow, confirmed=keys)
    assert how_many(db, MedicineGivenRow) == 1


def test_a_correction_is_a_new_row_that_names_the_old_one(db, clinician, infusion_id):
    old = give(db, clinician, infusion_id)
    later = AT_TEN + timedelta(minutes=20)
    sheet_id = medicines_given.correct_medicine(
        db,
        clinician,
        old,
        Medicine(medicine="Ondansetron", dose="8 mg", given_at=AT_TEN),
        reason="Two ampoules",
        submission=None,
        now=later,
    )
    first, second = rows(db, MedicineGivenRow)
    assert sheet_id == infusion_id
    assert (first.dose, first.recorded_at) == ("4 mg", AT_TEN)
    assert (second.dose, second.corrects_id, second.correction_reason) == (
        "8 mg",
        old,
        "Two ampoules",
    )
    assert (second.occurred_at, second.recorded_at) == (AT_TEN, later)


def test_a_struck_entry_stays_and_is_struck_once(db, clinician, infusion_id):
    for kind, entry_id, row in (
        (MEDICINE_GIVEN, give(db, clinician, infusion_id), MedicineGivenRow),
        (SHEET_NOTE, note(db, clinician, infusion_id), SheetNoteRow),
    ):
        with pytest.raises(Refused) as refused:
            strike(db, clinician, kind, entry_id, reason="")
        assert refused.value.field == "correction_reason"
        assert strike(db, clinician, kind, entry_id) == infusion_id
        old, new = rows(db, row)
        assert (old.is_struck, new.is_struck, new.corrects_id) == (False, True, entry_id)
        with pytest.raises(Refused, match="struck out before"):
            strike(db, clinician, kind, entry_id)


def test_an_entry_and_its_strike_are_in_the_trail(db, clinician, infusion_id):
    strike(db, clinician, SHEET_NOTE, note(db, clinician, infusion_id))
    db.rollback()
    found = db.scalars(
        select(AuditEventRow.event).where(AuditEventRow.object_kind == "sheet_note")
    ).all()
    assert sorted(found) == sorted([AuditEvent.SHEET_ENTRY_RECORDED, AuditEvent.SHEET_ENTRY_STRUCK])


def test_an_event_ends_when_it_was_said_and_once(db, clinician, infusion_id):
    what = Happening(term="Nausea", occurred_at=AT_TEN, grade=2, note="after the cup")
    old = infusion_events.record_event(
        db, clinician, infusion_id, what, submission=None, now=AT_TEN
    )
    over, now = AT_TEN + timedelta(minutes=6), AT_TEN + timedelta(minutes=8)
    infusion_events.end_event(db, clinician, old, ended_at=over, submission=None, now=now)
    new = rows(db, InfusionEventRow)[-1]
    assert (new.term, new.grade, new.note) == ("Nausea", 2, "after the cup")
    assert (new.ended_at, new.corrects_id, new.correction_reason) == (over, old, ENDED)
    for again in (old, new.id):
        with pytest.raises(Refused):
            infusion_events.end_event(db, clinician, again, ended_at=now, submission=None, now=now)
    assert how_many(db, InfusionEventRow) == 2


def test_only_this_clinics_clinicians_write(db, world, clinician, infusion_id):
    given_id = give(db, clinician, infusion_id)
    stranger = world.b.clinician
    for act in (
        lambda: give(db, stranger, infusion_id),
        lambda: note(db, stranger, infusion_id),
        lambda: strike(db, stranger, MEDICINE_GIVEN, given_id),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotPermitted):
        give(db, world.a.therapist, infusion_id)
    with pytest.raises(NotPermitted):
        note(db, world.a.patient, infusion_id)
    assert (how_many(db, MedicineGivenRow), how_many(db, SheetNoteRow)) == (1, 0)
