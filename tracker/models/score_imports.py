"""Imports of historic scores: which file, when, by whom. Its check-ins point here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Key, Line, between, table, target_of_clinic


class ScoreImportRow(Base):
    """One file, imported whole. The same content is not imported twice."""

    __tablename__ = "score_imports"
    __table_args__ = table(
        target_of_clinic(),
        UniqueConstraint("clinic_id", "content_hash"),
        between("row_count", 1, 1_000_000),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    file_name: Mapped[Line]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    row_count: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
