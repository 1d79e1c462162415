"""Accounts, their roles, sign-ins, one-time links, throttles and answered submissions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.people import Role
from tracker.models.base import Base, Key, Line, Words, one_of, same_clinic, table, target_of_clinic


class UserRow(Base):
    """Somebody who can sign in. `email` is stored in its one normal form (domain/accounts.py)."""

    __tablename__ = "users"
    __table_args__ = table(target_of_clinic())

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[Line]
    password_hash: Mapped[Line | None]
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]


class UserRoleRow(Base):
    __tablename__ = "user_roles"
    __table_args__ = table(same_clinic("user_id", "users"), one_of("role", Role))

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))


class SignInRow(Base):
    """One signed-in browser. The cookie holds the token, this table its SHA-256 only."""

    __tablename__ = "sign_ins"
    __table_args__ = table(
        same_clinic("user_id", "users"),
        same_clinic("link_id", "check_in_links"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_why IS NULL)", name="revoked_paired"),
        Index(None, "user_id"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[UUID]
    link_id: Mapped[UUID | None]  # opened by a private link: good for its check-in only
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    factor_at: Mapped[datetime | None]  # when the second factor was shown
    proved_at: Mapped[datetime | None]  # when the password or a code was entered last
    locked_at: Mapped[datetime | None]  # the screen is locked until the password is entered
    pin_hash: Mapped[bytes | None] = mapped_column(LargeBinary(200))  # opens it again, one day long
    pin_chosen_at: Mapped[datetime | None]
    pin_tries_left: Mapped[int | None]
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[Words | None]
    device: Mapped[Line] = mapped_column(default="")
    address: Mapped[Words] = mapped_column(default="")


class InvitationRow(Base):
    """A one-time link: the first administrator's set-up, a colleague's or a patient's account."""

    __tablename__ = "invitations"
    __table_args__ = table(
        same_clinic("patient_id", "patients"),
        one_of("role", Role),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID | None] = mapped_column(ForeignKey("clinics.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    name: Mapped[Line] = mapped_column(default="")
    patient_id: Mapped[UUID | None]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInThrottleRow(Base):
    """Failed sign-ins of one account or one network, by hash: bounded, and purged when stale."""

    __tablename__ = "sign_in_throttles"
    __table_args__ = table()

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    window_started_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]


class SubmissionRow(Base):
    """A form that was answered: the same form sent again gets the same answer, stored once."""

    __tablename__ = "submissions"
    __table_args__ = table(
        same_clinic("user_id", "users"), UniqueConstraint("user_id", "submission_id")
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    user_id: Mapped[UUID]
    submission_id: Mapped[UUID]
    payload_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    result: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]
