"""How a therapy session lies to the infusions around it: stated, never judged.

Two opposite models exist (talking in the day after, as Shiroma and Duek did, or recalling
the memory before the infusion), and neither is proven in PTSD. So the distance is shown with its
sign and no target.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StartedInfusion:
    """The number of an infusion in its course and when it started."""

    number: int
    started_at: datetime
    is_booster: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Nearest:
    """The nearest infusion; `minutes` is positive when the therapy session came after its start."""

    number: int
    minutes: int
    is_booster: bool = False

    @property
    def words(self) -> str:
        """Such as "27 h after infusion 4" or "40 min before infusion 5"."""
        name = f"{'booster' if self.is_booster else 'infusion'} {self.number}"
        if self.minutes == 0:
            return f"at the start of {name}"
        side = "after" if self.minutes > 0 else "before"
        return f"{_distance(abs(self.minutes))} {side} {name}"


def nearest_infusion(moment: datetime, infusions: Iterable[StartedInfusion]) -> Nearest | None:
    """The infusion whose start lies nearest; of two at the same distance the earlier one."""
    found = [
        Nearest(
            number=each.number,
            minutes=_minutes(each.started_at, moment),
            is_booster=each.is_booster,
        )
        for each in sorted(infusions, key=lambda each: each.started_at)
    ]
    return min(found, key=lambda nearest: abs(nearest.minutes), default=None)


def _minutes(start: datetime, moment: datetime) -> int:
    # in UTC: Python subtracts two times of one zone by its wall clock
    return round((moment.astimezone(UTC) - start.astimezone(UTC)).total_seconds() / 60)


def _distance(minutes: int) -> str:
    if minutes < 120:
        return f"{minutes} min"
    if minutes < 96 * 60:
        return f"{round(minutes / 60)} h"
    return f"{round(minutes / 1440)} days"
