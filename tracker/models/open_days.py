"""On which days a clinic is open: actions set deadlines by them and pages tell patients of them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.clinic import OpenDays, weekday_numbers
from tracker.models.clinics import ClinicClosureRow, ClinicRow


def find_open_days(db: Session, clinic_id: UUID, *, since: date) -> OpenDays:
    """The clinic's open weekdays, its closed days from a date on, and how long an alert waits for
    them to end. Two statements.
    """
    of_clinic = select(ClinicRow.open_weekdays, ClinicRow.alert_waits_days)
    row = db.execute(of_clinic.where(ClinicRow.id == clinic_id)).one()
    closed = select(ClinicClosureRow.closed_on).where(
        ClinicClosureRow.clinic_id == clinic_id, ClinicClosureRow.closed_on >= since
    )
    return OpenDays(
        weekdays=weekday_numbers(row.open_weekdays),
        closed_on=frozenset(db.scalars(closed)),
        alert_waits_days=row.alert_waits_days,
    )
