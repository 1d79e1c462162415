"""The sets of vital signs as numbers: what each measure was before, and the table of the chart."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.clinic import Clinic
from tracker.domain.vital_signs import Measure, VitalSigns, signed
from tracker.queries.run_sheets import RunSheet
from tracker.queries.sheet_entries import VitalSet
from tracker.web.infusions.log_part import minute_words
from tracker.web.infusions.words import is_late, local_time

NOTHING = "–"


@dataclass(frozen=True, kw_only=True, slots=True)
class SetRow:
    """One set. `values` stand in the order of the columns; `mark` says late, corrected, struck."""

    when: str
    minute: str
    values: tuple[str, ...]
    by: str
    mark: str
    is_struck: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SetsPart:
    """`was` has the newest value of each measure that stands, with its time: "141 at 10:12"."""

    was: dict[str, str]
    rows: tuple[SetRow, ...]


def sets_part(sheet: RunSheet, clinic: Clinic) -> SetsPart:
    """Newest first. A row that only strikes another out has no numbers and is no row."""
    sets = [each for each in sheet.entries.vital_sets if not each.is_struck]
    return SetsPart(
        was=_before(sheet, clinic),
        rows=tuple(_row(each, sheet, clinic) for each in reversed(sets)),
    )


def _before(sheet: RunSheet, clinic: Clinic) -> dict[str, str]:
    was: dict[str, str] = {}
    for each in sheet.standing_sets:  # oldest first: the newest value stays
        at = local_time(each.occurred_at, clinic, beside=sheet.began_at)
        for measure, value in each.signs.values():
            said = signed(value) if measure is Measure.RASS else str(value)
            was[measure.value] = f"{said} at {at}"
    return was


def _row(each: VitalSet, sheet: RunSheet, clinic: Clinic) -> SetRow:
    return SetRow(
        when=local_time(each.occurred_at, clinic, beside=sheet.began_at),
        minute=minute_words(each.occurred_at, sheet),
        values=_values(each.signs),
        by=each.recorded_by,
        mark=", ".join(_marks(each, sheet)),
        is_struck=each.corrected_by is not None,
    )


def _values(signs: VitalSigns) -> tuple[str, ...]:
    return (
        signs.pressure or NOTHING,
        _number(signs.map_mmhg),
        _number(signs.heart_rate_bpm),
        _number(signs.spo2_percent),
        _number(signs.respiration_per_minute),
        sedation_words(signs) or NOTHING,
        _number(signs.cadss6),
    )


def sedation_words(signs: VitalSigns) -> str:
    """ "RASS −1", "MOAA/S 4", or both: a column holds two scales, so each is named."""
    rass = "" if signs.rass is None else f"RASS {signed(signs.rass)}"
    moaas = "" if signs.moaas is None else f"MOAA/S {signs.moaas}"
    return ", ".join(words for words in (rass, moaas) if words)


def _number(value: int | None) -> str:
    return NOTHING if value is None else str(value)


def _marks(each: VitalSet, sheet: RunSheet) -> list[str]:
    marks = ["correction"] if each.corrects_id is not None else []
    if not marks and is_late(each.occurred_at, each.recorded_at):
        marks.append("entered later")
    newer = next((one for one in sheet.entries.vital_sets if one.id == each.corrected_by), None)
    if newer is not None:
        marks.append("struck out" if newer.is_struck else "corrected")
    return marks
