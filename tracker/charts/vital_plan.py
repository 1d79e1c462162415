"""Where things stand on the chart of one infusion: three panels over one axis of minutes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from tracker.charts.axes import Span
from tracker.charts.canvas import Place, Sheet, text_width, wrap
from tracker.charts.layout import Layout
from tracker.charts.vital_series import Measure, Reading, VitalSeries
from tracker.charts.vital_words import event_lines


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One lane of measures: its usual range, the step of its ticks and its height in points."""

    words: str
    measures: tuple[Measure, ...]
    low: int
    high: int
    step: int
    height: float


PANELS = (
    Panel(
        words="Blood pressure, mmHg",
        measures=(Measure.SYSTOLIC, Measure.DIASTOLIC),
        low=40,
        high=200,
        step=40,
        height=104,
    ),
    Panel(
        words="Heart rate, a minute",
        measures=(Measure.HEART_RATE,),
        low=40,
        high=140,
        step=50,
        height=44,
    ),
    Panel(
        words="Oxygen saturation, %",
        measures=(Measure.OXYGEN,),
        low=88,
        high=100,
        step=6,
        height=34,
    ),
)


LOW_PANELS = (54, 21, 15)
"""Heights in points of the panels on a page that the picture shares with everything else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VitalPlot:
    """What every step of the drawing needs. A ``low`` one has no title of its own."""

    sheet: Sheet
    series: VitalSeries
    layout: Layout
    minutes: Span
    panels: tuple[tuple[Panel, Span], ...]
    notes: tuple[str, ...]
    low: bool = False

    @property
    def floor(self) -> float:
        """The axis line of the lowest panel."""
        return self.panels[-1][1].start

    @property
    def ceiling(self) -> float:
        """The top of the highest panel."""
        return self.panels[0][1].end

    @property
    def lane(self) -> float:
        """Middle of the bar that shows when the infusion ran."""
        return self.ceiling + (1.9 if self.low else 2.3) * self.layout.base

    def place(self, instant: datetime) -> float:
        """Where an instant stands from the left."""
        return self.minutes.at(minutes_since(self.series, instant))

    def places(self, measure: Measure, span: Span, readings: list[Reading]) -> list[Place]:
        """Where the readings stand that have this measure."""
        return [
            (self.place(reading.measured_at), span.at(value))
            for reading in readings
            if (value := value_of(reading, measure)) is not None
        ]


def plan_vital_plot(series: VitalSeries, layout: Layout, *, low: bool = False) -> VitalPlot:
    """An empty sheet with the axes that the series needs."""
    first, last = minutes_shown(series)
    notes = _note_lines(series, layout)
    layout = layout.with_key(len(notes))
    panels = _low(PANELS) if low else PANELS
    floor = layout.bottom + (-0.3 if low else 1.3) * layout.small
    spans: list[tuple[Panel, Span]] = []
    for panel in reversed(panels):
        spans.insert(0, (panel, _span(series, panel, floor)))
        floor += panel.height + (1.4 if low else 1.9) * layout.base
    height = round(floor + (2.3 if low else 4.2) * layout.base, 2)
    return VitalPlot(
        sheet=Sheet(layout.width, height, has_ground=layout.has_ground),
        series=series,
        layout=layout,
        minutes=Span(first=first, last=last, start=layout.left, end=layout.right),
        panels=tuple(spans),
        notes=notes,
        low=low,
    )


def _low(panels: tuple[Panel, ...]) -> tuple[Panel, ...]:
    return tuple(
        replace(panel, height=height) for panel, height in zip(panels, LOW_PANELS, strict=True)
    )


def minutes_shown(series: VitalSeries) -> tuple[float, float]:
    """The first and the last minute of the axis: all there is, and two hours at least."""
    instants = [reading.measured_at for reading in series.drawn]
    instants += [event.at for event in series.events]
    instants += [pause.started_at for pause in series.pauses]
    instants += [pause.ended_at for pause in series.pauses if pause.ended_at is not None]
    instants += [one for one in (series.ended_at, series.now) if one is not None]
    minutes = [minutes_since(series, instant) for instant in instants]
    return min([0.0, *minutes]) - 5, max([115.0, *minutes]) + 5


def minutes_since(series: VitalSeries, instant: datetime) -> float:
    """Minutes since the start, negative before it."""
    return (instant - series.started_at).total_seconds() / 60


def value_of(reading: Reading, measure: Measure) -> int | None:
    """What the reading has for a measure, None when it was not measured."""
    values: dict[Measure, int | None] = {
        Measure.SYSTOLIC: reading.systolic_mmhg,
        Measure.DIASTOLIC: reading.diastolic_mmhg,
        Measure.HEART_RATE: reading.heart_rate_bpm,
        Measure.OXYGEN: reading.spo2_percent,
    }
    return values[measure]


def _span(series: VitalSeries, panel: Panel, floor: float) -> Span:
    """The usual range, made wider in whole steps where a value lies outside: nothing is cut."""
    values = [
        value
        for measure in panel.measures
        for reading in series.drawn
        if (value := value_of(reading, measure)) is not None
    ]
    below = panel.low - min([panel.low, *values])
    above = max([panel.high, *values]) - panel.high
    low = panel.low - panel.step * -(-below // panel.step)
    high = panel.high + panel.step * -(-above // panel.step)
    return Span(first=low, last=high, start=floor, end=floor + panel.height)


def _note_lines(series: VitalSeries, layout: Layout) -> tuple[str, ...]:
    """The events that the letters stand for, and what hollow and crossed marks mean."""
    notes = [f"{letter}: {words}" for letter, words in event_lines(series)]
    if any(reading.late for reading in series.drawn):
        notes.append("hollow: entered later")
    if any(reading.corrected for reading in series.drawn):
        notes.append("small square: corrected")
    room, lines = layout.width - 8, list[str]()
    for note in notes:
        joined = f"{lines[-1]} · {note}" if lines else note
        if lines and text_width(joined, layout.small) <= room:
            lines[-1] = joined
        else:
            lines += wrap(note, layout.small, room)
    return tuple(lines)
