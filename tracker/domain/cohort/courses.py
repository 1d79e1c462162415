"""One course as a number among many: what the outcomes of a clinic are counted from. No names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from tracker.domain.courses import CourseState
from tracker.domain.protocol import ChangeRules

END_DAYS = 14
"""Until how long after the last infusion a score counts as the one at the end (project default,
needs clinical review)."""
FOLLOW_UPS = ((30, 21, 45), (90, 76, 120))
"""Days after the last infusion, and the days from and to which a score stands for them (project
default, needs clinical review)."""


class CohortScore(NamedTuple):
    """A score since infusion 1: after which infusion, and how many days after infusion 1."""

    infusion: int
    day: float
    value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Happenings:
    """On how many run sheets of a course something was recorded, however often on each."""

    with_events: int = 0
    with_severe: int = 0
    with_serious: int = 0
    stopped_early: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Boosters:
    """The infusions given after the course. ``first_day`` counts from infusion 1."""

    given: int = 0
    first_day: float | None = None
    happenings: Happenings = Happenings()
    terms: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class CohortCourse:
    """A course whose first infusion was started. ``scores`` are in order of time.

    Days count from infusion 1. ``observed_days`` is how long the course can have been seen: until
    today. ``given`` and ``last_day`` are of the infusions of the course, without boosters.
    ``terms`` are what was recorded at each infusion with events.
    """

    protocol: str
    started_on: date
    state: CourseState
    planned: int
    given: int
    last_day: float
    observed_days: float
    end_reason: str = ""
    baseline: float | None = None
    scores: tuple[CohortScore, ...] = ()
    gaps: int = 0
    gaps_inside: int = 0
    therapy_held: int = 0
    therapy_due: int = 0
    happenings: Happenings = Happenings()
    terms: tuple[frozenset[str], ...] = ()
    boosters: Boosters = Boosters()
    change: ChangeRules = ChangeRules()
    """What the course's protocol sets for judging change."""
    response_percent: int = 50
    worse_percent: int = 30

    @property
    def is_complete(self) -> bool:
        """Whether every planned infusion was given."""
        return self.given >= self.planned

    @property
    def is_stopped(self) -> bool:
        """Whether it ended before its last planned infusion."""
        ended = self.state in (CourseState.STOPPED, CourseState.COMPLETED, CourseState.MAINTENANCE)
        return ended and not self.is_complete

    @cached_property
    def is_under_way(self) -> bool:
        """Whether infusions of the course are still to come."""
        return not self.is_complete and not self.is_stopped

    @cached_property
    def end_score(self) -> float | None:
        """The last score from the last infusion on, within `END_DAYS`; None while under way."""
        if self.is_under_way:
            return None
        return self._last_between(0, END_DAYS)

    def is_boosted_by(self, day: float) -> bool:
        """Whether a booster was given before this day."""
        first = self.boosters.first_day
        return first is not None and first < day

    def follow_up(self, low: int, high: int) -> float | None:
        """The last score in these days after the last infusion."""
        return self._last_between(low, high)

    def is_due(self, days_after: int) -> bool:
        """Whether so many days have gone by since the last infusion."""
        return not self.is_under_way and self.observed_days >= self.last_day + days_after

    @cached_property
    def last_by_infusion(self) -> dict[int, float]:
        """The last score after each infusion and before the next one, where there is any."""
        return {score.infusion: score.value for score in self.scores}

    def _last_between(self, low: int, high: int) -> float | None:
        first, last = self.last_day + low, self.last_day + high
        for score in reversed(self.scores):
            if score.day <= last:
                return score.value if score.day >= first else None
        return None
