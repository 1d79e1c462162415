"""Intervals, survival curves and their comparison, by scipy: the only module that uses it.

It loads at the first computation, since it takes half a second and tens of megabytes that a
start of the application does not need.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import fmean, median, stdev
from typing import Any

CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """From where to where, with 95 % confidence."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """So many of so many, with the interval of Wilson 1927; without anybody there is no share."""

    count: int
    of: int
    interval: Interval | None = None

    @property
    def percent(self) -> float | None:
        return 100 * self.count / self.of if self.of else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Middle:
    """Mean and median of numbers, each with its interval where there are enough numbers for one."""

    n: int
    mean: float
    mean_interval: Interval | None
    median: float
    median_interval: Interval | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Survival:
    """Who has not had the event yet, from day to day (Kaplan and Meier 1958), as long as enough
    were still at risk. ``steps`` are (day, share, low, high); a bound is None where none can be
    given. ``n`` and ``events`` are of everybody, also after ``end_day``.
    """

    n: int
    events: int
    steps: tuple[tuple[float, float, float | None, float | None], ...]
    at_risk: tuple[tuple[int, int], ...]
    """(day, how many were still watched and had not had the event)"""
    median: float | None
    median_interval: tuple[float | None, float | None]
    end_day: float
    """The last day with enough at risk: there the curve ends."""
    at_end: int
    """How many were still at risk on it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """Days until an event, or until somebody was last seen without it (``is_event`` false).
    ``boosted`` is how many of them had a booster before that day.
    """

    days: tuple[float, ...]
    is_event: tuple[bool, ...]
    boosted: int = 0

    def __post_init__(self) -> None:
        if len(self.days) != len(self.is_event) or any(day < 0 for day in self.days):
            raise ValueError("each day needs to be 0 or more, with whether something happened")


def share(count: int, of: int) -> Share:
    """A proportion with its Wilson interval. Raises ValueError unless 0 <= count <= of."""
    if not 0 <= count <= of:
        raise ValueError("a part cannot be more than the whole")
    if of == 0:
        return Share(count=0, of=0)
    found = _stats().binomtest(count, of).proportion_ci(CONFIDENCE, method="wilson")
    return Share(
        count=count, of=of, interval=Interval(low=float(found.low), high=float(found.high))
    )


def middle(values: Sequence[float]) -> Middle | None:
    """Mean (with t's interval) and median (with that of its ranks); None without numbers."""
    if not values:
        return None
    return Middle(
        n=len(values),
        mean=fmean(values),
        mean_interval=_mean_interval(values),
        median=median(values),
        median_interval=_median_interval(values),
    )


def _mean_interval(values: Sequence[float]) -> Interval | None:
    n = len(values)
    if n < 2:
        return None
    reach = float(_stats().t.ppf((1 + CONFIDENCE) / 2, n - 1)) * stdev(values) / math.sqrt(n)
    centre = fmean(values)
    return Interval(low=centre - reach, high=centre + reach)


def _median_interval(values: Sequence[float]) -> Interval | None:
    """Between two of the numbers: by the binomial distribution the interval holds at least 95 %."""
    n = len(values)
    rank = int(_stats().binom.ppf((1 - CONFIDENCE) / 2, n, 0.5))
    if rank < 1:  # with fewer than six numbers no two of them reach 95 %
        return None
    ordered = sorted(values)
    return Interval(low=ordered[rank - 1], high=ordered[n - rank])


def survival(times: Times, *, look_at: Sequence[int] = (), least: int = 1) -> Survival | None:
    """The curve of those without the event, with the numbers at risk on some days. It ends where
    fewer than ``least`` are at risk; None where they are too few from the start.
    """
    if len(times.days) < max(1, least):
        return None
    events = sum(times.is_event)
    end_day = last_day(times, least)
    at_risk = tuple((day, _at_risk(times, day)) for day in look_at if day <= end_day)
    end: dict[str, Any] = {"end_day": end_day, "at_end": _at_risk(times, end_day)}
    if events == 0:
        return Survival(
            n=len(times.days),
            events=0,
            steps=((0.0, 1.0, None, None),),
            at_risk=at_risk,
            median=None,
            median_interval=(None, None),
            **end,
        )
    steps = tuple(step for step in _steps(times) if step[0] <= end_day)
    return Survival(
        n=len(times.days),
        events=events,
        steps=steps,
        at_risk=at_risk,
        median=_crossing([(day, kept) for day, kept, _, _ in steps]),
        median_interval=(
            _crossing([(day, low) for day, _, low, _ in steps if low is not None]),
            _crossing([(day, high) for day, _, _, high in steps if high is not None]),
        ),
        **end,
    )


def last_day(times: Times, least: int) -> float:
    """The last day on which so many are still at risk. There have to be as many."""
    return sorted(times.days, reverse=True)[least - 1]


def _at_risk(times: Times, day: float) -> int:
    return sum(each >= day for each in times.days)


def _steps(times: Times) -> tuple[tuple[float, float, float | None, float | None], ...]:
    curve = _stats().ecdf(_censored(times)).sf
    with _without_warnings():
        bounds = curve.confidence_interval(CONFIDENCE, method="log-log")
    steps: list[tuple[float, float, float | None, float | None]] = [(0.0, 1.0, None, None)]
    lows, highs = bounds.low.probabilities, bounds.high.probabilities
    for day, kept, low, high in zip(curve.quantiles, curve.probabilities, lows, highs, strict=True):
        if float(kept) != steps[-1][1]:  # a day on which somebody was last seen is no step
            steps.append((float(day), float(kept), _number(low), _number(high)))
    return tuple(steps)


def _crossing(points: Sequence[tuple[float, float]]) -> float | None:
    return next((day for day, kept in points if kept <= 0.5), None)


def _number(value: Any) -> float | None:
    return None if math.isnan(value) else float(value)


def log_rank(one: Times, other: Times) -> float | None:
    """How likely curves so far apart are by chance alone; None where nobody had the event."""
    if not one.days or not other.days or not any((*one.is_event, *other.is_event)):
        return None
    with _without_warnings():
        found = float(_stats().logrank(_censored(one), _censored(other)).pvalue)
    return None if math.isnan(found) else found


@contextmanager
def _without_warnings() -> Iterator[None]:
    """At a share of 1 or 0 the formulas have no bound: that is said by None, not by a warning.

    The filter of warnings is of the process: at worst another thread's warning is not printed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def _censored(times: Times) -> Any:
    import numpy as np

    return _stats().CensoredData.right_censored(
        np.array(times.days), ~np.array(times.is_event, dtype=bool)
    )


def _stats() -> Any:
    from scipy import stats

    return stats
