"""Puts the ledger into the words of its printed pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.clinic import Clinic
from tracker.domain.drug_ledger import EntryKind, ug_mg
from tracker.domain.infusion import plain
from tracker.queries.drug_ledger import LedgerLine, VialLine
from tracker.queries.drug_records import MOST_LINES, LedgerPeriod, StrengthTotal
from tracker.reports.document import Paper
from tracker.reports.drug_ledger import (
    CountRow,
    CountSheet,
    EntryRow,
    PrintedLedger,
    TotalRow,
)
from tracker.reports.progress_report import ReportClinic, SignatureLine
from tracker.web.drug_words import MINUS, NOT_ACCOUNTED, people_words, what_cell, when_words
from tracker.web.formatting import count, day, moment, number


@dataclass(frozen=True, kw_only=True, slots=True)
class Making:
    """Which clinic's document it is, who made it, when, and on which paper."""

    clinic: Clinic
    by: str
    at: datetime
    paper: Paper


def printed_ledger(
    found: LedgerPeriod, making: Making, *, since: date, until: date
) -> PrintedLedger:
    """The ledger from one day to another, both included."""
    clinic = making.clinic
    return PrintedLedger(
        clinic=_letterhead(clinic),
        period=f"{day(since)} to {day(until)}",
        generated_at=making.at,
        generated_text=f"{moment(making.at, clinic)} ({clinic.timezone})",
        generated_by=making.by,
        paper=making.paper,
        totals=tuple(_total(each) for each in found.totals),
        entries=tuple(_entry(line, clinic) for line in found.lines[:MOST_LINES]),
        notes=_notes(found),
    )


def _notes(found: LedgerPeriod) -> tuple[str, ...]:
    notes = [
        "Amounts are in milligrams of the drug. Entries are in the order in which they happened; "
        "the balance is that of the vial when its entry was recorded. Nothing in the ledger can "
        "be changed or removed: what was found otherwise is an adjustment by two people."
    ]
    waiting = [line for line in found.lines if line.is_open_draw]
    if waiting:
        notes.append(f"{count(len(waiting), 'draw')} in this period not accounted for yet.")
    if found.total > MOST_LINES:
        notes.append(
            f"This period has {found.total} entries; the first {MOST_LINES} are printed. Print "
            "the rest as a period of its own."
        )
    return tuple(notes)


def _letterhead(clinic: Clinic) -> ReportClinic:
    lines = tuple(line for line in clinic.address.splitlines() if line.strip())
    return ReportClinic(name=clinic.name, address_lines=lines, phone=clinic.phone)


def _total(each: StrengthTotal) -> TotalRow:
    return TotalRow(
        drug=f"{each.drug} {number(each.mg_per_ml)} mg/mL",
        before=_signed(each.before_ug),
        received=_signed(each.received_ug),
        drawn=_signed(each.drawn_ug),
        wasted=_signed(each.wasted_ug),
        adjusted=_signed(each.adjusted_ug),
        after=_signed(each.after_ug),
    )


def _signed(amount_ug: int) -> str:
    return plain(ug_mg(amount_ug)).replace("-", MINUS)


def _entry(line: LedgerLine, clinic: Clinic) -> EntryRow:
    what = what_cell(line)
    account = line.account
    is_draw = line.kind is EntryKind.DRAWN
    return EntryRow(
        when=when_words(line, clinic),
        vial=f"{line.vial_label}, lot {line.lot}, {number(line.mg_per_ml)} mg/mL",
        what=what[0] if isinstance(what, tuple) else str(what),
        change=_signed(line.amount_ug) if line.amount_ug else "",
        balance=_signed(line.balance_after_ug),
        given=_signed(account.given_ug) if account else NOT_ACCOUNTED if is_draw else "",
        wasted=_signed(account.wasted_ug) if account else "",
        people=people_words(line),
    )


def printed_count_sheet(vials: Sequence[VialLine], making: Making) -> CountSheet:
    """Every vial in stock, without what it should hold."""
    clinic = making.clinic
    return CountSheet(
        clinic=_letterhead(clinic),
        generated_at=making.at,
        generated_text=f"{moment(making.at, clinic)} ({clinic.timezone})",
        generated_by=making.by,
        paper=making.paper,
        vials=tuple(
            CountRow(
                vial=vial.label,
                drug=f"{vial.drug} {number(vial.mg_per_ml)} mg/mL, {number(vial.volume_ml)} mL",
                lot=vial.lot,
                expires=day(vial.expires_on),
            )
            for vial in vials
        ),
        signatures=(SignatureLine(name="Counted by"), SignatureLine(name="Witnessed by")),
    )
