"""Infusions and therapy sessions for tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.make.courses import make_course
from tests.make.patients import NOW
from tracker.actions import (
    infusion_ends,
    infusions,
    run_sheet_moves,
    sheet_checks,
    therapy_sessions,
    vital_signs,
)
from tracker.actions.course_states import end_course
from tracker.actions.run_sheet_moves import Step
from tracker.actions.sheet_checks import GivenAnswer
from tracker.domain.checklist import ANSWERS_ITSELF, CheckAnswer, list_items
from tracker.domain.confirmation import NeedsConfirmation
from tracker.domain.courses import CourseState, TherapyState
from tracker.domain.infusion import Dose
from tracker.domain.people import Person
from tracker.domain.protocol import Protocol
from tracker.domain.run_sheet import End, Start
from tracker.domain.run_sheet_stages import Move
from tracker.domain.sheet_log import CheckPhase, CheckResult
from tracker.domain.therapy_record import TherapyRecord
from tracker.domain.vital_signs import VitalSigns
from tracker.models.courses import CourseRow, PlannedInfusionRow

TODAY = date(2026, 11, 23)


def course_of_today(db: Session, who: Person, patient_id: UUID, **changes: Any) -> UUID:
    """A course whose first infusion is planned for today."""
    return make_course(db, who, patient_id, **({"start_on": TODAY} | changes))


def planned_id(db: Session, course_id: UUID, number: int = 1) -> UUID:
    """The id of the planned infusion with this number."""
    found = db.scalars(
        select(PlannedInfusionRow.id).where(
            PlannedInfusionRow.course_id == course_id,
            PlannedInfusionRow.number == number,
            PlannedInfusionRow.state.in_(("planned", "given")),
        )
    ).one()
    db.rollback()
    return found


def start_of(*, started_at: datetime = NOW, **changes: Any) -> Start:
    """80 kg at 0.5 mg/kg over 40 minutes, started now."""
    dose = {"weight_kg": Decimal(80), "dose_mg_per_kg": Decimal("0.5"), "planned_minutes": 40}
    of_dose = {*dose, "rule", "prepared"}
    wanted = {name: changes.pop(name) for name in list(changes) if name in of_dose}
    return Start(dose=Dose(**(dose | wanted)), started_at=started_at, **changes)


def make_sheet(
    db: Session, who: Person, planned_infusion_id: UUID, *, at: datetime = NOW, now: datetime = NOW
) -> UUID:
    """The run sheet of somebody who arrived; returns the id."""
    return run_sheet_moves.open_sheet(
        db, who, planned_infusion_id, arrived_at=at, submission=None, now=now
    )


def make_move(
    db: Session,
    who: Person,
    sheet_id: UUID,
    move: Move,
    *,
    at: datetime,
    now: datetime,
    **more: str,
) -> None:
    """Take a run sheet one step on."""
    step = Step(move=move, occurred_at=at, **more)
    run_sheet_moves.move_sheet(db, who, sheet_id, step, seen_version=None, submission=None, now=now)


def make_checks(
    db: Session,
    who: Person,
    sheet_id: UUID,
    phase: CheckPhase,
    *,
    now: datetime,
    besides: frozenset[str] = frozenset(),
) -> None:
    """Answer a checklist: done, or overridden where the sheet itself would answer."""
    answers = {
        item.key: GivenAnswer(answer=answer_of(item.key))
        for item in list_items(Protocol(), phase)
        if item.key not in besides
    }
    sheet_checks.answer_checks(db, who, sheet_id, phase, answers, submission=None, now=now)


def answer_of(key: str) -> CheckAnswer:
    """Done; or overridden, for an item that answers itself."""
    if key in ANSWERS_ITSELF:
        return CheckAnswer(result=CheckResult.OVERRIDDEN, words="Seen on the monitor")
    return CheckAnswer(result=CheckResult.DONE)


def make_ready(
    db: Session, who: Person, sheet_id: UUID, *, at: datetime, now: datetime | None = None
) -> None:
    """Answer the discharge checklist of an infusion that has ended: ready to leave."""
    make_checks(db, who, sheet_id, CheckPhase.DISCHARGE, now=now or at)
    make_move(db, who, sheet_id, Move.BE_READY, at=at, now=now or at)


def make_checked_sheet(
    db: Session, who: Person, planned_infusion_id: UUID, *, at: datetime = NOW, now: datetime = NOW
) -> UUID:
    """The run sheet of somebody whose checks are done; returns the id."""
    sheet_id = make_sheet(db, who, planned_infusion_id, at=at, now=now)
    make_checks(db, who, sheet_id, CheckPhase.BEFORE, now=now)
    make_move(db, who, sheet_id, Move.FINISH_CHECKS, at=at, now=now)
    return sheet_id


def make_infusion(
    db: Session, who: Person, planned_infusion_id: UUID, *, now: datetime = NOW, **changes: Any
) -> UUID:
    """A running infusion; returns the id."""
    start = start_of(**({"started_at": now} | changes))
    sheet_id = make_checked_sheet(db, who, planned_infusion_id, at=start.started_at, now=now)
    return infusions.start_infusion(db, who, sheet_id, start, submission=None, now=now)


def make_end(
    db: Session, who: Person, infusion_id: UUID, *, now: datetime, version: int = 1, **changes: Any
) -> None:
    """End a running infusion as ordered; what is asked, such as why so soon, is confirmed."""
    end = End(**({"ended_at": now, "given_mg": Decimal(40)} | changes))
    asked: dict[str, Any] = {"seen_version": version, "submission": None, "now": now}
    try:
        infusion_ends.end_infusion(db, who, infusion_id, end, **asked)
    except NeedsConfirmation as problem:
        keys = {question.key for question in problem.questions}
        infusion_ends.end_infusion(db, who, infusion_id, end, confirmed=keys, **asked)


def make_vital_signs(
    db: Session,
    who: Person,
    infusion_id: UUID,
    *,
    now: datetime,
    measured_at: datetime | None = None,
    **values: int,
) -> UUID:
    """One set; 128/80 and a heart rate of 76 unless said otherwise."""
    signs = VitalSigns(
        **(values or {"systolic_mmhg": 128, "diastolic_mmhg": 80, "heart_rate_bpm": 76})
    )
    return vital_signs.record_vital_signs(
        db, who, infusion_id, signs, measured_at=measured_at or now, submission=None, now=now
    )


def make_therapy_session(
    db: Session, who: Person, course_id: UUID, *, now: datetime = NOW, **changes: Any
) -> UUID:
    """A planned therapy session, the day after tomorrow unless said otherwise."""
    values: dict[str, Any] = {
        "state": TherapyState.PLANNED,
        "planned_on": now.date() + timedelta(days=2),
    }
    return therapy_sessions.add_therapy_session(
        db, who, course_id, TherapyRecord(**(values | changes)), submission=None, now=now
    )


def complete_course(db: Session, who: Person, patient_id: UUID) -> UUID:
    """A course of which one infusion was given, completed on that day; returns the id."""
    course_id = course_of_today(db, who, patient_id)
    infusion_id = make_infusion(db, who, planned_id(db, course_id))
    make_end(db, who, infusion_id, now=NOW)
    end_course(
        db,
        who,
        course_id,
        to=CourseState.COMPLETED,
        ended_on=NOW.date(),
        seen_version=db.get_one(CourseRow, course_id).version,
        submission=None,
        now=NOW,
    )
    return course_id
