"""Groups of one scale side by side, each as a percentage of its own maximum."""

from __future__ import annotations

from datetime import datetime

from tracker.charts.axes import (
    Span,
    date_in_zone,
    full_date,
    number_words,
    time_span,
)
from tracker.charts.cache import chart_key
from tracker.charts.canvas import Place, Sheet, shorten
from tracker.charts.layout import LAYOUTS, Layout
from tracker.charts.palette import EDGE, GRID, QUIET, SCORE
from tracker.charts.scores import draw_points, runs_between_gaps
from tracker.charts.series import Form, Group, GroupsSeries, ScorePoint
from tracker.charts.words import GIVEN_MARKS, in_time_order

_PANEL_HEIGHT = 62.0


def draw_groups(series: GroupsSeries, *, form: Form = Form.SCREEN) -> str:
    """The chart as SVG text, with one panel a group; two in a row on a phone, else up to four."""
    layout = LAYOUTS[form]
    columns = 2 if layout.phone else 4
    rows = max(1, -(-len(series.groups) // columns))
    head = (2.6 if layout.phone else 1.4) * layout.base
    row_height = _PANEL_HEIGHT + 4.2 * layout.base
    sheet = Sheet(layout.width, round(head + rows * row_height, 2), has_ground=layout.has_ground)
    _draw_head(sheet, series, layout)
    width = (layout.width - layout.left) / columns
    for number, group in enumerate(series.groups):
        row, column = divmod(number, columns)
        left = layout.left + column * width
        floor = sheet.height - head - (row + 1) * row_height + 1.6 * layout.base
        times = time_span(_instants(series), start=left, end=left + width - 12)
        scores = Span(first=0, last=100, start=floor, end=floor + _PANEL_HEIGHT)
        _draw_frame(sheet, layout, group, (left, left + width - 12), scores, numbered=column == 0)
        if times is not None:
            _draw_group(sheet, series, layout, group, times, scores)
    prefix = f"g{chart_key(series, form)[:8]}"
    description = " ".join(_group_sentence(series, group) for group in series.groups)
    return sheet.svg(title=series.title, description=description, prefix=prefix)


def _draw_head(sheet: Sheet, series: GroupsSeries, layout: Layout) -> None:
    line = sheet.height - 1.2 * layout.base
    direction = f"% of maximum, {series.direction.words}"
    title = shorten(series.title, layout.base, layout.width - 8)
    sheet.words(4, line, title, size=layout.base, bold=True)
    if layout.phone:
        sheet.words(4, line - 1.3 * layout.base, direction, size=layout.small, colour=QUIET)
    else:
        right = layout.width - 4
        sheet.words(right, line, direction, size=layout.base, bold=True, align="right")


def _draw_frame(
    sheet: Sheet,
    layout: Layout,
    group: Group,
    ends: tuple[float, float],
    scores: Span,
    *,
    numbered: bool,
) -> None:
    left, right = ends
    grid = [[(left, scores.at(share)), (right, scores.at(share))] for share in (50, 100)]
    sheet.lines(grid, colour=GRID, width=0.5, gid="grid")
    sheet.lines([[(left, scores.start), (right, scores.start)]], colour=EDGE, gid="axis")
    for share in (0, 50, 100) if numbered else ():
        line = scores.at(share) - 0.33 * layout.small
        sheet.words(left - 4, line, str(share), size=layout.small, colour=QUIET, align="right")
    name = shorten(group.label, layout.small, right - left)
    sheet.words(left, scores.end + 0.7 * layout.base, name, size=layout.small, bold=True)
    words = _ends_words(group)
    sheet.words(left, scores.start - 1.2 * layout.small, words, size=layout.small, colour=QUIET)


def _draw_group(
    sheet: Sheet,
    series: GroupsSeries,
    layout: Layout,
    group: Group,
    times: Span,
    scores: Span,
) -> None:
    given = [times.place(one.at) for one in series.infusions if one.mark in GIVEN_MARKS]
    guides = [[(x, scores.start), (x, scores.end)] for x in given]
    sheet.lines(guides, colour=EDGE, width=0.5, dashes=(1, 2), gid="guides")
    points = in_time_order(group.points)

    def place(point: ScorePoint) -> Place:
        share = 100 * point.value / group.maximum
        return times.place(point.occurred_at), scores.at(share)

    runs = runs_between_gaps(points, series.gap_days, place)
    sheet.lines(runs, colour=SCORE, width=1.3, gid="score-line")
    draw_points(sheet, layout, points, place)


def _instants(series: GroupsSeries) -> list[datetime]:
    instants = [point.occurred_at for group in series.groups for point in group.points]
    return instants + [infusion.at for infusion in series.infusions]


def _ends_words(group: Group) -> str:
    """ "16 → 5 of 20": the raw numbers, since percentages hide that the maxima differ."""
    points = in_time_order(group.points)
    if not points:
        return "no scores yet"
    maximum = number_words(group.maximum)
    last = number_words(points[-1].value)
    if len(points) == 1:
        return f"{last} of {maximum}"
    return f"{number_words(points[0].value)} → {last} of {maximum}"


def _group_sentence(series: GroupsSeries, group: Group) -> str:
    points = in_time_order(group.points)
    if not points:
        return f"{group.label}: no scores yet."
    first, last = points[0], points[-1]
    maximum = number_words(group.maximum)
    on = full_date(date_in_zone(last.occurred_at, series.zone))
    if len(points) == 1:
        return f"{group.label}: {number_words(last.value)} of {maximum} on {on}."
    return (
        f"{group.label}: from {number_words(first.value)} to {number_words(last.value)}"
        f" of {maximum}, last on {on}."
    )
