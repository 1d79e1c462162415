"""Steps of a run sheet in the database: legal ones only, in order, once, and never unseen."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.make.infusions import (
    course_of_today,
    make_checked_sheet,
    make_checks,
    make_infusion,
    make_sheet,
    planned_id,
    start_of,
)
from tests.make.patients import NOW
from tracker.actions import course_states, infusions, run_sheet_moves
from tracker.actions.run_sheet_moves import Step
from tracker.actions.submissions import Submission
from tracker.domain.confirmation import NeedsConfirmation
from tracker.domain.courses import CourseState
from tracker.domain.errors import NotFound, Refused, StaleForm
from tracker.domain.permissions import NotPermitted
from tracker.domain.run_sheet_stages import CannotMove, Move
from tracker.domain.sheet_log import CheckPhase
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.infusions import GivenInfusionRow
from tracker.models.open_sheets import standing_moves
from tracker.models.run_sheets import RunSheetMoveRow, RunSheetRow


@pytest.fixture
def who(world):
    return world.a.clinician


@pytest.fixture
def planned(db, world, who):
    return planned_id(db, course_of_today(db, who, world.a.patient_id))


def move(db, who, sheet_id, what, *, at=NOW, now=NOW, seen=None, submission=None, **more):
    step = Step(move=what, occurred_at=at, **more)
    return run_sheet_moves.move_sheet(
        db, who, sheet_id, step, seen_version=seen, submission=submission, now=now
    )


def count(db, row):
    found = db.scalar(select(func.count()).select_from(row))
    db.rollback()
    return found


def stage_of(db, sheet_id):
    db.rollback()
    return db.scalars(select(RunSheetRow.stage).where(RunSheetRow.id == sheet_id)).one()


def test_a_second_arrival_finds_the_same_sheet(db, who, planned):
    assert make_sheet(db, who, planned) == make_sheet(db, who, planned)
    assert count(db, RunSheetMoveRow) == 1


def test_a_step_that_is_sent_twice_is_taken_once(db, who, planned):
    sheet_id = make_sheet(db, who, planned)
    form = Submission(id=uuid4(), payload_hash=b"a" * 32)
    for _ in range(2):
        move(db, who, sheet_id, Move.CANCEL, reason="Fever", submission=form)
    assert count(db, RunSheetMoveRow) == 2
    row = db.get(PlannedInfusionRow, planned)
    assert (row.state, row.not_given_reason) == ("cancelled", "Fever")


def test_a_step_from_an_old_page_is_stale(db, who, planned):
    sheet_id = make_infusion(db, who, planned)
    with pytest.raises(StaleForm) as raised:
        move(db, who, sheet_id, Move.PAUSE, reason="Nausea", seen=1)
    assert raised.value.differences[0].stored == "the sheet says: running"
    assert stage_of(db, sheet_id) == "running"


def test_another_clinics_sheet_is_not_found(db, world, who, planned):
    sheet_id = make_sheet(db, who, planned)
    with pytest.raises(NotFound):
        move(db, world.b.clinician, sheet_id, Move.CANCEL, reason="x")
    with pytest.raises(NotPermitted):
        move(db, world.a.therapist, sheet_id, Move.CANCEL, reason="x")
    assert stage_of(db, sheet_id) == "arrived"


def test_a_time_of_days_ago_is_asked_about(db, who, planned):
    sheet_id = make_sheet(db, who, planned)
    later = NOW + timedelta(days=3)
    with pytest.raises(NeedsConfirmation, match="Check what is asked"):
        move(db, who, sheet_id, Move.CANCEL, reason="Fever", now=later)
    assert stage_of(db, sheet_id) == "arrived"


def test_a_step_before_the_step_before_it_is_refused(db, who, planned):
    sheet_id = make_sheet(db, who, planned)
    with pytest.raises(Refused, match="before the step before it") as raised:
        move(db, who, sheet_id, Move.CANCEL, reason="Fever", at=NOW - timedelta(minutes=1))
    assert raised.value.field == "moved_time"


def test_a_time_in_the_minute_of_the_step_before_counts_as_its_time(db, who, planned):
    arrived = NOW + timedelta(seconds=32)
    sheet_id = make_sheet(db, who, planned, at=arrived, now=arrived)
    move(db, who, sheet_id, Move.CANCEL, reason="Fever", at=NOW, now=arrived)
    assert [each.occurred_at for each in standing_moves(db, sheet_id)] == [arrived, arrived]


def test_checks_are_done_only_when_nothing_is_open(db, who, planned):
    sheet_id = make_sheet(db, who, planned)
    make_checks(db, who, sheet_id, CheckPhase.BEFORE, now=NOW, besides=frozenset({"consent"}))
    with pytest.raises(Refused, match=r"Still open: Consent is signed"):
        move(db, who, sheet_id, Move.FINISH_CHECKS)
    assert stage_of(db, sheet_id) == "arrived"


def test_nothing_starts_before_the_checks_are_done(db, who, planned):
    sheet_id = make_sheet(db, who, planned)
    with pytest.raises(CannotMove):
        infusions.start_infusion(db, who, sheet_id, start_of(), submission=None, now=NOW)
    assert count(db, GivenInfusionRow) == 0


def test_a_corrected_start_moves_the_infusion_with_it(db, who, planned):
    sheet_id = make_infusion(db, who, planned)
    later = NOW + timedelta(minutes=30)
    started = standing_moves(db, sheet_id)[-1]
    run_sheet_moves.correct_time(
        db,
        who,
        started.id,
        occurred_at=NOW + timedelta(minutes=5),
        reason="Clock was slow",
        submission=None,
        now=later,
    )
    assert db.get(GivenInfusionRow, sheet_id).occurred_at == NOW + timedelta(minutes=5)
    assert [each.seq for each in standing_moves(db, sheet_id)] == [1, 2, 3]
    with pytest.raises(Refused, match="corrected before"):
        run_sheet_moves.correct_time(
            db, who, started.id, occurred_at=NOW, reason="Again", submission=None, now=later
        )


def test_the_appointment_of_somebody_who_has_arrived_stays(db, world, who, planned):
    make_sheet(db, who, planned)
    course = db.get(CourseRow, db.get(PlannedInfusionRow, planned).course_id)
    course_id, version = course.id, course.version
    db.rollback()
    with pytest.raises(Refused, match="has arrived for infusion 1"):
        course_states.end_course(
            db,
            who,
            course_id,
            to=CourseState.STOPPED,
            ended_on=NOW.date(),
            reason="Moved away",
            seen_version=version,
            submission=None,
            now=NOW,
        )
    assert db.get(CourseRow, course_id).version == version


def test_the_checked_sheet_of_a_test_is_checked(db, who, planned):
    assert stage_of(db, make_checked_sheet(db, who, planned)) == "checked"
