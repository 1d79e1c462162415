"""Clocks go forward and back in ten zones: instants are found or refused, and hours are real."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker.domain.due import CourseDates, DueCheckIn, InfusionTimes, due_check_ins
from tracker.domain.infusion import minutes_between
from tracker.domain.local_time import NoSuchLocalTime, came_twice, to_instant
from tracker.domain.therapy_timing import StartedInfusion, nearest_infusion

ZONES = [
    ZoneInfo(name)
    for name in (
        "America/New_York",
        "America/St_Johns",
        "America/Sao_Paulo",
        "Europe/Berlin",
        "Europe/London",
        "Africa/Casablanca",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",  # by half an hour
        "Pacific/Apia",
        "Pacific/Chatham",
    )
]
NEW_YORK = ZONES[0]
days = st.dates(min_value=date(2012, 1, 1), max_value=date(2036, 12, 31))
times = st.times().map(lambda found: found.replace(second=0, microsecond=0))
zones = st.sampled_from(ZONES)
A_DAY = timedelta(days=1)


def instants_that_show(day: date, at: time, zone: ZoneInfo) -> list[datetime]:
    """Every instant at which the zone's clock shows this, found from the instants' side."""
    shown = datetime.combine(day, at)
    around = datetime.combine(day, at, tzinfo=UTC)
    offsets = {
        (around + timedelta(hours=hours)).astimezone(zone).utcoffset() for hours in range(-50, 51)
    }
    candidates = sorted({around - offset for offset in offsets if offset is not None})
    return [each for each in candidates if each.astimezone(zone).replace(tzinfo=None) == shown]


@given(day=days, at=times, zone=zones)
@example(day=date(2026, 3, 8), at=time(2, 30), zone=NEW_YORK)
@example(day=date(2026, 11, 1), at=time(1, 30), zone=NEW_YORK)
@example(day=date(2026, 4, 5), at=time(1, 45), zone=ZoneInfo("Australia/Lord_Howe"))
@settings(max_examples=400)
def test_the_first_instant_that_shows_a_time_is_found_or_the_time_is_refused(
    day: date, at: time, zone: ZoneInfo
) -> None:
    shown = instants_that_show(day, at, zone)
    if not shown:
        with pytest.raises(NoSuchLocalTime, match=f"clocks went forward.*{at:%H:%M}"):
            to_instant(day, at, zone)
        return
    assert to_instant(day, at, zone) == shown[0]
    assert came_twice(day, at, zone) is (len(shown) > 1)


changes = st.sampled_from(
    [
        datetime(2026, 3, 8, 7, tzinfo=UTC),  # New York, forward
        datetime(2026, 11, 1, 6, tzinfo=UTC),  # New York, back
        datetime(2026, 3, 29, 1, tzinfo=UTC),  # Europe, forward
        datetime(2026, 10, 25, 1, tzinfo=UTC),  # Europe, back
        datetime(2026, 4, 4, 15, tzinfo=UTC),  # Lord Howe, back
        datetime(2026, 10, 3, 15, 30, tzinfo=UTC),  # Lord Howe, forward
    ]
)


def after_infusion(ended_at: datetime, zone: ZoneInfo) -> DueCheckIn:
    infusion = InfusionTimes(
        id=UUID(int=1), started_at=ended_at - timedelta(minutes=40), ended_at=ended_at
    )
    day = infusion.started_at.astimezone(zone).date()
    course = CourseDates(
        course_id=UUID(int=7),
        first_infusion_on=day,
        asked_from_on=day - A_DAY,
        infusions=[infusion],
    )
    found = due_check_ins(course, zone=zone, now=ended_at, answered={})
    (one,) = [each for each in found if each.infusion_id is not None]
    return one


@given(change=changes, before=st.integers(0, 24 * 60), zone=zones)
@settings(max_examples=200)
def test_hours_after_an_infusion_are_real_hours(
    change: datetime, before: int, zone: ZoneInfo
) -> None:
    ended_at = change - timedelta(minutes=before)
    in_utc = after_infusion(ended_at, zone)
    assert in_utc.opens_at - ended_at == timedelta(hours=2)
    assert in_utc.closes_at - ended_at == timedelta(hours=24)
    as_local = after_infusion(ended_at.astimezone(zone), zone)
    assert as_local.opens_at == in_utc.opens_at
    assert as_local.closes_at == in_utc.closes_at


@given(change=changes, before=st.integers(0, 600), lasts=st.integers(0, 600), zone=zones)
@settings(max_examples=200)
def test_minutes_are_those_that_passed_whatever_the_wall_clock_says(
    change: datetime, before: int, lasts: int, zone: ZoneInfo
) -> None:
    start = change - timedelta(minutes=before)
    end = start + timedelta(minutes=lasts)
    assert minutes_between(start.astimezone(zone), end.astimezone(zone)) == lasts
    timed = nearest_infusion(
        end.astimezone(zone), [StartedInfusion(number=1, started_at=start.astimezone(zone))]
    )
    assert timed is not None
    assert timed.minutes == lasts


@given(first=days, zone=zones)
@settings(max_examples=150)
def test_each_day_belongs_to_one_date_of_the_clinic(first: date, zone: ZoneInfo) -> None:
    """Daily check-ins follow each other without a gap, each on the date that the clock shows."""
    course = CourseDates(course_id=UUID(int=7), first_infusion_on=first, asked_from_on=first)
    now = datetime.combine(first, time(12), tzinfo=UTC)
    daily = [
        each
        for each in due_check_ins(course, zone=zone, now=now, answered={})
        if each.instrument_key == "daily"
    ]
    assert len(daily) > 5
    for one, following in zip(daily, daily[1:], strict=False):
        assert one.opens_at.astimezone(zone).date() == one.due_on
        assert (one.late_from - timedelta(microseconds=1)).astimezone(zone).date() == one.due_on
        assert one.late_from == following.opens_at
        assert one.opens_at < one.late_from < one.closes_at
