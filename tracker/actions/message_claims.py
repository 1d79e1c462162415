"""Taking a queued message to send it, and writing down what became of it.

One message is taken at a time, in a transaction of its own, by whoever's claim is stored: of
several senders only one gets it, and one that dies loses one message at the most. Claimed for
longer than the lease, it is settled in its sender's place.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit, reminder_plans
from tracker.domain import messages
from tracker.domain.audit import AuditEvent
from tracker.domain.languages import Language
from tracker.domain.messages import LEASE, Kind, MessageState, Outcome, Settled
from tracker.domain.reminders import QuietHours
from tracker.models.accounts import UserRow
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.database import transaction
from tracker.models.messages import MessageRow

NOTHING_TO_DO = Settled(state=MessageState.NOT_NEEDED, problem="no longer needed")
TOLD_WITH_ANOTHER = Settled(state=MessageState.NOT_NEEDED, problem=messages.TOLD_WITH_ANOTHER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A message that one sender has, to be sent now. ``attempts`` counts this one."""

    id: UUID
    claim_id: UUID
    clinic_id: UUID
    kind: Kind
    channel: str
    address: str
    language: Language
    patient_id: UUID | None
    user_id: UUID | None
    due_key: str | None
    attempts: int


def claim_next(
    db: Session, channels: Collection[str], quiet: QuietHours, *, now: datetime
) -> Claimed | None:
    """The next message that is still needed, claimed; None when nothing is left for now.

    What tells of an alert comes first. What is not needed any more is settled on the way, and what
    comes in somebody's quiet hours waits for their end.
    """
    while True:
        with transaction(db):
            row = _next(db, channels, now)
            if row is None:
                return None
            decision = _decide(db, row, quiet, now)
            if isinstance(decision, Settled):
                _settle(db, row, decision, now)
                continue
            claimed = _claimed(row, decision)
            db.execute(
                update(MessageRow)
                .where(MessageRow.id == row.id, MessageRow.state == MessageState.QUEUED)
                .values(
                    state=MessageState.SENDING,
                    claim_id=claimed.claim_id,
                    claimed_until=now + LEASE,
                    attempts=claimed.attempts,
                    address=claimed.address if claimed.kind.is_to_account else "",
                )
            )
            return claimed


def settle(db: Session, claimed: Claimed, outcome: Outcome, *, now: datetime) -> MessageState:
    """Write down what became of a claimed message, unless the claim was lost meanwhile."""
    settled = messages.after_try(claimed.kind, outcome, attempts=claimed.attempts, now=now)
    with transaction(db):
        row = db.execute(
            _COLUMNS.where(MessageRow.id == claimed.id, MessageRow.claim_id == claimed.claim_id)
        ).one_or_none()
        if row is not None:
            _settle(db, row, settled, now)
            if claimed.kind.is_to_account and settled.state is MessageState.SENT:
                _settle_told(db, row, now)
    return settled.state


def settle_interrupted(db: Session, *, now: datetime) -> int:
    """Settle what other senders claimed and left; returns how many."""
    with transaction(db):
        rows = db.execute(
            _COLUMNS.where(
                MessageRow.state == MessageState.SENDING, MessageRow.claimed_until <= now
            )
        ).all()
        for row in rows:
            settled = messages.after_interruption(Kind(row.kind), attempts=row.attempts, now=now)
            _settle(db, row, settled, now)
    return len(rows)


def settle_unneeded(db: Session, user_id: UUID, kind: Kind, *, now: datetime) -> None:
    """Settle an account's messages of one kind that wait or are being sent, in the open
    transaction: whoever claimed one has lost it.
    """
    rows = db.execute(
        _COLUMNS.where(
            MessageRow.user_id == user_id,
            MessageRow.kind == kind,
            MessageRow.state.in_([MessageState.QUEUED, MessageState.SENDING]),
        )
    ).all()
    for row in rows:
        _settle(db, row, NOTHING_TO_DO, now)


def is_claimed(db: Session, claimed: Claimed) -> bool:
    """Whether the sender still has the message."""
    mine = MessageRow.id == claimed.id, MessageRow.claim_id == claimed.claim_id
    return db.execute(select(MessageRow.id).where(*mine)).first() is not None


