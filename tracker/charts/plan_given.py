"""The plan of a course beside what was given: a line a number, over true time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tracker.charts import marks
from tracker.charts.axes import Span, date_ticks, time_span
from tracker.charts.cache import chart_key
from tracker.charts.canvas import Sheet, shorten
from tracker.charts.infusion_series import PlanLine, PlanSeries
from tracker.charts.infusion_words import (
    NO_PLAN,
    day_words,
    is_outside,
    plan_description,
    plan_sentence,
    short_gap,
)
from tracker.charts.key import INFUSIONS, KeyEntry, Look, break_lines, draw_key, draw_look
from tracker.charts.layout import LAYOUTS, Layout
from tracker.charts.palette import EDGE, GRID, INK, LIMIT, PAPER, QUIET
from tracker.charts.rows import draw_cut
from tracker.charts.series import Form, InfusionMark

FIRST_PLAN = Look(
    shape=marks.CIRCLE, words="day first agreed", colour=QUIET, inside=PAPER, edge=1.2, scale=0.7
)
OUTSIDE = Look(shape=marks.DIAMOND, words="", colour=LIMIT, inside=LIMIT, scale=0.9)
_FALLEN = (InfusionMark.MISSED, InfusionMark.CANCELLED)
_ZONE = "UTC"
"""Days are dates here, not instants: they lie on an axis that has no clock."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plot:
    sheet: Sheet
    layout: Layout
    series: PlanSeries
    times: Span | None
    top: float
    row_height: float

    def middle(self, number: int) -> float:
        return round(self.top - (number + 0.5) * self.row_height, 2)

    @property
    def bottom(self) -> float:
        return round(self.top - max(1, len(self.series.lines)) * self.row_height, 2)

    @property
    def numbers(self) -> range:
        return range(len(self.series.lines))

    def at(self, on: date) -> float:
        assert self.times is not None, "a line of the series makes the axis"
        return self.times.place(_noon(on))


def draw_plan(series: PlanSeries, *, form: Form = Form.SCREEN) -> str:
    """The chart as SVG text. A gap outside of the window is hatched and has a diamond."""
    plain = LAYOUTS[form]
    key = break_lines(_entries(series), plain)
    plot = _plan(series, plain.with_key(len(key)))
    _draw_head(plot)
    if plot.times is not None:
        _draw_dates(plot, plot.times)
    for number, line in enumerate(series.lines):
        before = series.lines[number - 1] if number else None
        _draw_line(plot, line, before, plot.middle(number))
    if series.hidden:
        draw_cut(plot.sheet, plot.layout, plot.top - series.cut * plot.row_height)
    if not series.lines:
        middle = plot.layout.width / 2, (plot.top + plot.bottom) / 2
        plot.sheet.words(*middle, NO_PLAN, size=plot.layout.base, colour=QUIET, align="center")
    draw_key(plot.sheet, plot.layout, key)
    return plot.sheet.svg(
        title=plan_sentence(series),
        description=plan_description(series),
        prefix=f"p{chart_key(series, form)[:8]}",
    )


def _plan(series: PlanSeries, layout: Layout) -> _Plot:
    row_height = (2.9 if layout.phone else 2.1) * layout.base
    head = (2.9 if layout.phone else 2.2) * layout.base
    count = max(1, len(series.lines))
    height = round(layout.bottom + count * row_height + head, 2)
    start, end = (0.1, 0.96) if layout.phone else (0.17, 0.64)
    return _Plot(
        sheet=Sheet(layout.width, height, has_ground=layout.has_ground),
        layout=layout,
        series=series,
        times=time_span(
            [_noon(on) for on in _days(series)],
            start=layout.width * start,
            end=layout.width * end,
        ),
        top=height - head,
        row_height=row_height,
    )


def _noon(on: date) -> datetime:
    return datetime.combine(on, time(12), UTC)


def _days(series: PlanSeries) -> list[date]:
    days = [on for line in series.lines for on in (*line.missed_on, *line.cancelled_on)]
    for line in series.lines:
        days += [line.first_on, *([line.on] if line.on else [])]
    first, last = min(days, default=None), max(days, default=None)
    if series.today is not None and first is not None and last is not None:
        days += [series.today] if first <= series.today <= last + timedelta(days=14) else []
    return days


def _entries(series: PlanSeries) -> list[KeyEntry]:
    looks = [FIRST_PLAN] if any(_shows_first_plan(line) for line in series.lines) else []
    shown = {line.mark for line in series.lines}
    shown |= {InfusionMark.MISSED for line in series.lines if line.missed_on}
    shown |= {InfusionMark.CANCELLED for line in series.lines if line.cancelled_on}
    looks += [look for mark, look in INFUSIONS.items() if mark in shown]
    entries = [KeyEntry(words=look.words, look=look) for look in looks]
    window = f"{series.min_gap_days}–{series.max_gap_days} days"
    if any(is_outside(line) for line in series.lines):
        entries.append(KeyEntry(words=f"gap outside {window}", look=OUTSIDE))
    elif series.lines:
        entries.append(KeyEntry(words=f"gaps agreed: {window}"))
    return entries


