"""The chart of one infusion: pressure, heart rate and oxygen over the minutes since its start.

Heart rate has a panel of its own: over the pressure its dots would sit on the diastolic marks.
"""

from __future__ import annotations

from tracker.charts import marks
from tracker.charts.axes import Span
from tracker.charts.cache import chart_key
from tracker.charts.canvas import Outline, Place, shorten
from tracker.charts.layout import LAYOUTS
from tracker.charts.palette import EDGE, GRID, INK, PAPER, QUIET, SCORE, STOP, THERAPY
from tracker.charts.series import Form
from tracker.charts.side_labels import SideLabel, draw_side_labels
from tracker.charts.vital_plan import Panel, VitalPlot, plan_vital_plot, value_of
from tracker.charts.vital_series import Measure, Reading, VitalSeries
from tracker.charts.vital_words import (
    event_lines,
    events_in_order,
    peak_of,
    pressure_words,
    vital_description,
    vital_sentence,
    whole_minutes,
)

_LOOKS: dict[Measure, tuple[Outline, str, float]] = {
    Measure.SYSTOLIC: (marks.CARET_DOWN, INK, 1.2),
    Measure.DIASTOLIC: (marks.CARET_UP, INK, 1.2),
    Measure.HEART_RATE: (marks.CIRCLE, SCORE, 0.8),
    Measure.OXYGEN: (marks.DIAMOND, THERAPY, 1.0),
}


def draw_vital_signs(series: VitalSeries, *, form: Form = Form.SCREEN, low: bool = False) -> str:
    """The chart as SVG text; equal series give equal text. Safe to call from several threads.

    Each value is one ``use`` element in a group named after its measure, ``…-late`` when it was
    entered later. One that was corrected or struck out is not drawn; ``corrected`` marks its place.
    ``low`` is a third less high and has no title, for a page that has one.
    """
    plot = plan_vital_plot(series, LAYOUTS[form], low=low)
    _draw_pauses(plot)
    _draw_frame(plot)
    _draw_infusion_bar(plot)
    _draw_small_marks(plot)
    _draw_events(plot)
    for panel, span in plot.panels:
        _draw_panel(plot, panel, span)
        _draw_limits(plot, panel, span)
        if Measure.SYSTOLIC in panel.measures:
            _draw_stems(plot, span)
            _draw_peak(plot, span)
        else:
            _draw_line(plot, panel.measures[0], span)
        for measure in panel.measures:
            _draw_values(plot, measure, span)
    prefix = f"v{chart_key(series, form)[:8]}"
    return plot.sheet.svg(
        title=vital_sentence(series), description=vital_description(series), prefix=prefix
    )


def _draw_frame(plot: VitalPlot) -> None:
    layout, sheet = plot.layout, plot.sheet
    if not plot.low:
        title = shorten(plot.series.title, layout.base, layout.width - 8)
        sheet.words(4, sheet.height - 1.2 * layout.base, title, size=layout.base, bold=True)
    minutes = _minute_ticks(plot)
    places = [plot.minutes.at(minute) for minute in minutes]
    runs = [[(x, plot.floor), (x, plot.floor - 3)] for x in places]
    sheet.lines(runs, colour=EDGE, gid="minute-ticks")
    line = plot.floor - 4 - 0.8 * layout.small
    for x, minute in zip(places, minutes, strict=True):
        words = str(minute).replace("-", "−")
        sheet.words(x, line, words, size=layout.small, colour=QUIET, align="center")
    _draw_minute_words(plot, line)
    for number, note in enumerate(plot.notes):
        sheet.words(4, layout.key_line(number), note, size=layout.small, colour=QUIET)


def _draw_minute_words(plot: VitalPlot, line: float) -> None:
    """Under the numbers of the axis, or beside them where height is dear."""
    layout, words = plot.layout, "minutes since the start"
    x, y = (layout.right + 14, line) if plot.low else (layout.left, line - 1.25 * layout.small)
    plot.sheet.words(x, y, words, size=layout.small, colour=QUIET)


