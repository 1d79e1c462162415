"""The letters of a month, ordered together and made by workers."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.languages import Language
from tracker.domain.report_batches import BATCH_KINDS, MOST_TRIES, BatchState, LetterState
from tracker.models.base import (
    Base,
    Key,
    Line,
    Words,
    between,
    one_of,
    same_clinic,
    table,
    target_of_clinic,
)


class ReportBatchRow(Base):
    """One order. `file` is the ZIP of the letters until it is deleted or its time is over."""

    __tablename__ = "report_batches"
    __table_args__ = table(
        target_of_clinic(),
        one_of("kind", BATCH_KINDS),
        one_of("language", Language),
        one_of("state", BatchState),
        CheckConstraint("(state = 'done') = (file IS NOT NULL)", name="file_when_done"),
        CheckConstraint("(file IS NULL) = (expires_at IS NULL)", name="expiry_paired"),
        Index(None, "clinic_id", "recorded_at"),
        Index(None, "state", "expires_at"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    month_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=BatchState.QUEUED)
    requester_name: Mapped[Line]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    file: Mapped[bytes | None] = mapped_column(LargeBinary)
    file_hash: Mapped[str | None] = mapped_column(String(64))


class BatchLetterRow(Base):
    """One letter of a batch. `pdf` is kept from its making until the batch's file is made."""

    __tablename__ = "batch_letters"
    __table_args__ = table(
        same_clinic("batch_id", "report_batches"),
        same_clinic("course_id", "courses"),
        UniqueConstraint("batch_id", "course_id"),
        UniqueConstraint("batch_id", "place"),
        one_of("state", LetterState),
        between("attempts", 0, MOST_TRIES),
        CheckConstraint("(state = 'making') = (claim_id IS NOT NULL)", name="claimed_is_making"),
        CheckConstraint("(claim_id IS NULL) = (claimed_until IS NULL)", name="claim_paired"),
        CheckConstraint("(state = 'made') = (pdf_hash IS NOT NULL)", name="hash_when_made"),
        Index(None, "state", "claimed_until"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    batch_id: Mapped[UUID]
    course_id: Mapped[UUID]
    place: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default=LetterState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    claim_id: Mapped[UUID | None]
    claimed_until: Mapped[datetime | None]  # after this another worker may take it
    problem: Mapped[Words] = mapped_column(default="")  # its kind, never its text
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary)
    pdf_hash: Mapped[str | None] = mapped_column(String(64))
