"""The wording of an instrument, as a clinic loaded it from its own copy."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Key, Line, between, one_of, table, target_of_clinic


class InstrumentWordingRow(Base):
    """Never edited: a better copy is a new revision, and the newest one that stands is shown.

    `content` is a `Wording` (tracker/domain/instruments) as plain data.
    """

    __tablename__ = "instrument_wordings"
    __table_args__ = table(
        target_of_clinic(),
        UniqueConstraint(
            "clinic_id",
            "instrument_key",
            "instrument_version",
            "language",
            "revision",
            name="uq_instrument_wordings_revision",
        ),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_paired"),
        one_of("source", ("pasted", "fhir", "file")),
        between("revision", 1, 9999),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    instrument_key: Mapped[str] = mapped_column(String(40))
    instrument_version: Mapped[int]
    language: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int]
    source: Mapped[str] = mapped_column(String(6))
    right_to_use: Mapped[Line] = mapped_column(default="")  # where the copy is from
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