def _minute_ticks(plot: VitalPlot) -> list[int]:
    step = 15
    while (plot.minutes.last - plot.minutes.first) / step > 1.6 * plot.layout.most_ticks:
        step *= 2
    first = int(-(-plot.minutes.first // step))
    return [number * step for number in range(first, int(plot.minutes.last // step) + 1)]


def _draw_panel(plot: VitalPlot, panel: Panel, span: Span) -> None:
    layout, sheet = plot.layout, plot.sheet
    left, right = layout.left, layout.right
    step = panel.step
    while (span.end - span.start) * step / (span.last - span.first) < 1.2 * layout.small:
        step *= 2
    ticks = range(int(span.first), int(span.last) + 1, step)
    grid = [[(left, span.at(tick)), (right, span.at(tick))] for tick in ticks[1:]]
    sheet.lines(grid, colour=GRID, width=0.5, gid="grid")
    sheet.lines([[(left, span.start), (right, span.start)]], colour=EDGE, gid="axis")
    for tick in ticks:
        line = span.at(tick) - 0.33 * layout.small
        sheet.words(left - 4, line, str(tick), size=layout.small, colour=QUIET, align="right")
    line = span.end + 0.55 * layout.small
    sheet.words(left, line, panel.words, size=layout.small, colour=QUIET)


def _draw_infusion_bar(plot: VitalPlot) -> None:
    series, layout = plot.series, plot.layout
    end = series.ended_at or series.now or series.started_at
    low, high = plot.lane - 2.5, plot.lane + 2.5
    bar = (plot.place(series.started_at), low, plot.place(end), high)
    plot.sheet.boxes([bar], fill=SCORE, gid="infusion")
    pauses = [
        (plot.place(pause.started_at), low, plot.place(pause.ended_at or end), high)
        for pause in series.pauses
    ]
    plot.sheet.boxes(pauses, fill=PAPER, edge=SCORE, gid="pause")
    if not layout.phone:
        words = "infusion, paused where open" if pauses else "infusion"
        label = SideLabel(place=plot.lane, words=words, colour=QUIET)
        draw_side_labels(plot.sheet, layout, [label])


def _draw_pauses(plot: VitalPlot) -> None:
    """A shade over all panels while the infusion stood still."""
    end = plot.series.ended_at or plot.series.now or plot.series.started_at
    shades = [
        (plot.place(one.started_at), plot.floor, plot.place(one.ended_at or end), plot.ceiling)
        for one in plot.series.pauses
    ]
    plot.sheet.boxes(shades, fill=GRID, gid="pause-shade")


def _draw_small_marks(plot: VitalPlot) -> None:
    """Ticks where the rate was changed, and a square where a correction stands."""
    places = [plot.place(at) for at in plot.series.rate_changes]
    ticks = [[(x, plot.lane - 5), (x, plot.lane + 5)] for x in places]
    plot.sheet.lines(ticks, colour=INK, width=1.0, gid="rate")
    corrected = [one for one in plot.series.drawn if one.corrected]
    squares = [(plot.place(one.measured_at), plot.floor + 3) for one in corrected]
    size = 0.5 * plot.layout.small
    plot.sheet.marks(squares, marks.SQUARE, size=size, inside=PAPER, gid="corrected")


def _draw_events(plot: VitalPlot) -> None:
    """A letter above the bar for each event, and a thin line down to its minute."""
    layout = plot.layout
    letters = [letter for letter, _ in event_lines(plot.series)]
    middle = plot.lane + 1.25 * layout.base
    minutes = [plot.place(event.at) for event in events_in_order(plot.series)]
    places = [(x, middle) for x in _side_by_side(minutes, 1.35 * layout.small)]
    runs = [[(x, plot.floor), (x, plot.lane + 3)] for x in minutes]
    plot.sheet.lines(runs, colour=EDGE, width=0.5, dashes=(1, 2), gid="event-guides")
    size = 1.25 * layout.small
    plot.sheet.marks(places, marks.CIRCLE, size=size, inside=PAPER, gid="event")
    for letter, (x, y) in zip(letters, places, strict=True):
        line = y - 0.33 * layout.small
        plot.sheet.words(x, line, letter, size=layout.small, align="center")


def _side_by_side(places: list[float], apart: float) -> list[float]:
    """Letters of the same minute stand beside each other: none covers another."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + apart) if moved else place)
    return moved


def _draw_limits(plot: VitalPlot, panel: Panel, span: Span) -> None:
    layout = plot.layout
    limits = [
        limit
        for limit in plot.series.limits
        if limit.measure in panel.measures and span.first <= limit.value <= span.last
    ]
    places = [span.at(limit.value) for limit in limits]
    runs = [[(layout.left, y), (layout.right, y)] for y in places]
    plot.sheet.lines(runs, colour=STOP, dashes=(1, 1.5), gid="limit")
    if not layout.phone:
        labels = [
            SideLabel(place=place, words=limit.label, colour=STOP)
            for place, limit in zip(places, limits, strict=True)
        ]
        draw_side_labels(plot.sheet, layout, labels)


def _draw_values(plot: VitalPlot, measure: Measure, span: Span) -> None:
    shape, colour, scale = _LOOKS[measure]
    size = plot.layout.mark * scale
    readings = plot.series.drawn
    for late in (False, True):
        places = plot.places(measure, span, [one for one in readings if one.late is late])
        inside = PAPER if late else colour
        gid = f"{measure}-late" if late else str(measure)
        plot.sheet.marks(places, shape, size=size, colour=colour, inside=inside, gid=gid)


def _draw_stems(plot: VitalPlot, span: Span) -> None:
    """The bar between both pressures; none when one was not measured."""
    runs: list[list[Place]] = []
    for reading in plot.series.drawn:
        low, high = reading.diastolic_mmhg, reading.systolic_mmhg
        if low is not None and high is not None:
            x = plot.place(reading.measured_at)
            runs.append([(x, span.at(low)), (x, span.at(high))])
    plot.sheet.lines(runs, colour=INK, width=1.0, gid="stems")


def _draw_line(plot: VitalPlot, measure: Measure, span: Span) -> None:
    """Join readings that follow each other; one without this measure leaves the line open."""
    ordered = sorted(plot.series.readings, key=lambda reading: reading.measured_at)
    runs: list[list[Reading]] = [[]]
    for reading in (one for one in ordered if not one.discarded):
        if value_of(reading, measure) is None:
            runs.append([])
        else:
            runs[-1].append(reading)
    colour = _LOOKS[measure][1]
    joined = [plot.places(measure, span, run) for run in runs if len(run) > 1]
    plot.sheet.lines(joined, colour=colour, width=1.0, gid=f"{measure}-line")


def _draw_peak(plot: VitalPlot, span: Span) -> None:
    """The highest pressure in words, above the panel, where no reading can lie under it."""
    peak = peak_of(plot.series)
    if peak is not None:
        size, minute = plot.layout.small, whole_minutes(plot.series, peak.measured_at)
        words = f"peak {pressure_words(peak)}, {minute} min"
        line = span.end + 0.55 * size
        plot.sheet.words(plot.layout.right, line, words, size=size, bold=True, align="right")
