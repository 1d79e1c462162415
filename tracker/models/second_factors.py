"""Second factors: the sealed secret of an authenticator app, and hashes of recovery codes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Key, Words, same_clinic, table


class SecondFactorRow(Base):
    """An authenticator app of an account; one that is in use at a time.

    The table holds ciphertext, bound to the row; the key is not in the database (`config.py`).
    `last_step` is the half-minute whose code was taken last: no code counts twice.
    """

    __tablename__ = "second_factors"
    __table_args__ = table(
        same_clinic("user_id", "users"),
        Index(
            "ux_second_factors_in_use",
            "user_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    user_id: Mapped[UUID]
    key_id: Mapped[Words]
    nonce: Mapped[bytes] = mapped_column(LargeBinary(12))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int]
    set_up_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RecoveryCodeRow(Base):
    """One code for the day when the phone is lost: its SHA-256, used once or replaced."""

    __tablename__ = "recovery_codes"
    __table_args__ = table(same_clinic("user_id", "users"), Index(None, "user_id"))

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    user_id: Mapped[UUID]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
