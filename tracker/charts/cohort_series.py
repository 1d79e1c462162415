"""What the charts of many courses are drawn from: numbers alone, nothing that tells whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from tracker.charts.series import Direction

Value = TypeVar("Value")
MOST_LINES = 120
MOST_DOTS = 240
"""More would be a black field that no eye can read, and a large file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MeanPoint:
    """The mean after one infusion; 0 is the baseline. Without an interval where there is none."""

    infusion: int
    n: int
    mean: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TrajectorySeries:
    """``lines`` are scores by infusion, a line a course (at most
    `MOST_LINES`); ``total`` is how many courses there are."""

    title: str
    minimum: float
    maximum: float
    direction: Direction
    lines: tuple[tuple[tuple[int, float], ...], ...]
    total: int
    means: tuple[MeanPoint, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SortedSeries:
    """Change of each course (at most `MOST_DOTS`) from the best to the worst.

    ``sides`` (better, same, worse, not judged) go with them; ``counts`` are of all courses;
    ``references`` are (words, change) of studies.
    """

    title: str
    direction: Direction
    reach: float
    changes: tuple[float, ...]
    sides: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    total: int
    references: tuple[tuple[str, float], ...] = ()
    band: float | None = None
    """A change below this may be chance; None where no reliable change is published."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """One group: (day, share) where the share changes, and (day, number at risk), until the last
    day on which enough were at risk: no step is after ``end_day``. ``low`` and ``high`` are the
    interval of the last share.
    """

    label: str
    steps: tuple[tuple[float, float], ...]
    at_risk: tuple[tuple[int, int], ...]
    end_day: float
    at_end: int
    n: int
    boosted: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SurvivalSeries:
    """``upwards`` draws who had the event (1 - share) instead of who had it not. ``last_day`` is
    after the end of every curve.
    """

    title: str
    axis: str
    last_day: int
    curves: tuple[Curve, ...]
    upwards: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessSeries:
    """(first of the month, n, mean) in order; limits are None where there are too few months."""

    title: str
    direction: Direction
    months: tuple[tuple[date, int, float], ...]
    centre: float
    low: float | None
    high: float | None


CohortSeries = TrajectorySeries | SortedSeries | SurvivalSeries | ProcessSeries


def every_so_often(values: Sequence[Value], most: int) -> tuple[Value, ...]:
    """At most so many of the values, evenly from the first to the last."""
    if len(values) <= most:
        return tuple(values)
    step = (len(values) - 1) / (most - 1)
    return tuple(values[round(number * step)] for number in range(most))
