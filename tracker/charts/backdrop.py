"""What stands behind the scores: phases, bands, grid, dates, the start line, today."""

from __future__ import annotations

import math

from tracker.charts.axes import (
    Span,
    date_ticks,
    days_since_epoch,
    midnight,
    number_words,
    value_ticks,
)
from tracker.charts.canvas import Align, shorten, text_width
from tracker.charts.palette import CHANGE, EDGE, GRID, INK, LIMIT, QUIET, SHADE
from tracker.charts.plot import Plot
from tracker.charts.series import Band, Phase
from tracker.charts.side_labels import SideLabel, draw_side_labels


def draw_backdrop(plot: Plot) -> None:
    """Everything behind the scores, from back to front."""
    if plot.times is not None:
        _draw_phases(plot, plot.times)
    bands = _visible_bands(plot)
    for band in bands:
        if not plot.layout.phone:
            _draw_band(plot, band)
    _draw_grid(plot)
    _draw_dates(plot)
    _draw_baseline(plot)
    _draw_today(plot)
    if not plot.layout.phone:
        _draw_side_labels(plot, bands)


def draw_heading(plot: Plot) -> None:
    """The name of the scale and which way is better."""
    layout, series = plot.layout, plot.series
    direction = series.language.say(series.direction.words)
    if layout.phone:
        room = layout.width - 8
        plot.sheet.words(4, layout.second_heading, direction, size=layout.small, colour=QUIET)
    else:
        right = layout.width - 4
        room = right - text_width(direction, layout.base) - 12
        plot.sheet.words(
            right, layout.heading, direction, size=layout.base, bold=True, align="right"
        )
    label = shorten(series.scale_label, layout.base, room)
    plot.sheet.words(4, layout.heading, label, size=layout.base, bold=True)


def _draw_phases(plot: Plot, times: Span) -> None:
    ends = -math.inf
    for phase in sorted(plot.series.phases, key=lambda phase: phase.starts_on):
        left, right = _phase_ends(plot, times, phase)
        if right <= left:
            continue
        if phase.shaded:
            top = plot.layout.numbers + plot.layout.small
            plot.sheet.boxes([(left, plot.bottom, right, top)], fill=SHADE, gid="phase")
        size = plot.layout.small
        room = text_width(phase.label, size) * 1.25
        if not plot.layout.phone and left >= ends and left + room <= plot.layout.width:
            words = phase.label.upper()
            line = plot.layout.second_heading
            plot.sheet.words(left + 1, line, words, size=size, colour=QUIET)
            ends = left + room


def _phase_ends(plot: Plot, times: Span, phase: Phase) -> tuple[float, float]:
    first = days_since_epoch(midnight(phase.starts_on, plot.series.zone))
    last = days_since_epoch(midnight(phase.ends_on, plot.series.zone)) + 1
    return times.at(max(first, times.first)), times.at(min(last, times.last))


def _visible_bands(plot: Plot) -> list[Band]:
    series = plot.series
    return [
        band
        for band in series.bands
        if band.upper >= series.minimum and band.lower <= series.maximum
    ]


def _draw_band(plot: Plot, band: Band) -> None:
    left, right = plot.layout.left, plot.layout.right
    lower = plot.scores.at(max(band.lower, plot.series.minimum))
    upper = plot.scores.at(min(band.upper, plot.series.maximum))
    box = (left, lower, right, upper)
    edges = [[(left, place), (right, place)] for place in sorted({lower, upper})]
    if band.lower == band.upper:
        plot.sheet.lines(edges, colour=LIMIT, dashes=(1, 1.2), gid="band-line")
    elif band.hatched:
        plot.sheet.boxes([box], edge=LIMIT, hatch="//////", gid="band-hatched")
    else:
        plot.sheet.boxes([box], fill=CHANGE, gid="band")
        plot.sheet.lines(edges, colour=EDGE, width=0.6, dashes=(4, 2), gid="band-edges")


def _draw_grid(plot: Plot) -> None:
    layout = plot.layout
    ticks = value_ticks(plot.scores)
    left, right = layout.left, layout.right
    grid = [[(left, tick.place), (right, tick.place)] for tick in ticks[1:]]
    plot.sheet.lines(grid, colour=GRID, width=0.5, gid="grid")
    plot.sheet.lines([[(left, plot.bottom), (right, plot.bottom)]], colour=EDGE, gid="axis")
    for tick in ticks:
        baseline = tick.place - 0.33 * layout.small
        plot.sheet.words(
            left - 4, baseline, tick.label, size=layout.small, colour=QUIET, align="right"
        )


def _draw_dates(plot: Plot) -> None:
    anchor = plot.anchor()
    if plot.times is None or anchor is None:
        return
    layout = plot.layout
    bottom = plot.bottom
    ticks = date_ticks(
        plot.times,
        anchor,
        plot.series.zone,
        most=layout.most_ticks,
        language=plot.series.language,
    )
    runs = [[(tick.place, bottom), (tick.place, bottom - 3)] for tick in ticks]
    plot.sheet.lines(runs, colour=EDGE, gid="date-ticks")
    ends = 0.0
    for tick in ticks:
        half = text_width(tick.label, layout.small) / 2
        if tick.place - half >= ends and tick.place + half <= layout.width:
            line = bottom - 4 - 0.8 * layout.small
            plot.sheet.words(
                tick.place, line, tick.label, size=layout.small, colour=QUIET, align="center"
            )
            ends = tick.place + half


def _draw_baseline(plot: Plot) -> None:
    baseline = plot.series.baseline
    if baseline is None:
        return
    layout = plot.layout
    place = plot.scores.at(baseline.value)
    run = [(layout.left, place), (layout.right, place)]
    dashes = (4.0, 3.0) if layout.phone else ()
    plot.sheet.lines([run], colour=EDGE, dashes=dashes, gid="baseline")


def _draw_today(plot: Plot) -> None:
    if plot.series.today is None:
        return
    x = plot.place_date(plot.series.today)
    run = [(x, plot.bottom), (x, plot.top)]
    plot.sheet.lines([run], colour=EDGE, dashes=(6, 2, 1, 2), width=0.7, gid="today")
    size, words = plot.layout.small, plot.series.language.say("today")
    fits = x + text_width(words, size) + 3 <= plot.layout.right
    align: Align = "left" if fits else "right"
    line = plot.bottom + 3
    plot.sheet.words(x + (3 if fits else -3), line, words, size=size, colour=QUIET, align=align)


def _draw_side_labels(plot: Plot, bands: list[Band]) -> None:
    layout = plot.layout
    labels = [_band_label(plot, band) for band in bands]
    if plot.series.baseline is not None:
        baseline = plot.series.baseline
        words = f"{baseline.label}: {number_words(baseline.value)}"
        place = plot.scores.at(baseline.value)
        labels.append(SideLabel(place=place, words=words, colour=INK))
    draw_side_labels(plot.sheet, layout, labels)


def _band_label(plot: Plot, band: Band) -> SideLabel:
    lower = max(band.lower, plot.series.minimum)
    upper = min(band.upper, plot.series.maximum)
    colour = LIMIT if band.hatched or band.lower == band.upper else QUIET
    return SideLabel(place=plot.scores.at((lower + upper) / 2), words=band.label, colour=colour)
