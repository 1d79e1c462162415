"""Proxies: who reads which patient's visits, on whose authority, from when until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    and_,
    exists,
    not_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.proxies import ProxyAuthority, ProxyEnd
from tracker.models.base import Base, Key, Line, Words, one_of, same_clinic, table


class ProxyRow(Base):
    """One arrangement: an account reads for one patient. An ended one stays, for the trail."""

    __tablename__ = "patient_proxies"
    __table_args__ = table(
        same_clinic("patient_id", "patients"),
        same_clinic("user_id", "users"),
        one_of("authority", ProxyAuthority),
        one_of("ended_why", ProxyEnd),
        CheckConstraint("(user_id IS NULL) = (accepted_at IS NULL)", name="accepted_paired"),
        CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ended_paired"),
        Index(None, "patient_id"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID]
    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("invitations.id"), unique=True)
    name: Mapped[Line]
    authority: Mapped[Words]
    arranged_at: Mapped[datetime]
    arranged_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    until_at: Mapped[datetime | None]  # from then on it is over without anybody's doing
    user_id: Mapped[UUID | None] = mapped_column(unique=True)  # an account reads for one patient
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    ended_why: Mapped[Words | None]


def is_standing(now: Any) -> ColumnElement[bool]:
    """Whether an arrangement is neither ended nor over."""
    return and_(
        ProxyRow.ended_at.is_(None), or_(ProxyRow.until_at.is_(None), ProxyRow.until_at > now)
    )


def reads_no_more(user_id: Any, now: Any) -> ColumnElement[bool]:
    """Whether an account, a column of the statement around it, was a proxy's and is over."""
    mine = ProxyRow.user_id == user_id
    return and_(exists().where(mine), not_(exists().where(mine, is_standing(now))))
