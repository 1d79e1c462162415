"""Every signed record of a clinic: is each still what was signed, and is none gone?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.domain.audit import AuditEvent
from tracker.domain.people import Person, Role
from tracker.domain.signing import RecordKind, SigningKey
from tracker.models.audit import AuditEventRow
from tracker.models.clinics import ClinicRow
from tracker.models.signatures import AmendmentRow, SignatureRow
from tracker.queries.signatures import get_signed_record


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One signed record that is not what was signed."""

    kind: str
    record_id: UUID
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What was checked in one clinic, and what was found."""

    signatures: int
    amendments: int
    faults: tuple[Fault, ...]


def list_auditors(db: Session) -> tuple[Person, ...]:
    """For each clinic somebody with a shell on the server, who may read what is stored."""
    found = db.scalars(select(ClinicRow.id).order_by(ClinicRow.id))
    return tuple(
        Person(
            user_id=UUID(int=0),
            clinic_id=clinic_id,
            name="Command line",
            roles=frozenset({Role.CLINICIAN}),
        )
        for clinic_id in found
    )


def verify_all(db: Session, who: Person, *, key: SigningKey) -> Verified:
    """Check every signature and addendum of the person's clinic, and that none was removed."""
    records: dict[tuple[RecordKind, UUID], None] = {}
    counts = []
    for row in (SignatureRow, AmendmentRow):
        found = db.execute(_records_of(row, who)).all()
        counts.append(len(found))
        records |= dict.fromkeys(_record(each) for each in found)
    faults = [_fault(db, who, kind, record_id, key) for kind, record_id in records]
    return Verified(
        signatures=counts[0],
        amendments=counts[1],
        faults=tuple(each for each in faults if each.words) + _removed(db, who),
    )


def _records_of(row: Any, who: Person) -> Select[Any]:
    return (
        select(row.run_sheet_id, row.therapy_session_id, row.course_review_id)
        .where(row.clinic_id == who.clinic_id)
        .order_by(row.id)
    )


def _record(row: Any) -> tuple[RecordKind, UUID]:
    if row.run_sheet_id is not None:
        return RecordKind.RUN_SHEET, row.run_sheet_id
    if row.therapy_session_id is not None:
        return RecordKind.THERAPY_SESSION, row.therapy_session_id
    return RecordKind.COURSE_REVIEW, row.course_review_id


def _fault(db: Session, who: Person, kind: RecordKind, record_id: UUID, key: SigningKey) -> Fault:
    found = get_signed_record(db, who, kind, record_id, key=key)
    return Fault(kind=kind, record_id=record_id, words=found.differing)


def _removed(db: Session, who: Person) -> tuple[Fault, ...]:
    """Signatures and addenda that the audit trail knows and the tables do not."""
    events: dict[AuditEvent, Any] = {
        AuditEvent.RECORD_SIGNED: SignatureRow,
        AuditEvent.RECORD_AMENDED: AmendmentRow,
    }
    faults = []
    for event, table in events.items():
        stored = {
            str(each)
            for each in db.scalars(select(table.id).where(table.clinic_id == who.clinic_id))
        }
        known = db.execute(
            select(AuditEventRow.object_kind, AuditEventRow.object_id, AuditEventRow.detail)
            .where(AuditEventRow.event == event, AuditEventRow.clinic_id == who.clinic_id)
            .order_by(AuditEventRow.seq)
        )
        faults += [
            Fault(
                kind=row.object_kind,
                record_id=row.object_id,
                words=(f"{table.__tablename__} {row.detail.get('id')}: this row was removed",),
            )
            for row in known
            if row.detail.get("id") not in stored
        ]
    return tuple(faults)
