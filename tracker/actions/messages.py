"""Puts messages into the outbox, inside the transaction of what they are about.

They go out later, by `flask reminders send` (actions/message_sending.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.domain.languages import Language
from tracker.models.accounts import UserRow
from tracker.models.messages import MessageRow, OnCallRow

FIRST_TIER, BACKUP_TIER = 1, 2


@dataclass(frozen=True, kw_only=True, slots=True)
class OnCall:
    """Somebody who is told of alerts, and where."""

    user_id: UUID
    email: str


def queue_alert(db: Session, *, clinic_id: UUID, alert_id: UUID, now: datetime) -> int:
    """Tell everybody who is on call first; returns how many that are. Nobody on call: nobody.

    For the transaction that stores the alert. The mail says that there is something to look at and
    nothing else; it is not sent when the alert was closed before it could go out.
    """
    people = on_call(db, clinic_id, FIRST_TIER)
    _queue_for_staff(db, people, "alert", clinic_id, alert_id, now)
    return len(people)


def queue_escalation(db: Session, *, clinic_id: UUID, alert_id: UUID, now: datetime) -> int:
    """Tell the backup, or everybody of the first tier once more where no backup is named."""
    people = on_call(db, clinic_id, BACKUP_TIER) or on_call(db, clinic_id, FIRST_TIER)
    _queue_for_staff(db, people, "escalation", clinic_id, alert_id, now)
    return len(people)


def on_call(db: Session, clinic_id: UUID, tier: int) -> tuple[OnCall, ...]:
    """The people of a tier whose accounts are active, in the order in which they were named."""
    rows = db.execute(
        select(UserRow.id, UserRow.email)
        .join(OnCallRow, OnCallRow.user_id == UserRow.id)
        .where(
            OnCallRow.clinic_id == clinic_id,
            OnCallRow.tier == tier,
            UserRow.deactivated_at.is_(None),
        )
        .order_by(OnCallRow.recorded_at, UserRow.id)
    )
    return tuple(OnCall(user_id=row.id, email=row.email) for row in rows)


def _queue_for_staff(
    db: Session,
    people: Sequence[OnCall],
    kind: str,
    clinic_id: UUID,
    alert_id: UUID,
    now: datetime,
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": uuid4(),
            "clinic_id": clinic_id,
            "kind": kind,
            "channel": "email",
            "user_id": person.user_id,
            "address": person.email,
            "language": Language.ENGLISH,  # staff pages are English
            "dedupe_key": f"{kind}:{alert_id}:{person.user_id}",
            "alert_id": alert_id,
            "not_before": now,
            "state": "queued",
            "recorded_at": now,
        }
        for person in people
    ]
    if rows:
        db.execute(insert(MessageRow), rows)
