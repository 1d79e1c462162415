"""Days until response and until it was lost, with those who were last seen without either."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.domain.cohort.courses import CohortCourse
from tracker.domain.cohort.judging import Measured
from tracker.domain.cohort.statistics import Times


def times_to_response(courses: Iterable[CohortCourse], measured: Measured) -> Times:
    """From infusion 1 to the first score that is a response; without one, to the last score."""
    days: list[float] = []
    seen: list[bool] = []
    boosted = 0
    for course in courses:
        judge = measured.judge(course)
        if judge is None:
            continue
        known = [(s.day, judge.is_response(s.value)) for s in course.scores]
        known = [each for each in known if each[1] is not None]
        if not known:
            continue
        first = next((day for day, reached in known if reached), None)
        days.append(max(0.0, known[-1][0] if first is None else first))
        seen.append(first is not None)
        boosted += course.is_boosted_by(days[-1])
    return Times(days=tuple(days), is_event=tuple(seen), boosted=boosted)


def times_to_loss(courses: Iterable[CohortCourse], measured: Measured) -> Times:
    """From the last infusion of a course that ended in response to the first later score that is
    none any more; without one, to the last score. As Feder et al. 2021 count loss of response.
    """
    days: list[float] = []
    lost: list[bool] = []
    boosted = 0
    for course in courses:
        judge, end = measured.judge(course), course.end_score
        if judge is None or end is None or not judge.is_response(end):
            continue
        later = [score for score in course.scores if score.day >= course.last_day]
        ended = next(number for number in range(len(later)) if later[number].value == end)
        after = later[ended:]
        first = next((s.day for s in after if judge.is_response(s.value) is False), None)
        days.append((after[-1].day if first is None else first) - course.last_day)
        lost.append(first is not None)
        boosted += course.is_boosted_by(course.last_day + days[-1])
    return Times(days=tuple(days), is_event=tuple(lost), boosted=boosted)
