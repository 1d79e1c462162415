"""The time axis of a course's chart, known before anything is drawn: what a readout needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tracker.charts.axes import Span, noon, time_span
from tracker.charts.layout import LAYOUTS, Layout
from tracker.charts.series import Form, ProgressSeries


def plan_times(series: ProgressSeries, layout: Layout) -> Span | None:
    """The time axis of a series; None when nothing in it has a time."""
    return time_span(instants_of(series), start=layout.left, end=layout.right)


def instants_of(series: ProgressSeries) -> list[datetime]:
    """Everything in the series that has a time of its own; phases follow, they do not lead."""
    instants = [point.occurred_at for point in series.points]
    instants += [infusion.at for infusion in series.infusions]
    instants += [therapy.at for therapy in series.therapy]
    instants += [noon(one.on, series.zone) for one in series.medicines]
    instants += [noon(on, series.zone) for on in series.missed]
    if series.today is not None:
        instants.append(noon(series.today, series.zone))
    return instants


def shares_across(series: ProgressSeries, form: Form, instants: Iterable[datetime]) -> list[float]:
    """Where each instant stands in the picture: 0 at its left edge, 1 at its right one."""
    layout = LAYOUTS[form]
    span = plan_times(series, layout)
    if span is None:
        return []
    return [round(span.place(instant) / layout.width, 4) for instant in instants]
