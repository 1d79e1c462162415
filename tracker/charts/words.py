"""What a chart says in words, and the table that holds the same numbers."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from tracker.charts.axes import date_in_zone, full_date, number_words
from tracker.charts.safety_words import safety_list, safety_sentence
from tracker.charts.series import (
    Direction,
    InfusionMark,
    ProgressSeries,
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


SERIES_KEPT = 128
"""Words that come of a series alone are kept by its values (decision 28)."""


@lru_cache(maxsize=SERIES_KEPT)
def summary_sentence(series: ProgressSeries) -> str:
    """ "Weekly rating fell from 58 to 31 in 5 weeks, with six infusions. Lower is better."; for
    clinicians then "Safety alerts: 2. Serious events: 1."
    """
    return " ".join(
        each for each in (_score_sentence(series), safety_sentence(series.safety)) if each
    )


def _score_sentence(series: ProgressSeries) -> str:
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
    parts.append(safety_list(series.safety, series.zone))
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
