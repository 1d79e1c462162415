"""Changes of a clinic's own settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.actions import audit
from tracker.domain.audit import AuditEvent
from tracker.domain.clinic import WEEKDAYS
from tracker.domain.errors import NotFound, Refused, StaleForm, differences
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models.clinics import ClinicClosureRow, ClinicRow
from tracker.models.database import transaction

_LABELS = {
    "name": "Name",
    "address": "Address",
    "phone": "Telephone",
    "timezone": "Time zone",
    "open_weekdays": "Open on",
    "alert_waits_days": "Days that a safety alert waits",
    "paper": "Paper",
}


def change_settings(
    db: Session,
    who: Person,
    *,
    name: str,
    address: str,
    phone: str,
    timezone: str,
    open_weekdays: Sequence[str],
    alert_waits_days: int,
    paper: str,
    seen_version: int | None,
    now: datetime,
) -> None:
    """Store new settings. Raises `StaleForm` when a colleague changed them meanwhile."""
    check_may(who, Act.ADMINISTER_CLINIC)
    if not open_weekdays:
        raise Refused("Choose at least one weekday.", field="open_weekdays")
    values = {
        "name": name,
        "address": address,
        "phone": phone,
        "timezone": timezone,
        "open_weekdays": ",".join(day for day in WEEKDAYS if day in open_weekdays),
        "alert_waits_days": alert_waits_days,
        "paper": paper,
    }
    yours = {field: str(value) for field, value in values.items()}
    with transaction(db):
        row = db.execute(select(ClinicRow).where(ClinicRow.id == who.clinic_id)).scalar_one()
        stored = {field: str(getattr(row, field)) for field in _LABELS}
        changed = [field for field in _LABELS if yours[field] != stored[field]]
        if not changed:
            return  # sent twice, or nothing to store
        if seen_version != row.version:
            raise StaleForm(differences(yours, stored, _LABELS), stored_version=row.version)
        for field in changed:
            setattr(row, field, values[field])
        row.version += 1
        audit.record(
            db,
            who,
            AuditEvent.CLINIC_CHANGED,
            now=now,
            kind="clinic",
            object_id=who.clinic_id,
            detail={"changed": changed},
        )


def close_on(db: Session, who: Person, *, day: date, reason: str, now: datetime) -> None:
    """Add a day on which the clinic is closed; adding it again changes its reason."""
    check_may(who, Act.ADMINISTER_CLINIC)
    with transaction(db):
        row = db.get(ClinicClosureRow, (who.clinic_id, day))
        if row is None:
            row = ClinicClosureRow(clinic_id=who.clinic_id, closed_on=day)
            db.add(row)
        row.reason = reason
        _record_closure(db, who, "closed", day, now)


def open_on(db: Session, who: Person, *, day: date, now: datetime) -> None:
    """Take a closed day back."""
    check_may(who, Act.ADMINISTER_CLINIC)
    with transaction(db):
        gone = db.execute(
            delete(ClinicClosureRow).where(
                ClinicClosureRow.clinic_id == who.clinic_id, ClinicClosureRow.closed_on == day
            )
        )
        if gone.rowcount == 0:  # type: ignore[attr-defined]
            raise NotFound("closure")
        _record_closure(db, who, "opened", day, now)


def _record_closure(db: Session, who: Person, what: str, day: date, now: datetime) -> None:
    detail = {what: day.isoformat()}
    audit.record(db, who, AuditEvent.CLINIC_CHANGED, now=now, kind="clinic", detail=detail)
