"""Vials: taking them in, and wasting what is left in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.actions.vial_entries import Credential, Link, add_link, confirm_witness
from tracker.domain.audit import AuditEvent
from tracker.domain.drug_ledger import (
    EntryKind,
    Occurrence,
    Receipt,
    check_receipt,
    check_waste,
)
from tracker.domain.errors import Refused
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models import planning
from tracker.models.database import transaction
from tracker.models.drug_ledger import VialEntryRow, VialRow
from tracker.models.vials import lock_vial


@dataclass(frozen=True, kw_only=True, slots=True)
class Waste:
    """What was thrown away from a vial, when and why. Nobody was given any of it."""

    amount_ug: int
    occurred_at: datetime
    reason: str


def receive_vials(
    db: Session, who: Person, receipt: Receipt, *, submission: Submission | None, now: datetime
) -> tuple[UUID, ...]:
    """Take vials of one lot in; returns their ids in the order of their labels."""
    check_may(who, Act.KEEP_LEDGER)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return tuple(UUID(each) for each in earlier["vial_ids"])
        zone = planning.clinic_zone(db, who.clinic_id)
        on = receipt.received_at.astimezone(zone).date()
        check_receipt(
            receipt, Occurrence(at=receipt.received_at, on=on, now=now, field="received_time")
        )
        _check_new_labels(db, who, receipt.labels)
        ids = tuple(_store_vial(db, who, receipt, label, now) for label in receipt.labels)
        for vial_id in ids:
            audit.record(db, who, AuditEvent.VIAL_RECEIVED, now=now, kind="vial", object_id=vial_id)
        if submission:
            result = {"vial_ids": [str(each) for each in ids]}
            submissions.remember(db, who, submission, result, now=now)
        return ids


def _check_new_labels(db: Session, who: Person, labels: tuple[str, ...]) -> None:
    used = db.scalars(
        select(VialRow.label)
        .where(VialRow.clinic_id == who.clinic_id, VialRow.label.in_(labels))
        .order_by(VialRow.label)
        .limit(1)
    ).one_or_none()
    if used is not None:
        raise Refused(
            f"There is a vial labelled {used} already. Each vial has a label of its own.",
            field="first_label",
        )


def _store_vial(db: Session, who: Person, receipt: Receipt, label: str, now: datetime) -> UUID:
    vial_id = uuid4()
    common = {"clinic_id": who.clinic_id, "recorded_at": now, "recorded_by": who.user_id}
    db.execute(
        insert(VialRow),
        [
            {
                "id": vial_id,
                "label": label,
                "drug": receipt.drug,
                "lot": receipt.lot,
                "ndc": receipt.ndc,
                "expires_on": receipt.expires_on,
                "mg_per_ml": receipt.mg_per_ml,
                "volume_ml": receipt.volume_ml,
                "supplier": receipt.supplier,
                "invoice": receipt.invoice,
                "received_at": receipt.received_at,
                **common,
            }
        ],
    )
    db.execute(
        insert(VialEntryRow),
        [
            {
                "id": uuid4(),
                "vial_id": vial_id,
                "seq": 0,
                "kind": EntryKind.RECEIVED,
                "amount_ug": receipt.content_ug,
                "balance_before_ug": 0,
                "balance_after_ug": receipt.content_ug,
                "reason": receipt.reason,
                "occurred_at": receipt.received_at,
                **common,
            }
        ],
    )
    return vial_id


def waste_rest(
    db: Session,
    who: Person,
    vial_id: UUID,
    waste: Waste,
    *,
    witness: Credential | None,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Record that drug from a vial was thrown away, before a witness; returns the entry's id."""
    check_may(who, Act.KEEP_LEDGER)
    second = confirm_witness(db, who, witness, now=now)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["vial_entry_id"])
        vial = lock_vial(db, who.clinic_id, vial_id)
        on = waste.occurred_at.astimezone(planning.clinic_zone(db, who.clinic_id)).date()
        when = Occurrence(at=waste.occurred_at, on=on, now=now)
        check_waste(vial.state, waste.amount_ug, when, reason=waste.reason)
        link = Link(
            kind=EntryKind.WASTED,
            amount_ug=-waste.amount_ug,
            occurred_at=waste.occurred_at,
            witness_id=second.user_id,
            reason=waste.reason,
        )
        entry_id = add_link(db, who, vial, link, now=now)
        audit.record(
            db,
            who,
            AuditEvent.DRUG_WASTED,
            now=now,
            kind="vial",
            object_id=vial_id,
            detail={"entry": str(entry_id), "witness": str(second.user_id)},
        )
        if submission:
            result = {"vial_entry_id": str(entry_id)}
            submissions.remember(db, who, submission, result, now=now)
        return entry_id
