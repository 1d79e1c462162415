"""The scores themselves: a line that never bridges a gap, a mark for each, values beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tracker.charts.axes import SECONDS_A_DAY, number_words
from tracker.charts.canvas import Place, Sheet, text_width
from tracker.charts.key import POINTS, draw_look
from tracker.charts.layout import Layout
from tracker.charts.palette import PAPER, QUIET, SCORE
from tracker.charts.plot import Plot
from tracker.charts.series import ScorePoint


@dataclass(frozen=True, kw_only=True, slots=True)
class _Label:
    x: float
    y: float
    words: str
    size: float
    bold: bool

    def clear_of(self, other: _Label) -> bool:
        apart_x = (text_width(self.words, self.size) + text_width(other.words, other.size)) / 2
        apart_y = 0.5 * (self.size + other.size)
        return abs(self.x - other.x) >= apart_x or abs(self.y - other.y) >= apart_y


def draw_scores(plot: Plot) -> None:
    """Line, marks and values; or, without any score, words that say so."""
    if not plot.points:
        middle = (plot.layout.left + plot.layout.right) / 2
        line = (plot.bottom + plot.top) / 2
        size = plot.layout.base
        words = plot.series.language.say("No scores yet")
        plot.sheet.words(middle, line, words, size=size, colour=QUIET, align="center")
        return
    runs = runs_between_gaps(plot.points, plot.series.gap_days, plot.place_point)
    plot.sheet.lines(runs, colour=SCORE, width=1.6, gid="score-line")
    draw_points(plot.sheet, plot.layout, plot.points, plot.place_point)
    for label in _placed_labels(plot):
        plot.sheet.words(
            label.x, label.y, label.words, size=label.size, bold=label.bold, align="center"
        )


def runs_between_gaps(
    points: Sequence[ScorePoint], gap_days: float, place: Callable[[ScorePoint], Place]
) -> list[list[Place]]:
    """Lines through points in order of time, parted where too many days lie between two."""
    runs: list[list[Place]] = []
    before: ScorePoint | None = None
    for point in points:
        if before is None or _days_between(before, point) > gap_days:
            runs.append([])
        runs[-1].append(place(point))
        before = point
    return [run for run in runs if len(run) > 1]


def draw_points(
    sheet: Sheet,
    layout: Layout,
    points: Sequence[ScorePoint],
    place: Callable[[ScorePoint], Place],
) -> None:
    """A mark for each score: its shape says who rated, hollow that answers were missing."""
    for rated_by, look in POINTS.items():
        rated = [point for point in points if point.rated_by is rated_by]
        whole = [place(point) for point in rated if not point.prorated]
        draw_look(sheet, layout, look, whole, gid=f"point-{rated_by}")
        partly = [place(point) for point in rated if point.prorated]
        hollow = replace(look, inside=PAPER, edge=1.3)
        draw_look(sheet, layout, hollow, partly, gid=f"point-{rated_by}-prorated")


def _days_between(before: ScorePoint, after: ScorePoint) -> float:
    return (after.occurred_at - before.occurred_at).total_seconds() / SECONDS_A_DAY


def _placed_labels(plot: Plot) -> list[_Label]:
    """The values that fit without touching each other; the table has all of them."""
    placed: list[_Label] = []
    for index in _by_importance(plot.points, plot.layout.phone):
        label = _label(plot, index)
        if all(label.clear_of(other) for other in placed):
            placed.append(label)
    return placed


def _by_importance(points: Sequence[ScorePoint], ends_only: bool) -> list[int]:
    order = list(range(len(points)))
    by_value = sorted(order, key=lambda index: points[index].value)
    first = [order[-1], order[0]]
    if not ends_only:
        first += [by_value[0], by_value[-1], *order]
    return list(dict.fromkeys(first))


def _label(plot: Plot, index: int) -> _Label:
    """Beside the mark, on the side that the line leaves free."""
    layout = plot.layout
    last = index == len(plot.points) - 1
    size = 12.0 if layout.phone and last else layout.small
    words = number_words(plot.points[index].value)
    before, after = _slopes(plot, index)
    x, y = plot.place_point(plot.points[index])
    room = size + layout.mark
    below = y + room > plot.top or (before < 0 < after and y - room > plot.bottom)
    if not below and before < 0 and after <= 0:
        x += 0.5 * text_width(words, size)
    elif not below and before >= 0 and after > 0:
        x -= 0.5 * text_width(words, size)
    up = -(0.72 * size + 0.75 * layout.mark) if below else 0.75 * layout.mark
    return _Label(x=x, y=y + up, words=words, size=size, bold=last)


def _slopes(plot: Plot, index: int) -> tuple[float, float]:
    """How the value moves to this score and on from it; 0 at an end."""
    values = [point.value for point in plot.points]
    before = values[index] - values[index - 1] if index else 0.0
    after = values[index + 1] - values[index] if index + 1 < len(values) else 0.0
    return before, after
