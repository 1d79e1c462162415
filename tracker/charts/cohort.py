"""Many courses at once: everybody's line with the mean, and everybody's change in order."""

from __future__ import annotations

from tracker.charts.cache import chart_key
from tracker.charts.canvas import Outline, Place, shorten
from tracker.charts.cohort_frame import (
    Frame,
    draw_foot,
    draw_under,
    draw_values,
    plan_frame,
    steps_of,
)
from tracker.charts.cohort_series import SortedSeries, TrajectorySeries
from tracker.charts.cohort_words import sorted_sentence, trajectory_sentence
from tracker.charts.marks import CIRCLE, CROSS, DOWN, SQUARE, UP
from tracker.charts.palette import CHANGE, EDGE, INK, LIMIT, PAPER, QUIET, SCORE, THIN
from tracker.charts.series import Direction, Form

_SIDES = {
    "better": (DOWN, SCORE, SCORE),
    "same": (CIRCLE, QUIET, PAPER),
    "worse": (UP, LIMIT, LIMIT),
    "not judged": (CROSS, QUIET, PAPER),
}


def draw_trajectories(series: TrajectorySeries, form: Form) -> str:
    """A thin line a course, the means with their intervals on top, n under each."""
    last = max((point.infusion for point in series.means), default=1)
    frame = plan_frame(
        form,
        title=series.title,
        direction=series.direction.words,
        across=(-0.3, last + 0.3),
        up=(series.minimum, series.maximum),
        foot_lines=3,
    )
    draw_values(frame, steps_of(series.minimum, series.maximum))
    runs = [[_at(frame, *point) for point in line] for line in series.lines if len(line) > 1]
    frame.sheet.lines(runs, colour=THIN, width=0.4, gid="courses")
    _draw_means(frame, series)
    ticks = [(float(each.infusion), _tick(each.infusion)) for each in series.means]
    draw_under(frame, tuple(ticks))
    counts = tuple((float(each.infusion), f"n {each.n}") for each in series.means)
    draw_under(frame, counts if not frame.layout.phone or len(counts) < 8 else counts[::2], line=1)
    thinned = (
        f"{len(series.lines)} of {series.total} courses drawn thin. "
        if len(series.lines) < series.total
        else ""
    )
    draw_foot(frame, f"{thinned}Thick: mean with 95 % interval after each infusion.")
    return frame.sheet.svg(
        title=series.title,
        description=trajectory_sentence(series),
        prefix=f"t{chart_key(series, form)[:8]}",
    )


def _tick(infusion: int) -> str:
    return str(infusion) if infusion else "start"


def _at(frame: Frame, infusion: float, value: float) -> Place:
    return frame.across.at(infusion), frame.up.at(value)


def _draw_means(frame: Frame, series: TrajectorySeries) -> None:
    sheet = frame.sheet
    places = [_at(frame, point.infusion, point.mean) for point in series.means]
    sheet.lines([places], colour=PAPER, width=4, gid="mean-halo")
    sheet.lines([places], colour=INK, width=2, gid="mean")
    bars = [
        [_at(frame, point.infusion, point.low), _at(frame, point.infusion, point.high)]
        for point in series.means
        if point.low is not None and point.high is not None
    ]
    sheet.lines(bars, colour=INK, width=1.2, gid="interval")
    sheet.marks(places, SQUARE, size=6, colour=INK, inside=INK, gid="mean-points")


def draw_sorted(series: SortedSeries, form: Form) -> str:
    """A mark a course, best change first: ▼ improved, ○ no clear change, ▲ worse on paper too."""
    shown = list(zip(series.changes, series.sides, strict=True))
    frame = plan_frame(
        form,
        title=series.title,
        direction=series.direction.words,
        across=(0, max(2, len(shown) + 1)),
        up=(-series.reach, series.reach),
        foot_lines=2,
    )
    _draw_band(frame, series)
    draw_values(frame, steps_of(-series.reach, series.reach))
    zero = frame.up.at(0)
    frame.sheet.lines(
        [[(frame.across.start, zero), (frame.across.end, zero)]], colour=EDGE, width=1, gid="zero"
    )
    _draw_references(frame, series)
    size = max(2.5, min(7.0, (frame.across.end - frame.across.start) / max(1, len(shown)) * 0.9))
    for side, (shape, colour, inside) in _shapes(series.direction).items():
        places = [
            (frame.across.at(number), frame.up.at(change))
            for number, (change, found) in enumerate(shown, start=1)
            if found == side
        ]
        frame.sheet.marks(places, shape, size=size, colour=colour, inside=inside, gid=side)
    down, up = ("▼", "▲") if series.direction is Direction.LOWER_IS_BETTER else ("▲", "▼")
    marks = {"better": down, "same": "○", "worse": up, "not judged": "×"}
    counted = ", ".join(f"{marks[side]} {side} {count}" for side, count in series.counts)
    every = series.total > len(shown)
    more = f" {len(shown)} marks stand for {series.total} courses." if every else ""
    draw_foot(frame, f"{counted} of {series.total}.{more}".replace("same", "no clear change"))
    return frame.sheet.svg(
        title=series.title,
        description=sorted_sentence(series),
        prefix=f"o{chart_key(series, form)[:8]}",
    )


def _shapes(direction: Direction) -> dict[str, tuple[Outline, str, str]]:
    if direction is Direction.LOWER_IS_BETTER:
        return dict(_SIDES)
    better, worse = _SIDES["better"], _SIDES["worse"]
    return {**_SIDES, "better": (UP, *better[1:]), "worse": (DOWN, *worse[1:])}


def _draw_band(frame: Frame, series: SortedSeries) -> None:
    if series.band is None or series.band > series.reach:
        return
    left, right = frame.across.start, frame.across.end
    low, high = frame.up.at(-series.band), frame.up.at(series.band)
    frame.sheet.boxes([(left, low, right, high)], fill=CHANGE, gid="band")
    edges = [[(left, line), (right, line)] for line in (low, high)]
    frame.sheet.lines(edges, colour=EDGE, width=0.6, dashes=(2, 2), gid="band-edges")
    words = f"within {series.band:g}: may be chance"
    at = (left + 3, high - 1.1 * frame.layout.small)
    frame.sheet.words(*at, words, size=frame.layout.small, colour=QUIET)


def _draw_references(frame: Frame, series: SortedSeries) -> None:
    for words, change in series.references:
        line = frame.up.at(change)
        ends = [(frame.across.start, line), (frame.across.end, line)]
        frame.sheet.lines([ends], colour=QUIET, width=0.8, dashes=(3, 2), gid="reference")
        room = frame.across.end - frame.across.start
        frame.sheet.words(
            frame.across.end,
            line + 2,
            shorten(words, frame.layout.small, room),
            size=frame.layout.small,
            colour=QUIET,
            align="right",
        )
