"""From the wall clock to an instant, over every change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.local_time import NoSuchLocalTime, came_twice, is_in_future, to_instant

NEW_YORK = ZoneInfo("America/New_York")
ZONES = [NEW_YORK, ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]


def test_winter_and_summer_have_their_own_offset() -> None:
    assert to_instant(date(2026, 11, 23), time(10), NEW_YORK) == datetime(
        2026, 11, 23, 15, tzinfo=UTC
    )
    assert to_instant(date(2026, 7, 1), time(10), NEW_YORK) == datetime(2026, 7, 1, 14, tzinfo=UTC)


@pytest.mark.parametrize("at", [time(2, 0), time(2, 30), time(2, 59)])
def test_skipped_time_is_refused_in_words(at: time) -> None:
    with pytest.raises(NoSuchLocalTime, match="clocks went forward on 8 Mar 2026"):
        to_instant(date(2026, 3, 8), at, NEW_YORK)
    assert not came_twice(date(2026, 3, 8), at, NEW_YORK)


def test_first_coming_is_taken_when_a_time_came_twice() -> None:
    assert to_instant(date(2026, 11, 1), time(1, 30), NEW_YORK) == datetime(
        2026, 11, 1, 5, 30, tzinfo=UTC
    )
    assert came_twice(date(2026, 11, 1), time(1, 30), NEW_YORK)
    assert not came_twice(date(2026, 11, 1), time(2, 0), NEW_YORK)
    assert not came_twice(date(2026, 11, 1), time(0, 59), NEW_YORK)


@given(
    day=st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31)),
    at=st.times().map(lambda found: found.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
)
def test_the_instant_shows_the_same_wall_clock(day: date, at: time, zone: ZoneInfo) -> None:
    try:
        instant = to_instant(day, at, zone)
    except NoSuchLocalTime:
        hour_later = datetime.combine(day, at) + timedelta(hours=1)
        assert to_instant(hour_later.date(), hour_later.time(), zone).tzinfo is UTC
        return
    local = instant.astimezone(zone)
    assert (local.date(), local.time()) == (day, at)


def test_five_minutes_ahead_are_no_future() -> None:
    now = datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert not is_in_future(now + timedelta(minutes=5), now)
    assert is_in_future(now + timedelta(minutes=5, seconds=1), now)
