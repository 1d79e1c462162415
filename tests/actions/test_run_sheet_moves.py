"""Steps of a run sheet in the database: legal ones only, in order, once, and never unseen."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.make.infusions import (
    course_of_today,
    make_checked_sheet,
    make_checks,
    make_end,
    make_infusion,
    make_move,
    make_ready,
    make_sheet,
    planned_id,
    start_of,
)
from tests.make.patients import NOW, make_patient
from tracker.actions import course_states, infusions, run_sheet_moves
from tracker.actions.run_sheet_moves import OWN_ACTIONS, Step
from tracker.actions.submissions import Submission
from tracker.domain.confirmation import NeedsConfirmation
from tracker.domain.courses import CourseState
from tracker.domain.errors import NotFound, Refused, StaleForm
from tracker.domain.permissions import NotPermitted
from tracker.domain.run_sheet_stages import MOVES, CannotMove, Move, Stage, stage_after
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


_WALKS = st.lists(st.tuples(st.sampled_from(Move), st.integers(0, 600), st.booleans()), max_size=14)


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(walk=_WALKS)
def test_any_sequence_of_steps_leaves_a_sheet_that_adds_up(db, who, walk):
    patient_id = make_patient(db, who, record_number=uuid4().hex[:12])
    sheet_id = make_sheet(db, who, planned_id(db, course_of_today(db, who, patient_id)))
    stage, now, version = Stage.ARRIVED, NOW, 1
    for what, seconds, correct in walk:
        now += timedelta(seconds=seconds)
        if what in MOVES[stage]:
            _take(db, who, sheet_id, what, now)
            stage, version = stage_after(stage, what), version + 1
        elif what not in OWN_ACTIONS:
            with pytest.raises(CannotMove):
                move(db, who, sheet_id, what, at=now, now=now, reason="x", left_with="x")
        if correct:
            _correct_last(db, who, sheet_id, now)
            version += 1
        _adds_up(db, sheet_id, stage, version)


def _take(db, who, sheet_id, what, now):
    if what is Move.FINISH_CHECKS:
        make_checks(db, who, sheet_id, CheckPhase.BEFORE, now=now)
        make_move(db, who, sheet_id, what, at=now, now=now)
    elif what is Move.START:
        infusions.start_infusion(
            db, who, sheet_id, start_of(started_at=now), submission=None, now=now
        )
    elif what in {Move.END, Move.STOP_EARLY}:
        given_mg = 40 if what is Move.END else 20
        row_version = db.get(GivenInfusionRow, sheet_id).version
        db.rollback()
        make_end(
            db, who, sheet_id, now=now, version=row_version, given_mg=given_mg, stop_reason="x"
        )
    elif what is Move.BE_READY:
        make_ready(db, who, sheet_id, at=now)
    else:
        move(db, who, sheet_id, what, at=now, now=now, reason="x", left_with="x")


def _correct_last(db, who, sheet_id, now):
    """The last step was a little earlier, as far as the step before it lets it be."""
    steps = standing_moves(db, sheet_id)
    db.rollback()
    floor = steps[-2].occurred_at if len(steps) > 1 else NOW - timedelta(minutes=10)
    at = max(floor, steps[-1].occurred_at - timedelta(minutes=2))
    run_sheet_moves.correct_time(
        db, who, steps[-1].id, occurred_at=at, reason="Slip", submission=None, now=now
    )


def _adds_up(db, sheet_id, stage, version):
    db.rollback()
    row = db.get(RunSheetRow, sheet_id)
    folded = Stage.PLANNED
    steps = standing_moves(db, sheet_id)
    for each in steps:
        folded = stage_after(folded, Move(each.move))
    times = [each.occurred_at for each in steps]
    assert row.stage == folded == stage
    assert row.version == version
    assert times == sorted(times)
    assert [each.seq for each in steps] == list(range(1, len(steps) + 1))
    db.rollback()


def test_the_checked_sheet_of_a_test_is_checked(db, who, planned):
    assert stage_of(db, make_checked_sheet(db, who, planned)) == "checked"
