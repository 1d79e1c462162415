"""Reads of a clinic's own settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.people import Person
from tracker.models.clinics import ClinicClosureRow, ClinicRow, ProtocolRow


@dataclass(frozen=True, kw_only=True, slots=True)
class ClinicSettings:
    """What an administrator may change, with the version for optimistic saving."""

    name: str
    address: str
    phone: str
    timezone: str
    open_weekdays: tuple[str, ...]
    alert_waits_days: int
    paper: str
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Closure:
    closed_on: date
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProtocolVersion:
    """One line of the list of protocols."""

    id: UUID
    name: str
    version: int
    infusion_count: int
    min_gap_days: int
    max_gap_days: int


def get_settings(db: Session, who: Person) -> ClinicSettings:
    """The settings of the person's own clinic."""
    row = db.execute(select(ClinicRow).where(ClinicRow.id == who.clinic_id)).scalar_one()
    return ClinicSettings(
        name=row.name,
        address=row.address,
        phone=row.phone,
        timezone=row.timezone,
        open_weekdays=tuple(word for word in row.open_weekdays.split(",") if word),
        alert_waits_days=row.alert_waits_days,
        paper=row.paper,
        version=row.version,
    )


def list_closures(db: Session, who: Person, *, since: date) -> tuple[Closure, ...]:
    """Days from `since` on which the clinic is closed beside its weekdays, in order."""
    rows = db.execute(
        select(ClinicClosureRow.closed_on, ClinicClosureRow.reason)
        .where(ClinicClosureRow.clinic_id == who.clinic_id, ClinicClosureRow.closed_on >= since)
        .order_by(ClinicClosureRow.closed_on)
    )
    return tuple(Closure(closed_on=row.closed_on, reason=row.reason) for row in rows)


def list_protocols(db: Session, who: Person) -> tuple[ProtocolVersion, ...]:
    """Every version of every protocol of the clinic, newest first within a name."""
    rows = db.execute(
        select(
            ProtocolRow.id,
            ProtocolRow.name,
            ProtocolRow.version,
            ProtocolRow.infusion_count,
            ProtocolRow.min_gap_days,
            ProtocolRow.max_gap_days,
        )
        .where(ProtocolRow.clinic_id == who.clinic_id)
        .order_by(ProtocolRow.name, ProtocolRow.version.desc())
    )
    return tuple(ProtocolVersion(**row._mapping) for row in rows)
