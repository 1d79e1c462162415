"""Psychotherapy notes (45 CFR 164.501): kept apart from the record, readable to their author only.

The table holds ciphertext. The key is not in the database (`config.py`), and nothing but the
author's own page reads it: no report, export, search or administrator.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Key, Words, same_clinic, table


class PsychotherapyNoteRow(Base):
    __tablename__ = "psychotherapy_notes"
    __table_args__ = table(
        same_clinic("therapy_session_id", "therapy_sessions"),
        same_clinic("author_id", "users"),
        UniqueConstraint("therapy_session_id", "author_id"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    therapy_session_id: Mapped[UUID]
    author_id: Mapped[UUID]
    key_id: Mapped[Words]
    nonce: Mapped[bytes] = mapped_column(LargeBinary(12))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
