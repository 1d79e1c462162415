"""The course chart: the scores of one scale over true time, with infusions and therapy on it."""

from __future__ import annotations

from tracker.charts.backdrop import draw_backdrop, draw_heading
from tracker.charts.cache import chart_key
from tracker.charts.key import draw_key, key_lines
from tracker.charts.lanes import draw_guides, draw_infusions, draw_missed, draw_safety, draw_therapy
from tracker.charts.layout import LAYOUTS
from tracker.charts.medicines import draw_medicines, place_medicines, rows_of
from tracker.charts.plot import plan_plot
from tracker.charts.scores import draw_scores
from tracker.charts.series import Form, ProgressSeries
from tracker.charts.times import plan_times
from tracker.charts.words import description, in_time_order, summary_sentence

_STEPS = (
    draw_backdrop,
    draw_heading,
    draw_guides,
    draw_infusions,
    draw_therapy,
    draw_safety,
    draw_medicines,
    draw_missed,
    draw_scores,
)


def draw_progress(series: ProgressSeries, *, form: Form = Form.SCREEN) -> str:
    """The chart as SVG text; equal series give equal text. Safe to call from several threads.

    Each mark is one ``use`` element in a group whose id says what it is: ``point-…``,
    ``infusion-…``, ``therapy-…``, ``safety-…``, ``medicine``, ``missed``. Raises
    zoneinfo.ZoneInfoNotFoundError for a zone that does not exist.
    """
    key = key_lines(series, LAYOUTS[form])
    layout = LAYOUTS[form].with_key(len(key)).with_safety(has_safety=bool(series.safety))
    placed = place_medicines(series, layout, plan_times(series, layout))
    layout = layout.with_medicines(rows_of(placed))
    plot = plan_plot(series, layout, in_time_order(series.points))
    for step in _STEPS:
        step(plot)
    draw_key(plot.sheet, layout, key)
    prefix = f"c{chart_key(series, form)[:8]}"
    return plot.sheet.svg(
        title=summary_sentence(series), description=description(series), prefix=prefix
    )
