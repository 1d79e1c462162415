"""Reports that were signed: the file as it went out, and the data that it was set from."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.languages import Language
from tracker.domain.report_kinds import ReportKind
from tracker.models.base import (
    Base,
    Key,
    Line,
    Words,
    one_of,
    same_clinic,
    table,
    target_of_clinic,
)


class SignedReportRow(Base):
    """One signed report. Append-only: what comes later changes nothing in it.

    `content` is what the typesetter was given, `content_hash` and `pdf_hash` are SHA-256 in
    hexadecimal, and the seal binds both hashes to signer and time.
    """

    __tablename__ = "signed_reports"
    __table_args__ = table(
        target_of_clinic(),
        same_clinic("patient_id", "patients"),
        same_clinic("course_id", "courses"),
        one_of("kind", ReportKind),
        one_of("language", Language),
        CheckConstraint("length(content) > 0", name="content_given"),
        Index(None, "course_id", "signed_at"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID]
    course_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(10))
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    signer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    signer_name: Mapped[Line]
    signer_role: Mapped[Words]
    signed_at: Mapped[datetime]
    content: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    pdf_hash: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[Words]
    seal: Mapped[str] = mapped_column(String(64))
