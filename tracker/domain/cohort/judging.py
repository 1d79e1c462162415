"""What the change rules say of one course of many: the same rules as on a patient's own page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache

from tracker.domain.cohort.courses import CohortCourse
from tracker.domain.instruments import Instrument, OutcomeKind, OutcomeRule, Scale, Standing
from tracker.domain.progress import (
    ChangeMark,
    ChangeRules,
    is_reached,
    is_response,
    mark,
    own_scale_rules,
    published_rules,
)
from tracker.domain.protocol import ChangeRules as ChangeSettings


class Verdict(StrEnum):
    """Change in five steps, as many for the worse as for the better."""

    MUCH_BETTER = "much_better"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    MUCH_WORSE = "much_worse"
    NOT_JUDGED = "not_judged"


_VERDICTS = {
    ChangeMark.CLINICALLY_SIGNIFICANT: Verdict.MUCH_BETTER,
    ChangeMark.RELIABLY_IMPROVED: Verdict.MUCH_BETTER,
    ChangeMark.RESPONSE: Verdict.MUCH_BETTER,
    ChangeMark.MINIMALLY_IMPROVED: Verdict.BETTER,
    ChangeMark.PARTIAL_RESPONSE: Verdict.BETTER,
    ChangeMark.NO_RELIABLE_CHANGE: Verdict.SAME,
    ChangeMark.NO_CLEAR_CHANGE: Verdict.SAME,
    ChangeMark.POSSIBLY_WORSE: Verdict.WORSE,
    ChangeMark.WORSE: Verdict.WORSE,
    ChangeMark.RELIABLY_WORSE: Verdict.MUCH_WORSE,
    ChangeMark.MUCH_WORSE: Verdict.MUCH_WORSE,
}


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Scores against one baseline. Ten thousand courses have few distinct pairs of both: each is
    judged once.
    """

    scale: Scale
    baseline: float
    rules: ChangeRules
    _verdicts: dict[float, Verdict] = field(default_factory=dict, compare=False, repr=False)
    _responses: dict[float, bool | None] = field(default_factory=dict, compare=False, repr=False)

    def verdict(self, value: float) -> Verdict:
        """What a score says against the baseline."""
        if value not in self._verdicts:
            found = mark(self.scale, _exact(self.baseline), _exact(value), self.rules)
            self._verdicts[value] = _VERDICTS.get(found, Verdict.NOT_JUDGED)
        return self._verdicts[value]

    def is_response(self, value: float) -> bool | None:
        """None where a percentage of the baseline would mean nothing."""
        if value not in self._responses:
            found = is_response(self.scale, _exact(self.baseline), _exact(value), self.rules)
            self._responses[value] = found
        return self._responses[value]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The scale that the outcomes are told by, with its instrument."""

    instrument: Instrument
    scale: Scale

    def judge(self, course: CohortCourse) -> Judge | None:
        """What judges the scores of the course; None without a baseline. Courses with the same
        baseline and rules share one.
        """
        if course.baseline is None:
            return None
        wanted = (course.baseline, course.change, course.response_percent, course.worse_percent)
        if wanted not in self._judges:
            rules = self.rules_of(course)
            self._judges[wanted] = Judge(scale=self.scale, baseline=course.baseline, rules=rules)
        return self._judges[wanted]

    @cached_property
    def _judges(self) -> dict[tuple[object, ...], Judge]:
        return {}

    def rules_of(self, course: CohortCourse) -> ChangeRules:
        """Published ones where there are any, else the percentages of the course's protocol."""
        published = _published(course.change).get(self.instrument.key)
        return published or _own(course.response_percent, course.worse_percent)

    @property
    def remission(self) -> OutcomeRule | None:
        """The first published remission of the scale; None where none is published."""
        found = (
            each
            for each in self.scale.outcomes
            if each.kind is OutcomeKind.SCORE and each.status is Standing.PUBLISHED
        )
        return next(found, None)

    def verdict(self, course: CohortCourse, value: float) -> Verdict:
        """What a score says against the baseline of the course."""
        judge = self.judge(course)
        return Verdict.NOT_JUDGED if judge is None else judge.verdict(value)

    def is_response(self, course: CohortCourse, value: float) -> bool | None:
        """None without a baseline, or where a percentage of it would mean nothing."""
        judge = self.judge(course)
        return None if judge is None else judge.is_response(value)

    def is_remission(self, value: float) -> bool:
        """Whether a score is in remission as published."""
        rule = self.remission
        if rule is None:
            return False
        return bool(is_reached(self.scale, rule, baseline=None, latest=_exact(value)))


@lru_cache(maxsize=256)
def _published(settings: ChangeSettings) -> Mapping[str, ChangeRules]:
    return published_rules(settings)


@lru_cache(maxsize=256)
def _own(response_percent: int, worse_percent: int) -> ChangeRules:
    return own_scale_rules(response_percent, worse_percent)


def _exact(value: float) -> Decimal:
    return Decimal(str(value))
