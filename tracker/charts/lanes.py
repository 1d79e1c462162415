"""What was done: infusions and therapy above the scores, missed check-ins on the axis line."""

from __future__ import annotations

import math

from tracker.charts.canvas import text_width
from tracker.charts.key import INFUSIONS, MISSED, SAFETY, THERAPIES, draw_look
from tracker.charts.palette import EDGE, QUIET
from tracker.charts.plot import Plot
from tracker.charts.series import Infusion, InfusionMark
from tracker.charts.words import GIVEN_MARKS


def draw_guides(plot: Plot) -> None:
    """A dotted line through the scores at each infusion given; not through words of medicines."""
    layout = plot.layout
    places = [plot.place(one.at) for one in plot.series.infusions if one.mark in GIVEN_MARKS]
    parts = [(plot.bottom, layout.infusions - layout.mark)]
    if layout.medicine_rows:
        lowest = layout.medicine_row(layout.medicine_rows - 1) - 0.65 * layout.base
        highest = layout.medicine_row(0) + 0.65 * layout.base
        parts = [(plot.bottom, lowest), (highest, layout.infusions - layout.mark)]
    runs = [[(x, low), (x, high)] for x in places for low, high in parts if low < high]
    plot.sheet.lines(runs, colour=EDGE, width=0.5, dashes=(1, 2), gid="guides")


def draw_infusions(plot: Plot) -> None:
    """A mark for each infusion, by kind, with its number above."""
    layout = plot.layout
    for mark, look in INFUSIONS.items():
        places = [
            (plot.place(infusion.at), layout.infusions)
            for infusion in plot.series.infusions
            if infusion.mark is mark
        ]
        draw_look(plot.sheet, layout, look, places, gid=f"infusion-{mark}")
    _draw_numbers(plot)
    if plot.series.infusions and not layout.phone:
        draw_lane_name(plot, plot.series.language.say("infusions"), layout.infusions)


def draw_therapy(plot: Plot) -> None:
    """A tick for each therapy session, by kind. A phone is too small for this lane."""
    layout = plot.layout
    if layout.phone or not plot.series.therapy:
        return
    for mark, look in THERAPIES.items():
        places = [
            (plot.place(therapy.at), layout.therapy)
            for therapy in plot.series.therapy
            if therapy.mark is mark
        ]
        draw_look(plot.sheet, layout, look, places, gid=f"therapy-{mark}")
    draw_lane_name(plot, plot.series.language.say("therapy"), layout.therapy)


def draw_safety(plot: Plot) -> None:
    """A mark for each safety alert, by level, and each serious event, on every form."""
    layout = plot.layout
    for mark, look in SAFETY.items():
        places = [
            (plot.place(one.at), layout.safety) for one in plot.series.safety if one.mark is mark
        ]
        draw_look(plot.sheet, layout, look, places, gid=f"safety-{mark}")
    if plot.series.safety and not layout.phone:
        draw_lane_name(plot, "safety", layout.safety)


def draw_missed(plot: Plot) -> None:
    """A cross on the axis line for each check-in that was due and did not come."""
    places = [(plot.place_date(on), plot.bottom) for on in plot.series.missed]
    draw_look(plot.sheet, plot.layout, MISSED, places, gid="missed")


def _draw_numbers(plot: Plot) -> None:
    layout = plot.layout
    ends = -math.inf
    for infusion in sorted(plot.series.infusions, key=lambda infusion: infusion.at):
        words = _number_words(infusion)
        x = plot.place(infusion.at)
        half = text_width(words, layout.small) / 2
        if words and x - half >= ends:
            plot.sheet.words(x, layout.numbers, words, size=layout.small, align="center")
            ends = x + half


def _number_words(infusion: Infusion) -> str:
    if infusion.number is not None:
        return str(infusion.number)
    return "B" if infusion.mark is InfusionMark.BOOSTER else ""


def draw_lane_name(plot: Plot, words: str, middle: float) -> None:
    """What stands in a lane, to the right of it."""
    layout = plot.layout
    baseline = middle - 0.33 * layout.small
    plot.sheet.words(layout.right + 6, baseline, words, size=layout.small, colour=QUIET)
