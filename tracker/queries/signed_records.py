"""Lists over all signed records of a clinic: what is not signed yet, and what differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tracker.domain.audit import AuditEvent
from tracker.domain.clinic import Clinic
from tracker.domain.people import Person, Role
from tracker.domain.run_sheet_stages import Stage
from tracker.domain.signing import Meaning, RecordKind, SigningKey
from tracker.models.audit import AuditEventRow
from tracker.models.clinics import ClinicRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.patients import PatientRow
from tracker.models.run_sheets import RunSheetMoveRow, RunSheetRow
from tracker.models.signatures import AmendmentRow, SignatureRow
from tracker.queries.signatures import get_signed_record

UNSIGNED_AFTER = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsigned:
    """A run sheet that was over more than a day ago and that nobody has signed."""

    infusion_id: UUID
    patient_name: str
    record_number: str
    number: int
    planned_on: date
    over_at: datetime


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


def list_unsigned(
    db: Session, who: Person, clinic: Clinic, *, now: datetime
) -> tuple[Unsigned, ...]:
    """Run sheets that wait for a signature for more than a day, oldest first. One statement."""
    over_at = func.max(RunSheetMoveRow.occurred_at)
    is_signed = select(SignatureRow.id).where(
        SignatureRow.run_sheet_id == RunSheetRow.id, SignatureRow.meaning == Meaning.PERFORMED
    )
    rows = db.execute(
        select(
            RunSheetRow.id,
            PatientRow.given_name,
            PatientRow.family_name,
            PatientRow.record_number,
            PlannedInfusionRow.number,
            PlannedInfusionRow.planned_on,
            over_at.label("over_at"),
        )
        .join(RunSheetMoveRow, RunSheetMoveRow.run_sheet_id == RunSheetRow.id)
        .join(PlannedInfusionRow, PlannedInfusionRow.id == RunSheetRow.planned_infusion_id)
        .join(CourseRow, CourseRow.id == RunSheetRow.course_id)
        .join(PatientRow, PatientRow.id == CourseRow.patient_id)
        .where(
            RunSheetRow.clinic_id == who.clinic_id,
            RunSheetRow.stage.in_((Stage.LEFT, Stage.CANCELLED)),
            ~is_signed.exists(),
        )
        .group_by(
            RunSheetRow.id,
            PatientRow.given_name,
            PatientRow.family_name,
            PatientRow.record_number,
            PlannedInfusionRow.number,
            PlannedInfusionRow.planned_on,
        )
        .having(over_at < now - UNSIGNED_AFTER)
        .order_by(over_at, RunSheetRow.id)
    )
    return tuple(
        Unsigned(
            infusion_id=row.id,
            patient_name=f"{row.given_name} {row.family_name}".strip(),
            record_number=row.record_number,
            number=row.number,
            planned_on=row.planned_on,
            over_at=row.over_at,
        )
        for row in rows
    )


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
