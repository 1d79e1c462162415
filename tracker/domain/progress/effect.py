"""What each infusion did to the daily rating, and how long that lasted.

No published threshold exists for the daily rating, which is this project's own: the effect is
shown in points and never called large or small. Every window below is a project default that
needs clinical review.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from tracker.domain.progress.series import Point

BEFORE = timedelta(days=3)
"""How old the rating before an infusion may be."""
NEXT_DAY = (timedelta(hours=12), timedelta(hours=36))
"""Which rating stands for "about 24 hours after": the one nearest to 24 hours within these."""
HOURS_AFTER = timedelta(hours=12)
"""Until when a check-in of the hours after belongs to an infusion."""
LAST_WITHIN = timedelta(days=28)
"""For how long the way back is followed where no other infusion comes."""


class Lasting(StrEnum):
    """How far the way back to the level before can be told."""

    BACK = "back"
    NOT_BACK = "not_back"
    """Still better at the last rating before the next infusion, or so far."""
    NO_GAIN = "no_gain"
    """The rating of the day after was not better than the one before."""
    NOT_ENOUGH = "not_enough"


@dataclass(frozen=True, kw_only=True, slots=True)
class StartedAt:
    """An infusion as it counts here. ``label`` names it, such as "Infusion 3"."""

    label: str
    number: int
    is_booster: bool
    started_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class InfusionEffect:
    """One infusion. Points are ratings where lower is better; what was not rated is None.

    ``change`` is next day minus before, so a negative one is better. ``same_before`` is the rating
    before on the four questions that ``hours_after`` asks again. ``better_days`` is the last day
    known to be better than before; ``back_days`` the first day known to be back. More than one
    day between them was not rated.
    """

    infusion: StartedAt
    before: Point | None = None
    next_day: Point | None = None
    same_before: Point | None = None
    hours_after: Point | None = None
    change: Decimal | None = None
    hours_change: Decimal | None = None
    lasting: Lasting = Lasting.NOT_ENOUGH
    better_days: int | None = None
    back_days: int | None = None

    @property
    def lasting_words(self) -> str:
        """How long the gain lasted; that there are not enough ratings is said as such."""
        if self.lasting is Lasting.NOT_ENOUGH:
            return "Not enough ratings"
        if self.lasting is Lasting.NO_GAIN:
            return "No lower rating the day after"
        if self.lasting is Lasting.NOT_BACK:
            return f"Still lower on day {self.better_days}, the last one rated"
        if self.better_days is not None and (self.back_days or 0) - self.better_days > 1:
            return f"Back between day {self.better_days} and day {self.back_days}"
        return f"Back on day {self.back_days}"


def infusion_effects(
    infusions: Sequence[StartedAt],
    daily: Sequence[Point],
    *,
    daily_four: Sequence[Point] = (),
    hours_after: Sequence[Point] = (),
) -> tuple[InfusionEffect, ...]:
    """One effect for each infusion in order of time.

    ``daily_four`` is the daily rating on the questions that ``hours_after`` asks too.
    """
    ordered = sorted(infusions, key=lambda each: each.started_at)
    ends = {each: later.started_at for each, later in pairwise(ordered)}
    return tuple(_effect(each, ends.get(each), daily, daily_four, hours_after) for each in ordered)


def _effect(
    infusion: StartedAt,
    end: datetime | None,
    daily: Sequence[Point],
    daily_four: Sequence[Point],
    hours_after: Sequence[Point],
) -> InfusionEffect:
    at = infusion.started_at.astimezone(UTC)  # days of 24 hours, also when the clocks change
    until = min(end or at + LAST_WITHIN, at + LAST_WITHIN)
    before = _last(daily, at - BEFORE, at)
    next_day = _nearest(daily, at, until)
    same_before = _last(daily_four, at - BEFORE, at)
    soon = _first(hours_after, at, min(until, at + HOURS_AFTER))
    lasting, better_days, back_days = _lasting(at, until, before, next_day, daily)
    return InfusionEffect(
        infusion=infusion,
        before=before,
        next_day=next_day,
        same_before=same_before,
        hours_after=soon,
        change=_difference(before, next_day),
        hours_change=_difference(same_before, soon),
        lasting=lasting,
        better_days=better_days,
        back_days=back_days,
    )


def _lasting(
    at: datetime,
    until: datetime,
    before: Point | None,
    next_day: Point | None,
    daily: Sequence[Point],
) -> tuple[Lasting, int | None, int | None]:
    change = _difference(before, next_day)
    if change is None or before is None or next_day is None or before.value is None:
        return Lasting.NOT_ENOUGH, None, None
    if change >= 0:
        return Lasting.NO_GAIN, None, None
    better_at = next_day.occurred_at
    rated = [one for one in _valid(daily) if next_day.occurred_at < one.occurred_at < until]
    for one in rated:
        if one.value is not None and one.value >= before.value:
            return Lasting.BACK, _days(at, better_at), _days(at, one.occurred_at)
        better_at = one.occurred_at
    if not rated:
        return Lasting.NOT_ENOUGH, None, None
    return Lasting.NOT_BACK, _days(at, better_at), None


def _days(at: datetime, moment: datetime) -> int:
    """Whole days of 24 hours, rounded to the nearest: about 24 hours after is day 1."""
    return round((moment - at) / timedelta(days=1))


def _difference(first: Point | None, second: Point | None) -> Decimal | None:
    if first is None or second is None or first.value is None or second.value is None:
        return None
    return second.value - first.value


def _valid(points: Sequence[Point]) -> list[Point]:
    found = [point for point in points if point.value is not None]
    return sorted(found, key=lambda point: (point.occurred_at, point.value or Decimal(0)))


def _last(points: Sequence[Point], low: datetime, high: datetime) -> Point | None:
    found = [point for point in _valid(points) if low <= point.occurred_at < high]
    return found[-1] if found else None


def _first(points: Sequence[Point], low: datetime, high: datetime) -> Point | None:
    found = [point for point in _valid(points) if low <= point.occurred_at < high]
    return found[0] if found else None


def _nearest(points: Sequence[Point], at: datetime, until: datetime) -> Point | None:
    low, high = at + NEXT_DAY[0], min(at + NEXT_DAY[1], until)
    found = [point for point in _valid(points) if low <= point.occurred_at <= high]
    goal = at + timedelta(days=1)
    return min(found, key=lambda point: abs(point.occurred_at - goal), default=None)
