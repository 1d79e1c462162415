"""What each infusion did: from the rating before to the one of the day after, and how long."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.charts import marks
from tracker.charts.axes import Span, day_month, number_words
from tracker.charts.cache import chart_key
from tracker.charts.canvas import Sheet, shorten, text_width
from tracker.charts.infusion_series import EffectRow, EffectsSeries
from tracker.charts.infusion_words import (
    NO_INFUSION,
    effects_description,
    effects_sentence,
    hours_words,
    lasting_words,
)
from tracker.charts.key import KeyEntry, Look, break_lines, draw_key, draw_look
from tracker.charts.layout import LAYOUTS, Layout
from tracker.charts.palette import CHANGE, EDGE, GRID, INK, LIMIT, PAPER, QUIET, SCORE
from tracker.charts.rows import draw_cut
from tracker.charts.series import Direction, Form
from tracker.domain.progress import Lasting

BEFORE = Look(shape=marks.CIRCLE, words="before", colour=INK, inside=PAPER, edge=1.2)
LOWER = Look(shape=marks.LEFT, words="lower after", colour=SCORE, inside=SCORE)
HIGHER = Look(shape=marks.RIGHT, words="higher after", colour=LIMIT, inside=LIMIT)
SAME = Look(shape=marks.SQUARE, words="the same after", inside=INK, scale=0.55)
ALONE = Look(shape=marks.DIAMOND, words="after, none before", inside=INK, scale=0.9)
BACK = Look(shape=marks.BAR, words="back at the level before", edge=1.6, scale=1.3)
STILL = Look(shape=marks.RIGHT, words="still lower, last rated", inside=INK, scale=0.8)

_SIDES = (LOWER, HIGHER, SAME, ALONE)
_ENDS = {Lasting.BACK: BACK, Lasting.NOT_BACK: STILL}
_DAY_STEPS = (7, 14, 28)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plot:
    """The places of one sheet. ``hours`` and ``days`` are None on a phone, which writes them."""

    sheet: Sheet
    layout: Layout
    series: EffectsSeries
    day: Span
    hours: Span | None
    days: Span | None
    top: float
    row_height: float

    def middle(self, number: int) -> float:
        """Where the marks of a row stand."""
        below = 0.66 if self.layout.phone else 0.5
        return round(self.top - (number + below) * self.row_height, 2)

    @property
    def bottom(self) -> float:
        return round(self.top - max(1, len(self.series.rows)) * self.row_height, 2)


def draw_effects(series: EffectsSeries, *, form: Form = Form.SCREEN) -> str:
    """The chart as SVG text: a row an infusion, in the order in which they were given."""
    plain = LAYOUTS[form]
    key = break_lines([KeyEntry(words=look.words, look=look) for look in _looks(series)], plain)
    plot = _plan(series, plain.with_key(len(key)))
    _draw_head(plot)
    for span in (plot.day, plot.hours, plot.days):
        if span is not None and series.rows:
            _draw_scale(plot, span)
    for number, row in enumerate(series.rows):
        _draw_row(plot, row, plot.middle(number))
    if series.hidden:
        draw_cut(plot.sheet, plot.layout, plot.top - series.cut * plot.row_height)
    if not series.rows:
        _draw_empty(plot)
    draw_key(plot.sheet, plot.layout, key)
    return plot.sheet.svg(
        title=effects_sentence(series),
        description=effects_description(series),
        prefix=f"e{chart_key(series, form)[:8]}",
    )


def _plan(series: EffectsSeries, layout: Layout) -> _Plot:
    row_height = (5.2 if layout.phone else 2.9) * layout.base
    head = (3.2 if layout.phone else 3.6) * layout.base
    count = max(1, len(series.rows))
    height = round(layout.bottom + count * row_height + head, 2)
    sheet = Sheet(layout.width, height, has_ground=layout.has_ground)

    def across(start: float, end: float, last: float) -> Span:
        return Span(first=0, last=last, start=layout.width * start, end=layout.width * end)

    phone = layout.phone
    return _Plot(
        sheet=sheet,
        layout=layout,
        series=series,
        day=across(0.08, 0.9, series.maximum) if phone else across(0.42, 0.64, series.maximum),
        hours=None if phone else across(0.2, 0.35, series.four_maximum),
        days=None if phone else across(0.71, 0.98, _last_day(series)),
        top=height - head,
        row_height=row_height,
    )


def _last_day(series: EffectsSeries) -> int:
    known = [day for row in series.rows for day in (row.better_days, row.back_days) if day]
    furthest = max(known, default=0)
    return next((days for days in _DAY_STEPS if days >= furthest), furthest)


def _looks(series: EffectsSeries) -> list[Look]:
    shown = [_side(row.before, row.next_day) for row in series.rows]
    shown += [_side(row.four_before, row.hours_after) for row in series.rows]
    befores = [each for row in series.rows for each in (row.before, row.four_before)]
    looks = [BEFORE] if any(each is not None for each in befores) else []
    looks += [look for look in _SIDES if look in shown]
    found = {row.lasting for row in series.rows}
    return looks + [look for lasting, look in _ENDS.items() if lasting in found]


def _side(before: float | None, after: float | None) -> Look | None:
    return None if after is None else _look_of(before, after)


def _draw_head(plot: _Plot) -> None:
    sheet, layout, series = plot.sheet, plot.layout, plot.series
    line = sheet.height - 1.2 * layout.base
    direction = Direction.LOWER_IS_BETTER.words
    title = shorten(series.title, layout.base, layout.width - 8)
    sheet.words(4, line, title, size=layout.base, bold=True)
    if layout.phone:
        words = f"0 to {number_words(series.maximum)}, {direction}"
        sheet.words(4, line - 1.4 * layout.base, words, size=layout.small, colour=QUIET)
        return
    right = layout.width - 4
    sheet.words(right, line, direction, size=layout.base, bold=True, align="right")
    four = number_words(series.four_maximum)
    for span, words in (
        (plot.hours, f"hours after, of {four}"),
        (plot.day, f"a day after, of {number_words(series.maximum)}"),
        (plot.days, "days until back"),
    ):
        if span is not None:
            at = line - 1.7 * layout.base
            sheet.words(span.start, at, words, size=layout.small, colour=QUIET)


def _draw_scale(plot: _Plot, span: Span) -> None:
    """Three lines from the first row to the last, with their numbers under them."""
    values = (0.0, span.last) if span.last % 2 else (0.0, span.last / 2, span.last)
    runs = [[(span.at(value), plot.bottom), (span.at(value), plot.top)] for value in values]
    plot.sheet.lines(runs, colour=GRID, width=0.5, gid="grid")
    line = plot.bottom - 1.1 * plot.layout.small
    for value in values:
        plot.sheet.words(
            span.at(value),
            line,
            number_words(value),
            size=plot.layout.small,
            colour=QUIET,
            align="center",
        )


def _draw_row(plot: _Plot, row: EffectRow, middle: float) -> None:
    _draw_pair(plot, plot.day, (row.before, row.next_day), middle, gid="day")
    if plot.hours is not None:
        _draw_pair(plot, plot.hours, (row.four_before, row.hours_after), middle, gid="hours")
    _draw_names(plot, row, middle)
    if plot.days is not None:
        _draw_lasting(plot, plot.days, row, middle)


def _draw_names(plot: _Plot, row: EffectRow, middle: float) -> None:
    sheet, layout = plot.sheet, plot.layout
    if layout.phone:
        line = middle + 1.1 * layout.base
        hours = f"hours after {hours_words(row, plot.series.four_maximum)}"
        sheet.words(4, line, f"{row.label}, {day_month(row.on)}", size=layout.small)
        under = middle - 1.55 * layout.base
        sheet.words(4, under, lasting_words(row), size=layout.small, colour=QUIET)
        right = layout.width - 4
        sheet.words(right, line, hours, size=layout.small, colour=QUIET, align="right")
        return
    sheet.words(4, middle + 1.5, row.label, size=layout.small)
    below = middle - 1.1 * layout.small
    sheet.words(4, below, day_month(row.on), size=layout.small, colour=QUIET)


def _draw_pair(
    plot: _Plot, span: Span, pair: tuple[float | None, float | None], middle: float, *, gid: str
) -> None:
    """From a hollow circle to an arrow head; what was not rated is said where it would stand."""
    before, after = pair
    sheet, layout = plot.sheet, plot.layout
    if before is None and after is None:
        at = (span.start + span.end) / 2, middle - 0.33 * layout.small
        sheet.words(*at, "not rated", size=layout.small, colour=QUIET, align="center")
        return
    if before is not None and after is not None:
        run = [(span.at(before), middle), (span.at(after), middle)]
        sheet.lines([run], colour=EDGE, width=1.2, gid=f"{gid}-step")
    if before is not None:
        draw_look(sheet, layout, BEFORE, [(span.at(before), middle)], gid=f"{gid}-before")
    if after is not None:
        look = _look_of(before, after)
        draw_look(sheet, layout, look, [(span.at(after), middle)], gid=f"{gid}-after")
    _draw_values(plot, span, before, after, middle)


def _look_of(before: float | None, after: float) -> Look:
    if before is None:
        return ALONE
    if before == after:
        return SAME
    return LOWER if after < before else HIGHER


def _draw_values(
    plot: _Plot, span: Span, before: float | None, after: float | None, middle: float
) -> None:
    """The numbers outside of the pair, that of the day after in bold."""
    layout = plot.layout
    known = [(value, bold) for value, bold in ((before, False), (after, True)) if value is not None]
    known.sort(key=lambda each: each[0])
    if before == after:
        known = known[-1:]
    beside, line = layout.mark / 2 + 3, middle - 0.33 * layout.small
    for number, (value, bold) in enumerate(known):
        is_left = number == 0 and len(known) == 2
        x = span.at(value) + (-beside if is_left else beside)
        plot.sheet.words(
            x,
            line,
            number_words(value),
            size=layout.small,
            bold=bold,
            align="right" if is_left else "left",
        )


def _draw_lasting(plot: _Plot, days: Span, row: EffectRow, middle: float) -> None:
    sheet, layout = plot.sheet, plot.layout
    words = shorten(lasting_words(row), layout.small, days.end - days.start + 12)
    if row.better_days is None:
        line = middle - 0.33 * layout.small
        sheet.words(days.start + 2, line, words, size=layout.small, colour=QUIET)
        return
    low, high = middle - 0.75 * layout.base, middle - 0.25 * layout.base
    sheet.boxes(
        [(days.at(0), low, days.at(row.better_days), high)], fill=CHANGE, edge=EDGE, gid="lower"
    )
    end = row.better_days
    if row.back_days is not None:
        end = row.back_days
        gap = (days.at(row.better_days), low, days.at(end), high)
        sheet.boxes([gap], edge=EDGE, hatch="//////", gid="unknown")
    look = _ENDS[row.lasting]
    draw_look(sheet, layout, look, [(days.at(end), (low + high) / 2)], gid=f"end-{row.lasting}")
    sheet.words(days.start + 2, middle + 1.5, words, size=layout.small, colour=QUIET)


def _draw_empty(plot: _Plot) -> None:
    layout = plot.layout
    middle = (plot.top + plot.bottom) / 2
    width = text_width(NO_INFUSION, layout.base)
    at = (layout.width - width) / 2
    plot.sheet.words(at, middle, NO_INFUSION, size=layout.base, colour=QUIET)