_COLUMNS = select(
    MessageRow.id,
    MessageRow.clinic_id,
    MessageRow.kind,
    MessageRow.channel,
    MessageRow.address,
    MessageRow.language,
    MessageRow.patient_id,
    MessageRow.user_id,
    MessageRow.due_key,
    MessageRow.not_after,
    MessageRow.attempts,
    MessageRow.claimed_until,
    MessageRow.last_problem,
)


def _next(db: Session, channels: Collection[str], now: datetime) -> Any:
    return db.execute(
        _COLUMNS.where(
            MessageRow.state == MessageState.QUEUED,
            MessageRow.not_before <= now,
            MessageRow.channel.in_(channels),
        )
        .order_by(
            case((MessageRow.kind == Kind.REMINDER, 1), else_=0),
            MessageRow.not_before,
            MessageRow.id,
        )
        .limit(1)
    ).one_or_none()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Recipient:
    """Where it goes, as the record says now, and in which language."""

    address: str
    language: Language


def _decide(db: Session, row: Any, quiet: QuietHours, now: datetime) -> Settled | _Recipient:
    """What is to be written down instead of sending, or who gets it."""
    if Kind(row.kind).is_to_account:
        return _of_account(db, row, now) or NOTHING_TO_DO
    patient = reminder_plans.find_reached(db, row.patient_id)
    if patient is None or patient.channel != row.channel:
        return NOTHING_TO_DO
    if row.not_after is not None and now >= row.not_after:
        return messages.when_too_late(attempts=row.attempts, problem=row.last_problem)
    if row.due_key is not None:
        open_now = reminder_plans.open_now(db, patient, now)
        if row.due_key not in {due.due_key for due in open_now}:
            return NOTHING_TO_DO
        allowed = quiet.next_allowed(now, patient.zone)
        if allowed > now:
            problem = row.last_problem
            return Settled(state=MessageState.QUEUED, not_before=allowed, problem=problem)
    return _Recipient(address=patient.address, language=patient.language)


def _of_account(db: Session, row: Any, now: datetime) -> _Recipient | None:
    """Who is told; None when it is too late, or the alert, if of one, is closed, or the account."""
    if row.not_after is not None and now >= row.not_after:
        return None
    address = db.execute(
        select(UserRow.email)
        .join(MessageRow, MessageRow.user_id == UserRow.id)
        .outerjoin(SafetyAlertRow, SafetyAlertRow.id == MessageRow.alert_id)
        .where(
            MessageRow.id == row.id,
            UserRow.deactivated_at.is_(None),
            SafetyAlertRow.closed_at.is_(None),
        )
    ).scalar_one_or_none()
    return _Recipient(address=address, language=Language(row.language)) if address else None


def _settle_told(db: Session, sent: Any, now: datetime) -> None:
    """Settle what waited for the same colleague when this mail was taken to be sent."""
    others = db.execute(
        _COLUMNS.where(
            MessageRow.state == MessageState.QUEUED,
            MessageRow.kind == sent.kind,
            MessageRow.user_id == sent.user_id,
            MessageRow.recorded_at <= sent.claimed_until - LEASE,
        )
    ).all()
    for other in others:
        _settle(db, other, TOLD_WITH_ANOTHER, now)


def _claimed(row: Any, recipient: _Recipient) -> Claimed:
    return Claimed(
        id=row.id,
        claim_id=uuid4(),
        clinic_id=row.clinic_id,
        kind=Kind(row.kind),
        channel=row.channel,
        address=recipient.address,
        language=recipient.language,
        patient_id=row.patient_id,
        user_id=row.user_id,
        due_key=row.due_key,
        attempts=row.attempts + 1,
    )


def _settle(db: Session, row: Any, settled: Settled, now: datetime) -> None:
    values: dict[str, Any] = {
        "state": settled.state,
        "last_problem": settled.problem,
        "claim_id": None,
        "claimed_until": None,
        "settled_at": now if settled.state.is_settled else None,
    }
    if settled.not_before is not None:
        values["not_before"] = settled.not_before
    db.execute(update(MessageRow).where(MessageRow.id == row.id).values(**values))
    if settled.state.is_settled:
        audit.record(
            db,
            None,
            AuditEvent.MESSAGE_SETTLED,
            now=now,
            kind="message",
            object_id=row.id,
            patient_id=row.patient_id,
            clinic_id=row.clinic_id,
            outcome="failed" if settled.state is MessageState.FAILED else "done",
            detail={"message": str(row.kind), "state": str(settled.state)},
        )
