"""A chart stage by stage, and the same chart drawn the way most projects draw one.

The other way uses pyplot, an axes with locators and a tight bounding box: what a plot usually
costs. Only the bench may import pyplot.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from time import perf_counter
from typing import Any

from bench.timing import Timing, timing
from tracker.charts import canvas
from tracker.charts.drawing import draw
from tracker.charts.series import (
    Band,
    Baseline,
    Direction,
    Form,
    Infusion,
    InfusionMark,
    Medicine,
    ProgressSeries,
    ScorePoint,
    Therapy,
    TherapyMark,
)

START = datetime(2026, 9, 8, 14, 0, tzinfo=UTC)
STAGES = ("figure", "artists", "draw", "svg")
OURS, SIX_LANES, DARK, USUAL = "progress chart", "course chart, six lanes", "dark", "pyplot, tight"


@dataclass(kw_only=True)
class ChartTimes:
    """Whole drawings by name, and the stages of one; no cache, no request."""

    whole: dict[str, Timing] = field(default_factory=dict)
    stages: dict[str, Timing] = field(default_factory=dict)

    @property
    def times_faster(self) -> float:
        """How many of ours are drawn while the usual way draws one."""
        return self.whole[USUAL].p50_ms / self.whole[OURS].p50_ms


def measured(rounds: int) -> ChartTimes:
    """Each drawing once a round, in turns, after a first round that warms up."""
    plain, full = progress_series(), progress_series(medicines=4)
    drawings: dict[str, Callable[[], object]] = {
        OURS: lambda: draw(plain, Form.SCREEN),
        SIX_LANES: lambda: draw(full, Form.SCREEN),
        DARK: lambda: draw(plain, Form.SCREEN, is_dark=True),
        USUAL: lambda: drawn_as_usual(plain),
    }
    taken: dict[str, list[float]] = {name: [] for name in drawings}
    stages: dict[str, list[float]] = {name: [] for name in STAGES}
    for turn in range(rounds + 1):
        for name, drawing in drawings.items():
            seconds = _timed(drawing)
            if turn:
                taken[name].append(seconds)
        for name, seconds in staged(full).items():
            if turn:
                stages[name].append(seconds)
    return ChartTimes(
        whole={name: timing(seconds) for name, seconds in taken.items()},
        stages={name: timing(seconds) for name, seconds in stages.items()},
    )


def staged(series: ProgressSeries) -> dict[str, float]:
    """Seconds of each stage of one drawing: they are told apart where one hands on to the next."""
    marks: dict[str, float] = {}

    class Watched(canvas.Sheet):
        def __init__(self, width: float, height: float, *, has_ground: bool) -> None:
            started = perf_counter()
            super().__init__(width, height, has_ground=has_ground)
            marks["made"] = perf_counter()
            marks["figure"] = marks["made"] - started

        def printed(self) -> str:
            marks["drawing"] = perf_counter()
            text = super().printed()
            marks["printed"] = perf_counter()
            return text

    from tracker.charts import plot

    kept = vars(plot)["Sheet"]
    vars(plot)["Sheet"] = Watched
    try:
        started = perf_counter()
        draw(series, Form.SCREEN)
        ended = perf_counter()
    finally:
        vars(plot)["Sheet"] = kept
    return {
        "figure": marks["figure"],
        "artists": marks["drawing"] - started - marks["figure"],
        "draw": marks["printed"] - marks["drawing"],
        "svg": ended - marks["printed"],
    }


def _timed(drawing: Callable[[], object]) -> float:
    gc.collect()  # what another drawing left behind is not this one's to clear up
    started = perf_counter()
    drawing()
    return perf_counter() - started


def progress_series(medicines: int = 0) -> ProgressSeries:
    """Eight scores, six infusions, four sessions of therapy, a band, a zone; rows of medicines."""
    scores = [(-6, 58), (2, 49), (9, 47), (17, 38), (24, 31), (31, 30), (52, 29), (59, 34)]
    return ProgressSeries(
        title="Weekly rating",
        scale_label="Weekly rating, 20 symptoms (0–80)",
        direction=Direction.LOWER_IS_BETTER,
        minimum=0,
        maximum=80,
        zone="America/New_York",
        points=tuple(ScorePoint(occurred_at=_day(at), value=value) for at, value in scores),
        missed=(date(2026, 10, 16),),
        baseline=Baseline(value=58, at=_day(-6)),
        bands=(
            Band(lower=43, upper=73, label="start ± 15"),
            Band(lower=31, upper=33, label="31–33 screening zone", hatched=True),
        ),
        infusions=tuple(
            Infusion(at=_day(at), mark=InfusionMark.GIVEN, number=number, dose="0.5 mg/kg")
            for number, at in enumerate((0, 3, 7, 10, 14, 17), 1)
        ),
        therapy=tuple(Therapy(at=_day(at), mark=TherapyMark.HELD) for at in (1, 8, 15, 22)),
        medicines=tuple(
            Medicine(on=date(2026, 9, 16 + each), words=f"Sertraline {50 + 25 * each} mg")
            for each in range(medicines)
        ),
        today=date(2026, 11, 10),
    )


def _day(number: float) -> datetime:
    return START + timedelta(days=number)


def drawn_as_usual(series: ProgressSeries) -> str:
    """The same scores, infusions, band and zone with pyplot."""
    import matplotlib as mpl
    from matplotlib import pyplot  # noqa: TID251 - what is measured against

    with mpl.rc_context(mpl.rcParamsDefault):  # also its fonts: looking for ours would cost more
        figure, axes = pyplot.subplots(figsize=(8, 4.5))
        dates: Any = [point.occurred_at for point in series.points]
        axes.plot(dates, [point.value for point in series.points], marker="o", label=series.title)
        for point in series.points:
            axes.annotate(f"{point.value:g}", (point.occurred_at, point.value))
        for infusion in series.infusions:
            at: Any = infusion.at  # pyplot takes dates; its types do not say so
            axes.axvline(at, linestyle=":")
        for band in series.bands:
            axes.axhspan(band.lower, band.upper, alpha=0.2, label=band.label)
        axes.set_ylim(series.minimum, series.maximum)
        axes.set_title(series.scale_label)
        axes.grid(visible=True)
        axes.legend()
        figure.autofmt_xdate()
        buffer = StringIO()
        figure.savefig(buffer, format="svg", bbox_inches="tight")
        pyplot.close(figure)
    return buffer.getvalue()
