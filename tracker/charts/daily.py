"""Daily answers as strips of squares, darker is harder. For reading exact values see the table."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.charts.axes import Span, date_ticks, full_date, midnight
from tracker.charts.cache import chart_key
from tracker.charts.canvas import Box, Sheet, shorten, text_width
from tracker.charts.key import INFUSIONS, draw_look
from tracker.charts.layout import LAYOUTS, Layout
from tracker.charts.marks import CIRCLE
from tracker.charts.palette import EDGE, INK, QUIET, STEPS
from tracker.charts.series import DailyRow, DailySeries, Form
from tracker.charts.times import dates_of, day_span

_ROW_HEIGHT = 11.4  # 4 mm


def draw_daily(series: DailySeries, *, form: Form = Form.SCREEN) -> str:
    """The chart as SVG text: a row a question, a square a day, a small dot where none came."""
    layout = LAYOUTS[form]
    step = _ROW_HEIGHT + (1.7 * layout.small if layout.phone else 3)
    foot = 3.4 * layout.small
    head = 3.6 * layout.base
    sheet = Sheet(
        layout.width,
        round(head + foot + step * max(1, len(series.rows)), 2),
        has_ground=layout.has_ground,
    )
    days = day_span(series, layout)
    _draw_head(sheet, series, layout, days)
    for number, row in enumerate(series.rows):
        floor = round(foot + step * (len(series.rows) - 1 - number), 2)
        _draw_row(sheet, layout, series, row, days, floor)
    _draw_dates(sheet, layout, series, days, foot)
    prefix = f"d{chart_key(series, form)[:8]}"
    return sheet.svg(title=series.title, description=_description(series), prefix=prefix)


def _draw_head(sheet: Sheet, series: DailySeries, layout: Layout, days: Span) -> None:
    line = sheet.height - 1.2 * layout.base
    title = shorten(series.title, layout.base, layout.width - 8)
    sheet.words(4, line, title, size=layout.base, bold=True)
    middle = line - 1.3 * layout.base
    for mark, look in INFUSIONS.items():
        places = [(days.place(one.at), middle) for one in series.infusions if one.mark is mark]
        inside = [place for place in places if days.start <= place[0] <= days.end]
        draw_look(sheet, layout, look, inside, gid=f"infusion-{mark}")


def _draw_row(
    sheet: Sheet, layout: Layout, series: DailySeries, row: DailyRow, days: Span, floor: float
) -> None:
    name_line = floor + _ROW_HEIGHT + 3.5 if layout.phone else floor + 3
    name = shorten(row.label, layout.small, layout.width if layout.phone else days.start - 8)
    sheet.words(4, name_line, name, size=layout.small, colour=INK)
    shown = _shown(series, row)
    for step, colour in enumerate(STEPS):
        squares = [
            _square(series, days, on, floor)
            for on, value in shown
            if _step(value, row.maximum) == step
        ]
        sheet.boxes(squares, fill=colour, edge=EDGE, gid=f"step-{step}")
    answered = {on for on, _ in shown}
    empty = [on for on in dates_of(series) if on not in answered]
    places = []
    for on in empty:
        left, low, right, high = _square(series, days, on, floor)
        places.append(((left + right) / 2, (low + high) / 2))
    sheet.marks(places, CIRCLE, size=1.4, colour=EDGE, inside=EDGE, edge=0.2, gid="no-answer")


def _shown(series: DailySeries, row: DailyRow) -> list[tuple[date, float]]:
    return [(on, value) for on, value in row.values if series.first_on <= on <= series.last_on]


def _step(value: float, maximum: float) -> int:
    return min(len(STEPS) - 1, int(value / maximum * len(STEPS)))


def _square(series: DailySeries, days: Span, on: date, floor: float) -> Box:
    left = days.place(midnight(on, series.zone))
    right = days.place(midnight(on + timedelta(days=1), series.zone))
    return left, floor, right, floor + _ROW_HEIGHT


def _draw_dates(sheet: Sheet, layout: Layout, series: DailySeries, days: Span, foot: float) -> None:
    ticks = date_ticks(days, series.first_on, series.zone, most=layout.most_ticks)
    runs = [[(tick.place, foot), (tick.place, foot - 3)] for tick in ticks]
    sheet.lines(runs, colour=EDGE, gid="date-ticks")
    line = foot - 4 - 0.8 * layout.small
    for tick in ticks:
        half = text_width(tick.label, layout.small) / 2
        middle = min(max(tick.place, half + 2), layout.width - half - 2)
        sheet.words(middle, line, tick.label, size=layout.small, colour=QUIET, align="center")
    words = "darker is harder; small dot: no check-in"
    sheet.words(4, 0.7 * layout.small, words, size=layout.small, colour=QUIET)


def _description(series: DailySeries) -> str:
    first, last = full_date(series.first_on), full_date(series.last_on)
    rows = " ".join(f"{row.label}: {len(_shown(series, row))} answers." for row in series.rows)
    return f"{first} to {last}. {rows} The table with this chart has the same numbers."
