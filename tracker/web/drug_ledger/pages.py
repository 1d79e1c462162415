"""The finished words of the ledger and of one vial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.drug_ledger import (
    DILUTE_FROM_MG_PER_ML,
    DILUTE_WORDS,
    amount_words,
    mg_words,
)
from tracker.domain.people import Person
from tracker.domain.permissions import Act, may
from tracker.queries.drug_ledger import PER_PAGE, Ledger, LedgerLine, Vial, VialLine
from tracker.web.drug_words import (
    became_words,
    change_words,
    people_words,
    what_cell,
    when_words,
)
from tracker.web.formatting import count, day, listing, moment, number

EXPIRES_SOON = timedelta(days=30)
Cells = tuple[object, ...]
Columns = tuple[str | tuple[str, str], ...]

VIAL = ("Vial", "whole")
ENTRY_COLUMNS = ("When", VIAL, "What", ("Change", "num"), ("Balance", "num"), "Became", "By")
VIAL_COLUMNS = ("When", "What", ("Change", "num"), ("Balance", "num"), "Became", "By")
STOCK_COLUMNS = (VIAL, "Drug", "Lot", "Expires", ("Holds", "num"))
DRAW_COLUMNS = ("Patient", "Record", "Infusion", "When", VIAL, ("Drawn", "num"), "Became")


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerPage:
    stock: tuple[Cells, ...]
    stock_note: str
    differing: tuple[Cells, ...]
    open_draws: tuple[Cells, ...]
    newest: tuple[Cells, ...]
    summary: str
    previous: str | None
    following: str | None
    may_keep: bool
    stock_columns: Columns = STOCK_COLUMNS
    entry_columns: Columns = ENTRY_COLUMNS


@dataclass(frozen=True, kw_only=True, slots=True)
class VialPage:
    title: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Cells, ...]
    notices: tuple[tuple[str, str], ...]  # tone, words
    actions: tuple[tuple[str, str], ...]  # label, href
    columns: Columns = VIAL_COLUMNS


@dataclass(frozen=True, kw_only=True, slots=True)
class LotPage:
    asked: bool
    summary: str
    received: tuple[Cells, ...]
    entries: tuple[Cells, ...]
    draw_columns: Columns = DRAW_COLUMNS
    entry_columns: Columns = ENTRY_COLUMNS


def ledger_page(
    found: Ledger, *, number_of_page: int, clinic: Clinic, who: Person, today: date
) -> LedgerPage:
    """What is in stock, what is open, the newest entries."""
    first = (number_of_page - 1) * PER_PAGE + 1
    last = first + len(found.newest) - 1
    return LedgerPage(
        stock=tuple(stock_cells(vial, today) for vial in found.vials),
        stock_note=stock_note(found.vials),
        differing=tuple(_differing_cells(vial) for vial in found.vials if vial.differs),
        open_draws=tuple(_open_cells(line, clinic) for line in found.open_draws),
        newest=tuple(entry_cells(line, clinic) for line in found.newest),
        summary=f"{first} to {last} of {count(found.total, 'entry', 'entries')}",
        previous=_page_href(number_of_page - 1) if number_of_page > 1 else None,
        following=_page_href(number_of_page + 1) if last < found.total else None,
        may_keep=may(who, Act.KEEP_LEDGER),
    )


def _page_href(number_of_page: int) -> str:
    return url_for("drug_ledger.index", page=number_of_page)


def stock_cells(vial: VialLine, today: date) -> Cells:
    """A vial in a list."""
    return (
        (vial.label, url_for("drug_ledger.vial", vial_id=vial.id)),
        f"{vial.drug} {number(vial.mg_per_ml)} mg/mL",
        vial.lot,
        expiry_words(vial.expires_on, today),
        amount_words(vial.balance_ug, vial.mg_per_ml),
    )


def expiry_words(expires_on: date, today: date) -> str:
    """The date, and whether it has passed or is near."""
    if today > expires_on:
        return f"{day(expires_on)}, expired"
    if expires_on - today <= EXPIRES_SOON:
        return f"{day(expires_on)}, in {count((expires_on - today).days, 'day')}"
    return day(expires_on)


def stock_note(vials: Sequence[VialLine]) -> str:
    """What all vials hold together, for each concentration."""
    sums: dict[str, int] = {}
    for vial in vials:
        name = f"{vial.drug} {number(vial.mg_per_ml)} mg/mL"
        sums[name] = sums.get(name, 0) + vial.balance_ug
    words = [f"{mg_words(held)} of {name}" for name, held in sums.items()]
    return f"{count(len(vials), 'vial')}: {listing(words)}." if words else ""


def _differing_cells(vial: VialLine) -> Cells:
    return (
        (vial.label, url_for("drug_ledger.vial", vial_id=vial.id)),
        vial.lot,
        ("Adjust the balance", url_for("drug_ledger.adjust", vial_id=vial.id)),
    )


def _open_cells(line: LedgerLine, clinic: Clinic) -> Cells:
    return (
        when_words(line, clinic),
        line.vial_label,
        what_cell(line),
        mg_words(-line.amount_ug),
        line.recorded_by,
        ("Account for it", url_for("drug_ledger.account", vial_entry_id=line.id)),
    )


def entry_cells(line: LedgerLine, clinic: Clinic) -> Cells:
    """An entry among those of other vials."""
    when, *rest = vial_cells(line, clinic)
    return (when, (line.vial_label, url_for("drug_ledger.vial", vial_id=line.vial_id)), *rest)


def vial_cells(line: LedgerLine, clinic: Clinic) -> Cells:
    """An entry in the list of its vial, with the running balance."""
    return (
        when_words(line, clinic),
        what_cell(line),
        change_words(line.amount_ug),
        mg_words(line.balance_after_ug),
        became_words(line),
        people_words(line),
    )


def vial_page(found: Vial, *, clinic: Clinic, who: Person, today: date) -> VialPage:
    """One vial from its receipt to now."""
    line = found.line
    facts = [
        ("Drug", f"{line.drug} {number(line.mg_per_ml)} mg/mL, {number(line.volume_ml)} mL"),
        ("Lot", line.lot),
        ("NDC", found.ndc),
        ("Expires", expiry_words(line.expires_on, today)),
        ("Received", moment(found.received_at, clinic)),
        ("Supplier", found.supplier),
        ("Invoice", found.invoice),
        ("Holds now", amount_words(line.balance_ug, line.mg_per_ml)),
    ]
    return VialPage(
        title=f"Vial {line.label}",
        facts=tuple((label, words) for label, words in facts if words),
        lines=tuple(vial_cells(each, clinic) for each in found.lines),
        notices=_vial_notices(found, today),
        actions=_vial_actions(found, who),
    )


def _vial_notices(found: Vial, today: date) -> tuple[tuple[str, str], ...]:
    notices = []
    if found.line.differs:
        words = "The latest count differs from the ledger. Find out why, then adjust it with a "
        notices.append(("caution", f"{words}second person."))
    if today > found.line.expires_on and found.line.balance_ug:
        notices.append(("caution", "This vial has expired."))
    if found.line.mg_per_ml >= DILUTE_FROM_MG_PER_ML and found.line.balance_ug:
        notices.append(("info", DILUTE_WORDS))
    return tuple(notices)


def _vial_actions(found: Vial, who: Person) -> tuple[tuple[str, str], ...]:
    if not may(who, Act.KEEP_LEDGER):
        return ()
    vial_id = found.line.id
    adjust = ("Adjust the balance", url_for("drug_ledger.adjust", vial_id=vial_id))
    waste = ("Waste the rest", url_for("drug_ledger.waste", vial_id=vial_id))
    return (waste, adjust) if found.line.balance_ug else (adjust,)


def lot_page(
    lines: Sequence[LedgerLine], lot: str, *, clinic: Clinic, asked: bool = True
) -> LotPage:
    """Who received drug of a lot."""
    drawn = [line for line in lines if line.drawn_for is not None]
    people = {line.drawn_for.record_number for line in drawn if line.drawn_for}
    vials = {line.vial_id for line in lines}
    summary = (
        f"Lot {lot}: {count(len(vials), 'vial')}, drawn for {count(len(people), 'patient')} in "
        f"{count(len(drawn), 'draw')}."
    )
    return LotPage(
        asked=asked,
        summary=summary if lines else f"No vial of lot {lot} was received here.",
        received=tuple(_lot_cells(line, clinic) for line in drawn),
        entries=tuple(entry_cells(line, clinic) for line in lines if line.drawn_for is None),
    )


def _lot_cells(line: LedgerLine, clinic: Clinic) -> Cells:
    to = line.drawn_for
    if to is None:
        return ()
    return (
        (to.patient_name, url_for("infusions.show", infusion_id=to.run_sheet_id)),
        to.record_number,
        f"Infusion {to.infusion_number}",
        moment(line.occurred_at, clinic),
        line.vial_label,
        mg_words(-line.amount_ug),
        became_words(line),
    )
