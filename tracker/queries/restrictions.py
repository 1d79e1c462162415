"""Reads of restricted records: to whom one is restricted, and who opened one all the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.domain.permissions import ROLES_THAT_MAY, Act
from tracker.domain.restrictions import OpeningReason, RestrictionReason
from tracker.models import ownership
from tracker.models.accounts import UserRoleRow, UserRow
from tracker.models.patients import PatientRow
from tracker.models.restrictions import GlassOpeningRow, RecordReaderRow, RestrictionRow

MOST_OPENINGS = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """A colleague who sees patients, and whether they are named for this record."""

    user_id: UUID
    name: str
    is_named: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Restriction:
    """Whether a record is restricted, why, since when, and to whom."""

    reason: RestrictionReason | None
    set_at: datetime | None
    readers: tuple[Reader, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """A restricted record that somebody who is not named opened. No name of a patient."""

    record_number: str
    person_name: str
    reason: OpeningReason
    words: str
    opened_at: datetime
    ended_at: datetime


def get_restriction(db: Session, who: Person, patient_id: UUID) -> Restriction:
    """Raises `NotFound`. Three statements."""
    ownership.patient_of(db, who, "patient", patient_id)
    standing = db.execute(
        select(RestrictionRow.reason, RestrictionRow.set_at).where(
            RestrictionRow.patient_id == patient_id,
            RestrictionRow.clinic_id == who.clinic_id,
            RestrictionRow.lifted_at.is_(None),
        )
    ).one_or_none()
    return Restriction(
        reason=RestrictionReason(standing.reason) if standing else None,
        set_at=standing.set_at if standing else None,
        readers=_readers(db, who, patient_id),
    )


def _readers(db: Session, who: Person, patient_id: UUID) -> tuple[Reader, ...]:
    roles = sorted(ROLES_THAT_MAY[Act.SEE_PATIENTS])
    rows = db.execute(
        select(UserRow.id, UserRow.name, RecordReaderRow.id.label("named"))
        .outerjoin(
            RecordReaderRow,
            and_(
                RecordReaderRow.user_id == UserRow.id,
                RecordReaderRow.patient_id == patient_id,
                RecordReaderRow.ended_at.is_(None),
            ),
        )
        .where(
            UserRow.clinic_id == who.clinic_id,
            UserRow.deactivated_at.is_(None),
            UserRow.id.in_(select(UserRoleRow.user_id).where(UserRoleRow.role.in_(roles))),
        )
        .order_by(UserRow.name, UserRow.id)
    )
    return tuple(
        Reader(user_id=row.id, name=row.name, is_named=row.named is not None) for row in rows
    )


def get_record_number(db: Session, who: Person, patient_id: UUID) -> str:
    """Which record it is, for somebody who may not open it. Raises `NotFound`. One statement."""
    found = db.execute(
        select(PatientRow.record_number).where(
            PatientRow.id == patient_id, PatientRow.clinic_id == who.clinic_id
        )
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("patient")
    return str(found)


def find_open_until(db: Session, who: Person, patient_id: UUID) -> datetime | None:
    """Until when the person opened a restricted record; None if they did not. One statement."""
    found: datetime | None = db.execute(
        select(GlassOpeningRow.ends_at).where(
            GlassOpeningRow.patient_id == patient_id,
            GlassOpeningRow.user_id == who.user_id,
            GlassOpeningRow.clinic_id == who.clinic_id,
            GlassOpeningRow.ended_at.is_(None),
        )
    ).scalar_one_or_none()
    return found


def list_openings(db: Session, who: Person, *, since: datetime) -> tuple[Opening, ...]:
    """What whoever looks after privacy sees, the latest first. One statement."""
    rows = db.execute(
        select(
            PatientRow.record_number,
            UserRow.name,
            GlassOpeningRow.reason,
            GlassOpeningRow.words,
            GlassOpeningRow.opened_at,
            GlassOpeningRow.ends_at,
            GlassOpeningRow.ended_at,
        )
        .join(PatientRow, PatientRow.id == GlassOpeningRow.patient_id)
        .join(UserRow, UserRow.id == GlassOpeningRow.user_id)
        .where(GlassOpeningRow.clinic_id == who.clinic_id, GlassOpeningRow.opened_at >= since)
        .order_by(GlassOpeningRow.opened_at.desc(), GlassOpeningRow.id)
        .limit(MOST_OPENINGS)
    )
    return tuple(
        Opening(
            record_number=row.record_number,
            person_name=row.name,
            reason=OpeningReason(row.reason),
            words=row.words,
            opened_at=row.opened_at,
            ended_at=min(row.ended_at or row.ends_at, row.ends_at),
        )
        for row in rows
    )
