"""The time axis of a course's chart, known before anything is drawn: what a readout needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from tracker.charts.axes import Span, midnight, noon, time_span
from tracker.charts.layout import LAYOUTS, Layout
from tracker.charts.series import DailySeries, Form, ProgressSeries


def plan_times(series: ProgressSeries, layout: Layout) -> Span | None:
    """The time axis of a series; None when nothing in it has a time."""
    return time_span(instants_of(series), start=layout.left, end=layout.right)


def instants_of(series: ProgressSeries) -> list[datetime]:
    """Everything in the series that has a time of its own; phases follow, they do not lead."""
    instants = [point.occurred_at for point in series.points]
    instants += [infusion.at for infusion in series.infusions]
    instants += [therapy.at for therapy in series.therapy]
    instants += [one.at for one in series.safety]
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


def dates_of(series: DailySeries) -> list[date]:
    """Every date of the strips, with an answer or without."""
    count = (series.last_on - series.first_on).days + 1
    return [series.first_on + timedelta(days=day) for day in range(count)]


def day_span(series: DailySeries, layout: Layout) -> Span:
    """The axis of the strips: whole local days, to the right of their names."""
    after = series.last_on + timedelta(days=1)
    ends = [midnight(series.first_on, series.zone), midnight(after, series.zone)]
    start = 4 if layout.phone else 0.24 * layout.width
    span = time_span(ends, start=start, end=layout.width - 8)
    assert span is not None, "two ends make an axis"
    return span


def day_shares_across(series: DailySeries, form: Form) -> list[float]:
    """Where the middle of each date stands in the picture, from 0 to 1."""
    layout = LAYOUTS[form]
    span = day_span(series, layout)
    noons = (noon(on, series.zone) for on in dates_of(series))
    return [round(span.place(instant) / layout.width, 4) for instant in noons]
