"""The part of a run sheet about controlled drug: what was drawn, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from tracker.domain.clinic import Clinic
from tracker.domain.drug_ledger import amount_words, mg_ug, mg_words
from tracker.domain.people import Person
from tracker.domain.permissions import Act, may
from tracker.domain.run_sheet_stages import Stage
from tracker.queries.drug_ledger import LedgerLine, SheetDrug
from tracker.queries.run_sheets import RunSheet
from tracker.web.drug_words import became_words, people_words, when_words

NOT_GIVEN = frozenset({Stage.CANCELLED, Stage.NO_SHOW})


@dataclass(frozen=True, kw_only=True, slots=True)
class DrugPart:
    """A line for each draw, the sums, and what does not fit together."""

    columns: tuple[str | tuple[str, str], ...]
    lines: tuple[tuple[object, ...], ...]
    summary: str
    notices: tuple[str, ...]
    draw_href: str | None


def drug_part(sheet: RunSheet, drug: SheetDrug, *, clinic: Clinic, who: Person) -> DrugPart:
    """The words of the part. Nothing can be added to a sheet that is signed."""
    may_keep = may(who, Act.KEEP_LEDGER) and not sheet.is_signed
    may_draw = may_keep and sheet.stage not in NOT_GIVEN
    return DrugPart(
        columns=("When", ("Vial", "whole"), ("Drawn", "num"), "Became", "By"),
        lines=tuple(_cells(line, clinic, who, may_keep) for line in drug.draws),
        summary=_summary(drug),
        notices=_notices(sheet, drug),
        draw_href=url_for("drug_ledger.draw", infusion_id=sheet.id) if may_draw else None,
    )


def _cells(line: LedgerLine, clinic: Clinic, who: Person, may_keep: bool) -> tuple[object, ...]:
    vial = f"{line.vial_label}, lot {line.lot}"
    to_vial = url_for("drug_ledger.vial", vial_id=line.vial_id)
    became: object = became_words(line)
    if line.is_open_draw and may_keep:
        became = ("Account for it", url_for("drug_ledger.account", vial_entry_id=line.id))
    return (
        when_words(line, clinic),
        (vial, to_vial) if may(who, Act.SEE_LEDGER) else vial,
        amount_words(-line.amount_ug, line.mg_per_ml),
        became,
        people_words(line),
    )


def _summary(drug: SheetDrug) -> str:
    if not drug.draws:
        return "Nothing was drawn for this infusion yet."
    return (
        f"Drawn {mg_words(drug.drawn_ug)}, given {mg_words(drug.given_ug)}, "
        f"wasted {mg_words(drug.wasted_ug)}."
    )


def _notices(sheet: RunSheet, drug: SheetDrug) -> tuple[str, ...]:
    notices = []
    if drug.open_draws and sheet.stage in {Stage.RECOVERY, Stage.READY, Stage.LEFT, *NOT_GIVEN}:
        notices.append("Not everything that was drawn is accounted for.")
    given = sheet.given.given_mg if sheet.given else None
    if given is not None and drug.draws and not drug.open_draws and mg_ug(given) != drug.given_ug:
        notices.append(
            f"The run sheet says {mg_words(mg_ug(given))} given, the drug ledger "
            f"{mg_words(drug.given_ug)}."
        )
    return tuple(notices)
