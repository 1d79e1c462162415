"""Many courses over time: who has not had an event yet, and the clinic's months in a row."""

from __future__ import annotations

from datetime import date

from tracker.charts.axes import MONTHS, number_words
from tracker.charts.cache import chart_key
from tracker.charts.canvas import Place, shorten
from tracker.charts.cohort_frame import (
    Frame,
    draw_foot,
    draw_under,
    draw_values,
    plan_frame,
    steps_of,
)
from tracker.charts.cohort_series import Curve, ProcessSeries, SurvivalSeries
from tracker.charts.cohort_words import process_sentence, survival_sentence
from tracker.charts.marks import CIRCLE, DOWN, UP
from tracker.charts.palette import BETTER, EDGE, INK, PAPER, QUIET, WORSE
from tracker.charts.series import Direction, Form

_DASHES: tuple[tuple[float, ...], ...] = ((), (5, 2.5), (1.5, 2))


def draw_survival(series: SurvivalSeries, form: Form) -> str:
    """A stepped curve a group, told apart by its dashes, with the numbers at risk below."""
    frame = plan_frame(
        form,
        title=series.title,
        direction=series.axis,
        across=(0, series.last_day),
        up=(0, 100),
        foot_lines=len(series.curves) * 2 + 1,
    )
    draw_values(frame, (0.0, 25.0, 50.0, 75.0, 100.0), unit=" %")
    for number, curve in enumerate(series.curves):
        places = _stairs(frame, curve, series)
        dashes = _DASHES[number % len(_DASHES)]
        frame.sheet.lines([places], colour=INK, width=1.6, dashes=dashes, gid=f"curve-{number}")
    days = sorted({day for curve in series.curves for day, _ in curve.at_risk})
    draw_under(frame, tuple((float(day), str(day)) for day in days))
    for number, curve in enumerate(series.curves):
        _draw_row(frame, number, curve)
    draw_foot(frame, "Days. Below: how many were still watched and had not had it (at risk).")
    return frame.sheet.svg(
        title=series.title,
        description=survival_sentence(series),
        prefix=f"s{chart_key(series, form)[:8]}",
    )


def _draw_row(frame: Frame, number: int, curve: Curve) -> None:
    layout, sheet = frame.layout, frame.sheet
    line = frame.up.start - (1.3 + 1.4 * (2 * number + 1)) * layout.small
    middle = line + 0.3 * layout.small
    dashes = _DASHES[number % len(_DASHES)]
    sheet.lines([[(4, middle), (26, middle)]], colour=INK, width=1.6, dashes=dashes, gid="key")
    name = shorten(curve.label, layout.small, layout.width - 40)
    sheet.words(30, line, name, size=layout.small)
    draw_under(frame, tuple((float(day), str(n)) for day, n in curve.at_risk), line=2 * number + 2)


def _stairs(frame: Frame, curve: Curve, series: SurvivalSeries) -> list[Place]:
    places: list[Place] = []
    height = 0.0
    for day, kept in curve.steps:
        x = frame.across.at(day)
        if places:
            places.append((x, height))
        height = frame.up.at(100 * (1 - kept if series.upwards else kept))
        places.append((x, height))
    places.append((frame.across.at(curve.end_day), height))
    return places


def draw_process(series: ProcessSeries, form: Form) -> str:
    """A dot a month. With limits, months outside of them are marked by shape and colour."""
    values = [mean for _, _, mean in series.months] + [series.centre, 0]
    values += [each for each in (series.low, series.high) if each is not None]
    margin = max(2.0, 0.1 * (max(values) - min(values)))
    frame = plan_frame(
        form,
        title=series.title,
        direction=series.direction.words,
        across=(-0.5, len(series.months) - 0.5),
        up=(min(values) - margin, max(values) + margin),
        foot_lines=2,
        room_right=52,
    )
    draw_values(frame, steps_of(min(values) - margin, max(values) + margin))
    for words, value, dashes in _levels(series):
        _draw_level(frame, words, value, dashes)
    places = [
        (frame.across.at(number), frame.up.at(mean))
        for number, (_, _, mean) in enumerate(series.months)
    ]
    frame.sheet.lines([places], colour=QUIET, width=1, gid="months")
    _draw_months(frame, series, places)
    draw_under(frame, _month_ticks(series, 4 if frame.layout.phone else 12))
    has_limits = series.low is not None
    draw_foot(
        frame,
        "Triangles: outside the limits. Limits: mean ± 2.66 × mean moving range."
        if has_limits
        else f"Run chart, {len(series.months)} months: too few points for limits (12 needed).",
    )
    return frame.sheet.svg(
        title=series.title,
        description=process_sentence(series),
        prefix=f"x{chart_key(series, form)[:8]}",
    )


def _levels(series: ProcessSeries) -> list[tuple[str, float, tuple[float, ...]]]:
    if series.low is None or series.high is None:
        return [("median", series.centre, (3, 2))]
    return [
        ("mean", series.centre, ()),
        ("upper", series.high, (4, 2)),
        ("lower", series.low, (4, 2)),
    ]


def _draw_level(frame: Frame, words: str, value: float, dashes: tuple[float, ...]) -> None:
    line = frame.up.at(value)
    ends = [(frame.across.start, line), (frame.across.end, line)]
    frame.sheet.lines([ends], colour=EDGE, width=0.9, dashes=dashes, gid=words)
    frame.sheet.words(
        frame.across.end + 3,
        line - 0.33 * frame.layout.small,
        f"{words} {number_words(value)}",
        size=frame.layout.small,
        colour=QUIET,
    )


def _draw_months(frame: Frame, series: ProcessSeries, places: list[Place]) -> None:
    lower_is_better = series.direction is Direction.LOWER_IS_BETTER
    common, low, high = [], [], []
    for place, (_, _, mean) in zip(places, series.months, strict=True):
        if series.low is not None and mean < series.low:
            low.append(place)
        elif series.high is not None and mean > series.high:
            high.append(place)
        else:
            common.append(place)
    good, bad = BETTER, WORSE
    low_colour, high_colour = (good, bad) if lower_is_better else (bad, good)
    sheet = frame.sheet
    sheet.marks(common, CIRCLE, size=5.5, colour=INK, inside=PAPER, edge=1.2, gid="month")
    sheet.marks(low, DOWN, size=8, colour=low_colour, inside=low_colour, gid="month-below")
    sheet.marks(high, UP, size=8, colour=high_colour, inside=high_colour, gid="month-above")


def _month_ticks(series: ProcessSeries, most: int) -> tuple[tuple[float, str], ...]:
    step = -(-len(series.months) // most)
    return tuple(
        (float(number), _month(series.months[number][0]))
        for number in range(0, len(series.months), step)
    )


def _month(on: date) -> str:
    return f"{MONTHS[on.month - 1]} {on:%y}"
