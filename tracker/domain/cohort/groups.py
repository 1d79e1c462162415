"""By what a clinic may narrow its courses, and which groups are too small to be shown.

A group of fewer than the site's smallest size is not shown. Nor is one from which a small one
could be worked out: were a small group hidden alone, the whole less the other groups would tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import combinations

from tracker.domain.cohort.courses import CohortCourse
from tracker.domain.instruments import Scale
from tracker.domain.progress.change import burden

SMALLEST_GROUP = 5
THERAPY_PERCENT = 75
"""From which share of the sessions that were due therapy counts as attended (project default,
needs clinical review)."""


class Dimension(StrEnum):
    """What courses can be divided by. Each divides all of them: there is a group for the rest."""

    PROTOCOL = "protocol"
    YEAR = "year"
    SEVERITY = "severity"
    THERAPY = "therapy"


class Severity(StrEnum):
    """The baseline, by halves of the scale's range: no published bands are claimed."""

    WORSE_HALF = "worse_half"
    BETTER_HALF = "better_half"
    UNKNOWN = "unknown"


class TherapyAttended(StrEnum):
    """How many of the therapy sessions that were due took place."""

    MOST = "most"
    FEWER = "fewer"
    NONE_DUE = "none_due"


Chosen = Mapping[Dimension, str]


def group_of(course: CohortCourse, dimension: Dimension, scale: Scale) -> str:
    """Which group of a dimension a course is in."""
    if dimension is Dimension.PROTOCOL:
        return course.protocol
    if dimension is Dimension.YEAR:
        return str(course.started_on.year)
    if dimension is Dimension.SEVERITY:
        return severity_of(course, scale)
    return therapy_of(course)


def severity_of(course: CohortCourse, scale: Scale) -> Severity:
    """The half of the scale's range that the baseline is in; the middle is in the worse one."""
    if course.baseline is None:
        return Severity.UNKNOWN
    is_worse = 2 * burden(scale, Decimal(str(course.baseline))) >= scale.maximum - scale.minimum
    return Severity.WORSE_HALF if is_worse else Severity.BETTER_HALF


def therapy_of(course: CohortCourse) -> TherapyAttended:
    """Whether most of the sessions that were due were held."""
    if not course.therapy_due:
        return TherapyAttended.NONE_DUE
    enough = 100 * course.therapy_held >= THERAPY_PERCENT * course.therapy_due
    return TherapyAttended.MOST if enough else TherapyAttended.FEWER


def narrowed(
    courses: Sequence[CohortCourse], chosen: Chosen, scale: Scale
) -> tuple[CohortCourse, ...]:
    """The courses that are in every chosen group."""
    return tuple(
        course
        for course in courses
        if all(group_of(course, each, scale) == name for each, name in chosen.items())
    )


def may_show(courses: Sequence[CohortCourse], chosen: Chosen, scale: Scale, smallest: int) -> bool:
    """Whether the chosen group may be shown: it is large enough, and so is what it leaves out.

    For each chosen dimension, and beside each choice of the others, its groups are a table of one
    row; the group must not be one that the table has to hide.
    """
    if len(narrowed(courses, chosen, scale)) < smallest:
        return False
    for dimension, name in chosen.items():
        others = [each for each in chosen if each is not dimension]
        for size in range(len(others) + 1):
            for some in combinations(others, size):
                context = narrowed(courses, {each: chosen[each] for each in some}, scale)
                if name in hidden_groups(_counts(context, dimension, scale), smallest):
                    return False
    return True


def hidden_groups(counts: Mapping[str, int], smallest: int) -> frozenset[str]:
    """Which groups of one table are hidden: the small ones, and as many more, the smallest first,
    as it takes until those hidden are together large enough to say nothing of the small ones.
    """
    ordered = sorted(counts, key=lambda name: (counts[name], name))
    hidden = {name for name in ordered if 0 < counts[name] < smallest}
    if not hidden:
        return frozenset()
    for name in ordered:
        if len(hidden) > 1 and sum(counts[each] for each in hidden) >= smallest:
            break
        hidden.add(name)
    return frozenset(hidden)


def offered_groups(
    courses: Sequence[CohortCourse], dimension: Dimension, scale: Scale, smallest: int
) -> tuple[tuple[str, int], ...]:
    """The groups of a dimension that may be shown alone, with their sizes."""
    counts = _counts(courses, dimension, scale)
    hidden = hidden_groups(counts, smallest)
    return tuple((name, counts[name]) for name in sorted(counts) if name not in hidden)


def _counts(
    courses: Sequence[CohortCourse], dimension: Dimension, scale: Scale
) -> Mapping[str, int]:
    return Counter(group_of(course, dimension, scale) for course in courses)
