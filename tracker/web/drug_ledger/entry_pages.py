"""The finished words of the pages that add to the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.drug_ledger import (
    DILUTE_FROM_MG_PER_ML,
    DILUTE_WORDS,
    amount_words,
    mg_ug,
    mg_words,
    ug_ml,
)
from tracker.domain.infusion import plain
from tracker.queries.drug_ledger import LedgerLine, SheetDrug, Vial, VialLine
from tracker.queries.run_sheets import RunSheet
from tracker.web.drug_ledger.pages import expiry_words
from tracker.web.formatting import birthday, moment, number

Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryPage:
    """A form of the ledger with what to know beside it."""

    title: str
    lead: str
    banner: dict[str, str] | None
    facts: Lines
    notices: Lines  # tone, words
    back: tuple[str, str]  # label, href


def vial_choices(vials: Sequence[VialLine], sheet: RunSheet, today: date) -> list[tuple[str, str]]:
    """The vials in stock; where a dose was ordered, with its volume from each."""
    return [(str(vial.id), _choice(vial, sheet, today)) for vial in vials]


def _choice(vial: VialLine, sheet: RunSheet, today: date) -> str:
    words = (
        f"{vial.label}: {number(vial.mg_per_ml)} mg/mL, lot {vial.lot}, expires "
        f"{expiry_words(vial.expires_on, today)}, holds "
        f"{amount_words(vial.balance_ug, vial.mg_per_ml)}"
    )
    if sheet.given is None:
        return words
    ordered = mg_ug(sheet.given.ordered_mg)
    return f"{words}. {mg_words(ordered)} are {plain(ug_ml(ordered, vial.mg_per_ml))} mL"


def draw_page(sheet: RunSheet, drug: SheetDrug, vials: Sequence[VialLine]) -> EntryPage:
    """Whose infusion it is, what was ordered and what was drawn already."""
    facts = []
    if sheet.given is not None:
        facts.append(("Ordered", f"{number(sheet.given.ordered_mg)} mg"))
    if drug.draws:
        facts.append(("Drawn already", mg_words(drug.drawn_ug)))
    strong = any(vial.mg_per_ml >= DILUTE_FROM_MG_PER_ML for vial in vials)
    return EntryPage(
        title="Draw from a vial",
        lead="What you take out of the vial. What of it is given and wasted comes afterwards.",
        banner=_banner(sheet),
        facts=tuple(facts),
        notices=(("info", DILUTE_WORDS),) if strong else (),
        back=("Run sheet", url_for("infusions.show", infusion_id=sheet.id)),
    )


def account_page(line: LedgerLine, sheet: RunSheet, clinic: Clinic) -> EntryPage:
    """What was drawn, and beside it what the run sheet says was given."""
    facts = [
        ("Drawn", f"{amount_words(-line.amount_ug, line.mg_per_ml)} from vial {line.vial_label}"),
        ("When", f"{moment(line.occurred_at, clinic)}, by {line.recorded_by}"),
        ("Given, by the run sheet", _given_words(sheet)),
    ]
    notices = []
    if line.account is not None:
        notices.append(("info", "Somebody accounted for this draw already."))
    return EntryPage(
        title="Account for a draw",
        lead="Given and wasted together have to be what was drawn.",
        banner=_banner(sheet),
        facts=tuple(facts),
        notices=tuple(notices),
        back=("Run sheet", url_for("infusions.show", infusion_id=sheet.id)),
    )


def _given_words(sheet: RunSheet) -> str:
    if sheet.given is None or sheet.given.given_mg is None:
        return "The infusion has not ended yet."
    return f"{number(sheet.given.given_mg)} mg in all"


def _banner(sheet: RunSheet) -> dict[str, str]:
    bearer = sheet.bearer
    return {
        "name": f"{bearer.given_name} {bearer.family_name}".strip(),
        "born": birthday(bearer.born_on),
        "record_number": bearer.record_number,
    }


def waste_page(found: Vial) -> EntryPage:
    """What is left in the vial."""
    return _vial_page(
        found,
        title="Waste from a vial",
        lead="For drug that nobody is given. What was drawn for an infusion is accounted for "
        "on its run sheet.",
        held="Holds now",
    )


def adjust_page(found: Vial) -> EntryPage:
    """What the ledger says, for two people who found something else."""
    return _vial_page(
        found,
        title="Adjust the balance",
        lead="The entries stay as they are. The difference is added as one more, with both names.",
        held="The ledger says",
    )


def _vial_page(found: Vial, *, title: str, lead: str, held: str) -> EntryPage:
    line = found.line
    return EntryPage(
        title=title,
        lead=lead,
        banner=None,
        facts=(
            ("Vial", f"{line.label}, lot {line.lot}, {number(line.mg_per_ml)} mg/mL"),
            (held, amount_words(line.balance_ug, line.mg_per_ml)),
        ),
        notices=(),
        back=(f"Vial {line.label}", url_for("drug_ledger.vial", vial_id=line.id)),
    )
