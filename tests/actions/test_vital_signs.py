"""Vital signs and events on a run sheet: appended, corrected, never lost, never twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.make.infusions import (
    course_of_today,
    make_end,
    make_infusion,
    make_vital_signs,
    planned_id,
)
from tests.make.patients import NOW
from tracker.actions import infusion_events, vital_signs
from tracker.actions.infusion_events import Happening
from tracker.actions.submissions import Submission
from tracker.domain.confirmation import NeedsConfirmation
from tracker.domain.errors import NotFound, Refused
from tracker.domain.permissions import NotPermitted
from tracker.domain.vital_signs import VitalSigns
from tracker.models.run_sheets import InfusionEventRow, VitalSignsRow

AT_TEN = NOW + timedelta(minutes=10)
SIGNS = VitalSigns(systolic_mmhg=148, diastolic_mmhg=92, heart_rate_bpm=78, spo2_percent=97)


@pytest.fixture
def clinician(world):
    return world.a.clinician


@pytest.fixture
def infusion_id(db, world, clinician):
    course_id = course_of_today(db, clinician, world.a.patient_id)
    return make_infusion(db, clinician, planned_id(db, course_id))


def log(db, who, infusion_id, signs=SIGNS, *, at=AT_TEN, now=AT_TEN, **rest):
    return vital_signs.record_vital_signs(
        db,
        who,
        infusion_id,
        signs,
        measured_at=at,
        submission=rest.pop("submission", None),
        now=now,
        **rest,
    )


def correct(db, who, set_id, signs=SIGNS, *, reason="Typing error", at=AT_TEN, now=AT_TEN, **rest):
    return vital_signs.correct_vital_signs(
        db,
        who,
        set_id,
        signs,
        measured_at=at,
        reason=reason,
        submission=rest.pop("submission", None),
        now=now,
        **rest,
    )


def how_many(db, row=VitalSignsRow):
    found = db.scalar(select(func.count()).select_from(row))
    db.rollback()
    return found


def test_a_set_keeps_when_it_was_measured_and_when_it_was_typed(db, clinician, infusion_id):
    later = AT_TEN + timedelta(minutes=9)
    row = db.get(VitalSignsRow, log(db, clinician, infusion_id, now=later))
    assert (row.occurred_at, row.recorded_at, row.recorded_by) == (
        AT_TEN,
        later,
        clinician.user_id,
    )
    assert (row.systolic_mmhg, row.respiration_per_minute) == (148, None)


def test_two_sets_of_one_minute_are_two_sets(db, clinician, infusion_id):
    assert log(db, clinician, infusion_id) != log(db, clinician, infusion_id)
    assert how_many(db) == 2


def test_sending_twice_stores_once(db, clinician, infusion_id):
    form = Submission(id=uuid4(), payload_hash=b"a" * 32)
    first = log(db, clinician, infusion_id, submission=form)
    assert log(db, clinician, infusion_id, submission=form) == first
    assert how_many(db) == 1


@pytest.mark.parametrize(
    ("signs", "at", "field"),
    [
        (VitalSigns(), AT_TEN, "systolic_mmhg"),
        (VitalSigns(systolic_mmhg=1200, diastolic_mmhg=80), AT_TEN, "systolic_mmhg"),
        (VitalSigns(systolic_mmhg=80, diastolic_mmhg=120), AT_TEN, "diastolic_mmhg"),
        (VitalSigns(spo2_percent=101), AT_TEN, "spo2_percent"),
        (SIGNS, AT_TEN + timedelta(minutes=6), "measured_time"),
        (SIGNS, NOW - timedelta(hours=5), "measured_time"),
    ],
)
def test_what_cannot_be_is_refused(db, clinician, infusion_id, signs, at, field):
    with pytest.raises(Refused) as raised:
        log(db, clinician, infusion_id, signs, at=at)
    assert raised.value.field == field
    assert how_many(db) == 0


def test_the_unusual_is_asked_about_once_and_kept(db, clinician, infusion_id):
    signs = VitalSigns(systolic_mmhg=200, diastolic_mmhg=110)
    with pytest.raises(NeedsConfirmation) as raised:
        log(db, clinician, infusion_id, signs)
    (question,) = raised.value.questions
    assert question.words == "200/110 mmHg: is this right?"
    assert how_many(db) == 0
    log(db, clinician, infusion_id, signs, confirmed=[question.key])
    assert how_many(db) == 1


def test_sets_are_taken_after_the_end_for_a_day(db, clinician, infusion_id):
    ended = NOW + timedelta(minutes=40)
    make_end(db, clinician, infusion_id, now=ended)
    log(db, clinician, infusion_id, at=ended + timedelta(hours=2), now=ended + timedelta(hours=2))
    far = ended + timedelta(hours=25)
    with pytest.raises(Refused, match="more than a day after"):
        log(db, clinician, infusion_id, at=far, now=far)


def test_a_correction_leaves_the_old_set_as_it_was(db, clinician, infusion_id):
    old = make_vital_signs(db, clinician, infusion_id, now=AT_TEN)
    assert correct(db, clinician, old) == infusion_id
    new = db.scalars(select(VitalSignsRow).where(VitalSignsRow.corrects_id == old)).one()
    assert (new.systolic_mmhg, new.correction_reason) == (148, "Typing error")
    assert db.get(VitalSignsRow, old).systolic_mmhg == 128


def test_a_set_is_corrected_once_and_then_its_correction(db, clinician, infusion_id):
    old = make_vital_signs(db, clinician, infusion_id, now=AT_TEN)
    correct(db, clinician, old)
    with pytest.raises(Refused, match="corrected before"):
        correct(db, clinician, old)
    new = db.scalars(select(VitalSignsRow.id).where(VitalSignsRow.corrects_id == old)).one()
    correct(db, clinician, new)
    assert how_many(db) == 3


def test_a_correction_needs_a_reason(db, clinician, infusion_id):
    old = make_vital_signs(db, clinician, infusion_id, now=AT_TEN)
    with pytest.raises(Refused) as raised:
        correct(db, clinician, old, reason="")
    assert raised.value.field == "correction_reason"


def test_only_this_clinics_clinicians_write(db, world, clinician, infusion_id):
    old = make_vital_signs(db, clinician, infusion_id, now=AT_TEN)
    with pytest.raises(NotFound):
        log(db, world.b.clinician, infusion_id)
    with pytest.raises(NotFound):
        correct(db, world.b.clinician, old)
    with pytest.raises(NotPermitted):
        log(db, world.a.therapist, infusion_id)
    assert how_many(db) == 1


def note(db, who, infusion_id, *, submission=None, **changes):
    values = {"term": "Nausea", "occurred_at": AT_TEN, "grade": 1} | changes
    return infusion_events.record_event(
        db, who, infusion_id, Happening(**values), submission=submission, now=AT_TEN
    )


def test_an_event_is_stored_once(db, clinician, infusion_id):
    form = Submission(id=uuid4(), payload_hash=b"a" * 32)
    first = note(db, clinician, infusion_id, submission=form, action="Ondansetron given")
    assert note(db, clinician, infusion_id, submission=form) == first
    row = db.get(InfusionEventRow, first)
    assert (row.term, row.grade, row.action) == ("Nausea", 1, "Ondansetron given")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"term": ""}, "term"),
        ({"occurred_at": AT_TEN + timedelta(hours=1)}, "happened_time"),
    ],
)
def test_an_event_that_cannot_be_is_refused(db, clinician, infusion_id, changes, field):
    with pytest.raises(Refused) as raised:
        note(db, clinician, infusion_id, **changes)
    assert raised.value.field == field
    assert how_many(db, InfusionEventRow) == 0
