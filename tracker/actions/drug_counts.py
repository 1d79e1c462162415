"""Counting what is there, and bringing the ledger to what two people found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.actions.vial_entries import Credential, Link, add_link, confirm_witness
from tracker.domain.audit import AuditEvent
from tracker.domain.drug_ledger import EntryKind, Occurrence, check_adjustment, check_count
from tracker.domain.errors import Refused
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models.database import transaction
from tracker.models.vials import lock_vial


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjustment:
    """What was found in a vial, when, and why the ledger said otherwise."""

    found_ug: int
    occurred_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """What somebody counted in one vial."""

    vial_id: UUID
    found_ug: int


def count(
    db: Session,
    who: Person,
    counted: Sequence[Counted],
    *,
    occurred_at: datetime,
    submission: Submission | None,
    now: datetime,
) -> tuple[UUID, ...]:
    """Record a count; returns the vials that differ from the ledger. A count changes no balance."""
    check_may(who, Act.KEEP_LEDGER)
    if not counted:
        raise Refused("Enter what is in at least one vial.")
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return tuple(UUID(each) for each in earlier["differing"])
        when = Occurrence(at=occurred_at, on=occurred_at.date(), now=now)
        differing = tuple(
            each.vial_id for each in counted if _count_one(db, who, each, when, now) != 0
        )
        if submission:
            result = {"differing": [str(each) for each in differing]}
            submissions.remember(db, who, submission, result, now=now)
        return differing


def _count_one(db: Session, who: Person, each: Counted, when: Occurrence, now: datetime) -> int:
    vial = lock_vial(db, who.clinic_id, each.vial_id)
    difference_ug = check_count(vial.state, each.found_ug, when)
    link = Link(kind=EntryKind.COUNTED, amount_ug=0, occurred_at=when.at, counted_ug=each.found_ug)
    entry_id = add_link(db, who, vial, link, now=now)
    audit.record(
        db,
        who,
        AuditEvent.DRUG_COUNTED,
        now=now,
        kind="vial",
        object_id=each.vial_id,
        detail={"entry": str(entry_id), "agrees": difference_ug == 0},
    )
    return difference_ug


def adjust(
    db: Session,
    who: Person,
    vial_id: UUID,
    adjustment: Adjustment,
    *,
    seen_balance_ug: int | None,
    witness: Credential | None,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Bring a vial's balance to what two people found; returns the entry's id.

    `seen_balance_ug` is what the form showed: a draw meanwhile would make the difference another.
    """
    check_may(who, Act.KEEP_LEDGER)
    second = confirm_witness(db, who, witness, now=now)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["vial_entry_id"])
        vial = lock_vial(db, who.clinic_id, vial_id)
        if seen_balance_ug != vial.state.balance_ug:
            raise Refused(
                "Somebody drew from this vial or adjusted it meanwhile. Count it again together."
            )
        at = adjustment.occurred_at
        when = Occurrence(at=at, on=at.date(), now=now)
        change_ug = check_adjustment(
            vial.state, adjustment.found_ug, when, reason=adjustment.reason
        )
        link = Link(
            kind=EntryKind.ADJUSTED,
            amount_ug=change_ug,
            occurred_at=at,
            witness_id=second.user_id,
            reason=adjustment.reason,
        )
        entry_id = add_link(db, who, vial, link, now=now)
        audit.record(
            db,
            who,
            AuditEvent.LEDGER_ADJUSTED,
            now=now,
            kind="vial",
            object_id=vial_id,
            detail={"entry": str(entry_id), "witness": str(second.user_id)},
        )
        if submission:
            result = {"vial_entry_id": str(entry_id)}
            submissions.remember(db, who, submission, result, now=now)
        return entry_id
