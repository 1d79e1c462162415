"""Vials, draws and what became of them, for tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.make.accounts import PASSWORD
from tests.make.infusions import course_of_today, make_infusion, planned_id
from tests.make.patients import NOW
from tracker.actions import drug_draws, vials
from tracker.actions.drug_draws import Account, Draw
from tracker.actions.vial_entries import Credential
from tracker.domain.drug_ledger import Receipt
from tracker.domain.people import Person

WITNESS = Credential(email="second@a.test", password=PASSWORD)
"""What the colleague of `make_colleague` types."""


def receipt_of(**changes: Any) -> Receipt:
    """One vial of 10 mg/mL × 20 mL (200 mg), received an hour ago."""
    values: dict[str, Any] = {
        "first_label": "K-01",
        "how_many": 1,
        "drug": "Ketamine",
        "lot": "LOT-A7",
        "ndc": "00000-1234-10",
        "expires_on": date(2027, 6, 30),
        "mg_per_ml": Decimal(10),
        "volume_ml": Decimal(20),
        "supplier": "Pharmacy",
        "invoice": "INV-1",
        "received_at": NOW - timedelta(hours=1),
    }
    return Receipt(**(values | changes))


def make_vial(db: Session, who: Person, *, now: datetime = NOW, **changes: Any) -> UUID:
    """A vial that was received; returns its id."""
    return vials.receive_vials(db, who, receipt_of(**changes), submission=None, now=now)[0]


def make_ledger_infusion(db: Session, who: Person, patient_id: UUID) -> UUID:
    """A running infusion of 40 mg to draw for; returns the id of its run sheet."""
    course_id = course_of_today(db, who, patient_id)
    return make_infusion(db, who, planned_id(db, course_id))


def make_draw(
    db: Session,
    who: Person,
    run_sheet_id: UUID,
    vial_id: UUID,
    *,
    amount_ug: int = 40_000,
    now: datetime = NOW,
    reason: str = "",
) -> UUID:
    """40 mg drawn now unless said otherwise; returns the id of the entry."""
    drawn = Draw(vial_id=vial_id, amount_ug=amount_ug, occurred_at=now, reason=reason)
    return drug_draws.draw(db, who, run_sheet_id, drawn, submission=None, now=now)


def make_account(
    db: Session,
    who: Person,
    entry_id: UUID,
    *,
    given_ug: int = 40_000,
    wasted_ug: int = 0,
    now: datetime = NOW,
    witness: Credential | None = None,
) -> None:
    """All of it given unless said otherwise."""
    account = Account(given_ug=given_ug, wasted_ug=wasted_ug, occurred_at=now)
    drug_draws.account_for_draw(
        db, who, entry_id, account, witness=witness, submission=None, now=now
    )
