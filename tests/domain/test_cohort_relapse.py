"""Relapse in many courses: by each protocol's own definitions, among those who can relapse."""

from __future__ import annotations

import pytest

from tests.make.cohort import PCL5, WEEKLY, make_cohort_course
from tracker.domain.cohort.courses import CohortScore
from tracker.domain.cohort.relapse import chosen_rules, times_to_relapse
from tracker.domain.protocol import ChangeRules
from tracker.domain.relapse_rules import RelapseRule


def relapsing(*scores, rules=("half_gain_lost",)):
    """From 60, infusions on days 0 and 4; the scores by day."""
    return make_cohort_course(
        60,
        given=2,
        planned=2,
        last_day=4.0,
        scores=tuple(CohortScore(2 if day >= 4 else 1, day, value) for day, value in scores),
        change=ChangeRules(relapse_rules=rules),
    )


def test_relapse_is_told_by_the_definitions_that_the_protocol_chose():
    back = ((2, 20), (6, 20), (30, 45), (37, 45), (44, 45))
    courses = [
        relapsing(*back),
        relapsing((2, 20), (6, 20), (30, 45), (37, 30), (44, 45)),
        relapsing(*back, rules=("pcl5_rise", "phq9_rise")),
        relapsing((6, 20)),
        relapsing((2, 20), (3, 20)),
    ]
    found = times_to_relapse(courses, WEEKLY)
    # met at the second in a row; once is not enough; no rule for this scale; too few scores
    assert (found.days, found.is_event) == ((33, 40), (True, False))
    assert chosen_rules(courses, WEEKLY) == (RelapseRule.HALF_GAIN_LOST,)
    assert chosen_rules(courses[2:3], WEEKLY) == ()


def test_who_had_nothing_to_lose_cannot_relapse_and_is_not_counted():
    same = relapsing((2, 60), (6, 58), (30, 60), (37, 60), (44, 60))
    worse = relapsing((2, 70), (6, 75), (30, 60))
    later = relapsing((2, 60), (6, 58), (30, 20), (37, 55), (44, 55))
    too_late_to_tell = relapsing((30, 20), (37, 55), (44, 55))
    gained = relapsing((2, 60), (6, 20), (30, 20))
    courses = [same, worse, later, too_late_to_tell, gained]
    assert times_to_relapse(courses, WEEKLY).days == (26,)


@pytest.mark.parametrize(
    ("baseline", "best", "rules", "counted"),
    [
        (60, 40, ("pcl5_rise",), True),
        (60, 55, ("pcl5_rise",), False),  # 5 points are no improvement
        (60, 40, ("pcl5_back_above_cut",), False),  # never below 33
        (60, 32, ("pcl5_back_above_cut",), True),
        (60, 40, ("pcl5_back_above_cut", "pcl5_rise"), True),
    ],
)
def test_what_there_is_to_lose_depends_on_the_definition(baseline, best, rules, counted):
    scores = tuple(CohortScore(2, day, best) for day in (22.0, 50.0))
    change = ChangeRules(relapse_rules=rules)
    course = make_cohort_course(baseline, scores=scores, change=change)
    assert bool(times_to_relapse([course], PCL5).days) is counted
