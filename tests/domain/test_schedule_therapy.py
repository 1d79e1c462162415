"""Therapy sessions fitted to the infusions of a plan."""

from datetime import date, timedelta

import pytest
from hypothesis import given as given_by
from hypothesis import settings
from hypothesis import strategies as st

from tracker.domain import schedule

MONDAY = date(2026, 11, 23)
OPEN = schedule.ClinicDays(open_weekdays=frozenset(range(5)))
INFUSIONS = tuple(MONDAY + timedelta(days=n) for n in (0, 4, 7, 11, 14, 18))


@settings(max_examples=200, deadline=None)
@given_by(
    gaps=st.lists(st.integers(1, 9), max_size=8),
    closed=st.frozensets(st.integers(0, 80), max_size=20),
    weekday=st.none() | st.integers(0, 6),
)
def test_every_week_has_one_therapy_session_on_an_open_day_that_is_no_infusion(
    gaps, closed, weekday
):
    infusions_on = [MONDAY]
    for gap in gaps:
        infusions_on.append(infusions_on[-1] + timedelta(days=gap))
    clinic = schedule.ClinicDays(
        open_weekdays=frozenset(range(5)),
        closed_on=frozenset(MONDAY + timedelta(days=n) for n in closed),
    )

    weeks = schedule.therapy_weeks(infusions_on=infusions_on, clinic=clinic, weekday=weekday)

    last_on = infusions_on[-1]
    assert 4 <= (weeks[-1].to_on - last_on).days <= 10
    for week in weeks:
        span = [week.from_on + timedelta(days=n) for n in range(7)]
        earliest = last_on + timedelta(days=1) if week is weeks[-1] else week.from_on
        free = [
            day
            for day in span
            if day >= earliest
            and day.weekday() < 5
            and day not in clinic.closed_on
            and day not in infusions_on
        ]
        assert week.to_on == span[-1]
        assert week.therapy_on in free if free else week.therapy_on is None


def test_therapy_follows_an_infusion_by_a_day_when_no_weekday_is_chosen():
    found = schedule.therapy_dates(infusions_on=INFUSIONS, clinic=OPEN)

    assert found == tuple(MONDAY + timedelta(days=n) for n in (1, 8, 15, 21))


def test_therapy_is_on_the_chosen_weekday_or_the_nearest_day_to_it():
    holiday = MONDAY + timedelta(days=9)
    clinic = schedule.ClinicDays(open_weekdays=frozenset(range(5)), closed_on=frozenset({holiday}))
    found = schedule.therapy_dates(infusions_on=INFUSIONS, clinic=clinic, weekday=2)

    assert found == tuple(MONDAY + timedelta(days=n) for n in (2, 8, 16, 23))


def test_therapy_avoids_days_on_which_the_patient_is_away():
    away = [MONDAY + timedelta(days=n) for n in (1, 2, 3)]
    weeks = schedule.therapy_weeks(
        infusions_on=INFUSIONS, clinic=OPEN, unavailable_on=away, weekday=1
    )

    assert weeks[0].therapy_on is None
    assert weeks[1].therapy_on == MONDAY + timedelta(days=8)


def test_there_is_no_therapy_when_there_is_no_infusion():
    assert schedule.therapy_dates(infusions_on=(), clinic=OPEN) == ()


def test_therapy_is_refused_on_a_weekday_that_is_none():
    with pytest.raises(schedule.CannotPlan, match="Weekdays are numbered"):
        schedule.therapy_dates(infusions_on=INFUSIONS, clinic=OPEN, weekday=7)
