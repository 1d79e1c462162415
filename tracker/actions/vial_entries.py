"""One more link in a vial's chain, and the second person who stands by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tracker.actions import identity
from tracker.domain.drug_ledger import EntryKind
from tracker.domain.errors import Refused
from tracker.domain.key_ring import KeyRing
from tracker.domain.people import Person
from tracker.models.drug_ledger import VialEntryRow
from tracker.models.vials import LockedVial


@dataclass(frozen=True, kw_only=True, slots=True)
class Credential:
    """What a witness types: their own e-mail address and password, and the code of their app.

    ``ring`` holds the keys that open the app's secret, to see whether the code is right.
    """

    email: str
    password: str
    code: str = ""
    ring: KeyRing | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """What an entry says. `amount_ug` is negative when drug leaves the vial."""

    kind: EntryKind
    amount_ug: int
    occurred_at: datetime
    counted_ug: int | None = None
    run_sheet_id: UUID | None = None
    witness_id: UUID | None = None
    reason: str = ""


def confirm_witness(
    db: Session, who: Person, credential: Credential | None, *, now: datetime
) -> Person:
    """The second person, who proved who they are. Call it before the writing transaction.

    Raises `Refused`: nobody was named, it is oneself, or the password is not right.
    """
    if credential is None or not credential.email:
        raise Refused("A second person has to witness this.", field="witness_email")
    return identity.confirm_colleague(
        db,
        who,
        email=credential.email,
        password=credential.password,
        code=credential.code,
        ring=credential.ring,
        now=now,
    )


def add_link(db: Session, who: Person, vial: LockedVial, link: Link, *, now: datetime) -> UUID:
    """Append an entry to a vial that is locked; returns its id."""
    entry_id = uuid4()
    before = vial.state.balance_ug
    db.execute(
        insert(VialEntryRow),
        [
            {
                "id": entry_id,
                "clinic_id": who.clinic_id,
                "vial_id": vial.id,
                "seq": vial.last_seq + 1,
                "previous_seq": vial.last_seq,
                "kind": link.kind,
                "amount_ug": link.amount_ug,
                "balance_before_ug": before,
                "balance_after_ug": before + link.amount_ug,
                "counted_ug": link.counted_ug,
                "run_sheet_id": link.run_sheet_id,
                "reason": link.reason,
                "occurred_at": link.occurred_at,
                "recorded_at": now,
                "recorded_by": who.user_id,
                "witness_id": link.witness_id,
            }
        ],
    )
    return entry_id
