"""The table under a chart: the same things that the chart shows, in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from tracker.charts.axes import date_in_zone, full_date, noon, number_words
from tracker.charts.safety_words import safety_words
from tracker.charts.series import Medicine, ProgressSeries, RatedBy, Safety, ScorePoint
from tracker.charts.words import SERIES_KEPT
from tracker.domain.languages import to_say


class RowKind(StrEnum):
    """What a row of the table under a chart stands for."""

    SCORE = "score"
    MISSED = "missed"
    MEDICINE = "medicine"
    SAFETY = "safety"


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow:
    """One row: a score of the chart, a check-in that was missed, a medicine that changed, an alert
    or a serious event.
    """

    kind: RowKind
    at: datetime
    on: date
    when: str
    value: str
    change: str
    note: str


@lru_cache(maxsize=SERIES_KEPT)
def table_rows(series: ProgressSeries) -> tuple[TableRow, ...]:
    """What the chart shows in order of time: scores, missed check-ins, changes of medicines, and
    what concerned safety.
    """
    rows = [_score_row(series, point) for point in series.points]
    rows += [_missed_row(series, on) for on in series.missed]
    rows += [_medicine_row(series, one) for one in series.medicines]
    rows += [_safety_row(series, one) for one in series.safety]
    return tuple(sorted(rows, key=lambda row: row.at))


def _score_row(series: ProgressSeries, point: ScorePoint) -> TableRow:
    on = date_in_zone(point.occurred_at, series.zone)
    return TableRow(
        kind=RowKind.SCORE,
        at=point.occurred_at,
        on=on,
        when=full_date(on, series.language),
        value=number_words(point.value),
        change=_change_words(series, point),
        note=", ".join(map(series.language.say, _notes(point))),
    )


def _missed_row(series: ProgressSeries, on: date) -> TableRow:
    return TableRow(
        kind=RowKind.MISSED,
        at=noon(on, series.zone),
        on=on,
        when=full_date(on, series.language),
        value=series.language.say_of("a check-in", "missed"),
        change="",
        note="",
    )


def _medicine_row(series: ProgressSeries, medicine: Medicine) -> TableRow:
    return TableRow(
        kind=RowKind.MEDICINE,
        at=noon(medicine.on, series.zone),
        on=medicine.on,
        when=full_date(medicine.on, series.language),
        value=series.language.say("medicine"),
        change="",
        note=medicine.words,
    )


def _safety_row(series: ProgressSeries, one: Safety) -> TableRow:
    what, detail = safety_words(one)
    on = date_in_zone(one.at, series.zone)
    return TableRow(
        kind=RowKind.SAFETY,
        at=one.at,
        on=on,
        when=full_date(on, series.language),
        value=what,
        change="",
        note=detail,
    )


def _notes(point: ScorePoint) -> list[str]:
    notes = {
        RatedBy.PAPER: [to_say("on paper")],
        RatedBy.CLINICIAN: [to_say("rated by a clinician")],
    }
    partly = to_say("some answers missing, computed from the rest")
    return notes.get(point.rated_by, []) + ([partly] if point.prorated else [])


def _change_words(series: ProgressSeries, point: ScorePoint) -> str:
    if series.baseline is None:
        return ""
    change = round(point.value - series.baseline.value, 1)
    return f"+{number_words(change)}" if change > 0 else number_words(change)
