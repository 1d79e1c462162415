"""The printed drug ledger of a period, and the sheet on which a count is written by hand.

For an inspection (21 CFR 1304.21 and .22: receipts, and what was given to whom, when, how much and
by whom). Everything is finished words; nothing here queries or computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from tracker.reports.document import Layout, Paper, as_json, check_generated_at
from tracker.reports.progress_report import ReportClinic, SignatureLine
from tracker.reports.report_rows import Row, cell

DOCUMENT_TITLE = "Ledger"
COUNT_TITLE = "Count sheet"
NONE = "\N{EN DASH}"


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryRow(Row):
    """One entry. Amounts are in mg, without the unit: the heading has it."""

    when: str
    vial: str
    """Label and lot."""
    what: str
    """Kind of entry, with the reason; for a draw the patient, record number and infusion."""
    change: str = cell(NONE)
    balance: str
    """Of the vial, after the entry."""
    given: str = cell(NONE)
    wasted: str = cell(NONE)
    people: str
    """Who recorded it, and the witness."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TotalRow(Row):
    """What there was of one drug and concentration, in mg: before + received … = after."""

    drug: str
    before: str
    received: str
    drawn: str
    wasted: str
    adjusted: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintedLedger:
    """The ledger of a period. Raises ValueError for a naive ``generated_at``."""

    layout: ClassVar[Layout] = Layout(
        template="ledger",
        title=DOCUMENT_TITLE,
        tables=frozenset({"entries", "totals"}),
        what="ledger",
    )

    clinic: ReportClinic
    period: str
    generated_at: datetime
    generated_text: str
    generated_by: str
    version: str = "1"
    paper: Paper = Paper.LETTER
    totals: tuple[TotalRow, ...] = ()
    entries: tuple[EntryRow, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_generated_at(self.generated_at)

    @property
    def title(self) -> str:
        return "Controlled-drug ledger"

    def to_json(self) -> str:
        """The same text for the same ledger."""
        return as_json(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class CountRow(Row):
    """One vial to count. It does not say what the ledger expects."""

    vial: str
    drug: str
    lot: str
    expires: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CountSheet:
    """The vials in stock, with room for what is counted and for two names."""

    layout: ClassVar[Layout] = Layout(
        template="count_sheet",
        title=COUNT_TITLE,
        tables=frozenset({"vials"}),
        what="count sheet",
        advice="Waste or adjust the vials that are gone.",
    )

    clinic: ReportClinic
    generated_at: datetime
    generated_text: str
    generated_by: str
    version: str = "1"
    paper: Paper = Paper.LETTER
    vials: tuple[CountRow, ...] = ()
    signatures: tuple[SignatureLine, ...] = ()

    def __post_init__(self) -> None:
        check_generated_at(self.generated_at)

    @property
    def title(self) -> str:
        return "Count of controlled drugs"

    def to_json(self) -> str:
        """The same text for the same sheet."""
        return as_json(self)
