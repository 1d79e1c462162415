"""Which due check-in an answer belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.check_ins import (
    ARRIVES_LATE_WITHIN,
    WAITS_ON_A_PHONE_WITHIN,
    CannotAnswer,
    CheckInPlan,
    WhyNot,
    behind_after_days,
    due_at,
    find_to_answer,
    occurred_at,
    to_answer_now,
    why_not_now,
)
from tracker.domain.courses import CourseState
from tracker.domain.due import CourseDates, InfusionTimes
from tracker.domain.instrument_uses import DEFAULT_INSTRUMENTS, AfterInfusion, InstrumentUse, Weekly

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
DATES = CourseDates(
    course_id=UUID(int=1),
    first_infusion_on=date(2026, 11, 24),
    asked_from_on=date(2026, 11, 20),
)
PLAN = CheckInPlan(
    course_id=UUID(int=1),
    patient_id=UUID(int=2),
    zone=ZONE,
    dates=DATES,
    uses=DEFAULT_INSTRUMENTS,
    has_open_state=True,
)
SUNDAY_CLOSES_AT = datetime(2026, 11, 23, 3, tzinfo=ZONE)


def why(*arguments: object) -> WhyNot:
    with pytest.raises(CannotAnswer) as caught:
        find_to_answer(PLAN, *arguments)  # type: ignore[arg-type]
    return caught.value.why


def test_answers_are_taken_when_the_check_in_is_open():
    assert find_to_answer(PLAN, "daily", "daily:2026-11-23", NOW).due_on == date(2026, 11, 23)


def test_answers_of_an_open_form_are_taken_when_they_arrive_some_hours_late():
    last = SUNDAY_CLOSES_AT + ARRIVES_LATE_WITHIN - timedelta(seconds=1)
    assert find_to_answer(PLAN, "daily", "daily:2026-11-22", last).due_on == date(2026, 11, 22)
    late = SUNDAY_CLOSES_AT + ARRIVES_LATE_WITHIN
    assert why("daily", "daily:2026-11-22", late) is WhyNot.CLOSED


def test_answers_that_waited_on_a_phone_count_when_they_were_given_in_time():
    given_at = SUNDAY_CLOSES_AT - timedelta(hours=5)
    last = SUNDAY_CLOSES_AT + WAITS_ON_A_PHONE_WITHIN - timedelta(seconds=1)
    due = find_to_answer(PLAN, "daily", "daily:2026-11-22", last, given_at=given_at)
    assert occurred_at(due, given_at, last) == given_at
    for late, said in (
        (last + timedelta(seconds=1), given_at),
        (last, SUNDAY_CLOSES_AT + ARRIVES_LATE_WITHIN),
        (last, None),
    ):
        with pytest.raises(CannotAnswer) as caught:
            find_to_answer(PLAN, "daily", "daily:2026-11-22", late, given_at=said)
        assert caught.value.why is WhyNot.CLOSED


@given(st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_answers_are_never_given_before_their_check_in_opened_or_after_now(shift):
    due = find_to_answer(PLAN, "daily", "daily:2026-11-23", NOW)
    at = occurred_at(due, NOW + shift, NOW)
    assert due.opens_at <= at <= NOW
    assert at == NOW + shift or not due.opens_at <= NOW + shift <= NOW


def test_answers_are_refused_when_the_check_in_is_not_open_yet():
    assert why("daily", "daily:2026-11-24", NOW) is WhyNot.NOT_OPEN_YET


@pytest.mark.parametrize(
    ("instrument", "key"),
    [("weekly", "daily:2026-11-23"), ("daily", "daily:2026-11-19"), ("daily", ""), ("phq", "x")],
)
def test_answers_are_refused_when_nothing_of_the_kind_is_asked(instrument, key):
    assert why(instrument, key, NOW) is WhyNot.NOT_ASKED


def test_the_day_just_over_comes_first_when_it_is_past_midnight():
    small_hours = datetime(2026, 11, 23, 0, 30, tzinfo=ZONE)
    first = to_answer_now(PLAN.due(small_hours, {}), "daily")
    assert first is not None
    assert first.due_on == date(2026, 11, 22)
    then = to_answer_now(PLAN.due(small_hours, {"daily:2026-11-22": small_hours}), "daily")
    assert then is not None
    assert then.due_on == date(2026, 11, 23)


def test_the_reason_says_when_the_next_one_opens_if_one_is_coming():
    problem = why_not_now(PLAN.due(NOW, {"daily:2026-11-23": NOW}), "daily")
    assert problem.why is WhyNot.NOT_OPEN_YET
    assert problem.due is not None
    assert problem.due.due_on == date(2026, 11, 24)


def test_a_paper_form_belongs_to_its_own_day_when_two_days_are_open():
    at = datetime(2026, 11, 23, 1, tzinfo=ZONE)
    due = PLAN.due(NOW, {})
    own, before = date(2026, 11, 23), date(2026, 11, 22)
    assert due_at(due, "daily", at, own).due_on == own  # type: ignore[union-attr]
    assert due_at(due, "daily", at, before).due_on == before  # type: ignore[union-attr]
    assert due_at(due, "daily", at - timedelta(days=30), own) is None


def test_somebody_is_behind_when_two_in_a_row_are_missing():
    assert behind_after_days(DEFAULT_INSTRUMENTS) == 2
    assert behind_after_days([InstrumentUse(key="weekly", rules=(Weekly(),))]) == 14
    assert (
        behind_after_days([InstrumentUse(key="after-infusion", rules=(AfterInfusion(),))]) is None
    )


def test_daily_check_ins_end_a_week_after_the_series_when_maintenance_follows():
    given = InfusionTimes(id=UUID(int=3), started_at=NOW, ended_at=NOW)
    dates = replace(DATES, infusions=[given])
    assert dates.in_state(CourseState.ACTIVE, ZONE).daily_until is None
    assert dates.in_state(CourseState.MAINTENANCE, ZONE).daily_until == date(2026, 11, 30)
    assert DATES.in_state(CourseState.MAINTENANCE, ZONE).daily_until is None


def test_answers_to_a_day_that_the_rhythm_has_left_are_taken_for_the_week_that_covers_it():
    given = InfusionTimes(id=UUID(int=3), started_at=NOW, ended_at=NOW)  # on a Monday
    plan = replace(PLAN, dates=replace(DATES, infusions=[given], weekly_weekday=3))
    at = datetime(2026, 12, 1, 12, tzinfo=ZONE)
    assert find_to_answer(plan, "weekly", "weekly:2026-11-30", at).due_key == "weekly:2026-11-30"
    with pytest.raises(CannotAnswer):
        find_to_answer(plan, "weekly", "weekly:2026-11-25", at)
