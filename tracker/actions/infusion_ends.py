"""Ending an infusion: what was in fact given, and how it went."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.run_sheet_moves import Step, take_step
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.confirmation import Question, check_confirmed
from tracker.domain.courses import GivenState
from tracker.domain.end_by_clock import clock_questions
from tracker.domain.errors import NotFound, StaleForm, differences
from tracker.domain.infusion import plain
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.rates import Flow, pauses_of
from tracker.domain.run_sheet import (
    End,
    backdating_questions,
    check_end,
    check_infused,
    end_questions,
)
from tracker.domain.run_sheet_stages import Move
from tracker.models import sheet_facts
from tracker.models.courses import CourseRow
from tracker.models.database import transaction
from tracker.models.infusions import GivenInfusionRow
from tracker.models.open_sheets import lock_sheet, standing_moves

_END_LABELS = {
    "state": "State",
    "ended_at": "End",
    "given_mg": "Given",
    "infused_ml": "Infused",
    "stop_reason": "Reason for stopping early",
    "course_of_infusion": "How it went",
}


def end_infusion(
    db: Session,
    who: Person,
    infusion_id: UUID,
    end: End,
    *,
    seen_version: int | None,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Close the run sheet with what was in fact given; returns the infusion's id.

    Raises `StaleForm` when a colleague ended it meanwhile, `NeedsConfirmation` when the milligrams
    and the millilitres do not fit each other or the time it ran, or the end was more than a day
    ago.
    """
    check_may(who, Act.LOG_INFUSION)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["infusion_id"])
        sheet = lock_sheet(db, who.clinic_id, infusion_id)
        row = db.execute(
            select(GivenInfusionRow)
            .where(GivenInfusionRow.id == infusion_id, GivenInfusionRow.clinic_id == who.clinic_id)
            .with_for_update()
        ).scalar_one_or_none()
        if row is None:
            raise NotFound("infusion")
        _check_end(end, row, seen_version, now)
        check_confirmed(_questions(db, end, row, now), confirmed)
        is_early = end.given_mg < row.ordered_mg
        move = Move.STOP_EARLY if is_early else Move.END
        step = Step(move=move, occurred_at=end.ended_at, reason=end.stop_reason)
        ended_at = take_step(db, who, sheet, step, seen_version=None, now=now)
        row.state = GivenState.STOPPED_EARLY if is_early else GivenState.ENDED
        row.ended_at = ended_at
        row.end_recorded_at = now
        row.end_recorded_by = who.user_id
        row.given_mg = end.given_mg
        row.infused_ml = end.infused_ml
        row.stop_reason = end.stop_reason if is_early else ""
        row.course_of_infusion = end.course_of_infusion
        row.version += 1
        db.flush()
        _record_end(db, who, row, now)
        if submission:
            result = {"infusion_id": str(infusion_id)}
            submissions.remember(db, who, submission, result, now=now)
        return infusion_id


def _check_end(end: End, row: GivenInfusionRow, seen_version: int | None, now: datetime) -> None:
    if row.state != GivenState.RUNNING or seen_version != row.version:
        raise StaleForm(
            differences(_end_words(end), _stored_end_words(row), _END_LABELS),
            stored_version=row.version,
        )
    check_end(end, started_at=row.occurred_at, ordered_mg=row.ordered_mg, now=now)
    check_infused(end.infused_ml, row.total_ml)


def _questions(db: Session, end: End, row: GivenInfusionRow, now: datetime) -> tuple[Question, ...]:
    return (
        *end_questions(end, ordered_mg=row.ordered_mg, total_ml=row.total_ml),
        *clock_questions(end, _flow(db, row), ordered_mg=row.ordered_mg),
        *backdating_questions(end.ended_at, now),
    )


def _flow(db: Session, row: GivenInfusionRow) -> Flow:
    """How it ran; without a volume, the milligrams run in at the even rate."""
    moves = standing_moves(db, row.id)
    return Flow(
        started_at=row.occurred_at,
        planned_minutes=row.planned_minutes,
        total_ml=row.total_ml or row.ordered_mg,
        changes=sheet_facts.standing_rates(db, row.id),
        pauses=pauses_of((Move(each.move), each.occurred_at) for each in moves),
    )


def _end_words(end: End) -> dict[str, str]:
    return {
        "state": "ended",
        "ended_at": f"{end.ended_at:%Y-%m-%d %H:%M} UTC",
        "given_mg": f"{plain(end.given_mg)} mg",
        "infused_ml": "" if end.infused_ml is None else f"{plain(end.infused_ml)} mL",
        "stop_reason": end.stop_reason,
        "course_of_infusion": end.course_of_infusion,
    }


def _stored_end_words(row: GivenInfusionRow) -> dict[str, str]:
    return {
        "state": row.state.replace("_", " "),
        "ended_at": f"{row.ended_at:%Y-%m-%d %H:%M} UTC" if row.ended_at else "",
        "given_mg": "" if row.given_mg is None else f"{plain(row.given_mg)} mg",
        "infused_ml": "" if row.infused_ml is None else f"{plain(row.infused_ml)} mL",
        "stop_reason": row.stop_reason,
        "course_of_infusion": row.course_of_infusion,
    }


def _record_end(db: Session, who: Person, row: GivenInfusionRow, now: datetime) -> None:
    patient_id = db.scalars(select(CourseRow.patient_id).where(CourseRow.id == row.course_id)).one()
    audit.record(
        db,
        who,
        AuditEvent.INFUSION_ENDED,
        now=now,
        kind="infusion",
        object_id=row.id,
        patient_id=patient_id,
        detail={"state": row.state},
    )
