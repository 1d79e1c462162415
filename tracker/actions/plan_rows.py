"""Writes the rows of a plan, inside the transaction of the act that changes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.domain.courses import PlannedState, TherapyState
from tracker.domain.errors import StaleForm
from tracker.domain.people import Person
from tracker.domain.plan_change import ChangeKind, ChangeWish, PlanChange
from tracker.domain.schedule import BrokenGap, Move
from tracker.domain.therapy_plan import TherapyMove
from tracker.models.appointments import LockedAppointment
from tracker.models.courses import CourseRow, PlanChangeRow, PlannedInfusionRow
from tracker.models.planning import CourseToChange
from tracker.models.therapy_sessions import TherapySessionRow

_LOST = {ChangeKind.MISSED: PlannedState.MISSED, ChangeKind.CANCELLED: PlannedState.CANCELLED}
FALLS_AWAY = "The number of infusions changed"


def update_course(db: Session, course_id: UUID, version: int, **values: Any) -> None:
    """Change a course that is still at this version.

    Raises `StaleForm` when another transaction was faster after the version was read.
    """
    changed = db.execute(
        update(CourseRow)
        .where(CourseRow.id == course_id, CourseRow.version == version)
        .values(version=version + 1, **values)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        raise StaleForm((), stored_version=version + 1)


def add_infusions(
    db: Session,
    who: Person,
    course_id: UUID,
    dates: Mapping[int, date],
    *,
    time_of_day: time,
    room: str,
    is_booster: bool = False,
) -> None:
    """New appointments, by number, all at one local time."""
    rows = [
        {
            "clinic_id": who.clinic_id,
            "course_id": course_id,
            "number": number,
            "planned_on": on,
            "planned_time": time_of_day,
            "room": room,
            "is_booster": is_booster,
        }
        for number, on in sorted(dates.items())
    ]
    if rows:
        db.execute(insert(PlannedInfusionRow), rows)


def add_therapy(
    db: Session, who: Person, course_id: UUID, days: Iterable[date], *, now: datetime
) -> None:
    """New therapy sessions. Time of day and therapist are agreed later."""
    rows = [
        {
            "clinic_id": who.clinic_id,
            "course_id": course_id,
            "planned_on": on,
            "recorded_at": now,
            "recorded_by": who.user_id,
        }
        for on in days
    ]
    if rows:
        db.execute(insert(TherapySessionRow), rows)


def add_change(
    db: Session,
    who: Person,
    course_id: UUID,
    *,
    moves: list[dict[str, Any]],
    broken: Iterable[BrokenGap] = (),
    reason: str,
    now: datetime,
) -> None:
    """One line of the plan's history."""
    gaps = [
        {
            "from_number": gap.after_number,
            "to_number": gap.before_number,
            "gap_days": gap.gap_days,
        }
        for gap in broken
    ]
    row = {
        "clinic_id": who.clinic_id,
        "course_id": course_id,
        "reason": reason,
        "moves": moves,
        "broken_gaps": gaps,
        "recorded_at": now,
        "recorded_by": who.user_id,
    }
    db.execute(insert(PlanChangeRow), [row])


