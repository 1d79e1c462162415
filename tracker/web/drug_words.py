"""The words of ledger entries, on the ledger's own pages and on run sheets."""

from __future__ import annotations

from datetime import datetime

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.drug_ledger import EntryKind, amount_words, difference_words, mg_words
from tracker.queries.drug_ledger import LedgerLine
from tracker.web.formatting import NO_BREAK, clock_time, moment

MINUS = "\N{MINUS SIGN}"
NOT_ACCOUNTED = "Not accounted for yet"


def change_words(amount_ug: int) -> str:
    """ "+200 mg", "−40 mg"; nothing for a count."""
    if amount_ug == 0:
        return "no change"
    return f"{'+' if amount_ug > 0 else MINUS}{mg_words(abs(amount_ug))}"


def when_words(line: LedgerLine, clinic: Clinic) -> str:
    """When it happened, and when it was entered if that was later."""
    happened = _moment(line.occurred_at, clinic)
    entered = _moment(line.recorded_at, clinic)
    if happened == entered:
        return happened
    if clinic.date_of(line.occurred_at) == clinic.date_of(line.recorded_at):
        entered = clock_time(clinic.local(line.recorded_at))
    return f"{happened}, entered {entered}"


def _moment(at: datetime, clinic: Clinic) -> str:
    """A line breaks between the day and the time only."""
    return moment(at, clinic).replace(" ", NO_BREAK).replace(f",{NO_BREAK}", ", ")


def what_cell(line: LedgerLine) -> object:
    """What an entry says: words, or words with a link to the run sheet."""
    if line.drawn_for is not None:
        to = line.drawn_for
        words = f"Drawn for {to.patient_name} ({to.record_number}), infusion {to.infusion_number}"
        href = url_for("infusions.show", infusion_id=to.run_sheet_id)
        return (f"{words}. {line.reason}" if line.reason else words, href)
    words = {
        EntryKind.RECEIVED: "Received",
        EntryKind.WASTED: "Wasted",
        EntryKind.ADJUSTED: "Adjusted",
    }.get(line.kind, "")
    if line.counted_ug is not None:
        found = amount_words(line.counted_ug, line.mg_per_ml)
        words = f"Counted {found}: {difference_words(line.counted_ug, line.balance_after_ug)}"
    return f"{words}: {line.reason}" if line.reason else words


def became_words(line: LedgerLine) -> str:
    """What became of a draw; a hyphen for anything else."""
    if line.kind is not EntryKind.DRAWN:
        return "\N{EN DASH}"
    if line.account is None:
        return NOT_ACCOUNTED
    given, wasted = mg_words(line.account.given_ug), mg_words(line.account.wasted_ug)
    return f"{given} given, {wasted} wasted"


def people_words(line: LedgerLine) -> str:
    """Who recorded it and who witnessed it, of the entry and of what became of it."""
    words = line.recorded_by
    if line.witness:
        words += f", witness {line.witness}"
    if line.account is not None:
        if line.account.recorded_by != line.recorded_by:
            words += f"; accounted for by {line.account.recorded_by}"
        if line.account.witness:
            words += f", witness {line.account.witness}"
    return words
