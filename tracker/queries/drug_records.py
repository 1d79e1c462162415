"""The drug ledger for somebody who asks: who received a lot, and everything in a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from tracker.domain.drug_ledger import EntryKind
from tracker.domain.people import Person
from tracker.models.database import read_rows
from tracker.models.drug_ledger import VialEntryRow, VialRow
from tracker.queries.drug_ledger import LedgerLine, entry_lines, read_line

MOST_LINES = 600
"""What one printed ledger holds; a longer period is printed in parts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StrengthTotal:
    """What there was of one concentration before a period and after it."""

    drug: str
    mg_per_ml: Decimal
    before_ug: int
    received_ug: int
    drawn_ug: int
    wasted_ug: int
    adjusted_ug: int

    @property
    def after_ug(self) -> int:
        moved = self.received_ug + self.drawn_ug + self.wasted_ug + self.adjusted_ug
        return self.before_ug + moved


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerPeriod:
    """Every entry of a period in order, and what it adds up to. `total` counts them all."""

    lines: tuple[LedgerLine, ...]
    totals: tuple[StrengthTotal, ...]
    total: int


_OF_LOT = entry_lines(func.lower(VialRow.lot) == bindparam("lot")).order_by(
    VialRow.label, VialEntryRow.vial_id, VialEntryRow.seq
)
_IN_PERIOD = (
    entry_lines(
        VialEntryRow.occurred_at >= bindparam("since"),
        VialEntryRow.occurred_at < bindparam("until"),
    )
    .order_by(VialEntryRow.occurred_at, VialEntryRow.recorded_at, VialEntryRow.seq, VialEntryRow.id)
    .limit(bindparam("limit"))
)
_IS_BEFORE = VialEntryRow.occurred_at < bindparam("since")
_SUMS = (
    select(
        VialRow.drug,
        VialRow.mg_per_ml,
        VialEntryRow.kind,
        _IS_BEFORE.label("is_before"),
        func.sum(VialEntryRow.amount_ug).label("amount_ug"),
        func.count().label("entries"),
    )
    .join(VialRow, VialRow.id == VialEntryRow.vial_id)
    .where(
        VialEntryRow.clinic_id == bindparam("clinic_id"),
        VialEntryRow.occurred_at < bindparam("until"),
    )
    .group_by(VialRow.drug, VialRow.mg_per_ml, VialEntryRow.kind, "is_before")
)


def find_lot(db: Session, who: Person, lot: str) -> tuple[LedgerLine, ...]:
    """Every entry of every vial of a lot, whatever its capitals. One statement."""
    rows = read_rows(db, _OF_LOT, {"clinic_id": who.clinic_id, "lot": lot.lower()})
    return tuple(read_line(row) for row in rows)


def get_period(db: Session, who: Person, *, since: datetime, until: datetime) -> LedgerPeriod:
    """The entries that happened from `since` until before `until`. Two statements."""
    asked = {"clinic_id": who.clinic_id, "since": since, "until": until}
    sums = read_rows(db, _SUMS, asked).all()
    lines = read_rows(db, _IN_PERIOD, asked | {"limit": MOST_LINES + 1})
    return LedgerPeriod(
        lines=tuple(read_line(row) for row in lines),
        totals=_totals([(row.drug, row.mg_per_ml, _part(row), int(row.amount_ug)) for row in sums]),
        total=sum(row.entries for row in sums if not row.is_before),
    )


def _part(row: object) -> str:
    return "before" if getattr(row, "is_before") else str(getattr(row, "kind"))  # noqa: B009


def _totals(sums: Sequence[tuple[str, Decimal, str, int]]) -> tuple[StrengthTotal, ...]:
    strengths = sorted({(drug, mg_per_ml) for drug, mg_per_ml, _part, _amount in sums})
    return tuple(
        StrengthTotal(
            drug=drug,
            mg_per_ml=mg_per_ml,
            before_ug=_sum(sums, drug, mg_per_ml, "before"),
            received_ug=_sum(sums, drug, mg_per_ml, EntryKind.RECEIVED),
            drawn_ug=_sum(sums, drug, mg_per_ml, EntryKind.DRAWN),
            wasted_ug=_sum(sums, drug, mg_per_ml, EntryKind.WASTED),
            adjusted_ug=_sum(sums, drug, mg_per_ml, EntryKind.ADJUSTED),
        )
        for drug, mg_per_ml in strengths
    )


def _sum(sums: Sequence[tuple[str, Decimal, str, int]], *key: object) -> int:
    return sum(amount for *found, amount in sums if found == list(key))
