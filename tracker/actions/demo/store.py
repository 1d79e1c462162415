"""Writes the demonstration into an empty database, once; takes it out again when asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Engine, func, insert, literal, select
from sqlalchemy.orm import Session

from tracker.actions import audit
from tracker.actions.demo.clinic import CLINIC_ID
from tracker.actions.demo.moments import Present, Row
from tracker.actions.demo.sign_offs import sign_records
from tracker.actions.demo.telling import tell
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import Refused
from tracker.domain.signing import SigningKey
from tracker.models import schema
from tracker.models.audit import AuditEventRow
from tracker.models.base import Base
from tracker.models.clinics import ClinicRow
from tracker.models.database import transaction
from tracker.models.field_keys import field_keys_of
from tracker.models.patient_contacts import sealed_row
from tracker.models.patients import PatientRow

OTHER_DATA = (
    "This database holds other data. The demonstration goes into an empty database only: "
    "set TRACKER_INSTANCE_DIR or TRACKER_DATABASE_URL to another one."
)


class Holds(StrEnum):
    """What a database holds, as far as the demonstration cares."""

    NOTHING = "nothing"
    DEMONSTRATION = "the demonstration"
    OTHER = "other data"


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What a load did or found. `told_from` is the day to which the stored stories are relative."""

    is_new: bool
    told_from: date
    patient_count: int


def what_it_holds(db: Session) -> Holds:
    """Whether the database is empty, holds the demonstration alone, or anything else."""
    clinics = list(db.execute(select(ClinicRow.id, ClinicRow.is_demo)))
    if [(row.id, row.is_demo) for row in clinics] == [(CLINIC_ID, True)]:
        return Holds.DEMONSTRATION
    is_empty = not any(_has_rows(db, name) for name in Base.metadata.tables)
    return Holds.NOTHING if is_empty else Holds.OTHER


def _has_rows(db: Session, name: str) -> bool:
    found = select(literal(1)).select_from(Base.metadata.tables[name]).limit(1)
    return db.execute(found).first() is not None


def load(db: Session, *, now: datetime, key: SigningKey | None = None) -> Loaded:
    """Store the demonstration as it stands at `now`, in one transaction.

    With the installation's signing key the records that are long over are signed.

    Where it is already it stays as it is. Raises `Refused` where there is anything else.
    """
    present = Present.of(now)
    with transaction(db):
        held = what_it_holds(db)
        if held is Holds.OTHER:
            raise Refused(OTHER_DATA)
        if held is Holds.DEMONSTRATION:
            return Loaded(is_new=False, told_from=told_from(db), patient_count=_patients(db))
        told = tell(present)
        for table in Base.metadata.sorted_tables:
            if rows := told.get(table.name):
                db.execute(insert(table), [_stored(db, row) for row in rows])
        if key is not None:
            sign_records(db, told, present, key)
        audit.record(
            db,
            None,
            AuditEvent.DEMO_LOADED,
            now=present.moment,
            clinic_id=CLINIC_ID,
            kind="clinic",
            object_id=CLINIC_ID,
            detail={"told_from": present.today.isoformat()},
        )
    return Loaded(is_new=True, told_from=present.today, patient_count=len(told["patients"]))


def _stored(db: Session, row: Row) -> Row:
    """A row of the story as it is stored: how a patient is reached is sealed."""
    if "contact" not in row:
        return row
    keys = field_keys_of(db)
    return sealed_row(keys, row["contact"], clinic_id=row["clinic_id"], patient_id=row["id"])


def _patients(db: Session) -> int:
    return db.execute(select(func.count()).select_from(PatientRow)).scalar_one()


def told_from(db: Session) -> date:
    """The day to which the stored demonstration is relative."""
    found = db.execute(
        select(AuditEventRow.detail)
        .where(AuditEventRow.event == AuditEvent.DEMO_LOADED)
        .order_by(AuditEventRow.seq.desc())
        .limit(1)
    ).scalar_one()
    return date.fromisoformat(found["told_from"])


def empty(db: Session, engine: Engine) -> None:
    """Take the demonstration out, with everything that visitors added to it.

    The audit trail refuses to be deleted, so the tables themselves go and come back. Raises
    `Refused` when the database holds anything but the demonstration's clinic.
    """
    held = what_it_holds(db)
    db.rollback()
    if held is Holds.OTHER:
        raise Refused(OTHER_DATA)
    if held is Holds.DEMONSTRATION:
        schema.downgrade(engine, "base")
        schema.upgrade(engine)
