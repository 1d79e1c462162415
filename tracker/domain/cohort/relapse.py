"""Days until relapse, by the definitions that each course's protocol chose: as on its own page.

Suicidal thoughts are not looked for here: the outcomes are counted from scores alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from tracker.domain.cohort.courses import END_DAYS, CohortCourse
from tracker.domain.cohort.judging import Measured
from tracker.domain.cohort.statistics import Times
from tracker.domain.progress.relapse import Scored, can_show, has_something_to_lose, met_along
from tracker.domain.relapse_rules import RelapseRule

WEEKLY_KEYS = ("weekly", "pcl-5-week")


def chosen_rules(courses: Iterable[CohortCourse], measured: Measured) -> tuple[RelapseRule, ...]:
    """The definitions that a protocol of these courses chose and that this scale can show."""
    chosen = {name for names in {each.change.relapse_rules for each in courses} for name in names}
    return tuple(rule for rule in _shown_by(measured.instrument.key) if rule in chosen)


@lru_cache(maxsize=64)
def _shown_by(key: str) -> tuple[RelapseRule, ...]:
    return tuple(
        rule
        for rule in RelapseRule
        if rule is not RelapseRule.NEW_IDEATION
        and can_show(rule, instrument_key=key, is_weekly=key in WEEKLY_KEYS)
    )


def times_to_relapse(courses: Iterable[CohortCourse], measured: Measured) -> Times:
    """From the last infusion of a course that is over to the first later score that meets one of
    its definitions; without one, to the last score. Two scores since infusion 1 are needed, one of
    them from the last infusion on. Who had nothing to lose by then cannot relapse and is not there.
    """
    days: list[float] = []
    seen: list[bool] = []
    boosted = 0
    for course in courses:
        scores = course.scores
        if course.is_under_way or len(scores) < 2 or scores[-1].day < course.last_day:
            continue
        rules = _that_can_be_met(course, measured)
        if not rules:
            continue
        first = _first_met(course, measured, rules)
        days.append((scores[-1].day if first is None else first) - course.last_day)
        seen.append(first is not None)
        boosted += course.is_boosted_by(course.last_day + days[-1])
    return Times(days=tuple(days), is_event=tuple(seen), boosted=boosted)


def _that_can_be_met(course: CohortCourse, measured: Measured) -> list[RelapseRule]:
    """The definitions of its protocol by which it had something to lose at the last infusion: by
    its scores until then and the first one after, within `END_DAYS`.
    """
    chosen = [r for r in _shown_by(measured.instrument.key) if r in course.change.relapse_rules]
    last = course.last_day
    known = [_exact(each.value) for each in course.scores if each.day < last]
    after = [each for each in course.scores if last <= each.day <= last + END_DAYS]
    known += [_exact(each.value) for each in after[:1]]
    one = _scored(course, measured)
    return [rule for rule in chosen if has_something_to_lose(rule, one, known)]


def _scored(course: CohortCourse, measured: Measured) -> Scored:
    return Scored(
        instrument_key=measured.instrument.key,
        scale=measured.scale,
        baseline=None if course.baseline is None else _exact(course.baseline),
        points=(),
        rules=measured.rules_of(course),
        is_weekly=measured.instrument.key in WEEKLY_KEYS,
    )


def _first_met(
    course: CohortCourse, measured: Measured, rules: Sequence[RelapseRule]
) -> float | None:
    one = _scored(course, measured)
    values = [_exact(each.value) for each in course.scores]
    met = [met_along(rule, one, values) for rule in rules]
    found = (
        score.day
        for place, score in enumerate(course.scores)
        if score.day >= course.last_day and any(each[place] for each in met)
    )
    return next(found, None)


@lru_cache(maxsize=4096)
def _exact(value: float) -> Decimal:
    return Decimal(str(value))
