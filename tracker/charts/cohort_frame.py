"""What the charts of many courses share: the sheet, the scale at its left, the words above it."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.charts.axes import Span, number_words
from tracker.charts.canvas import Sheet, shorten, wrap
from tracker.charts.layout import LAYOUTS, Layout
from tracker.charts.palette import EDGE, GRID, QUIET
from tracker.charts.series import Form

_FOOT_LINES = {False: 1, True: 2}
"""How many lines the words at the very bottom may take: a phone is half as wide."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """An empty plot: x from ``across``, y from ``up``, both in points."""

    sheet: Sheet
    layout: Layout
    across: Span
    up: Span


def plan_frame(
    form: Form,
    *,
    title: str,
    direction: str,
    across: tuple[float, float],
    up: tuple[float, float],
    foot_lines: int = 1,
    room_right: float = 0.0,
) -> Frame:
    """The sheet with its heading and grid. ``foot_lines`` are lines of words under the plot."""
    layout = LAYOUTS[form]
    foot_lines += _FOOT_LINES[layout.phone] - 1
    height = layout.height + foot_lines * 1.4 * layout.small
    sheet = Sheet(layout.width, round(height, 2), has_ground=layout.has_ground)
    head = (2.9 if layout.phone else 1.6) * layout.base
    frame = Frame(
        sheet=sheet,
        layout=layout,
        across=Span(
            first=across[0],
            last=across[1],
            start=layout.left + 10,
            end=layout.width - 12 - room_right,
        ),
        up=Span(
            first=up[0],
            last=up[1],
            start=(foot_lines * 1.4 + 2.2) * layout.small,
            end=height - head - 0.8 * layout.base,
        ),
    )
    _draw_heading(frame, title, direction)
    return frame


def _draw_heading(frame: Frame, title: str, direction: str) -> None:
    sheet, layout = frame.sheet, frame.layout
    line = sheet.height - 1.2 * layout.base
    room = layout.width - 8 if layout.phone else layout.width * 0.68
    sheet.words(4, line, shorten(title, layout.base, room), size=layout.base, bold=True)
    if layout.phone:
        sheet.words(4, line - 1.4 * layout.base, direction, size=layout.small, colour=QUIET)
    else:
        sheet.words(layout.width - 4, line, direction, size=layout.base, bold=True, align="right")


def draw_values(frame: Frame, values: tuple[float, ...], *, unit: str = "") -> None:
    """Lines of the grid with their numbers at the left, and the axis under the plot."""
    sheet, layout, across, up = frame.sheet, frame.layout, frame.across, frame.up
    sheet.lines(
        [[(across.start, up.at(value)), (across.end, up.at(value))] for value in values],
        colour=GRID,
        width=0.5,
        gid="grid",
    )
    for value in values:
        words = number_words(value) + unit
        line = up.at(value) - 0.33 * layout.small
        sheet.words(across.start - 4, line, words, size=layout.small, colour=QUIET, align="right")
    sheet.lines([[(across.start, up.start), (across.end, up.start)]], colour=EDGE, gid="axis")


def draw_under(frame: Frame, ticks: tuple[tuple[float, str], ...], *, line: int = 0) -> None:
    """Words under the plot, each in the middle of its place; line 0 is the next to the axis."""
    at = frame.up.start - (1.3 + 1.4 * line) * frame.layout.small
    for value, words in ticks:
        frame.sheet.words(
            frame.across.at(value),
            at,
            words,
            size=frame.layout.small,
            colour=QUIET,
            align="center",
        )


def draw_foot(frame: Frame, words: str) -> None:
    """What the marks are, at the very bottom; on two lines where the sheet is narrow."""
    layout = frame.layout
    lines = wrap(words, layout.small, layout.width - 8, most=_FOOT_LINES[layout.phone])
    for number, line in enumerate(reversed(lines)):
        at = (0.5 + 1.25 * number) * layout.small
        frame.sheet.words(4, at, line, size=layout.small, colour=QUIET)


def steps_of(low: float, high: float) -> tuple[float, ...]:
    """Round numbers from one end to the other, five at most."""
    reach = high - low
    step = next(each for each in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500) if reach / each <= 5)
    first = -(-low // step) * step
    count = int((high - first) // step) + 1
    return tuple(first + number * step for number in range(count))
