"""Passkeys: what a browser or phone signs a sign-in with. Public keys only; nothing is secret."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Key, Words, same_clinic, table


class PasskeyRow(Base):
    """A passkey of an account. `sign_count` is the number that it gave last (0: it counts none)."""

    __tablename__ = "passkeys"
    __table_args__ = table(same_clinic("user_id", "users"), Index(None, "user_id"))

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    user_id: Mapped[UUID]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    can_be_backed_up: Mapped[bool]
    is_backed_up: Mapped[bool]
    name: Mapped[Words]
    added_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class UsedChallengeRow(Base):
    """A challenge that a passkey has answered: it counts once. Gone again when it is too old."""

    __tablename__ = "used_challenges"
    __table_args__ = table(Index(None, "used_at"))

    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    used_at: Mapped[datetime]
