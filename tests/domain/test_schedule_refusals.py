"""What the planner refuses, and that each refusal says what to change."""

from datetime import date, timedelta

import pytest

from tracker.domain import schedule

MONDAY = date(2026, 11, 23)
WEEKDAYS = frozenset(range(5))
ALL_WEEK = frozenset(range(7))


def rules(count=6, shortest=3, longest=5, preferred=4):
    return schedule.PlanRules(
        infusion_count=count,
        min_gap_days=shortest,
        max_gap_days=longest,
        preferred_gap_days=preferred,
    )


def clinic(*closed, weekdays=WEEKDAYS):
    return schedule.ClinicDays(open_weekdays=frozenset(weekdays), closed_on=frozenset(closed))


def after(days, start=MONDAY):
    return start + timedelta(days=days)


@pytest.mark.parametrize(
    ("weekdays", "start_on"), [(frozenset(), MONDAY), (frozenset({0}), date(9999, 12, 30))]
)
def test_plan_is_refused_with_advice_when_there_is_no_open_day(weekdays, start_on):
    with pytest.raises(schedule.NoOpenDay, match="No day is left for infusion 1: open a weekday"):
        schedule.plan(rules=rules(), start_on=start_on, clinic=clinic(weekdays=weekdays))


def test_plan_is_refused_when_the_calendar_ends():
    with pytest.raises(schedule.NoOpenDay, match="infusion 2"):
        schedule.plan(rules=rules(2), start_on=date(9999, 12, 31), clinic=clinic(weekdays=ALL_WEEK))


@pytest.mark.parametrize(
    ("count", "shortest", "longest", "preferred", "says"),
    [
        (0, 3, 5, 4, "number of infusions must be 1 to 60, not 0"),
        (61, 3, 5, 4, "not 61"),
        (6, 0, 5, 4, "at least 1 day"),
        (6, 5, 3, 4, "not 5 to 3"),
        (6, 3, 367, 4, "at most 366"),
        (6, 3, 5, 6, "preferred gap must be 3 to 5 days, not 6"),
        (60, 1, 60, 4, "allow a narrower range"),
    ],
)
def test_rules_are_refused_when_impossible(count, shortest, longest, preferred, says):
    with pytest.raises(schedule.CannotPlan, match=says):
        rules(count, shortest, longest, preferred)


def test_weekday_is_refused_when_there_is_no_such_day():
    with pytest.raises(schedule.CannotPlan, match="0 .Monday. to 6"):
        clinic(weekdays={7})


@pytest.mark.parametrize(
    ("given_on", "says"),
    [
        ([MONDAY, MONDAY], "same day"),
        ([after(-n) for n in range(7)], "7 infusions are already given: the count cannot be 6"),
        ([after(-367)], "plan a new course"),
    ],
)
def test_plan_is_refused_when_the_given_dates_do_not_fit(given_on, says):
    with pytest.raises(schedule.CannotPlan, match=says):
        schedule.plan(rules=rules(), start_on=MONDAY, clinic=clinic(), given_on=given_on)


def test_days_that_work_are_refused_for_a_number_that_is_given():
    with pytest.raises(schedule.CannotPlan, match="Infusion 1 is not one that is still to come"):
        schedule.days_that_work(
            number=1, rules=rules(), start_on=MONDAY, clinic=clinic(), given_on=[MONDAY]
        )
