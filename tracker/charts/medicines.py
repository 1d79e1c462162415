"""What changed in the medicines beside the treatment: rows of their own, words beside each mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.charts.axes import Span, noon
from tracker.charts.canvas import Align, shorten, text_width
from tracker.charts.key import MEDICINE, draw_look
from tracker.charts.lanes import draw_lane_name
from tracker.charts.layout import Layout
from tracker.charts.palette import INK
from tracker.charts.plot import Plot
from tracker.charts.series import Medicine, ProgressSeries

MOST_ROWS = 4
"""More would push the scores off a screen; what finds no row keeps its mark and loses its words."""

_BESIDE = 3.0
_APART = 8.0


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedMedicine:
    """A mark at ``x`` in a row, its words to the right or to the left of it."""

    x: float
    row: int
    words: str
    align: Align


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    """The room that a mark takes with its words."""

    x: float
    words: str
    align: Align
    start: float
    end: float


def place_medicines(
    series: ProgressSeries, layout: Layout, times: Span | None
) -> list[PlacedMedicine]:
    """Each change in the first row where neither its mark nor its words touch another's."""
    if times is None:
        return []
    rows: list[float] = []
    placed = []
    for medicine in sorted(series.medicines, key=lambda one: (one.on, one.words)):
        wanted = _wanted(medicine, series, layout, times)
        row = _free_row(rows, wanted)
        words = wanted.words
        if row is None:
            row, words = len(rows) - 1, ""
        else:
            rows[row : row + 1] = [wanted.end + _APART]
        placed.append(PlacedMedicine(x=wanted.x, row=row, words=words, align=wanted.align))
    return placed


def rows_of(placed: Sequence[PlacedMedicine]) -> int:
    """How many rows the changes take."""
    return max((one.row + 1 for one in placed), default=0)


def draw_medicines(plot: Plot) -> None:
    """The marks and, beside them, what changed to what."""
    layout = plot.layout
    placed = place_medicines(plot.series, layout, plot.times)
    places = [(one.x, layout.medicine_row(one.row)) for one in placed]
    draw_look(plot.sheet, layout, MEDICINE, places, gid="medicine")
    for one in placed:
        beside = _BESIDE + layout.mark / 2
        x = one.x + (beside if one.align == "left" else -beside)
        baseline = layout.medicine_row(one.row) - 0.33 * layout.small
        plot.sheet.words(x, baseline, one.words, size=layout.small, colour=INK, align=one.align)
    if placed and not layout.phone:
        draw_lane_name(plot, "medicines", layout.medicine_row(0))


def _wanted(medicine: Medicine, series: ProgressSeries, layout: Layout, times: Span) -> _Wanted:
    """To the right of the mark; to the left where only there is room; else cut short."""
    x = times.place(noon(medicine.on, series.zone))
    beside = _BESIDE + layout.mark / 2
    left, right = x - beside - layout.left, layout.right - x - beside
    width = text_width(medicine.words, layout.small)
    to_right = width <= right or (width > left and right >= left)
    words = shorten(medicine.words, layout.small, right if to_right else left)
    taken = beside + text_width(words, layout.small)
    return _Wanted(
        x=x,
        words=words,
        align="left" if to_right else "right",
        start=x - layout.mark / 2 if to_right else x - taken,
        end=x + taken if to_right else x + layout.mark / 2,
    )


def _free_row(rows: Sequence[float], wanted: _Wanted) -> int | None:
    """The first row that ends before the words start, or a new one; None when all are taken."""
    free = (number for number, end in enumerate(rows) if end <= wanted.start)
    return next(free, len(rows) if len(rows) < MOST_ROWS else None)
