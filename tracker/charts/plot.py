"""The course chart while it is drawn: the sheet, the values, and both axes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.charts.axes import Span, date_in_zone, noon
from tracker.charts.canvas import Sheet
from tracker.charts.layout import Layout
from tracker.charts.series import ProgressSeries, ScorePoint
from tracker.charts.times import instants_of, plan_times


@dataclass(frozen=True, kw_only=True, slots=True)
class Plot:
    """What every step of the drawing needs. ``times`` is None when nothing has a time."""

    sheet: Sheet
    series: ProgressSeries
    layout: Layout
    points: list[ScorePoint]
    times: Span | None
    scores: Span

    @property
    def bottom(self) -> float:
        return self.scores.start

    @property
    def top(self) -> float:
        return self.scores.end

    def place(self, instant: datetime) -> float:
        """Where an instant of the series stands from the left."""
        assert self.times is not None, "an instant of the series makes the axis"
        return self.times.place(instant)

    def place_date(self, on: date) -> float:
        """Where a local date stands: at its noon."""
        return self.place(noon(on, self.series.zone))

    def place_point(self, point: ScorePoint) -> tuple[float, float]:
        """Where a score stands."""
        return self.place(point.occurred_at), self.scores.at(point.value)

    def anchor(self) -> date | None:
        """The date that the ticks count from: the first infusion, else the first of anything."""
        marks = [infusion.at for infusion in self.series.infusions]
        instants = marks or instants_of(self.series)
        return date_in_zone(min(instants), self.series.zone) if instants else None


def plan_plot(series: ProgressSeries, layout: Layout, points: list[ScorePoint]) -> Plot:
    """An empty sheet with the axes that the series needs: all its times, its whole range."""
    return Plot(
        sheet=Sheet(layout.width, layout.height, has_ground=layout.has_ground),
        series=series,
        layout=layout,
        points=points,
        times=plan_times(series, layout),
        scores=Span(
            first=series.minimum,
            last=series.maximum,
            start=layout.bottom,
            end=layout.top,
        ),
    )
