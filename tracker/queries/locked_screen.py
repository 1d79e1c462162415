"""What a locked screen may show: rooms and due times of running infusions, of nobody; and whether
a PIN opens it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.clinic import Clinic
from tracker.domain.courses import GivenState
from tracker.domain.people import Person
from tracker.domain.protocol import Protocol
from tracker.domain.vital_limits import next_set
from tracker.models import planning
from tracker.models.accounts import SignInRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.infusions import GivenInfusionRow
from tracker.models.run_sheets import VitalSignsRow


@dataclass(frozen=True, kw_only=True, slots=True)
class DueInRoom:
    """When the next vital signs are due in a room; the room may be empty."""

    room: str
    due_at: datetime


def has_pin(db: Session, who: Person, clinic: Clinic, *, now: datetime) -> bool:
    """Whether a PIN opens this sign-in's screen today. One statement."""
    chosen_at = db.execute(
        select(SignInRow.pin_chosen_at).where(
            SignInRow.id == who.sign_in_id,
            SignInRow.clinic_id == who.clinic_id,
            SignInRow.pin_tries_left > 0,
        )
    ).scalar_one_or_none()
    return chosen_at is not None and clinic.date_of(chosen_at) == clinic.date_of(now)


_LAST_SET = (
    select(func.max(VitalSignsRow.occurred_at))
    .where(VitalSignsRow.run_sheet_id == GivenInfusionRow.id)
    .scalar_subquery()
)


def list_due_in_rooms(db: Session, who: Person, *, now: datetime) -> tuple[DueInRoom, ...]:
    """Running infusions of the clinic, soonest first. One statement and one for each protocol."""
    rows = db.execute(
        select(
            PlannedInfusionRow.room,
            GivenInfusionRow.occurred_at,
            CourseRow.protocol_id,
            _LAST_SET.label("last_at"),
        )
        .join(PlannedInfusionRow, PlannedInfusionRow.id == GivenInfusionRow.planned_infusion_id)
        .join(CourseRow, CourseRow.id == GivenInfusionRow.course_id)
        .where(
            GivenInfusionRow.clinic_id == who.clinic_id,
            GivenInfusionRow.state == GivenState.RUNNING,
        )
        .order_by(GivenInfusionRow.occurred_at, GivenInfusionRow.id)
    ).all()
    protocols: dict[UUID, Protocol] = {
        each: planning.find_protocol(db, who.clinic_id, each)
        for each in {row.protocol_id for row in rows}
    }
    found = []
    for row in rows:
        due = next_set(
            protocols[row.protocol_id].monitoring,
            started_at=row.occurred_at,
            ended_at=None,
            last_measured_at=row.last_at,
            now=now,
        )
        if due is not None:
            found.append(DueInRoom(room=row.room, due_at=due.due_at))
    return tuple(sorted(found, key=lambda each: (each.due_at, each.room)))
