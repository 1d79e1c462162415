"""Private links: one patient, one check-in, no password, and nothing else."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Key, Words, between, same_clinic, table, target_of_clinic


class CheckInLinkRow(Base):
    """The address holds the token, this table its SHA-256 only.

    A browser is let in by the patient's date of birth; wrong ones are counted, and too many lock
    the link. `created_by` is empty where a reminder made it. `another_asked_at` is when the patient
    came too late and asked for another one.
    """

    __tablename__ = "check_in_links"
    __table_args__ = table(
        target_of_clinic(),
        same_clinic("patient_id", "patients"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_why IS NULL)", name="revoked_paired"),
        Index(None, "patient_id", "due_key"),
        between("wrong_dates", 0, 99),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID]
    instrument_key: Mapped[str] = mapped_column(String(40))
    due_key: Mapped[Words]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime]
    first_opened_at: Mapped[datetime | None]
    wrong_dates: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None]
    another_asked_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[Words | None]
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
