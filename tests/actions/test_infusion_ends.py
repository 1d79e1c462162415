"""Ending an infusion, and saying that one was not given."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.make.infusions import course_of_today, make_infusion, make_move, planned_id
from tests.make.patients import NOW
from tracker.actions import infusion_ends, missed_infusions
from tracker.actions.submissions import Submission
from tracker.domain.confirmation import NeedsConfirmation
from tracker.domain.courses import PlannedState
from tracker.domain.errors import NotFound, Refused, StaleForm
from tracker.domain.permissions import NotPermitted
from tracker.domain.run_sheet import End
from tracker.domain.run_sheet_stages import Move
from tracker.models.courses import CourseRow, PlanChangeRow, PlannedInfusionRow
from tracker.models.infusions import GivenInfusionRow

LATER = NOW + timedelta(minutes=41)


@pytest.fixture
def clinician(world):
    return world.a.clinician


@pytest.fixture
def course_id(db, world, clinician):
    return course_of_today(db, clinician, world.a.patient_id)


@pytest.fixture
def infusion_id(db, clinician, course_id):
    return make_infusion(db, clinician, planned_id(db, course_id))


def finish(db, who, infusion_id, *, seen_version=1, submission=None, **changes):
    end = End(**({"ended_at": LATER, "given_mg": Decimal(40)} | changes))
    return infusion_ends.end_infusion(
        db, who, infusion_id, end, seen_version=seen_version, submission=submission, now=LATER
    )


def test_the_whole_dose_ends_the_infusion(db, clinician, infusion_id):
    finish(db, clinician, infusion_id, course_of_infusion="Calm throughout", stop_reason="unused")
    row = db.get(GivenInfusionRow, infusion_id)
    assert (row.state, row.ended_at, row.given_mg) == ("ended", LATER, Decimal("40"))
    assert row.end_recorded_at is not None
    assert row.end_recorded_by is not None
    assert (row.course_of_infusion, row.stop_reason, row.version) == ("Calm throughout", "", 2)


def test_less_than_ordered_is_an_infusion_stopped_early(db, clinician, infusion_id):
    early = {"ended_at": NOW + timedelta(minutes=22), "stop_reason": "Panic"}
    finish(db, clinician, infusion_id, given_mg=Decimal("22.5"), **early)
    row = db.get(GivenInfusionRow, infusion_id)
    assert (row.state, row.given_mg, row.stop_reason) == (
        "stopped_early",
        Decimal("22.5"),
        "Panic",
    )


def test_pauses_and_rates_of_the_sheet_count_for_what_ran_in(db, clinician, infusion_id):
    with pytest.raises(NeedsConfirmation, match="confirm"):
        finish(db, clinician, infusion_id, ended_at=NOW + timedelta(minutes=1))
    assert db.get(GivenInfusionRow, infusion_id).state == "running"
    db.rollback()
    for move, minute in ((Move.PAUSE, 10), (Move.RESUME, 30)):
        at = NOW + timedelta(minutes=minute)
        make_move(db, clinician, infusion_id, move, at=at, now=LATER, reason="x")
    with pytest.raises(NeedsConfirmation) as raised:
        finish(db, clinician, infusion_id)
    assert "21 mg of 40 mg ran in; 40 mg are entered" in raised.value.questions[0].words
    finish(db, clinician, infusion_id, given_mg=Decimal(21), stop_reason="Long pause")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"given_mg": Decimal("22.5")}, "stop_reason"),
        ({"given_mg": Decimal("40.1")}, "given_mg"),
        ({"ended_at": NOW - timedelta(minutes=1)}, "ended_time"),
        ({"ended_at": LATER + timedelta(minutes=6)}, "ended_time"),
    ],
)
def test_an_end_that_cannot_be_is_refused(db, clinician, infusion_id, changes, field):
    with pytest.raises(Refused) as raised:
        finish(db, clinician, infusion_id, **changes)
    assert raised.value.field == field
    assert db.get(GivenInfusionRow, infusion_id).state == "running"


def test_a_colleague_who_ended_it_first_is_not_overwritten(db, clinician, infusion_id):
    finish(db, clinician, infusion_id, course_of_infusion="Calm")
    with pytest.raises(StaleForm) as raised:
        finish(db, clinician, infusion_id, course_of_infusion="Tearful")
    assert [(each.label, each.yours, each.stored) for each in raised.value.differences] == [
        ("How it went", "Tearful", "Calm")
    ]
    assert db.get(GivenInfusionRow, infusion_id).course_of_infusion == "Calm"


def test_sending_the_end_twice_ends_once(db, clinician, infusion_id):
    form = Submission(id=uuid4(), payload_hash=b"a" * 32)
    finish(db, clinician, infusion_id, submission=form)
    assert finish(db, clinician, infusion_id, submission=form) == infusion_id
    assert db.get(GivenInfusionRow, infusion_id).version == 2


def test_only_this_clinics_clinicians_end_it(db, world, infusion_id):
    with pytest.raises(NotFound):
        finish(db, world.b.clinician, infusion_id)
    with pytest.raises(NotPermitted):
        finish(db, world.a.therapist, infusion_id)


def drop(db, who, planned, *, state=PlannedState.MISSED, submission=None, reason="Did not come"):
    return missed_infusions.not_given(
        db, who, planned, state=state, reason=reason, submission=submission, now=NOW
    )


def test_a_missed_infusion_keeps_its_reason_and_can_be_planned_again(db, clinician, course_id):
    planned = planned_id(db, course_id)
    assert drop(db, clinician, planned) == course_id
    row = db.get(PlannedInfusionRow, planned)
    assert (row.state, row.not_given_reason) == ("missed", "Did not come")
    change = db.scalars(
        select(PlanChangeRow)
        .where(PlanChangeRow.course_id == course_id)
        .order_by(PlanChangeRow.recorded_at.desc())
    ).all()
    assert {"number": 1, "from_on": "2026-11-23", "to_on": None} in [
        move for each in change for move in each.moves
    ]
    assert db.get(CourseRow, course_id).version == 2


def test_an_infusion_to_come_can_be_cancelled_but_not_missed(db, clinician, course_id):
    planned = planned_id(db, course_id, 2)
    with pytest.raises(Refused, match="cancelled, not missed"):
        drop(db, clinician, planned)
    drop(db, clinician, planned, state=PlannedState.CANCELLED)
    row = db.get(PlannedInfusionRow, planned)
    assert row.state == "cancelled"
    assert row.planned_on > date(2026, 11, 23)


def test_what_was_given_cannot_be_missed(db, clinician, course_id, infusion_id):
    with pytest.raises(Refused, match="was started"):
        drop(db, clinician, planned_id(db, course_id))


def test_missing_twice_with_one_form_is_missing_once(db, clinician, course_id):
    planned = planned_id(db, course_id)
    form = Submission(id=uuid4(), payload_hash=b"a" * 32)
    drop(db, clinician, planned, submission=form)
    assert drop(db, clinician, planned, submission=form) == course_id
    with pytest.raises(Refused, match="marked missed already"):
        drop(db, clinician, planned)
