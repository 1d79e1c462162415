"""The planner against every plan there is on small calendars, and on calendars worth naming."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given as given_by
from hypothesis import settings
from hypothesis import strategies as st

from tracker.domain import schedule

MONDAY = date(2026, 11, 23)
WEEKDAYS = frozenset(range(5))
ALL_WEEK = frozenset(range(7))
LAST_SEARCHED = 40


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


@st.composite
def calendars(draw):
    """A start, open weekdays and closed and unavailable days in the five weeks after."""
    offsets = st.frozensets(st.integers(0, 30), max_size=12)
    start_on = draw(st.sampled_from([MONDAY, date(2027, 12, 26), date(2028, 2, 24)]))
    return {
        "start_on": start_on,
        "clinic": clinic(
            *(after(n, start_on) for n in draw(offsets)),
            weekdays=draw(st.frozensets(st.integers(0, 6), min_size=2, max_size=7)),
        ),
        "unavailable_on": frozenset(after(n, start_on) for n in draw(offsets)),
    }


@st.composite
def small_rules(draw):
    shortest = draw(st.integers(1, 4))
    longest = shortest + draw(st.integers(0, 2))
    return rules(draw(st.integers(1, 3)), shortest, longest, draw(st.integers(shortest, longest)))


def usable(day, calendar):
    return (
        day >= calendar["start_on"]
        and day.weekday() in calendar["clinic"].open_weekdays
        and day not in calendar["clinic"].closed_on
        and day not in calendar["unavailable_on"]
    )


def usable_days(calendar):
    days = (after(n, calendar["start_on"]) for n in range(LAST_SEARCHED + 20))
    return [day for day in days if usable(day, calendar)]


def every_plan(days, prefix, count) -> Iterator[tuple[date, ...]]:
    if len(prefix) == count:
        yield prefix
        return
    for day in days:
        if not prefix or day > prefix[-1]:
            yield from every_plan(days, (*prefix, day), count)


def gaps(dates):
    return [(late - early).days for early, late in pairwise(dates)]


def rank(wanted, dates):
    """The documented order, written out a second time and without any cleverness."""
    missed = [max(wanted.min_gap_days - g, g - wanted.max_gap_days, 0) for g in gaps(dates)]
    return (
        sum(missed),
        sum(days > 0 for days in missed),
        sum(abs(g - wanted.preferred_gap_days) for g in gaps(dates)),
        sum(max(wanted.min_gap_days - g, 0) for g in gaps(dates)),
        len({day.weekday() for day in dates}),
        dates,
    )


def keeps(wanted, dates):
    return rank(wanted, dates)[0] == 0


def first_day(wanted, days):
    """The first day within two weeks of the first usable one from which all gaps can be kept."""
    for day in days:
        later = [on for on in days if day < on <= day + timedelta(days=20)]
        if (day - days[0]).days <= 14 and any(
            keeps(wanted, dates) for dates in every_plan(later, (day,), wanted.infusion_count)
        ):
            return day
    return days[0]


@settings(max_examples=150, deadline=None)
@given_by(wanted=small_rules(), calendar=calendars())
def test_plan_is_the_best_of_all_plans_when_nothing_is_given(wanted, calendar):
    days = usable_days(calendar)
    first = first_day(wanted, days)
    best = min(
        every_plan(days, (first,), wanted.infusion_count), key=lambda dates: rank(wanted, dates)
    )

    made = schedule.plan(rules=wanted, **calendar)

    assert made.dates == best
    assert made.keeps_every_gap == keeps(wanted, best)


@settings(max_examples=100, deadline=None)
@given_by(
    wanted=small_rules(),
    calendar=calendars(),
    ago=st.frozensets(st.integers(1, 9), min_size=1, max_size=3),
)
def test_plan_is_the_best_of_all_plans_when_some_are_given(wanted, calendar, ago):
    given_on = tuple(sorted(after(-n, calendar["start_on"]) for n in ago))
    wanted = rules(
        len(given_on) + min(2, wanted.infusion_count),
        wanted.min_gap_days,
        wanted.max_gap_days,
        wanted.preferred_gap_days,
    )
    best = min(
        every_plan(usable_days(calendar), given_on, wanted.infusion_count),
        key=lambda dates: rank(wanted, dates),
    )

    made = schedule.plan(rules=wanted, given_on=given_on, **calendar)

    assert made.dates == best


@settings(max_examples=100, deadline=None)
@given_by(wanted=small_rules(), calendar=calendars())
def test_every_gap_outside_the_window_is_named(wanted, calendar):
    made = schedule.plan(rules=wanted, **calendar)

    named = {gap.after_number: gap.gap_days for gap in made.broken}
    expected = {
        number: days
        for number, days in enumerate(gaps(made.dates), start=1)
        if not wanted.min_gap_days <= days <= wanted.max_gap_days
    }
    assert named == expected
    assert bool(made.blocks) == bool(made.broken)


@settings(max_examples=100, deadline=None)
@given_by(wanted=small_rules(), calendar=calendars())
def test_every_blocking_day_is_truly_out(wanted, calendar):
    made = schedule.plan(rules=wanted, **calendar)

    assert all(not usable(block.on, calendar) for block in made.blocks)


@settings(max_examples=60, deadline=None)
@given_by(wanted=small_rules(), calendar=calendars(), number=st.integers(1, 3))
def test_days_that_work_are_those_of_all_plans_that_keep_every_gap(wanted, calendar, number):
    number = min(number, wanted.infusion_count)
    given_on = (after(-2, calendar["start_on"]),)
    wanted = rules(
        wanted.infusion_count + 1,
        wanted.min_gap_days,
        wanted.max_gap_days,
        wanted.preferred_gap_days,
    )
    days = [day for day in usable_days(calendar) if day < after(25, calendar["start_on"])]
    plans = every_plan(days, given_on, wanted.infusion_count)

    found = schedule.days_that_work(number=number + 1, rules=wanted, given_on=given_on, **calendar)

    assert found == tuple(sorted({dates[number] for dates in plans if keeps(wanted, dates)}))


def test_plan_uses_two_weekdays_when_as_good_as_three():
    made = schedule.plan(rules=rules(), start_on=MONDAY, clinic=clinic(date(2026, 11, 26)))

    assert {day.strftime("%a") for day in made.dates} == {"Mon", "Fri"}
    assert gaps(made.dates) == [4, 3, 4, 3, 4]
    assert schedule.explain(made) == ()


def test_plan_looks_ahead_when_the_nearest_day_leads_nowhere():
    # A greedy walk takes the preferred fourth day, Friday, and finds the days after it closed.
    closed = [after(n) for n in (7, 8, 9)]
    made = schedule.plan(rules=rules(3), start_on=MONDAY, clinic=clinic(*closed, weekdays=ALL_WEEK))

    assert made.dates == (MONDAY, after(3), after(6))
    assert made.keeps_every_gap


@pytest.mark.parametrize("order", list(permutations([0, 1, 2])))
def test_plan_is_the_same_when_inputs_come_in_another_order(order):
    given_on = [after(-8), after(-4), after(-1)]
    away = [after(4), after(5), after(9)]
    closed = [after(7), after(8), after(15)]

    made = schedule.plan(
        rules=rules(),
        start_on=MONDAY,
        clinic=clinic(*(closed[n] for n in order)),
        unavailable_on=[away[n] for n in order],
        given_on=[given_on[n] for n in order],
    )

    assert made.dates == (*given_on, after(3), after(10), after(14))


def test_plan_crosses_new_year_and_leap_day():
    made = schedule.plan(
        rules=rules(8), start_on=date(2028, 2, 17), clinic=clinic(weekdays=ALL_WEEK)
    )
    assert date(2028, 2, 29) in made.dates
    assert set(gaps(made.dates)) == {4}

    made = schedule.plan(
        rules=rules(8), start_on=date(2026, 12, 22), clinic=clinic(weekdays=ALL_WEEK)
    )
    assert made.dates[3] == date(2027, 1, 3)


def test_first_infusion_is_on_the_next_open_day_when_the_start_is_not():
    made = schedule.plan(rules=rules(), start_on=date(2026, 11, 21), clinic=clinic())

    assert made.dates[0] == MONDAY
    assert schedule.explain(made) == (
        "The first infusion is on Mon 23 Nov 2026, not on Sat 21 Nov 2026: the clinic does not "
        "open on Sat 21 Nov to Sun 22 Nov (weekday).",
    )


def test_first_infusion_waits_when_only_a_later_start_keeps_every_gap():
    made = schedule.plan(
        rules=rules(), start_on=MONDAY, clinic=clinic(date(2026, 11, 26), date(2026, 11, 27))
    )

    assert made.dates[0] == date(2026, 11, 25)
    assert made.keeps_every_gap
    assert schedule.explain(made) == (
        "The first infusion is on Wed 25 Nov 2026, not on Mon 23 Nov 2026: starting on "
        "Mon 23 Nov to Tue 24 Nov would break a later gap.",
    )


def test_explanation_names_rule_and_dates_when_no_plan_keeps_every_gap():
    made = schedule.plan(
        rules=rules(2),
        start_on=MONDAY,
        clinic=clinic(date(2026, 11, 26)),
        unavailable_on=[date(2026, 11, 27), date(2026, 11, 25), date(2026, 11, 24)],
        given_on=[MONDAY],
    )

    assert [(block.rule, block.on.day, block.after_number) for block in made.blocks] == [
        (schedule.BlockRule.CLOSED, 26, 1),
        (schedule.BlockRule.UNAVAILABLE, 27, 1),
        (schedule.BlockRule.WEEKDAY, 28, 1),
    ]
    assert schedule.explain(made) == (
        "With every earlier gap kept, infusion 2 must come 3 to 5 days after infusion 1, which "
        "leaves Thu 26 Nov to Sat 28 Nov 2026, and no such day works: the clinic is closed on "
        "Thu 26 Nov (closed date); the patient is not available on Fri 27 Nov; the clinic does "
        "not open on Sat 28 Nov (weekday).",
        "The nearest plan has 7 days between infusion 1 (Mon 23 Nov 2026) and infusion 2 "
        "(Mon 30 Nov 2026), 2 days more than the rule allows (at most 5).",
    )


def test_explanation_says_that_a_later_start_does_not_help_when_it_was_tried():
    made = schedule.plan(rules=rules(2), start_on=MONDAY, clinic=clinic(weekdays={0}))

    assert schedule.explain(made)[0].endswith("Starting up to 14 days later does not help.")
    assert made.dates == (MONDAY, after(7))


def test_gap_before_the_first_day_asked_for_is_explained():
    made = schedule.plan(
        rules=rules(2, 4, 4, 4), start_on=after(5), clinic=clinic(), given_on=[MONDAY]
    )

    assert made.dates == (MONDAY, after(7))
    assert schedule.explain(made)[0] == (
        "With every earlier gap kept, infusion 2 must come 4 days after infusion 1, which leaves "
        "Fri 27 Nov 2026, and no such day works: nothing is planned on Fri 27 Nov (before the "
        "first day asked for)."
    )


def test_past_broken_gap_is_named_but_not_put_to_anyone():
    made = schedule.plan(
        rules=rules(3), start_on=MONDAY, clinic=clinic(), given_on=[MONDAY, after(8)]
    )

    assert [gap.already_given for gap in made.broken] == [True]
    assert made.broken_ahead == ()
    assert made.blocks == ()
    assert schedule.explain(made)[0].startswith("Already given: 8 days between infusion 1")


def test_given_dates_are_the_plan_when_all_are_given():
    given_on = (MONDAY, after(4))
    made = schedule.plan(rules=rules(2), start_on=MONDAY, clinic=clinic(), given_on=given_on)

    assert made.dates == given_on
    assert made.to_come == ()


def test_long_closure_breaks_one_gap_and_not_the_others():
    closed = [after(n) for n in range(2, 30)]
    made = schedule.plan(rules=rules(4), start_on=MONDAY, clinic=clinic(*closed), given_on=[MONDAY])

    assert gaps(made.dates)[0] == 30
    assert [gap.before_number for gap in made.broken] == [2]


def test_days_that_work_end_with_the_latest_date_that_keeps_the_plan():
    found = schedule.days_that_work(
        number=2, rules=rules(), start_on=MONDAY, clinic=clinic(), given_on=[MONDAY]
    )

    assert found == (after(3), after(4))
