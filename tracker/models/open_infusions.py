"""The given infusion to which an action adds something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.models.courses import CourseRow
from tracker.models.infusions import GivenInfusionRow


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenInfusion:
    """When it ran, and whose it is."""

    id: UUID
    patient_id: UUID
    started_at: datetime
    ended_at: datetime | None


def find_given(db: Session, clinic_id: UUID, infusion_id: UUID) -> GivenInfusion:
    """Raises `NotFound` for another clinic's."""
    row = db.execute(
        select(GivenInfusionRow.occurred_at, GivenInfusionRow.ended_at, CourseRow.patient_id)
        .join(CourseRow, CourseRow.id == GivenInfusionRow.course_id)
        .where(GivenInfusionRow.id == infusion_id, GivenInfusionRow.clinic_id == clinic_id)
    ).one_or_none()
    if row is None:
        raise NotFound("infusion")
    return GivenInfusion(
        id=infusion_id,
        patient_id=row.patient_id,
        started_at=row.occurred_at,
        ended_at=row.ended_at,
    )
