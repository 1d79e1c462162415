"""The clinic's months in a row: an XmR chart, or a run chart while there are too few for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import fmean, median

from tracker.domain.cohort.courses import CohortCourse

LEAST_POINTS = 12
"""Limits from fewer points would be trial limits (NHS England, Making Data Count)."""
LIMIT_FACTOR = 2.66
"""3 / 1.128: from the mean moving range of two to three sigma (Shewhart's individuals chart)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """Mean change of the courses that started in one month."""

    first_on: date
    n: int
    mean: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """``low`` and ``high`` are None where there are too few months for limits; the centre is then
    the median. ``left_out`` months had courses, but too few of them to show.
    """

    months: tuple[Month, ...]
    centre: float
    low: float | None
    high: float | None
    left_out: int

    @property
    def has_limits(self) -> bool:
        return self.low is not None


def months(courses: Sequence[CohortCourse], smallest: int) -> Process | None:
    """Mean change by month of the first infusion; None without a month that is large enough."""
    found: dict[date, list[float]] = {}
    for course in courses:
        if course.baseline is not None and course.end_score is not None:
            month = course.started_on.replace(day=1)
            found.setdefault(month, []).append(course.end_score - course.baseline)
    shown = tuple(
        Month(first_on=month, n=len(values), mean=fmean(values))
        for month, values in sorted(found.items())
        if len(values) >= smallest
    )
    return process(shown, left_out=len(found) - len(shown)) if shown else None


def process(shown: tuple[Month, ...], *, left_out: int = 0) -> Process:
    """The centre, and from `LEAST_POINTS` months on limits at 2.66 times the mean moving range."""
    means = [month.mean for month in shown]
    if len(means) < LEAST_POINTS:
        return Process(months=shown, centre=median(means), low=None, high=None, left_out=left_out)
    centre = fmean(means)
    reach = LIMIT_FACTOR * fmean([abs(later - earlier) for earlier, later in pairwise(means)])
    return Process(
        months=shown, centre=centre, low=centre - reach, high=centre + reach, left_out=left_out
    )
