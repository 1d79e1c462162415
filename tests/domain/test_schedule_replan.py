"""Moving the rest of a course: what stays, what moves, and that nothing else could be better."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, settings
from hypothesis import given as given_by
from hypothesis import strategies as st

from tracker.domain import schedule

MONDAY = date(2026, 11, 23)
WEEKDAYS = frozenset(range(5))


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


def planned(count=6):
    """Mon 23 and Fri 27 Nov, Mon 30 Nov and Fri 4 Dec, Mon 7 and Fri 11 Dec for six."""
    return schedule.plan(rules=rules(count), start_on=MONDAY, clinic=clinic()).dates


def moves(made):
    return [(move.kind.value, move.number, move.from_on, move.to_on) for move in made.moves]


@st.composite
def disturbed_courses(draw):
    """A short course, some of it given, that must move around closed, lost and fixed days."""
    before = tuple(sorted(after(n) for n in draw(st.sets(st.integers(0, 14), max_size=4))))
    given_count = draw(st.integers(0, min(2, len(before))))
    start_on = max([after(draw(st.integers(0, 8))), *before[:given_count]])
    count = given_count + draw(st.integers(1, 2 if given_count == 0 else 3))
    pinned = {}
    if draw(st.booleans()):
        number = draw(st.integers(given_count + 1, count))
        pinned[number] = after(4 * count + draw(st.integers(-2, 3)), start_on)
    return {
        "before": before,
        "rules": rules(count, 2, 3, draw(st.integers(2, 3))),
        "start_on": start_on,
        "clinic": clinic(
            *(after(n) for n in draw(st.frozensets(st.integers(0, 20), max_size=6))),
            weekdays=draw(st.frozensets(st.integers(0, 6), min_size=4, max_size=7)),
        ),
        "unavailable_on": draw(st.frozensets(st.integers(0, 20).map(after), max_size=4)),
        "given_on": before[:given_count],
        "pinned": pinned,
    }


def usable(day, course):
    return (
        day >= course["start_on"]
        and day.weekday() in course["clinic"].open_weekdays
        and day not in course["clinic"].closed_on
        and day not in course["unavailable_on"]
    )


def every_plan(course, days, prefix) -> Iterator[tuple[date, ...]]:
    number = len(prefix) + 1
    if number > course["rules"].infusion_count:
        yield prefix
        return
    pin = course["pinned"].get(number)
    for day in days if pin is None else [pin]:
        if not prefix or day > prefix[-1]:
            yield from every_plan(course, days, (*prefix, day))


def allowed_plans(course):
    days = [after(n) for n in range(55) if usable(after(n), course)]
    plans = every_plan(course, days, course["given_on"])
    if course["given_on"] or 1 in course["pinned"]:
        return plans
    wait = 14 + max(0, (course["before"][0] - course["start_on"]).days if course["before"] else 0)
    return (dates for dates in plans if (dates[0] - days[0]).days <= wait)


def rank(course, dates):
    """The documented order, written out a second time and without any cleverness."""
    wanted, before, given_count = course["rules"], course["before"], len(course["given_on"])
    gaps = [(late - early).days for early, late in pairwise(dates)]
    missed = [max(wanted.min_gap_days - g, g - wanted.max_gap_days, 0) for g in gaps]
    old = dict(enumerate(before, start=1))
    coming = list(enumerate(dates, start=1))[given_count:]
    return (
        sum(missed),
        sum(days > 0 for days in missed),
        sum(day not in before for _, day in coming),
        sum(old.get(number) != day for number, day in coming),
        dates[0],
        sum(abs(g - wanted.preferred_gap_days) for g in gaps),
        sum(max(wanted.min_gap_days - g, 0) for g in gaps),
        len({day.weekday() for day in dates}),
        dates,
    )


@settings(max_examples=200, deadline=None)
@given_by(course=disturbed_courses())
def test_replan_is_the_best_of_all_plans(course):
    best = min(allowed_plans(course), key=lambda dates: rank(course, dates), default=None)

    if best is None:
        with pytest.raises(schedule.NoOpenDay):
            schedule.replan(**course)
    else:
        assert schedule.replan(**course).plan.dates == best


@settings(max_examples=100, deadline=None)
@given_by(course=disturbed_courses())
def test_replan_keeps_given_and_fixed_dates_and_moves_account_for_the_rest(course):
    assume(any(True for _ in allowed_plans(course)))
    made = schedule.replan(**course)

    given_count = len(course["given_on"])
    assert made.plan.dates[:given_count] == course["given_on"]
    assert all(made.plan.dates[number - 1] == on for number, on in course["pinned"].items())
    dates = dict(enumerate(course["before"], start=1))
    for move in made.moves:
        assert move.number > given_count
        assert dates.pop(move.number, None) == move.from_on
        if move.to_on is not None:
            dates[move.number] = move.to_on
    assert tuple(day for _, day in sorted(dates.items())) == made.plan.dates


def test_nothing_moves_when_nothing_has_changed():
    before = planned()
    made = schedule.replan(
        before=before, rules=rules(), start_on=MONDAY, clinic=clinic(), given_on=before[:2]
    )

    assert made.plan.dates == before
    assert made.moves == ()


def test_first_plan_and_replan_agree_when_nothing_was_booked():
    made = schedule.replan(before=(), rules=rules(), start_on=MONDAY, clinic=clinic())

    assert made.plan.dates == planned()
    assert {move.kind for move in made.moves} == {schedule.MoveKind.ADDED}


def test_only_the_missed_infusion_moves_when_the_gaps_allow():
    before = planned()
    made = schedule.replan(
        before=before,
        rules=rules(),
        start_on=after(1, before[1]),
        clinic=clinic(weekdays=range(7)),
        given_on=before[:1],
    )

    assert before[1] == date(2026, 11, 27)
    assert moves(made) == [
        ("moved", 2, date(2026, 11, 27), date(2026, 11, 28)),
        ("moved", 3, date(2026, 11, 30), date(2026, 12, 1)),
    ]


def test_rest_shifts_onto_booked_days_when_no_slip_fits_between():
    before = planned()
    made = schedule.replan(
        before=before,
        rules=rules(),
        start_on=before[3],
        clinic=clinic(),
        given_on=before[:2],
    )

    booked, new = set(before), set(made.plan.dates)
    assert len(new - booked) == 1
    assert made.plan.dates[2:5] == before[3:]
    assert [gap.gap_days for gap in made.plan.broken] == [7]


def test_later_infusions_and_the_holiday_clash_show_when_one_is_moved_by_hand():
    before = planned(8)
    holiday = date(2026, 12, 8)
    made = schedule.replan(
        before=before,
        rules=rules(8),
        start_on=before[3],
        clinic=clinic(holiday),
        given_on=before[:3],
        pinned={4: holiday},
    )

    assert made.plan.dates[3] == holiday
    assert made.plan.clashes == (
        schedule.Block(rule=schedule.BlockRule.CLOSED, on=holiday, after_number=3),
    )
    assert [gap.gap_days for gap in made.plan.broken] == [8]
    assert [move.number for move in made.moves][0] == 4
    assert schedule.explain(made.plan) == (
        "With every earlier gap kept, infusion 4 must come 3 to 5 days after infusion 3, which "
        "leaves Thu 3 Dec to Sat 5 Dec 2026, and no such day works: the infusion is fixed on "
        "another day than Thu 3 Dec to Sat 5 Dec.",
        "The nearest plan has 8 days between infusion 3 (Mon 30 Nov 2026) and infusion 4 "
        "(Tue 8 Dec 2026), 3 days more than the rule allows (at most 5).",
        "Infusion 4 is fixed on Tue 8 Dec 2026, but the clinic is closed on Tue 8 Dec "
        "(closed date).",
    )


def test_infusion_being_moved_does_not_hold_its_old_day():
    before = planned()
    made = schedule.replan(
        before=before,
        rules=rules(),
        start_on=before[4],
        clinic=clinic(),
        given_on=before[:4],
        pinned={5: after(1, before[4])},
    )

    assert made.plan.keeps_every_gap
    assert moves(made) == [("moved", 5, date(2026, 12, 7), date(2026, 12, 8))]


def test_end_is_dropped_when_the_count_falls():
    before = planned()
    made = schedule.replan(
        before=before, rules=rules(4), start_on=MONDAY, clinic=clinic(), given_on=before[:2]
    )

    assert made.plan.dates == before[:4]
    assert moves(made) == [("dropped", 5, before[4], None), ("dropped", 6, before[5], None)]


def test_end_is_added_when_the_count_rises():
    before = planned()
    made = schedule.replan(
        before=before, rules=rules(7), start_on=MONDAY, clinic=clinic(), given_on=before[:2]
    )

    assert made.plan.dates[:6] == before
    assert moves(made) == [("added", 7, None, date(2026, 12, 15))]


def test_first_infusion_stays_when_another_is_cancelled_before_the_course_begins():
    before = planned()
    made = schedule.replan(
        before=before,
        rules=rules(),
        start_on=date(2026, 10, 1),
        clinic=clinic(),
        unavailable_on=[before[5]],
    )

    assert made.plan.dates[:5] == before[:5]
    assert [move.number for move in made.moves] == [6]


def test_given_infusion_on_another_day_than_planned_is_history_not_a_move():
    before = planned()
    given_on = (before[0], after(1, before[1]))
    made = schedule.replan(
        before=before,
        rules=rules(),
        start_on=given_on[1],
        clinic=clinic(weekdays=range(7)),
        given_on=given_on,
    )

    assert made.plan.dates[:2] == given_on
    assert [move.number for move in made.moves] == [3]


@pytest.mark.parametrize(
    ("pinned", "says"),
    [
        ({1: after(9)}, "Infusion 1 cannot be moved: it is not still to come"),
        ({7: after(9)}, "Infusion 7 cannot be moved"),
        ({3: after(0)}, "Infusion 3 on Mon 23 Nov 2026 leaves no room after infusion 1"),
        ({3: after(9), 5: after(10)}, "Infusion 5 on Thu 3 Dec 2026 leaves no room after"),
        ({3: after(400)}, "more than a year"),
    ],
)
def test_fixed_date_is_refused_when_it_cannot_be(pinned, says):
    with pytest.raises(schedule.CannotPlan, match=says):
        schedule.replan(
            before=planned(),
            rules=rules(),
            start_on=MONDAY,
            clinic=clinic(),
            given_on=[MONDAY],
            pinned=pinned,
        )


def test_replan_is_refused_when_no_open_day_lies_before_a_fixed_one():
    with pytest.raises(schedule.NoOpenDay, match="infusion 3"):
        schedule.replan(
            before=planned(),
            rules=rules(),
            start_on=MONDAY,
            clinic=clinic(after(1)),
            given_on=[MONDAY],
            pinned={3: after(2)},
        )


def test_first_infusion_can_be_fixed_before_the_course_begins():
    made = schedule.replan(
        before=planned(), rules=rules(), start_on=MONDAY, clinic=clinic(), pinned={1: after(1)}
    )

    assert made.plan.dates[0] == after(1)
    assert made.plan.keeps_every_gap
