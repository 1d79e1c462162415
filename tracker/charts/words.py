"""What a chart says in words, and the table that holds the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.charts.axes import date_in_zone, full_date, noon, number_words
from tracker.charts.series import (
    Direction,
    InfusionMark,
    Medicine,
    ProgressSeries,
    RatedBy,
    ScorePoint,
)

_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
GIVEN_MARKS = frozenset({InfusionMark.GIVEN, InfusionMark.PARTIAL, InfusionMark.BOOSTER})


class RowKind(StrEnum):
    """What a row of the table under a chart stands for."""

    SCORE = "score"
    MISSED = "missed"
    MEDICINE = "medicine"


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """One row: a score of the chart, a check-in that was missed, a medicine that changed."""

    kind: RowKind
    at: datetime
    on: date
    when: str
    value: str
    change: str
    note: str


def table_rows(series: ProgressSeries) -> tuple[TableRow, ...]:
    """What the chart shows in order of time: scores, missed check-ins, changes of medicines."""
    rows = [_score_row(series, point) for point in series.points]
    rows += [_missed_row(series, on) for on in series.missed]
    rows += [_medicine_row(series, one) for one in series.medicines]
    return tuple(sorted(rows, key=lambda row: row.at))


def summary_sentence(series: ProgressSeries) -> str:
    """ "Weekly rating fell from 58 to 31 in 5 weeks, with six infusions. Lower is better." """
    if not series.points:
        return f"{series.title}: no scores yet."
    points = in_time_order(series.points)
    last = points[-1]
    on = full_date(date_in_zone(last.occurred_at, series.zone))
    if series.baseline is None and len(points) == 1:
        return f"{series.title}: one score, {number_words(last.value)} on {on}."
    if series.baseline is not None and last.occurred_at == series.baseline.at:
        return f"{series.title}: {number_words(last.value)} at the start, {on}; none since."
    start = points[0].value if series.baseline is None else series.baseline.value
    movement = _movement(start, last.value, _duration(series, points))
    return (
        f"{series.title} {movement}{_with(series, last)}. {_direction_sentence(series.direction)}"
    )


def description(series: ProgressSeries) -> str:
    """What a person who cannot see the chart needs besides the sentence."""
    values = [point.value for point in series.points]
    parts = [f"{series.scale_label}, {series.direction.words[2:]}."]
    if values:
        low, high = number_words(min(values)), number_words(max(values))
        parts.append(f"{_plural(len(values), 'score')}, lowest {low}, highest {high}.")
    if series.baseline is not None:
        parts.append(f"Baseline {number_words(series.baseline.value)}.")
    parts.append(_infusion_counts(series))
    parts.append(_medicine_list(series))
    parts.append(f"{_plural(len(series.missed), 'check-in')} missed.")
    parts.append("The table with this chart has the same numbers.")
    return " ".join(part for part in parts if part)


def in_time_order(points: tuple[ScorePoint, ...]) -> list[ScorePoint]:
    """The points by the time of their answers; those of one instant keep their order."""
    return sorted(points, key=lambda point: point.occurred_at)


def dose_words(series: ProgressSeries) -> str:
    """ "0.5 mg/kg (1–3), 0.6 mg/kg (4–6)"; empty when doses are unknown or change too often."""
    runs: list[tuple[str, int, int]] = []
    for infusion in sorted(series.infusions, key=lambda infusion: infusion.at):
        if not infusion.dose or infusion.number is None:
            continue
        if runs and runs[-1][0] == infusion.dose:
            runs[-1] = (infusion.dose, runs[-1][1], infusion.number)
        else:
            runs.append((infusion.dose, infusion.number, infusion.number))
    if len(runs) > 3:
        return ""
    return ", ".join(f"{dose} ({_number_range(first, last)})" for dose, first, last in runs)


def _number_range(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}–{last}"


def _score_row(series: ProgressSeries, point: ScorePoint) -> TableRow:
    on = date_in_zone(point.occurred_at, series.zone)
    return TableRow(
        kind=RowKind.SCORE,
        at=point.occurred_at,
        on=on,
        when=full_date(on),
        value=number_words(point.value),
        change=_change_words(series, point),
        note=", ".join(_notes(point)),
    )


def _missed_row(series: ProgressSeries, on: date) -> TableRow:
    return TableRow(
        kind=RowKind.MISSED,
        at=noon(on, series.zone),
        on=on,
        when=full_date(on),
        value="missed",
        change="",
        note="",
    )


def _medicine_row(series: ProgressSeries, medicine: Medicine) -> TableRow:
    return TableRow(
        kind=RowKind.MEDICINE,
        at=noon(medicine.on, series.zone),
        on=medicine.on,
        when=full_date(medicine.on),
        value="medicine",
        change="",
        note=medicine.words,
    )


def _notes(point: ScorePoint) -> list[str]:
    notes = {RatedBy.PAPER: ["on paper"], RatedBy.CLINICIAN: ["rated by a clinician"]}
    answers = ["some answers missing, computed from the rest"] if point.prorated else []
    return notes.get(point.rated_by, []) + answers


def _change_words(series: ProgressSeries, point: ScorePoint) -> str:
    if series.baseline is None:
        return ""
    change = round(point.value - series.baseline.value, 1)
    return f"+{number_words(change)}" if change > 0 else number_words(change)


def _movement(start: float, end: float, duration: str) -> str:
    first, last = number_words(start), number_words(end)
    if first == last:
        return f"is at {last}, as at the start"
    return f"{'fell' if end < start else 'rose'} from {first} to {last}{duration}"


def _duration(series: ProgressSeries, points: list[ScorePoint]) -> str:
    start = points[0].occurred_at
    if series.baseline is not None and series.baseline.at is not None:
        start = series.baseline.at
    first = date_in_zone(start, series.zone)
    days = (date_in_zone(points[-1].occurred_at, series.zone) - first).days
    if days < 1:
        return ""
    return f" in {_plural(round(days / 7), 'week')}" if days > 13 else f" in {_plural(days, 'day')}"


def _with(series: ProgressSeries, last: ScorePoint) -> str:
    """What else happened until the last score; never that it was the cause."""
    infusions = sum(
        infusion.mark in GIVEN_MARKS and infusion.at <= last.occurred_at
        for infusion in series.infusions
    )
    until = date_in_zone(last.occurred_at, series.zone)
    medicines = sum(medicine.on <= until for medicine in series.medicines)
    counts = ((infusions, "infusion"), (medicines, "change of medicines"))
    said = [_spelled(count, noun) for count, noun in counts if count]
    return f", with {' and '.join(said)}" if said else ""


def _spelled(count: int, noun: str) -> str:
    """ "six infusions", "one change of medicines"."""
    number = _COUNTS[count] if count < len(_COUNTS) else str(count)
    first, *rest = noun.split(" ", 1)
    return " ".join([number, first if count == 1 else f"{first}s", *rest])


def _medicine_list(series: ProgressSeries) -> str:
    said = [f"{full_date(one.on)}, {one.words}" for one in series.medicines]
    return f"Medicines: {'; '.join(said)}." if said else ""


def _infusion_counts(series: ProgressSeries) -> str:
    counts = [
        (mark, sum(infusion.mark is mark for infusion in series.infusions)) for mark in InfusionMark
    ]
    said = [f"{count} {MARK_WORDS[mark]}" for mark, count in counts if count]
    return f"Infusions: {', '.join(said)}." if said else "No infusions."


MARK_WORDS = {
    InfusionMark.GIVEN: "given",
    InfusionMark.PARTIAL: "given in part",
    InfusionMark.PLANNED: "planned",
    InfusionMark.CANCELLED: "cancelled",
    InfusionMark.MISSED: "missed",
    InfusionMark.BOOSTER: "booster",
}


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _direction_sentence(direction: Direction) -> str:
    return "Lower is better." if direction is Direction.LOWER_IS_BETTER else "Higher is better."
