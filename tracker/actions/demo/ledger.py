"""The drug ledger of the fictitious clinic: vials, draws, waste, a count. Every chain adds up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from tracker.actions.demo.infusions import VIAL_MG_PER_ML, Infusion
from tracker.actions.demo.moments import ZONE, Present, Row, known_id
from tracker.domain.drug_ledger import EntryKind

_VOLUME_ML = Decimal(10)
_FULL_UG = int(VIAL_MG_PER_ML * _VOLUME_ML * 1000)
_STEP_MG = Decimal(5)
_RECEIVED_BEFORE = timedelta(days=20)
_KEPT_FOR = timedelta(days=600)
_UNOPENED = 2


@dataclass
class _Vial:
    """One vial as its story goes on."""

    number: int
    received_at: datetime
    entries: list[Row] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"vial {self.number}"

    @property
    def balance_ug(self) -> int:
        balance: int = self.entries[-1]["balance_after_ug"]
        return balance

    def row(self) -> Row:
        return {
            "id": known_id(self.id),
            "label": f"V-{self.number:04}",
            "drug": "Ketamine hydrochloride",
            "lot": f"DEMO{1200 + self.number // 3}",
            "ndc": "00000-0000-00",
            "expires_on": (self.received_at + _KEPT_FOR).astimezone(ZONE).date(),
            "mg_per_ml": VIAL_MG_PER_ML,
            "volume_ml": _VOLUME_ML,
            "supplier": "Fictitious Pharmacy Supply",
            "invoice": f"INV-{self.number // 3:03}",
            "received_at": self.received_at,
            "recorded_at": self.received_at,
            "recorded_by": known_id("clinician"),
        }

    def add(self, kind: EntryKind, amount_ug: int, at: datetime, **more: object) -> Row:
        seq = len(self.entries)
        before = self.balance_ug if seq else 0
        entry: Row = {
            "id": known_id(f"{self.id} entry {seq}"),
            "vial_id": known_id(self.id),
            "seq": seq,
            "previous_seq": seq - 1 if seq else None,
            "kind": kind,
            "amount_ug": amount_ug,
            "balance_before_ug": before,
            "balance_after_ug": before + amount_ug,
            "counted_ug": None,
            "run_sheet_id": None,
            "reason": "",
            "occurred_at": at,
            "recorded_at": at,
            "recorded_by": known_id("clinician"),
            "witness_id": None,
        }
        self.entries.append(entry | more)
        return self.entries[-1]


def ledger_rows(given: Iterable[Infusion], present: Present) -> dict[str, list[Row]]:
    """Every vial, entry and account, by table. What runs now is drawn and not yet accounted."""
    vials: list[_Vial] = []
    accounts: list[Row] = []
    for infusion in sorted(given, key=lambda each: each.started_at):
        at = infusion.started_at - timedelta(minutes=6)
        amount_ug = _drawn_ug(infusion)
        if not vials or vials[-1].balance_ug < amount_ug:
            _open_next(vials, at)
        entry = vials[-1].add(EntryKind.DRAWN, -amount_ug, at, run_sheet_id=known_id(infusion.id))
        if infusion.ended_at is not None:
            accounts.append(_account(entry, infusion))
    _count(vials, present)
    for _ in range(_UNOPENED):
        _receive(vials, present.moment - timedelta(days=3))
    clinic = [vial.row() for vial in vials]
    return {
        "vials": clinic,
        "vial_entries": [row for vial in vials for row in vial.entries],
        "draw_accounts": accounts,
    }


def _drawn_ug(infusion: Infusion) -> int:
    steps = (infusion.dose.ordered_mg / _STEP_MG).to_integral_value(ROUND_CEILING)
    return int(steps * _STEP_MG * 1000)


def _open_next(vials: list[_Vial], at: datetime) -> None:
    if vials and vials[-1].balance_ug:
        vials[-1].add(
            EntryKind.WASTED,
            -vials[-1].balance_ug,
            at,
            reason="Rest too small for a dose",
            witness_id=known_id("nurse"),
        )
    _receive(vials, at - _RECEIVED_BEFORE)


def _receive(vials: list[_Vial], at: datetime) -> None:
    vial = _Vial(number=len(vials) + 1, received_at=at)
    vial.add(EntryKind.RECEIVED, _FULL_UG, at)
    vials.append(vial)


def _account(entry: Row, infusion: Infusion) -> Row:
    given_ug = int((infusion.given_mg or 0) * 1000)
    at = (infusion.ended_at or infusion.started_at) + timedelta(minutes=3)
    return {
        "entry_id": entry["id"],
        "entry_amount_ug": entry["amount_ug"],
        "given_ug": given_ug,
        "wasted_ug": -entry["amount_ug"] - given_ug,
        "witness_id": known_id("nurse") if -entry["amount_ug"] > given_ug else None,
        "occurred_at": at,
        "recorded_at": at,
        "recorded_by": known_id("clinician"),
    }


def _count(vials: list[_Vial], present: Present) -> None:
    """Last week's count of the vial in use, unless something newer is in its book already."""
    at = present.moment - timedelta(minutes=2)
    vial = vials[-1]
    if vial.entries[-1]["occurred_at"] < at:
        vial.add(EntryKind.COUNTED, 0, at, counted_ug=vial.balance_ug)
