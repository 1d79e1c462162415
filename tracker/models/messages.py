"""Messages that are to go out, and who is told of an alert.

A message is written in the transaction of its cause and sent afterwards by `flask reminders send`.
No text is stored: it is made from `kind` and `language` when the message goes out, and says
nothing clinical.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.languages import Language
from tracker.models.base import (
    Base,
    Key,
    Words,
    between,
    one_of,
    same_clinic,
    table,
    target_of_clinic,
)


class MessageRow(Base):
    """One message to one person. `dedupe_key` says what it is about: there is one of each."""

    __tablename__ = "messages"
    __table_args__ = table(
        target_of_clinic(),
        same_clinic("patient_id", "patients"),
        same_clinic("user_id", "users"),
        same_clinic("alert_id", "safety_alerts"),
        UniqueConstraint("clinic_id", "dedupe_key"),
        one_of(
            "kind",
            ("reminder", "alert", "escalation", "reset", "glass", "forgotten", "password"),
        ),
        one_of("channel", ("email", "sms")),
        one_of("language", Language),
        one_of("state", ("queued", "sending", "sent", "failed", "not_needed")),
        CheckConstraint("(patient_id IS NULL) <> (user_id IS NULL)", name="one_recipient"),
        CheckConstraint("(state = 'sending') = (claim_id IS NOT NULL)", name="claimed_is_sending"),
        CheckConstraint("(claim_id IS NULL) = (claimed_until IS NULL)", name="claim_paired"),
        CheckConstraint(
            "(state IN ('sent', 'failed', 'not_needed')) = (settled_at IS NOT NULL)",
            name="settled_at_an_instant",
        ),
        Index(None, "state", "not_before"),
        Index(None, "patient_id", "due_key"),
        Index(None, "alert_id"),
        between("attempts", 0, 99),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    kind: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(5))
    patient_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(10))
    dedupe_key: Mapped[str] = mapped_column(String(160))
    due_key: Mapped[Words | None]  # the check-in that a reminder is about
    alert_id: Mapped[UUID | None]
    not_before: Mapped[datetime]
    not_after: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    claim_id: Mapped[UUID | None]
    claimed_until: Mapped[datetime | None]  # after this another sender may take it
    settled_at: Mapped[datetime | None]
    last_problem: Mapped[Words] = mapped_column(default="")  # its kind, never its text
    recorded_at: Mapped[datetime]


class OnCallRow(Base):
    """Who is told of an alert: first, or as the backup when the deadline passes."""

    __tablename__ = "on_call"
    __table_args__ = table(same_clinic("user_id", "users"), between("tier", 1, 2))

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    tier: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
