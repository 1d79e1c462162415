"""A scale's scores over time: the baseline, the latest, runs to draw, and a median of days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median

BASELINE_DAYS = 14
"""How old a baseline may be when infusion 1 starts (project default, needs clinical review)."""
MAX_GAP_DAYS = 14
"""A line is not drawn across a longer gap."""
LEAST_DAYS_FOR_A_MEDIAN = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One score. ``occurred_at`` is an aware instant; ``value`` None: not enough was answered.

    ``recorded_at`` is when it came into the system, where that can matter.
    """

    occurred_at: datetime
    value: Decimal | None
    prorated: bool = False
    recorded_at: datetime | None = None


def baseline(
    points: Iterable[Point],
    first_infusion_started_at: datetime | None,
    *,
    within_days: int = BASELINE_DAYS,
) -> Point | None:
    """The last valid score before infusion 1, no older than ``within_days``; None if none is.

    It is fixed when infusion 1 starts: later scores never change it, nor do scores from before
    that are entered afterwards (`entered_too_late`). Only where nothing had been entered by then
    do the scores that were entered first stand for it. Before infusion 1 has started it is the
    last valid score so far and may still move. Never the highest so far (project default, needs
    clinical review).
    """
    started_at = first_infusion_started_at
    if started_at is None:
        return _last(points)
    before = _before(points, started_at, within_days)
    in_time = [point for point in before if _entered(point) <= started_at]
    if in_time or not before:
        return _last(in_time)
    first_entered = min(_entered(point) for point in before)
    return _last(point for point in before if _entered(point) == first_entered)


def entered_too_late(
    points: Iterable[Point],
    first_infusion_started_at: datetime | None,
    *,
    within_days: int = BASELINE_DAYS,
) -> tuple[Point, ...]:
    """Scores from before infusion 1, newer than the baseline, that came in after it was fixed."""
    found = list(points)
    started_at = first_infusion_started_at
    start = baseline(found, started_at, within_days=within_days)
    if started_at is None or start is None:
        return ()
    before = _before(found, started_at, within_days)
    late = (point for point in before if _moment_and_value(point) > _moment_and_value(start))
    return tuple(sorted(late, key=_moment_and_value))


def _before(points: Iterable[Point], started_at: datetime, within_days: int) -> list[Point]:
    oldest = started_at - timedelta(days=within_days)
    return [
        point
        for point in points
        if point.value is not None and oldest <= point.occurred_at < started_at
    ]


def _entered(point: Point) -> datetime:
    return point.recorded_at or point.occurred_at


def latest(points: Iterable[Point], first_infusion_started_at: datetime | None) -> Point | None:
    """The last valid score since infusion 1 started; None if there is none yet."""
    if first_infusion_started_at is None:
        return None
    return _last(point for point in points if point.occurred_at >= first_infusion_started_at)


def _last(points: Iterable[Point]) -> Point | None:
    valid = (point for point in points if point.value is not None)
    return max(valid, key=_moment_and_value, default=None)


def _moment_and_value(point: Point) -> tuple[datetime, Decimal, bool]:
    # the value settles ties, so that the order in which points came never matters
    return point.occurred_at, point.value or Decimal(0), not point.prorated


def segments(
    points: Iterable[Point], max_gap_days: int = MAX_GAP_DAYS
) -> tuple[tuple[Point, ...], ...]:
    """The valid points in order of time, split wherever more than ``max_gap_days`` lie between.

    Each run is one line on a chart; the gap between two runs is left open.
    """
    longest = timedelta(days=max_gap_days)
    runs: list[list[Point]] = []
    valid = (point for point in points if point.value is not None)
    for point in sorted(valid, key=lambda point: point.occurred_at):
        if runs and point.occurred_at - runs[-1][-1].occurred_at <= longest:
            runs[-1].append(point)
        else:
            runs.append([point])
    return tuple(tuple(run) for run in runs)


@dataclass(frozen=True, kw_only=True, slots=True)
class DailyMedian:
    """The middle of the last days' ratings; ``value`` None says: not enough data."""

    value: Decimal | None
    answered: int
    of: int

    @property
    def words(self) -> str:
        """ "4.5 (5 of 7 days rated)", or that there is not enough."""
        rated = f"{self.answered} of {self.of} days rated"
        return (
            f"Not enough data ({rated})"
            if self.value is None
            else f"{self.value.normalize():f} ({rated})"
        )


def seven_day_median(values: Mapping[date, Decimal | None], last_day: date) -> DailyMedian:
    """The median of the seven days that end with ``last_day``; skipped days count as no data.

    None below three rated days: two days are not a week.
    """
    days = [last_day - timedelta(days=back) for back in range(7)]
    rated = [value for day in days if (value := values.get(day)) is not None]
    enough = len(rated) >= LEAST_DAYS_FOR_A_MEDIAN
    return DailyMedian(value=median(rated) if enough else None, answered=len(rated), of=len(days))
