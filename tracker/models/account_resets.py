"""Resets of an account: links that open it once, and who asked for one because they forgot."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.languages import Language
from tracker.models.base import Base, Key, one_of, same_clinic, table


class AccountResetRow(Base):
    """A link to choose a new password.

    `made_by` is empty for one that was made on the server or that the person asked for.
    """

    __tablename__ = "account_resets"
    __table_args__ = table(same_clinic("user_id", "users"), Index(None, "user_id"))

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    user_id: Mapped[UUID]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class AskedResetRow(Base):
    """An address that somebody typed who forgot the password: anybody's, or nobody's.

    Whether an account has it is looked up by the sender of messages, which deletes the row: the
    page cannot tell, not even by the time that it takes.
    """

    __tablename__ = "asked_resets"
    __table_args__ = table(one_of("language", Language))

    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    language: Mapped[str] = mapped_column(String(10))  # of the page on which it was asked
    asked_at: Mapped[datetime]
