"""On which days a clinic is open: actions set deadlines by them and pages tell patients of them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.clinic import OpenDays, weekday_numbers
from tracker.models.clinics import ClinicClosureRow, ClinicRow


def find_open_days(db: Session, clinic_id: UUID, *, since: date) -> OpenDays:
    """The clinic's open weekdays, and its closed days from a date on. Two statements."""
    words = db.execute(
        select(ClinicRow.open_weekdays).where(ClinicRow.id == clinic_id)
    ).scalar_one()
    closed = select(ClinicClosureRow.closed_on).where(
        ClinicClosureRow.clinic_id == clinic_id, ClinicClosureRow.closed_on >= since
    )
    return OpenDays(weekdays=weekday_numbers(words), closed_on=frozenset(db.scalars(closed)))