def apply_change(
    db: Session,
    who: Person,
    course_id: UUID,
    course: CourseToChange,
    change: PlanChange,
    wish: ChangeWish,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Bring the rows of a course to a changed plan, and remember why."""
    live = course.standing.live
    time_of_day, room = _usual(db, course_id)
    lost = [live[number].id for number in change.not_given]
    dropped = [
        live[move.number].id
        for move in change.moves
        if move.to_on is None and move.number not in change.not_given
    ]
    if wish.kind in _LOST:
        _end(db, lost, _LOST[wish.kind], reason)
    _end(db, dropped, PlannedState.CANCELLED, FALLS_AWAY)
    fresh: dict[int, date] = {}
    for move in change.moves:
        if move.to_on is None:
            continue
        if move.number in live and move.number not in change.not_given:
            _move(db, live[move.number].id, move.to_on)
        else:
            fresh[move.number] = move.to_on
    add_infusions(db, who, course_id, fresh, time_of_day=time_of_day, room=room)
    move_therapy(db, who, course_id, change.therapy_moves, now=now)
    moves = [_as_json(move) for move in change.moves]
    add_change(db, who, course_id, moves=moves, broken=change.broken, reason=reason, now=now)


def move_therapy(
    db: Session, who: Person, course_id: UUID, moves: Iterable[TherapyMove], *, now: datetime
) -> None:
    """Move, add and cancel therapy sessions that are still to come."""
    for move in moves:
        if move.id is None:
            continue
        values: dict[str, Any] = {"version": TherapySessionRow.version + 1}
        if move.to_on is None:
            values["state"] = TherapyState.CANCELLED
        else:
            values["planned_on"] = move.to_on
        db.execute(
            update(TherapySessionRow).where(TherapySessionRow.id == move.id).values(**values)
        )
    added = [move.to_on for move in moves if move.id is None and move.to_on is not None]
    add_therapy(db, who, course_id, added, now=now)


def cancel_what_is_planned(
    db: Session, course_id: UUID, *, reason: str, with_therapy: bool
) -> None:
    """Everything still to come of a course that ends falls away."""
    db.execute(
        update(PlannedInfusionRow)
        .where(
            PlannedInfusionRow.course_id == course_id,
            PlannedInfusionRow.state == PlannedState.PLANNED,
        )
        .values(
            state=PlannedState.CANCELLED,
            not_given_reason=reason,
            version=PlannedInfusionRow.version + 1,
        )
    )
    if with_therapy:
        db.execute(
            update(TherapySessionRow)
            .where(
                TherapySessionRow.course_id == course_id,
                TherapySessionRow.state == TherapyState.PLANNED,
            )
            .values(state=TherapyState.CANCELLED, version=TherapySessionRow.version + 1)
        )


def _usual(db: Session, course_id: UUID) -> tuple[time, str]:
    """Time of day and room of the course's last appointment: a new one is like it."""
    row = db.execute(
        select(PlannedInfusionRow.planned_time, PlannedInfusionRow.room)
        .where(PlannedInfusionRow.course_id == course_id)
        .order_by(PlannedInfusionRow.planned_on.desc(), PlannedInfusionRow.number.desc())
        .limit(1)
    ).one()
    return row.planned_time, row.room


def _end(db: Session, ids: list[UUID], state: PlannedState, reason: str) -> None:
    if ids:
        db.execute(
            update(PlannedInfusionRow)
            .where(PlannedInfusionRow.id.in_(ids))
            .values(state=state, not_given_reason=reason, version=PlannedInfusionRow.version + 1)
        )


def _move(db: Session, planned_infusion_id: UUID, to_on: date) -> None:
    db.execute(
        update(PlannedInfusionRow)
        .where(PlannedInfusionRow.id == planned_infusion_id)
        .values(planned_on=to_on, version=PlannedInfusionRow.version + 1)
    )


def _as_json(move: Move) -> dict[str, Any]:
    return {
        "number": move.number,
        "from_on": move.from_on.isoformat() if move.from_on else None,
        "to_on": move.to_on.isoformat() if move.to_on else None,
    }


def store_not_given(
    db: Session,
    who: Person,
    found: LockedAppointment,
    *,
    state: PlannedState,
    reason: str,
    now: datetime,
) -> None:
    """Mark the appointment and note the change of plan, in the open transaction."""
    db.execute(
        update(PlannedInfusionRow)
        .where(PlannedInfusionRow.id == found.id)
        .values(state=state, not_given_reason=reason, version=PlannedInfusionRow.version + 1)
    )
    db.execute(
        update(CourseRow)
        .where(CourseRow.id == found.course_id)
        .values(version=CourseRow.version + 1)
    )
    move = {
        "number": found.number,
        "from_on": found.planned_on.isoformat(),
        "to_on": None,
    }
    add_change(db, who, found.course_id, moves=[move], reason=reason, now=now)
