"""Changing a plan: what was given stays, what moves is named, therapy keeps step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.course_plan import Surroundings
from tracker.domain.courses import PlannedState, TherapyState
from tracker.domain.plan_change import (
    Booked,
    ChangeKind,
    ChangeWish,
    StandingPlan,
    change_plan,
)
from tracker.domain.plan_suggestions import suggest
from tracker.domain.protocol import default_protocol
from tracker.domain.schedule import CannotPlan, ClinicDays
from tracker.domain.therapy_plan import BookedTherapy, fit_therapy

TODAY = date(2026, 11, 23)  # a Monday
FOUR_APART = (
    date(2026, 11, 23),
    date(2026, 11, 27),
    date(2026, 12, 1),
    date(2026, 12, 4),
    date(2026, 12, 8),
    date(2026, 12, 11),
)


WEEKLY = (date(2026, 11, 24), date(2026, 12, 2), date(2026, 12, 9), date(2026, 12, 14))


def around(today: date = TODAY, **changes: object) -> Surroundings:
    values: dict[str, object] = {
        "clinic": ClinicDays(open_weekdays=frozenset(range(5))),
        "unavailable_on": frozenset(),
        "today": today,
    }
    return Surroundings(**(values | changes))  # type: ignore[arg-type]


def standing(given: int = 0, therapy: tuple[date, ...] = ()) -> StandingPlan:
    return StandingPlan(
        rules=default_protocol().plan_rules(),
        protocol=default_protocol(),
        infusions=tuple(
            Booked(
                id=UUID(int=number),
                number=number,
                planned_on=on,
                state=PlannedState.GIVEN if number <= given else PlannedState.PLANNED,
            )
            for number, on in enumerate(FOUR_APART, start=1)
        ),
        therapy=tuple(
            BookedTherapy(id=UUID(int=100 + n), on=on, state=TherapyState.PLANNED)
            for n, on in enumerate(therapy)
        ),
    )


def with_state(plan: StandingPlan, number: int, state: PlannedState) -> StandingPlan:
    infusions = tuple(
        replace(each, state=state) if each.number == number else each for each in plan.infusions
    )
    return replace(plan, infusions=infusions)


def test_only_what_must_move_moves_when_one_infusion_gets_another_day() -> None:
    wish = ChangeWish(kind=ChangeKind.MOVE, number=5, to_on=date(2026, 12, 9))
    changed = change_plan(standing(given=3), wish, around(date(2026, 12, 2)))
    assert [(move.number, move.to_on) for move in changed.moves] == [
        (5, date(2026, 12, 9)),
        (6, date(2026, 12, 14)),
    ]
    assert changed.dates[1] == FOUR_APART[0]


def test_earlier_infusions_stay_when_a_later_one_moves_far() -> None:
    wish = ChangeWish(kind=ChangeKind.MOVE, number=6, to_on=date(2026, 12, 18))
    changed = change_plan(standing(), wish, around())
    assert [move.number for move in changed.moves] == [6]
    assert [(gap.after_number, gap.gap_days) for gap in changed.broken] == [(5, 10)]


def test_a_broken_gap_is_named_when_the_later_ones_are_left_where_they_are() -> None:
    wish = ChangeWish(kind=ChangeKind.MOVE, number=5, to_on=date(2026, 12, 10), leave_later=True)
    changed = change_plan(standing(given=3), wish, around(date(2026, 12, 2)))
    assert changed.dates[6] == FOUR_APART[5]
    assert {(gap.after_number, gap.gap_days) for gap in changed.broken} == {(4, 6), (5, 1)}
    assert changed.explanation


@pytest.mark.parametrize("kind", [ChangeKind.MISSED, ChangeKind.CANCELLED])
def test_the_infusion_gets_a_new_day_when_it_was_not_given(kind: ChangeKind) -> None:
    today = FOUR_APART[2]
    changed = change_plan(standing(given=2), ChangeWish(kind=kind, number=3), around(today))
    assert changed.not_given == (3,)
    assert changed.dates[3] > today
    assert [changed.dates[number] for number in (1, 2)] == list(FOUR_APART[:2])
    assert len(changed.dates) == 6


def test_a_missed_infusion_is_refused_when_its_day_is_still_to_come() -> None:
    with pytest.raises(CannotPlan, match="still to come"):
        change_plan(standing(), ChangeWish(kind=ChangeKind.MISSED, number=3), around())


def test_a_lost_appointment_is_booked_again_on_another_day_when_planned_again() -> None:
    lost = with_state(standing(given=1), 2, PlannedState.CANCELLED)
    assert lost.unbooked == (2,)
    changed = change_plan(lost, ChangeWish(kind=ChangeKind.AGAIN), around())
    move = next(move for move in changed.moves if move.number == 2)
    assert move.from_on is None
    assert move.to_on not in {None, FOUR_APART[1]}


def test_infusions_are_added_or_dropped_when_the_number_changes() -> None:
    more = change_plan(
        standing(given=2), ChangeWish(kind=ChangeKind.COUNT, infusion_count=8), around()
    )
    assert [(move.number, move.from_on) for move in more.moves] == [(7, None), (8, None)]
    assert more.rules.infusion_count == 8


def test_the_number_is_refused_when_the_protocol_does_not_have_it() -> None:
    with pytest.raises(CannotPlan, match="6 to 8"):
        change_plan(standing(), ChangeWish(kind=ChangeKind.COUNT, infusion_count=9), around())


def test_what_was_planned_falls_away_when_the_number_becomes_what_was_given() -> None:
    eight = replace(
        standing(given=6),
        infusions=(
            *standing(given=6).infusions,
            Booked(
                id=UUID(int=7),
                number=7,
                planned_on=date(2026, 12, 15),
                state=PlannedState.PLANNED,
            ),
        ),
        rules=default_protocol().plan_rules(7),
    )
    changed = change_plan(
        eight, ChangeWish(kind=ChangeKind.COUNT, infusion_count=6), around(date(2026, 12, 14))
    )
    assert [(move.number, move.to_on) for move in changed.moves] == [(7, None)]


def test_a_booster_moves_alone_when_it_gets_another_day() -> None:
    booster = Booked(
        id=UUID(int=9),
        number=7,
        planned_on=date(2027, 1, 11),
        state=PlannedState.PLANNED,
        is_booster=True,
    )
    course = replace(standing(given=6), infusions=(*standing(given=6).infusions, booster))
    wish = ChangeWish(kind=ChangeKind.MOVE, number=7, to_on=date(2027, 1, 18))
    changed = change_plan(course, wish, around(date(2026, 12, 21)))
    assert [(move.number, move.to_on) for move in changed.moves] == [(7, date(2027, 1, 18))]
    assert changed.broken == ()


@given(
    number=st.integers(1, 6),
    given_count=st.integers(0, 5),
    shift=st.integers(-2, 9),
    leave=st.booleans(),
)
def test_given_infusions_keep_their_days_whatever_moves(
    number: int, given_count: int, shift: int, leave: bool
) -> None:
    course = standing(given=given_count)
    today = FOUR_APART[given_count]
    to_on = FOUR_APART[number - 1] + timedelta(days=shift)
    wish = ChangeWish(kind=ChangeKind.MOVE, number=number, to_on=to_on, leave_later=leave)
    try:
        changed = change_plan(course, wish, around(today))
    except CannotPlan:
        return
    assert number > given_count
    assert changed.dates[number] == to_on
    assert [changed.dates[n] for n in range(1, given_count + 1)] == list(FOUR_APART[:given_count])
    days = [changed.dates[n] for n in sorted(changed.dates)]
    assert days == sorted(set(days))
    assert all(day >= today for day in days[given_count:])


def test_suggested_days_keep_the_plan_when_any_do() -> None:
    offered = suggest(standing(given=3), 5, around(date(2026, 12, 2)))
    assert len(offered.days) == 3
    assert offered.latest_on == date(2026, 12, 9)
    assert FOUR_APART[4] not in {each.on for each in offered.days}
    for each in offered.days:
        wish = ChangeWish(kind=ChangeKind.MOVE, number=5, to_on=each.on)
        changed = change_plan(standing(given=3), wish, around(date(2026, 12, 2)))
        assert bool(changed.broken) is not each.keeps_every_gap
        assert each.gap_days == (each.on - FOUR_APART[3]).days


def fit(therapy: list[date], infusions: tuple[date, ...], today: date = TODAY) -> list[object]:
    moves = fit_therapy(
        booked=[
            BookedTherapy(id=UUID(int=n), on=on, state=TherapyState.PLANNED)
            for n, on in enumerate(therapy)
        ],
        before_on=FOUR_APART,
        infusions_on=infusions,
        clinic=ClinicDays(open_weekdays=frozenset(range(5))),
        today=today,
    )
    return [(move.from_on, move.to_on) for move in moves]


def test_therapy_stays_when_every_week_still_has_one() -> None:
    weekly = [*WEEKLY]
    assert fit(weekly, FOUR_APART) == []


def test_therapy_moves_when_an_infusion_takes_its_day() -> None:
    weekly = [*WEEKLY]
    moved = (*FOUR_APART[:2], date(2026, 12, 2), *FOUR_APART[3:])
    assert [from_on for from_on, _ in fit(weekly, moved)] == [date(2026, 12, 2)]  # type: ignore[misc]


def test_therapy_beyond_the_course_stays_when_the_course_moves() -> None:
    weekly = [*WEEKLY, date(2027, 2, 1)]
    assert fit(weekly, FOUR_APART) == []