def _draw_head(plot: _Plot) -> None:
    sheet, layout = plot.sheet, plot.layout
    line = sheet.height - 1.2 * layout.base
    room = layout.width - 8
    sheet.words(4, line, shorten(plot.series.title, layout.base, room), size=layout.base, bold=True)
    if not layout.phone:
        at = 0.67 * layout.width
        sheet.words(at, line, "what became of it", size=layout.small, colour=QUIET)
        right = layout.width - 4
        sheet.words(right, line, "gap before", size=layout.small, colour=QUIET, align="right")


def _draw_dates(plot: _Plot, times: Span) -> None:
    layout, sheet = plot.layout, plot.sheet
    anchor = min(line.first_on for line in plot.series.lines)
    ticks = date_ticks(times, anchor, _ZONE, most=4 if layout.phone else 5)
    runs = [[(tick.place, plot.bottom), (tick.place, plot.top)] for tick in ticks]
    sheet.lines(runs, colour=GRID, width=0.5, gid="grid")
    line = plot.bottom - 1.1 * layout.small
    for tick in ticks:
        sheet.words(tick.place, line, tick.label, size=layout.small, colour=QUIET, align="center")
    today = plot.series.today
    if today is not None and times.start <= plot.at(today) <= times.end:
        x = plot.at(today)
        run = [(x, plot.bottom), (x, plot.top)]
        runs = [run] if not layout.phone else [_strip(plot, x, each) for each in plot.numbers]
        sheet.lines(runs, colour=EDGE, dashes=(2, 1), width=0.7, gid="today")
        at = plot.at(today), plot.top + 2
        sheet.words(*at, "today", size=layout.small, colour=QUIET, align="center")


def _strip(plot: _Plot, x: float, number: int) -> list[tuple[float, float]]:
    """The part of an upright line that crosses no words."""
    middle = plot.middle(number) - 0.5 * plot.layout.small
    return [(x, middle - 0.6 * plot.layout.base), (x, middle + 0.6 * plot.layout.base)]


def _draw_line(plot: _Plot, line: PlanLine, before: PlanLine | None, middle: float) -> None:
    sheet, layout = plot.sheet, plot.layout
    if layout.phone:
        middle -= 0.5 * layout.small
    _draw_gap(plot, line, before, middle)
    if line.on is not None and line.on != line.first_on:
        run = [(plot.at(line.first_on), middle), (plot.at(line.on), middle)]
        sheet.lines([run], colour=INK, width=1.2, gid="moved")
    if _shows_first_plan(line):
        place = [(plot.at(line.first_on), middle)]
        draw_look(sheet, layout, FIRST_PLAN, place, gid="first-plan")
    for mark, days in zip(_FALLEN, (line.missed_on, line.cancelled_on), strict=True):
        places = [(plot.at(on), middle) for on in days]
        draw_look(sheet, layout, INFUSIONS[mark], places, gid=f"infusion-{mark}")
    if line.mark is not None and line.on is not None:
        place = [(plot.at(line.on), middle)]
        draw_look(sheet, layout, INFUSIONS[line.mark], place, gid=f"infusion-{line.mark}")
    _draw_words(plot, line, middle)


def _shows_first_plan(line: PlanLine) -> bool:
    """Not where the first day has a mark of its own already."""
    return line.first_on not in (line.on, *line.missed_on, *line.cancelled_on)


def _draw_gap(plot: _Plot, line: PlanLine, before: PlanLine | None, middle: float) -> None:
    """From the day before it in the course: a thin line, or a hatched bar outside the window."""
    if line.gap_days is None or line.on is None:
        return
    start, end = plot.at(line.on - timedelta(days=line.gap_days)), plot.at(line.on)
    if is_outside(line):
        half = 0.32 * plot.layout.base
        box = (start, middle - half, end, middle + half)
        plot.sheet.boxes([box], edge=LIMIT, hatch="//////", gid="gap-outside")
        return
    ends = [[(x, middle - 2), (x, middle + 2)] for x in (start,)]
    plot.sheet.lines([[(start, middle), (end, middle)], *ends], colour=EDGE, width=0.6, gid="gap")


def _short_label(line: PlanLine) -> str:
    _, _, number = line.label.partition(" ")
    return f"B{number}" if line.is_booster else number


def _draw_words(plot: _Plot, line: PlanLine, middle: float) -> None:
    sheet, layout = plot.sheet, plot.layout
    words, gap = day_words(line), short_gap(line)
    baseline = middle + (1.15 * layout.base if layout.phone else -0.33 * layout.small)
    right = layout.width - 4
    if layout.phone:
        room = right - 4 - 16 - len(gap) * 5
        said = shorten(f"{_short_label(line)}: {words}", layout.small, room)
        sheet.words(4, baseline, said, size=layout.small)
    else:
        sheet.words(4, baseline, line.label, size=layout.small)
        room = right - 0.67 * layout.width - 62
        said = shorten(words, layout.small, room)
        sheet.words(0.67 * layout.width, baseline, said, size=layout.small, colour=QUIET)
    colour = LIMIT if is_outside(line) else QUIET
    sheet.words(right, baseline, gap, size=layout.small, colour=colour, align="right")
    if is_outside(line):
        x = right - len(gap) * layout.small * 0.5 - 7
        draw_look(sheet, layout, OUTSIDE, [(x, baseline + 3)], gid="outside")
