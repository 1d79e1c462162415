"""When somebody is reminded: at their hour, never at night, also when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.due import DueCheckIn, DueState
from tracker.domain.reminders import (
    APART,
    QuietHours,
    ReminderRules,
    number_due,
    reminder_times,
)

NEW_YORK = ZoneInfo("America/New_York")
NINE = time(9)
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe")]
)


MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def local(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def due(opens: str, late: str, closes: str, on: str) -> DueCheckIn:
    return made(local(opens), local(late), local(closes), date.fromisoformat(on))


def made(opens: datetime, late: datetime, closes: datetime, on: date) -> DueCheckIn:
    return DueCheckIn(
        instrument_key="daily",
        due_key="daily:x",
        due_on=on,
        opens_at=opens,
        late_from=late,
        closes_at=closes,
        state=DueState.DUE,
    )


DAILY = due("2026-11-23T00:00", "2026-11-24T00:00", "2026-11-24T03:00", "2026-11-23")
AFTER = due("2026-11-23T12:30", "2026-11-23T16:30", "2026-11-24T10:30", "2026-11-23")
WEEKLY = due("2026-11-29T00:00", "2026-12-01T00:00", "2026-12-03T00:00", "2026-11-30")


def shown(times: Any, zone: ZoneInfo = NEW_YORK) -> list[str]:
    return [f"{at.astimezone(zone):%d %H:%M}" for at in times]


@pytest.mark.parametrize(
    ("one", "at", "expected"),
    [
        (DAILY, NINE, ["23 09:00", "23 20:00"]),
        (DAILY, time(19), ["23 19:00"]),  # the last chance would be an hour later
        (AFTER, time(18), ["23 18:00"]),
        (AFTER, NINE, ["24 09:00"]),
        (WEEKLY, NINE, ["30 09:00", "02 20:00"]),  # on its own day, not on the day before
    ],
)
def test_at_the_chosen_hour_and_once_before_it_closes(one, at, expected):
    assert shown(reminder_times(one, remind_at=at, zone=NEW_YORK)) == expected


def test_what_never_comes_by_the_chosen_hour_is_reminded_of_as_soon_as_it_opens():
    short = due("2026-11-23T12:30", "2026-11-23T13:00", "2026-11-23T17:00", "2026-11-23")
    assert shown(reminder_times(short, remind_at=NINE, zone=NEW_YORK)) == ["23 12:30"]


def test_a_window_of_the_night_is_let_alone():
    night = due("2026-11-23T22:00", "2026-11-23T23:00", "2026-11-24T05:00", "2026-11-23")
    assert reminder_times(night, remind_at=NINE, zone=NEW_YORK) == ()


@pytest.mark.parametrize(("most", "days"), [(0, 0), (1, 1), (2, 2), (3, 3), (5, 4)])
def test_never_more_than_the_setting_says(most, days):
    times = reminder_times(WEEKLY, remind_at=NINE, zone=NEW_YORK, rules=ReminderRules(most=most))
    assert len(times) == days


@pytest.mark.parametrize(
    ("now", "number"),
    [
        ("2026-11-23T08:59", 0),
        ("2026-11-23T09:00", 1),
        ("2026-11-23T15:00", 1),  # the sender was off: there is no other such hour
        ("2026-11-23T20:00", 2),
        ("2026-11-23T21:00", 0),
    ],
)
def test_which_reminder_is_due_now(now, number):
    assert number_due(DAILY, remind_at=NINE, zone=NEW_YORK, now=local(now)) == number


def test_a_reminder_that_is_hours_late_waits_for_the_next_such_hour():
    def number(at: str) -> int:
        return number_due(WEEKLY, remind_at=NINE, zone=NEW_YORK, now=local(at))

    assert number("2026-11-30T09:30") == 1
    assert number("2026-11-30T14:00") == 0
    assert number("2026-12-01T09:05") == 1


QUIET = QuietHours()


@given(MOMENTS, ZONES)
def test_the_next_allowed_moment_is_never_in_the_quiet_hours(moment, zone):
    allowed = QUIET.next_allowed(moment, zone)
    assert allowed >= moment
    assert allowed - moment <= timedelta(hours=12)
    assert not QUIET.covers(allowed.astimezone(zone).time())
    before = QUIET.last_allowed(moment, zone)
    assert before <= moment
    assert not QUIET.covers(before.astimezone(zone).time())


def test_the_quiet_hours_end_by_the_clock_on_the_nights_when_it_changes():
    for day in ("2026-11-01", "2027-03-14"):
        at_two = local(f"{day}T00:30")
        assert shown([QUIET.next_allowed(at_two, NEW_YORK)])[0].endswith("08:00")
    skipped = due("2027-03-14T00:00", "2027-03-15T00:00", "2027-03-15T03:00", "2027-03-14")
    rules = ReminderRules(quiet=QuietHours(time(0), time(0)))
    (first, *_) = reminder_times(skipped, remind_at=time(2, 30), zone=NEW_YORK, rules=rules)
    assert shown([first]) == ["14 03:30"], "a time that the clocks skip comes an hour later"


@given(
    MOMENTS,
    st.integers(1, 200),
    st.integers(0, 47),
    ZONES,
    st.integers(0, 5),
)
def test_reminders_lie_in_the_window_apart_and_by_day(opens, hours, half_hour, zone, most):
    closes = opens + timedelta(hours=hours)
    one = made(opens, opens + (closes - opens) / 2, closes, opens.astimezone(zone).date())
    remind_at = time(half_hour // 2, 30 * (half_hour % 2))
    rules = ReminderRules(most=most)
    times = reminder_times(one, remind_at=remind_at, zone=zone, rules=rules)
    assert len(times) <= most
    assert all(opens <= at < closes for at in times)
    assert not any(rules.quiet.covers(at.astimezone(zone).time()) for at in times)
    assert all(later - earlier >= APART for earlier, later in zip(times, times[1:], strict=False))
