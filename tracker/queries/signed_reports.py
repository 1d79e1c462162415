"""Signed reports: which there are of a course, and the file itself, checked against its seal."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.domain.report_kinds import Period, ReportKind
from tracker.domain.signing import SigningKey
from tracker.models.database import read_rows
from tracker.models.patients import PatientRow
from tracker.models.prepared import Prepared
from tracker.models.signatures import sealed_values
from tracker.models.signed_reports import SignedReportRow as Row


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedReport:
    """What a list says of a signed report."""

    id: UUID
    kind: ReportKind
    period: Period
    signer_name: str
    signed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedFile:
    """The stored file. `is_as_signed`: file, data and signature fit each other."""

    pdf: bytes
    course_id: UUID
    kind: ReportKind
    signed_at: datetime
    is_as_signed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedReport:
    """What the code of a printed sheet leads to."""

    id: UUID
    kind: ReportKind
    period: Period
    patient_name: str
    record_number: str
    signer_name: str
    signed_at: datetime
    content_hash: str
    is_as_signed: bool


_OF_COURSE = Prepared(
    select(Row.id, Row.kind, Row.first_on, Row.last_on, Row.signer_name, Row.signed_at)
    .where(Row.clinic_id == bindparam("clinic_id"), Row.course_id == bindparam("course_id"))
    .order_by(Row.signed_at.desc(), Row.id)
)


def list_signed_reports(db: Session, who: Person, course_id: UUID) -> tuple[SignedReport, ...]:
    """The signed reports of a course, the latest first."""
    rows = read_rows(db, _OF_COURSE, {"clinic_id": who.clinic_id, "course_id": course_id})
    return tuple(
        SignedReport(
            id=row.id,
            kind=ReportKind(row.kind),
            period=Period(row.first_on, row.last_on),
            signer_name=row.signer_name,
            signed_at=row.signed_at,
        )
        for row in rows
    )


def get_signed_file(
    db: Session, who: Person, signed_report_id: UUID, *, key: SigningKey
) -> SignedFile:
    """The file as it was signed. Raises `NotFound`."""
    row = (
        db.execute(
            select(Row.__table__).where(Row.id == signed_report_id, Row.clinic_id == who.clinic_id)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound("signed report")
    return SignedFile(
        pdf=row["pdf"],
        course_id=row["course_id"],
        kind=ReportKind(row["kind"]),
        signed_at=row["signed_at"],
        is_as_signed=_is_as_signed(row, key),
    )


def find_by_code(
    db: Session, who: Person, code_start: str, *, key: SigningKey
) -> tuple[CheckedReport, ...]:
    """The signed reports of the clinic whose hash begins so: one, or none."""
    rows = db.execute(
        select(Row.__table__, *_WHOSE)
        .join(PatientRow, PatientRow.id == Row.patient_id)
        .where(Row.clinic_id == who.clinic_id, PatientRow.clinic_id == who.clinic_id)
        .where(Row.content_hash.startswith(code_start, autoescape=True))
        .order_by(Row.signed_at, Row.id)
    ).mappings()
    return tuple(
        CheckedReport(
            id=row["id"],
            kind=ReportKind(row["kind"]),
            period=Period(row["first_on"], row["last_on"]),
            patient_name=f"{row['given_name']} {row['family_name']}",
            record_number=row["record_number"],
            signer_name=row["signer_name"],
            signed_at=row["signed_at"],
            content_hash=row["content_hash"],
            is_as_signed=_is_as_signed(row, key),
        )
        for row in rows
    )


_WHOSE = (PatientRow.given_name, PatientRow.family_name, PatientRow.record_number)


def _is_as_signed(row: Any, key: SigningKey) -> bool:
    values = sealed_values(Row.__tablename__, row)
    return (
        hashlib.sha256(row["pdf"]).hexdigest() == row["pdf_hash"]
        and hashlib.sha256(row["content"].encode()).hexdigest() == row["content_hash"]
        and key.fits(row["seal"], values)
    )
