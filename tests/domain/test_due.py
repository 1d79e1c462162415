"""Which check-in is due when, also on the nights when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.due import (
    CourseDates,
    DueCheckIn,
    DueState,
    InfusionTimes,
    due_check_ins,
    open_check_ins,
)
from tracker.domain.instrument_uses import (
    DEFAULT_INSTRUMENTS,
    AfterInfusion,
    Daily,
    InstrumentUse,
    read_use,
)

NEW_YORK = ZoneInfo("America/New_York")
COURSE = UUID(int=7)
FIRST = date(2026, 11, 2)  # a Monday
BASELINE_KEY = f"weekly:baseline:{COURSE}"


def local(text: str, zone: ZoneInfo = NEW_YORK, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def infusion(number: int, started: str, ended: str | None) -> InfusionTimes:
    return InfusionTimes(
        id=UUID(int=number),
        started_at=local(started),
        ended_at=None if ended is None else local(ended),
    )


def course(
    *infusions: InfusionTimes,
    asked_from_on: date = date(2026, 10, 1),
    first_infusion_on: date = FIRST,
    daily_until: date | None = None,
    ended_on: date | None = None,
) -> CourseDates:
    return CourseDates(
        course_id=COURSE,
        first_infusion_on=first_infusion_on,
        asked_from_on=asked_from_on,
        infusions=infusions,
        daily_until=daily_until,
        ended_on=ended_on,
    )


def due(
    dates: CourseDates, now: str, *answered: str, zone: ZoneInfo = NEW_YORK
) -> dict[str, DueCheckIn]:
    moments = dict.fromkeys(answered, local(now, zone))
    found = due_check_ins(dates, zone=zone, now=local(now, zone), answered=moments)
    keys = {one.due_key: one for one in found}
    assert len(keys) == len(found)
    return keys


def states(dates: CourseDates, key: str, *moments: str) -> list[DueState]:
    return [due(dates, moment)[key].state for moment in moments]


def test_daily_is_due_on_its_date_and_late_until_three() -> None:
    found = states(
        course(),
        "daily:2026-11-01",
        "2026-10-31T23:59",
        "2026-11-01T00:00",
        "2026-11-01T23:59",
        "2026-11-02T00:00",
        "2026-11-02T02:59",
        "2026-11-02T03:00",
    )
    assert found == ["upcoming", "due", "due", "late", "late", "missed"]


def test_daily_starts_in_the_baseline_week_and_reaches_a_week_ahead() -> None:
    keys = [key for key in due(course(), "2026-10-27T12:00") if key.startswith("daily")]
    assert keys[0] == "daily:2026-10-26"
    assert keys[-1] == "daily:2026-11-03"
    assert len(keys) == 9


def test_nothing_is_missed_when_it_lies_before_the_course_was_planned() -> None:
    found = due(course(asked_from_on=date(2026, 11, 2)), "2026-11-02T08:00")
    assert "daily:2026-11-01" not in found
    assert found["daily:2026-11-02"].state is DueState.DUE
    assert found[BASELINE_KEY].state is DueState.LATE
    assert all(one.state is not DueState.MISSED for one in found.values())


def test_daily_stops_and_weekly_goes_on_when_the_daily_part_is_over() -> None:
    dates = course(
        infusion(1, "2026-11-02T10:00", "2026-11-02T10:40"), daily_until=date(2026, 11, 4)
    )
    found = due(dates, "2026-11-10T12:00")
    assert max(key for key in found if key.startswith("daily")) == "daily:2026-11-04"
    assert "weekly:2026-11-16" in found


def test_nothing_is_asked_after_the_course_has_ended() -> None:
    dates = course(infusion(1, "2026-11-02T10:00", "2026-11-02T10:40"), ended_on=date(2026, 11, 9))
    found = due(dates, "2026-12-01T12:00")
    assert max(one.due_on for one in found.values()) == date(2026, 11, 9)
    assert "weekly:2026-11-09" in found
    assert not open_check_ins(found.values())


def test_after_infusion_is_open_from_two_hours_and_closed_at_twenty_four() -> None:
    dates = course(infusion(1, "2026-11-02T10:00", "2026-11-02T10:40"))
    found = states(
        dates,
        f"after-infusion:{UUID(int=1)}",
        "2026-11-02T12:39",
        "2026-11-02T12:40",
        "2026-11-02T16:39",
        "2026-11-02T16:40",
        "2026-11-03T10:39",
        "2026-11-03T10:40",
    )
    assert found == ["upcoming", "due", "due", "late", "late", "missed"]


def test_after_infusion_is_not_asked_while_the_infusion_runs() -> None:
    found = due(course(infusion(1, "2026-11-02T10:00", None)), "2026-11-02T10:20")
    assert not [key for key in found if key.startswith("after-infusion")]


def test_after_infusion_belongs_to_the_date_on_which_it_opens() -> None:
    dates = course(infusion(1, "2026-11-02T22:00", "2026-11-02T22:40"))
    one = due(dates, "2026-11-03T01:00")[f"after-infusion:{UUID(int=1)}"]
    assert one.due_on == date(2026, 11, 3)
    assert one.infusion_id == UUID(int=1)


def test_after_infusion_counts_real_hours_when_the_clocks_go_back() -> None:
    dates = course(
        infusion(1, "2026-10-31T22:00", "2026-10-31T23:30"), first_infusion_on=date(2026, 10, 31)
    )
    one = due(dates, "2026-11-01T12:00")[f"after-infusion:{UUID(int=1)}"]
    assert one.opens_at == local("2026-11-01T01:30", fold=0)
    assert one.late_from == local("2026-11-01T04:30")
    assert one.closes_at == local("2026-11-01T22:30")


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 11, 1), 25), (date(2027, 3, 14), 23), (date(2026, 11, 3), 24)],
)
def test_day_is_as_long_as_the_clocks_say(day: date, hours: int) -> None:
    dates = course(first_infusion_on=day)
    one = due(dates, f"{day.isoformat()}T12:00")[f"daily:{day.isoformat()}"]
    assert one.late_from - one.opens_at == timedelta(hours=hours)


def test_day_starts_with_the_first_moment_there_is_when_midnight_does_not_exist() -> None:
    beirut = ZoneInfo("Asia/Beirut")
    dates = course(first_infusion_on=date(2026, 3, 29), asked_from_on=date(2026, 3, 1))
    one = due(dates, "2026-03-29T12:00", zone=beirut)["daily:2026-03-29"]
    assert one.opens_at.astimezone(beirut).isoformat() == "2026-03-29T01:00:00+03:00"


def test_date_is_that_of_the_clinic_and_not_of_utc() -> None:
    found = due(course(), "2026-11-01T22:00")  # 3 a.m. of the 2nd in UTC
    assert found["daily:2026-11-01"].state is DueState.DUE
    assert found["daily:2026-11-02"].state is DueState.UPCOMING


def test_baseline_is_due_in_the_week_before_and_late_on_the_day() -> None:
    found = states(
        course(),
        BASELINE_KEY,
        "2026-10-26T00:00",
        "2026-11-01T23:59",
        "2026-11-02T00:00",
        "2026-11-02T23:59",
        "2026-11-03T00:00",
    )
    assert found == ["due", "due", "late", "late", "missed"]


def test_baseline_closes_when_infusion_1_starts() -> None:
    dates = course(infusion(1, "2026-11-02T10:00", None))
    found = states(dates, BASELINE_KEY, "2026-11-02T09:59", "2026-11-02T10:00")
    assert found == ["late", "missed"]


def test_baseline_is_asked_once_when_infusion_1_moves() -> None:
    moved = course(first_infusion_on=date(2026, 11, 5))
    assert due(moved, "2026-11-03T12:00", BASELINE_KEY)[BASELINE_KEY].state is DueState.ANSWERED


def test_weekly_follows_the_day_of_infusion_1_as_it_was_given() -> None:
    dates = course(infusion(1, "2026-11-04T10:00", "2026-11-04T10:40"))
    keys = [key for key in due(dates, "2026-11-19T12:00") if key.startswith("weekly:2")]
    assert keys == ["weekly:2026-11-11", "weekly:2026-11-18", "weekly:2026-11-25"]


def test_weekly_opens_the_day_before_and_is_late_for_two_days() -> None:
    dates = course(infusion(1, "2026-11-02T10:00", "2026-11-02T10:40"))
    found = states(
        dates,
        "weekly:2026-11-09",
        "2026-11-07T23:59",
        "2026-11-08T00:00",
        "2026-11-09T23:59",
        "2026-11-10T00:00",
        "2026-11-11T23:59",
        "2026-11-12T00:00",
    )
    assert found == ["upcoming", "due", "due", "late", "late", "missed"]


def test_weekly_waits_when_infusion_1_was_not_given() -> None:
    assert not [key for key in due(course(), "2026-11-20T12:00") if key.startswith("weekly:2")]


def test_answered_stays_answered_whatever_the_time() -> None:
    key = "daily:2026-11-01"
    for moment in ("2026-11-01T12:00", "2026-11-30T12:00"):
        one = due(course(), moment, key)[key]
        assert one.state is DueState.ANSWERED
        assert one.counts
        assert not one.is_open


def test_open_ones_are_listed_by_what_closes_first() -> None:
    dates = course(infusion(1, "2026-11-02T10:00", "2026-11-02T10:40"))
    found = due(dates, "2026-11-02T13:00", BASELINE_KEY)
    assert [one.due_key for one in open_check_ins(found.values())] == [
        "daily:2026-11-02",
        f"after-infusion:{UUID(int=1)}",
    ]


def test_protocols_of_the_first_version_ask_by_the_same_rules() -> None:
    stored = [
        {"key": "daily", "every_days": 1},
        {"key": "after-infusion", "after_infusion_from_hours": 2, "after_infusion_to_hours": 6},
        {"key": "weekly", "every_days": 7},
    ]
    assert tuple(read_use(use) for use in stored) == DEFAULT_INSTRUMENTS


def test_only_what_the_protocol_asks_for_is_due() -> None:
    uses = [InstrumentUse(key="daily", rules=(Daily(every_days=3),))]
    dates = course(infusion(1, "2026-11-02T10:00", "2026-11-02T10:40"))
    found = due_check_ins(
        dates, zone=NEW_YORK, now=local("2026-11-02T12:00"), answered={}, uses=uses
    )
    assert [one.due_key for one in found][:3] == [
        "daily:2026-10-26",
        "daily:2026-10-29",
        "daily:2026-11-01",
    ]
    assert {one.instrument_key for one in found} == {"daily"}


def test_window_after_the_infusion_is_that_of_the_protocol() -> None:
    use = InstrumentUse(key="after-infusion", rules=(AfterInfusion(opens_hours=1, late_hours=4),))
    dates = course(infusion(1, "2026-11-02T10:00", "2026-11-02T10:40"))
    (one,) = due_check_ins(
        dates,
        zone=NEW_YORK,
        now=local("2026-11-02T12:00"),
        answered={},
        uses=[use],
    )
    assert (one.opens_at, one.late_from) == (local("2026-11-02T11:40"), local("2026-11-02T14:40"))


@given(
    minutes=st.integers(0, 60 * 24 * 60),
    zone=st.sampled_from(["America/New_York", "Asia/Beirut", "Europe/London", "Asia/Kathmandu"]),
    start=st.dates(date(2026, 1, 1), date(2026, 12, 1)),
)
def test_windows_follow_each_other_and_some_daily_is_always_open(
    minutes: int, zone: str, start: date
) -> None:
    now = datetime(start.year, start.month, start.day, tzinfo=UTC) + timedelta(minutes=minutes)
    dates = course(first_infusion_on=start, asked_from_on=start - timedelta(days=30))
    found = due_check_ins(dates, zone=ZoneInfo(zone), now=now, answered={})
    for one in found:
        assert one.opens_at <= one.late_from <= one.closes_at
    assert [one for one in open_check_ins(found) if one.instrument_key == "daily"]
    assert len({one.due_key for one in found}) == len(found)
