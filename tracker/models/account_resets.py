"""Resets of an account: a link that opens it once, after everything that opened it before ended."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Key, same_clinic, table


class AccountResetRow(Base):
    """A link to choose a new password. `made_by` is empty for one that was made on the server."""

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
