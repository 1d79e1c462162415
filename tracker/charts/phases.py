"""A part of a course by itself: what comes before the first infusion, the course, and after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from tracker.charts.axes import date_in_zone
from tracker.charts.series import ProgressSeries
from tracker.domain.course_progress import CourseProgress
from tracker.domain.courses import PlannedState

AROUND = timedelta(days=7)
"""How much before and after the infusions still belongs to the picture of the course: a weekly
rating on each side."""


class PhaseKey(StrEnum):
    """The parts that can be looked at by themselves, as addresses name them."""

    COURSE = "course"
    AFTER = "after"


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Local dates, both inclusive."""

    key: PhaseKey
    label: str
    first_on: date
    last_on: date

    def holds(self, on: date) -> bool:
        """Whether a date lies in it."""
        return self.first_on <= on <= self.last_on


def windows(progress: CourseProgress) -> tuple[Window, ...]:
    """The parts of a course by now; none before infusion 1 was given."""
    days = [
        progress.on(each.given.started_at)
        for each in progress.record.infusions
        if each.given is not None and not each.is_booster
    ]
    if not days:
        return ()
    coming = [
        each.planned_on
        for each in progress.record.infusions
        if not each.is_booster and each.state is PlannedState.PLANNED
    ]
    first, last = min(days), max([*days, *coming])
    course = Window(
        key=PhaseKey.COURSE,
        label="Treatment course",
        first_on=first - AROUND,
        last_on=last + AROUND,
    )
    end = progress.covered[1]
    if coming or end <= last + AROUND:
        return (course,)
    after = Window(key=PhaseKey.AFTER, label="After the course", first_on=last, last_on=end)
    return (course, after)


def in_window(series: ProgressSeries, window: Window) -> ProgressSeries:
    """The same series with nothing outside of the window. The baseline stays the same."""

    def holds(instant: datetime) -> bool:
        return window.holds(date_in_zone(instant, series.zone))

    part = window.label.lower()
    return replace(
        series,
        title=f"{series.title} ({part})",
        scale_label=f"{series.scale_label}, {part}",
        points=tuple(each for each in series.points if holds(each.occurred_at)),
        missed=tuple(on for on in series.missed if window.holds(on)),
        infusions=tuple(each for each in series.infusions if holds(each.at)),
        therapy=tuple(each for each in series.therapy if holds(each.at)),
        safety=tuple(each for each in series.safety if holds(each.at)),
        medicines=tuple(each for each in series.medicines if window.holds(each.on)),
        today=series.today if series.today and window.holds(series.today) else None,
    )


def split_phase(name: str) -> tuple[str, PhaseKey | None]:
    """ "progress_course" is the picture "progress" of the treatment course alone."""
    base, _, key = name.rpartition("_")
    return (base, PhaseKey(key)) if base and key in set(PhaseKey) else (name, None)
