"""What a chart says in words, and the table that holds the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

from tracker.charts.axes import date_in_zone, full_date, noon, number_words
from tracker.charts.series import (
    Direction,
    InfusionMark,
    Medicine,
    ProgressSeries,
    RatedBy,
    ScorePoint,
)
from tracker.domain.languages import Language, to_say, to_say_count

_COUNTS = (
    to_say("no"),
    to_say("one"),
    to_say("two"),
    to_say("three"),
    to_say("four"),
    to_say("five"),
    to_say("six"),
    to_say("seven"),
    to_say("eight"),
    to_say("nine"),
    to_say("ten"),
)
GIVEN_MARKS = frozenset({InfusionMark.GIVEN, InfusionMark.PARTIAL, InfusionMark.BOOSTER})


class RowKind(StrEnum):
    """What a row of the table under a chart stands for."""

    SCORE = "score"
    MISSED = "missed"
    MEDICINE = "medicine"


SERIES_KEPT = 128
"""Words that come of a series alone are kept by its values (decision 28)."""


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


@lru_cache(maxsize=SERIES_KEPT)
def table_rows(series: ProgressSeries) -> tuple[TableRow, ...]:
    """What the chart shows in order of time: scores, missed check-ins, changes of medicines."""
    rows = [_score_row(series, point) for point in series.points]
    rows += [_missed_row(series, on) for on in series.missed]
    rows += [_medicine_row(series, one) for one in series.medicines]
    return tuple(sorted(rows, key=lambda row: row.at))


@lru_cache(maxsize=SERIES_KEPT)
def summary_sentence(series: ProgressSeries) -> str:
    """ "Weekly rating fell from 58 to 31 in 5 weeks, with six infusions. Lower is better." """
    say, title = series.language.say, series.title
    if not series.points:
        return say("%(title)s: no scores yet.", title=title)
    points = in_time_order(series.points)
    last = points[-1]
    value = number_words(last.value)
    on = full_date(date_in_zone(last.occurred_at, series.zone), series.language)
    if series.baseline is None and len(points) == 1:
        return say("%(title)s: one score, %(value)s on %(on)s.", title=title, value=value, on=on)
    if series.baseline is not None and last.occurred_at == series.baseline.at:
        return say(
            "%(title)s: %(value)s at the start, %(on)s; none since.",
            title=title,
            value=value,
            on=on,
        )
    found = (_movement(series, points), _best_sentence(series, points), _direction_sentence(series))
    return " ".join(each for each in found if each)


def description(series: ProgressSeries) -> str:
    """What a person who cannot see the chart needs besides the sentence."""
    say = series.language.say
    values = [point.value for point in series.points]
    parts = [f"{series.scale_label}, {say(series.direction.words)[2:]}."]
    if values:
        parts.append(
            series.language.say_count(
                "%(num)s score, lowest %(low)s, highest %(high)s.",
                "%(num)s scores, lowest %(low)s, highest %(high)s.",
                len(values),
                low=number_words(min(values)),
                high=number_words(max(values)),
            )
        )
    if series.baseline is not None:
        parts.append(say("Baseline %(value)s.", value=number_words(series.baseline.value)))
    parts.append(_infusion_counts(series))
    parts.append(_medicine_list(series))
    parts.append(
        series.language.say_count(
            "%(num)s check-in missed.", "%(num)s check-ins missed.", len(series.missed)
        )
    )
    parts.append(say("The table with this chart has the same numbers."))
    return " ".join(part for part in parts if part)


def in_time_order(points: tuple[ScorePoint, ...]) -> list[ScorePoint]:
    """The points by the time of their answers; those of one instant keep their order."""
    return sorted(points, key=lambda point: point.occurred_at)


def dose_words(series: ProgressSeries) -> str:
    """ "0.5 mg/kg (1–3), 0.6 mg/kg (4–6, boosters)"; empty when doses are unknown or change too
    often.
    """
    given = [each for each in sorted(series.infusions, key=lambda each: each.at) if each.dose]
    runs: list[tuple[str, list[str]]] = []
    for dose, group in groupby(
        (each for each in given if each.number is not None), key=lambda each: each.dose
    ):
        numbers = [each.number for each in group if each.number is not None]
        runs.append((dose, [_number_range(numbers[0], numbers[-1])]))
    boosters = series.language.say("boosters")
    for dose in dict.fromkeys(each.dose for each in given if each.number is None):
        if runs and runs[-1][0] == dose:
            runs[-1][1].append(boosters)
        else:
            runs.append((dose, [boosters]))
    return "" if len(runs) > 3 else ", ".join(f"{dose} ({', '.join(of)})" for dose, of in runs)


def _number_range(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}–{last}"


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


_IS_AT = to_say("%(title)s is at %(end)s, as at the start.")
_IS_AT_WITH = to_say("%(title)s is at %(end)s, as at the start, with %(what)s.")
_FELL = to_say("%(title)s fell from %(start)s to %(end)s.")
_FELL_WITH = to_say("%(title)s fell from %(start)s to %(end)s, with %(what)s.")
_FELL_IN = to_say("%(title)s fell from %(start)s to %(end)s in %(span)s.")
_FELL_IN_WITH = to_say("%(title)s fell from %(start)s to %(end)s in %(span)s, with %(what)s.")
_ROSE = to_say("%(title)s rose from %(start)s to %(end)s.")
_ROSE_WITH = to_say("%(title)s rose from %(start)s to %(end)s, with %(what)s.")
_ROSE_IN = to_say("%(title)s rose from %(start)s to %(end)s in %(span)s.")
_ROSE_IN_WITH = to_say("%(title)s rose from %(start)s to %(end)s in %(span)s, with %(what)s.")
_MOVEMENTS = {  # by: fell, in how long, with what
    (True, False, False): _FELL,
    (True, False, True): _FELL_WITH,
    (True, True, False): _FELL_IN,
    (True, True, True): _FELL_IN_WITH,
    (False, False, False): _ROSE,
    (False, False, True): _ROSE_WITH,
    (False, True, False): _ROSE_IN,
    (False, True, True): _ROSE_IN_WITH,
}
"""Whole sentences: another language orders their parts in its own way."""


def _movement(series: ProgressSeries, points: list[ScorePoint]) -> str:
    start = points[0].value if series.baseline is None else series.baseline.value
    end = points[-1].value
    span, what = _span(series, points), _what_else(series, points[-1])
    sentence = _MOVEMENTS[end < start, bool(span), bool(what)]
    if number_words(start) == number_words(end):
        sentence = _IS_AT_WITH if what else _IS_AT
    return series.language.say(
        sentence,
        title=series.title,
        start=number_words(start),
        end=number_words(end),
        span=span,
        what=what,
    )


def _best_sentence(series: ProgressSeries, points: list[ScorePoint]) -> str:
    """That it was better before than it is now; a start and an end alone would hide it."""
    start, later = _start_and_later(series, points)
    sign = 1 if series.direction is Direction.LOWER_IS_BETTER else -1
    best = min(reversed(later), key=lambda point: sign * point.value, default=None)
    if best is None or sign * best.value >= min(sign * start, sign * later[-1].value):
        return ""
    return series.language.say(
        "That is after a best of %(value)s on %(day)s.",
        value=number_words(best.value),
        day=full_date(date_in_zone(best.occurred_at, series.zone), series.language),
    )


def _start_and_later(
    series: ProgressSeries, points: list[ScorePoint]
) -> tuple[float, list[ScorePoint]]:
    if series.baseline is None:
        return points[0].value, points[1:]
    at = series.baseline.at
    later = [point for point in points if at is None or point.occurred_at > at]
    return series.baseline.value, later


def _span(series: ProgressSeries, points: list[ScorePoint]) -> str:
    start = points[0].occurred_at
    if series.baseline is not None and series.baseline.at is not None:
        start = series.baseline.at
    first = date_in_zone(start, series.zone)
    days = (date_in_zone(points[-1].occurred_at, series.zone) - first).days
    if days < 1:
        return ""
    if days > 13:
        return series.language.say_count("%(num)s week", "%(num)s weeks", round(days / 7))
    return series.language.say_count("%(num)s day", "%(num)s days", days)


def _what_else(series: ProgressSeries, last: ScorePoint) -> str:
    """What else happened until the last score; never that it was the cause."""
    infusions = sum(
        infusion.mark in GIVEN_MARKS and infusion.at <= last.occurred_at
        for infusion in series.infusions
    )
    until = date_in_zone(last.occurred_at, series.zone)
    medicines = sum(medicine.on <= until for medicine in series.medicines)
    language = series.language
    given = language.say_count(
        "one infusion", "%(number)s infusions", infusions, number=_spelled(infusions, language)
    )
    changed = language.say_count(
        "one change of medicines",
        "%(number)s changes of medicines",
        medicines,
        number=_spelled(medicines, language),
    )
    if infusions and medicines:
        return language.say("%(given)s and %(changed)s", given=given, changed=changed)
    return given if infusions else changed if medicines else ""


def _spelled(count: int, language: Language) -> str:
    """ "six", "twelve" as "12"."""
    return language.say(_COUNTS[count]) if count < len(_COUNTS) else str(count)


def _medicine_list(series: ProgressSeries) -> str:
    said = [f"{full_date(one.on, series.language)}, {one.words}" for one in series.medicines]
    return series.language.say("Medicines: %(list)s.", list="; ".join(said)) if said else ""


def _infusion_counts(series: ProgressSeries) -> str:
    language = series.language
    counts = [
        (words, sum(infusion.mark is mark for infusion in series.infusions))
        for mark, words in _MARK_COUNTS.items()
    ]
    said = [language.say_count(*words, count) for words, count in counts if count]
    if not said:
        return language.say("No infusions.")
    return language.say("Infusions: %(list)s.", list=", ".join(said))


_MARK_COUNTS = {
    InfusionMark.GIVEN: to_say_count("%(num)s given", "%(num)s given"),
    InfusionMark.PARTIAL: to_say_count("%(num)s given in part", "%(num)s given in part"),
    InfusionMark.PLANNED: to_say_count("%(num)s planned", "%(num)s planned"),
    InfusionMark.CANCELLED: to_say_count("%(num)s cancelled", "%(num)s cancelled"),
    InfusionMark.MISSED: to_say_count("%(num)s missed", "%(num)s missed"),
    InfusionMark.BOOSTER: to_say_count("%(num)s booster", "%(num)s booster"),
}


def _direction_sentence(series: ProgressSeries) -> str:
    if series.direction is Direction.LOWER_IS_BETTER:
        return series.language.say("Lower is better.")
    return series.language.say("Higher is better.")
