"""The plan beside what was given: which day counts, gaps, what fell away."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.progress.plan_given import (
    Appointment,
    GapSide,
    Outcome,
    PlanMove,
    PlanRow,
    plan_beside_given,
)

FIRST = date(2026, 10, 26)


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


def appointment(number: int, day: int, **changes: Any) -> Appointment:
    values: dict[str, Any] = {
        "number": number,
        "is_booster": False,
        "planned_on": on(day),
        "is_coming": False,
        "given_on": on(day),
    }
    return Appointment(**(values | changes))


def rows(*appointments: Appointment, moves: tuple[PlanMove, ...] = ()) -> tuple[PlanRow, ...]:
    return plan_beside_given(appointments, moves, min_gap_days=3, max_gap_days=5)


def test_a_gap_of_three_to_five_days_is_inside_and_others_are_not() -> None:
    days = (0, 3, 8, 10, 16)
    found = rows(*(appointment(number, day) for number, day in enumerate(days, 1)))
    assert [row.gap_days for row in found] == [None, 3, 5, 2, 6]
    sides = [GapSide.INSIDE, GapSide.INSIDE, GapSide.INSIDE, GapSide.SHORT, GapSide.LONG]
    assert [row.gap_side for row in found] == sides


def test_the_day_first_agreed_is_that_of_the_history() -> None:
    moves = (
        PlanMove(number=1, from_on=None, to_on=on(0)),
        PlanMove(number=1, from_on=on(0), to_on=on(2)),
        PlanMove(number=1, from_on=on(2), to_on=on(3)),
    )
    (row,) = rows(appointment(1, 3), moves=moves)
    assert (row.first_on, row.on, row.late_days, row.moves) == (on(0), on(3), 3, 2)


def test_a_missed_infusion_stays_seen_beside_its_new_date() -> None:
    missed = appointment(2, 4, given_on=None)
    (_, row) = rows(appointment(1, 0), missed, appointment(2, 7))
    assert (row.outcome, row.missed_on, row.gap_days) == (Outcome.GIVEN, (on(4),), 7)


def test_a_cancelled_infusion_without_a_new_date_breaks_no_gap_by_itself() -> None:
    cancelled = appointment(2, 4, given_on=None, is_cancelled=True)
    _, gone, after = rows(appointment(1, 0), cancelled, appointment(3, 8))
    assert (gone.outcome, gone.on, gone.cancelled_on) == (Outcome.NO_DATE, None, (on(4),))
    assert (after.gap_days, after.gap_side) == (8, GapSide.LONG)


def test_what_is_to_come_counts_by_its_planned_day() -> None:
    coming = appointment(2, 4, given_on=None, is_coming=True)
    (_, row) = rows(appointment(1, 1), coming)
    assert (row.outcome, row.is_given, row.gap_days) == (Outcome.PLANNED, False, 3)


def test_a_booster_has_no_window() -> None:
    booster = appointment(7, 60, is_booster=True)
    (_, row) = rows(appointment(6, 20), booster)
    assert (row.gap_days, row.gap_side) == (None, GapSide.INSIDE)


def test_a_part_that_was_given_is_given() -> None:
    (row,) = rows(appointment(1, 0, is_partial=True))
    assert row.outcome is Outcome.PARTIAL
    assert row.is_given


@given(st.lists(st.integers(0, 60), max_size=8, unique=True))
def test_a_row_a_number_whatever_the_days(days: list[int]) -> None:
    found = rows(*(appointment(number, day) for number, day in enumerate(days, 1)))
    assert [row.number for row in found] == list(range(1, len(days) + 1))
