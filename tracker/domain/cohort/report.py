"""Everything that the outcomes of a group of courses come to, computed once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tracker.domain.cohort import outcomes
from tracker.domain.cohort.courses import CohortCourse
from tracker.domain.cohort.groups import Dimension, group_of, hidden_groups
from tracker.domain.cohort.judging import Measured, Verdict
from tracker.domain.cohort.outcomes import Adverse, AfterInfusion, Flow, Kept, Outcome
from tracker.domain.cohort.process import Process, months
from tracker.domain.cohort.relapse import chosen_rules, times_to_relapse
from tracker.domain.cohort.statistics import (
    Middle,
    Share,
    Survival,
    Times,
    last_day,
    log_rank,
    middle,
    share,
    survival,
)
from tracker.domain.cohort.times import times_to_loss, times_to_response
from tracker.domain.relapse_rules import RelapseRule


@dataclass(frozen=True, kw_only=True, slots=True)
class TimedGroup:
    """One group's curve with its name; ``boosted`` of its courses had a booster before the event
    or before they were last seen.
    """

    name: str
    curve: Survival
    boosted: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Timed:
    """Days until something, group by group. ``p`` is of the log-rank test between two groups."""

    groups: tuple[TimedGroup, ...]
    p: float | None
    last_day: int


@dataclass(frozen=True, kw_only=True)
class CohortReport:
    """The outcomes of courses that may be shown. ``compare`` divides the curves in two."""

    courses: Sequence[CohortCourse]
    measured: Measured
    smallest: int
    compare: Dimension | None = None

    @cached_property
    def flow(self) -> Flow:
        return outcomes.flow(self.courses, self.smallest)

    @cached_property
    def changes(self) -> list[float]:
        return outcomes.changes(self.courses)

    @cached_property
    def change(self) -> Middle | None:
        """Mean and median change at the end; None where too few have both scores."""
        return middle(self.changes) if len(self.changes) >= self.smallest else None

    @cached_property
    def verdicts(self) -> Mapping[Verdict, Outcome]:
        return outcomes.verdicts(self.courses, self.measured)

    @cached_property
    def better(self) -> Share:
        """Improved, clearly or somewhat, of those with both scores."""
        return self._either(Verdict.MUCH_BETTER, Verdict.BETTER)

    @cached_property
    def worse(self) -> Share:
        """Worse, clearly or somewhat, of the same."""
        return self._either(Verdict.MUCH_WORSE, Verdict.WORSE)

    def _either(self, one: Verdict, other: Verdict) -> Share:
        found = [self.verdicts[each].measured for each in (one, other)]
        return share(sum(each.count for each in found), found[0].of)

    @cached_property
    def response(self) -> Outcome:
        return outcomes.responses(self.courses, self.measured)

    @cached_property
    def remission(self) -> Outcome | None:
        return outcomes.remissions(self.courses, self.measured)

    @cached_property
    def by_infusion(self) -> tuple[AfterInfusion, ...]:
        return outcomes.by_infusion(self.courses, self.smallest)

    @cached_property
    def kept(self) -> Kept:
        return outcomes.kept(self.courses)

    @cached_property
    def adverse(self) -> Adverse:
        return outcomes.adverse(self.courses, self.smallest)

    @cached_property
    def adverse_of_boosters(self) -> Adverse:
        return outcomes.adverse_of_boosters(self.courses, self.smallest)

    @cached_property
    def months(self) -> Process | None:
        return months(self.courses, self.smallest)

    @cached_property
    def to_response(self) -> Timed | None:
        return self._timed(times_to_response)

    @cached_property
    def to_loss(self) -> Timed | None:
        return self._timed(times_to_loss)

    @cached_property
    def relapse_rules(self) -> tuple[RelapseRule, ...]:
        """The definitions of relapse that the next curve is by."""
        return chosen_rules(self.courses, self.measured)

    @cached_property
    def to_relapse(self) -> Timed | None:
        return self._timed(times_to_relapse)

    @property
    def is_compared(self) -> bool:
        """Whether there are two groups that are large enough to be compared."""
        return len(self._groups) == 2

    @cached_property
    def _groups(self) -> list[tuple[str, list[CohortCourse]]]:
        """The two largest groups to compare, or everybody where these would be too small."""
        everybody = [("everybody", list(self.courses))]
        if self.compare is None:
            return everybody
        found: dict[str, list[CohortCourse]] = {}
        for course in self.courses:
            name = group_of(course, self.compare, self.measured.scale)
            found.setdefault(name, []).append(course)
        hidden = hidden_groups({name: len(each) for name, each in found.items()}, self.smallest)
        shown = sorted(found.items(), key=lambda each: (-len(each[1]), each[0]))[:2]
        return everybody if hidden or len(shown) < 2 else sorted(shown)

    def _timed(self, times_of: Callable[[Iterable[CohortCourse], Measured], Times]) -> Timed | None:
        """None where a group is too small, or where the groups that are not shown are: all courses
        less the groups would tell them.
        """
        times = [times_of(group, self.measured) for _, group in self._groups]
        others = 0
        if self.is_compared:
            everybody = len(times_of(self.courses, self.measured).days)
            others = everybody - sum(len(each.days) for each in times)
        if any(len(each.days) < self.smallest for each in times) or 0 < others < self.smallest:
            return None
        last = max(last_day(each, self.smallest) for each in times)
        step = max(7, -(-int(last + 1) // 35) * 7)
        look_at = tuple(range(0, int(last) + step + 1, step))
        curves = [survival(each, look_at=look_at, least=self.smallest) for each in times]
        found = zip(self._groups, times, curves, strict=True)
        return Timed(
            groups=tuple(
                TimedGroup(name=name, curve=curve, boosted=each.boosted)
                for (name, _), each, curve in found
                if curve
            ),
            p=log_rank(*times) if len(times) == 2 else None,
            last_day=look_at[-1],
        )
