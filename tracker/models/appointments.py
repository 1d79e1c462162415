"""A planned infusion with its course, locked for the action that decides what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.courses import CourseState, PlannedState
from tracker.domain.errors import NotFound
from tracker.models.courses import CourseRow, PlannedInfusionRow


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedAppointment:
    """What the rules need to know; nobody else changes it until the transaction ends."""

    id: UUID
    clinic_id: UUID
    number: int
    state: PlannedState
    planned_on: date
    course_id: UUID
    course_state: CourseState
    protocol_id: UUID
    patient_id: UUID


def lock_appointment(db: Session, clinic_id: UUID, planned_infusion_id: UUID) -> LockedAppointment:
    """Raises `NotFound` for another clinic's. SQLite locks the whole file, others the two rows."""
    row = db.execute(
        select(
            PlannedInfusionRow.id,
            PlannedInfusionRow.number,
            PlannedInfusionRow.state,
            PlannedInfusionRow.planned_on,
            PlannedInfusionRow.course_id,
            CourseRow.state.label("course_state"),
            CourseRow.protocol_id,
            CourseRow.patient_id,
        )
        .join(CourseRow, CourseRow.id == PlannedInfusionRow.course_id)
        .where(
            PlannedInfusionRow.id == planned_infusion_id,
            PlannedInfusionRow.clinic_id == clinic_id,
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("planned infusion")
    return LockedAppointment(
        id=row.id,
        clinic_id=clinic_id,
        number=row.number,
        state=PlannedState(row.state),
        planned_on=row.planned_on,
        course_id=row.course_id,
        course_state=CourseState(row.course_state),
        protocol_id=row.protocol_id,
        patient_id=row.patient_id,
    )
