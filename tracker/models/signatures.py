"""Sign-offs and amendments: who stands for a record, and what was added to it afterwards.

Both are append-only. Each points at exactly one record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.signing import Meaning, RecordKind
from tracker.models.base import (
    Base,
    Key,
    Line,
    Note,
    Words,
    one_of,
    same_clinic,
    table,
    target_of_clinic,
)


def _about_one_record(*constraints: Any) -> tuple[Any, ...]:
    return table(
        target_of_clinic(),
        same_clinic("run_sheet_id", "run_sheets"),
        same_clinic("therapy_session_id", "therapy_sessions"),
        same_clinic("course_review_id", "course_reviews"),
        CheckConstraint(
            "(CASE WHEN run_sheet_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN therapy_session_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN course_review_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_record",
        ),
        *constraints,
        Index(None, "run_sheet_id"),
        Index(None, "therapy_session_id"),
        Index(None, "course_review_id"),
    )


class AboutOneRecord:
    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    run_sheet_id: Mapped[UUID | None]
    therapy_session_id: Mapped[UUID | None]
    course_review_id: Mapped[UUID | None]


PERFORMED_ON_A_SHEET = text("meaning = 'performed' AND run_sheet_id IS NOT NULL")
"""Which signatures are in the index that holds each sheet to one: spelled out for the engines."""


class SignatureRow(AboutOneRecord, Base):
    """One sign-off. `content` is what was signed, `content_hash` its SHA-256 in hexadecimal.

    `seal` binds signer, time and meaning to the hash with a key that is not in the database.
    """

    __tablename__ = "signatures"
    __table_args__ = _about_one_record(
        one_of("meaning", Meaning),
        Index(
            "uq_signatures_performed_run_sheet",
            "clinic_id",
            "run_sheet_id",
            unique=True,
            sqlite_where=PERFORMED_ON_A_SHEET,
            postgresql_where=PERFORMED_ON_A_SHEET,
        ),
    )

    meaning: Mapped[str] = mapped_column(String(10))
    is_late_entry: Mapped[bool] = mapped_column(default=False)
    gaps: Mapped[Note] = mapped_column(default="")  # what was open when it was signed
    gaps_reason: Mapped[Line] = mapped_column(default="")
    signer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    signer_name: Mapped[Line]
    signer_role: Mapped[Words]
    signed_at: Mapped[datetime]
    content: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[Words]
    seal: Mapped[str] = mapped_column(String(64))


class AmendmentRow(AboutOneRecord, Base):
    """An addendum to a signed record, with its reason. It is sealed as a signature is."""

    __tablename__ = "amendments"
    __table_args__ = _about_one_record(
        CheckConstraint("length(reason) > 0", name="reason_given"),
        CheckConstraint("length(addendum) > 0", name="addendum_given"),
    )

    reason: Mapped[Line]
    addendum: Mapped[Note]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[Line]
    author_role: Mapped[Words]
    amended_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[Words]
    seal: Mapped[str] = mapped_column(String(64))


_NOT_SEALED = frozenset({"seal", "content", "pdf"})  # sealed through their hashes


def sealed_values(table_name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the seal of a signature or an amendment covers: every other column of its row."""
    columns = Base.metadata.tables[table_name].columns
    values = {each.name: row[each.name] for each in columns if each.name not in _NOT_SEALED}
    return {"table": table_name, "row": values}


SIGNED_COLUMN: dict[RecordKind, str] = {kind: f"{kind}_id" for kind in RecordKind}
"""The column of both tables that points at a record of this kind."""
