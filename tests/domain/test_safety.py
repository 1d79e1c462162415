"""Worrying answers, their deadlines and the help that is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.clinic import OpenDays
from tracker.domain.errors import Refused
from tracker.domain.instruments import check_answers, get
from tracker.domain.safety import (
    DEFAULT_CRISIS_LINES,
    AlertLevel,
    Concern,
    CrisisLines,
    answer_due_at,
    check_done_at,
    concerns,
    concerns_so_far,
    met_by,
)

DAILY = get("daily")
NEW_YORK = ZoneInfo("America/New_York")


def of_answer(value: int | None) -> tuple[Concern, ...]:
    return concerns(DAILY, check_answers(DAILY, {"memories": 5, "self_harm": value}))


def test_no_concern_is_raised_when_the_answer_is_no() -> None:
    assert of_answer(0) == ()


@pytest.mark.parametrize(
    ("value", "level", "hours"),
    [
        (1, AlertLevel.WATCH, None),
        (2, AlertLevel.SOON, 4),
        (3, AlertLevel.NOW, 0),
        (None, AlertLevel.WATCH, None),
    ],
)
def test_one_concern_is_raised_when_the_answer_is_worrying_or_skipped(
    value: int | None, level: AlertLevel, hours: int | None
) -> None:
    (concern,) = of_answer(value)
    assert (concern.level, concern.deadline_hours) == (level, hours)
    assert concern.item_id == "self_harm"
    assert concern.skipped == (value is None)


def test_level_never_falls_when_the_answer_gets_worse() -> None:
    levels = [of_answer(value)[0].level for value in (1, 2, 3)]
    assert all(less < more for less, more in pairwise(levels))


def test_question_says_what_a_yes_leads_to_before_it_is_asked() -> None:
    before = DAILY.item("self_harm").before
    assert "We ask everyone this." in before
    assert "talk to someone now" in before
    assert "Nobody watches these answers day and night." in before


def due(value: int, raised_at: str, **how: object) -> str:
    moment = datetime.fromisoformat(raised_at).replace(tzinfo=NEW_YORK).astimezone(UTC)
    found = answer_due_at(of_answer(value)[0], moment, zone=NEW_YORK, **how)  # type: ignore[arg-type]
    assert found.tzinfo is UTC
    return found.astimezone(NEW_YORK).isoformat(" ", "minutes")[:16]


@pytest.mark.parametrize(
    ("raised_at", "due_at"),
    [
        ("2026-11-23 09:00", "2026-11-23 17:00"),  # a Monday
        ("2026-11-23 17:00", "2026-11-24 17:00"),
        ("2026-11-23 23:30", "2026-11-24 17:00"),
        ("2026-11-27 18:00", "2026-11-30 17:00"),  # Friday evening
        ("2026-11-01 00:30", "2026-11-02 17:00"),  # clocks go back this night
    ],
)
def test_watch_is_due_by_the_end_of_the_next_working_day_that_is_left(
    raised_at: str, due_at: str
) -> None:
    assert due(1, raised_at) == due_at


def test_working_days_are_those_of_the_clinic_when_given() -> None:
    saturdays = OpenDays(weekdays=frozenset({5}), alert_waits_days=7)
    assert due(1, "2026-11-27 18:00", days=saturdays) == "2026-11-28 17:00"
    assert due(1, "2026-11-28 18:00", days=saturdays) == "2026-12-05 17:00"


def test_a_day_on_which_the_clinic_is_closed_is_no_working_day() -> None:
    holidays = frozenset({date(2026, 11, 26), date(2026, 11, 27)})  # Thursday and Friday
    days = OpenDays(weekdays=frozenset(range(5)), closed_on=holidays, alert_waits_days=5)
    assert due(1, "2026-11-25 16:59", days=days) == "2026-11-25 17:00"
    assert due(1, "2026-11-25 17:00", days=days) == "2026-11-30 17:00"
    assert due(1, "2026-11-26 09:00", days=days) == "2026-11-30 17:00"
    assert due(2, "2026-11-26 09:00", days=days) == "2026-11-26 13:00"


def test_a_clinic_that_is_never_open_still_sets_an_end() -> None:
    never = OpenDays(weekdays=frozenset())
    assert due(1, "2026-11-27 09:00", days=never) == "2026-11-27 17:00"
    assert due(1, "2026-11-27 18:00", days=never) == "2026-11-28 17:00"


@pytest.mark.parametrize(
    ("closed_days", "waits", "due_at"),
    [
        (2, 3, "2026-07-03 17:00"),
        (3, 3, "2026-07-04 17:00"),  # the clinic opens on the last day
        (4, 3, "2026-07-04 17:00"),  # closed, and due all the same
        (4, 1, "2026-07-02 17:00"),
        (20, 14, "2026-07-15 17:00"),
        (29, 3, "2026-07-04 17:00"),
        (40, 3, "2026-07-01 17:00"),  # no open day in sight: at once
    ],
)
def test_an_open_day_is_waited_for_no_longer_than_the_clinic_says(
    closed_days: int, waits: int, due_at: str
) -> None:
    first = date(2026, 7, 1)
    closed = frozenset(first + timedelta(days=count) for count in range(closed_days))
    days = OpenDays(weekdays=frozenset(range(7)), closed_on=closed, alert_waits_days=waits)
    assert due(1, "2026-07-01 09:00", days=days) == due_at


@given(
    hour=st.integers(0, 24 * 60),
    value=st.sampled_from([1, 2, 3]),
    weekdays=st.frozensets(st.integers(0, 6)),
    closed=st.frozensets(st.integers(0, 60), max_size=60),
    waits=st.integers(1, 14),
)
def test_no_alert_of_any_level_waits_longer_than_the_clinic_says(
    hour: int, value: int, weekdays: frozenset[int], closed: frozenset[int], waits: int
) -> None:
    first = date(2026, 1, 1)
    days = OpenDays(
        weekdays=weekdays,
        closed_on=frozenset(first + timedelta(days=each) for each in closed),
        alert_waits_days=waits,
    )
    raised_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    due_at = answer_due_at(of_answer(value)[0], raised_at, zone=NEW_YORK, days=days)
    local = raised_at.astimezone(NEW_YORK).date()
    assert due_at.astimezone(NEW_YORK).date() <= local + timedelta(days=waits)


def test_stronger_answers_are_due_in_real_hours_whatever_the_day() -> None:
    assert due(3, "2026-11-28 23:00") == "2026-11-28 23:00"
    assert due(2, "2026-11-01 00:30") == "2026-11-01 03:30"  # four hours, one of them twice


@given(
    minutes=st.integers(0, 60 * 24 * 365 * 10),
    value=st.sampled_from([1, 2, 3]),
    zone=st.sampled_from(["America/New_York", "Europe/London", "Pacific/Apia", "Asia/Beirut"]),
)
def test_deadline_is_never_before_the_answer_nor_beyond_a_long_weekend(
    minutes: int, value: int, zone: str
) -> None:
    raised_at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due_at = answer_due_at(of_answer(value)[0], raised_at, zone=ZoneInfo(zone))
    assert raised_at <= due_at <= raised_at + timedelta(days=3, hours=1)


def test_crisis_lines_are_those_of_the_us_when_nothing_is_set() -> None:
    assert CrisisLines.from_settings(None) == DEFAULT_CRISIS_LINES
    assert [(line.label, line.href, line.for_whom) for line in DEFAULT_CRISIS_LINES.lines] == [
        ("Call 988", "tel:988", ""),
        ("Text 988", "sms:988", ""),
        ("Call 988, then press 1", "tel:988", "Veterans"),
        ("Text 838255", "sms:838255", "Veterans"),
        ("Call 911", "tel:911", "If life is in danger now"),
    ]


def test_crisis_lines_are_the_clinics_own_when_set() -> None:
    lines = CrisisLines.from_settings(
        {"lines": [{"label": "Call 116 123", "by": "call", "target": "116123"}]}
    )
    assert lines.lines[0].href == "tel:116123"
    assert CrisisLines.from_settings(lines.to_settings()) == lines


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"lines": []}, "at least one line"),
        ({"phone": "988"}, "at least one line"),
        ({"lines": [{"label": "Call", "by": "call"}]}, "crisis line 1 is wrong"),
        ({"lines": [{"label": "Call", "by": "fax", "target": "1"}]}, "crisis line 1 is wrong"),
        ({"lines": ["988"]}, "crisis line 1 is wrong"),
        ({"lines": [{"label": "Call", "by": "call", "target": " "}]}, "needs a label and a target"),
    ],
)
def test_crisis_lines_are_refused_when_one_cannot_be_reached(
    settings: dict[str, object], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        CrisisLines.from_settings(settings)


OFFERED = {
    item.id: [None, *(choice.value for choice in DAILY.answer_scale(item).choices)]
    for item in DAILY.items
}
GIVEN = st.fixed_dictionaries(
    {item.id: st.sampled_from(OFFERED[item.id]) for item in DAILY.items},
)


@given(answers=GIVEN, reached=st.integers(0, len(DAILY.items)))
def test_what_is_kept_raises_nothing_that_sending_it_would_not(
    answers: dict[str, object], reached: int
) -> None:
    kept = dict(list(answers.items())[:reached])
    so_far = set(concerns_so_far(DAILY, kept))
    assert so_far <= set(concerns(DAILY, check_answers(DAILY, answers)))
    assert set(concerns_so_far(DAILY, answers)) == set(
        concerns(DAILY, check_answers(DAILY, answers))
    )


@given(answers=GIVEN, reached=st.integers(0, len(DAILY.items)))
def test_a_further_page_only_ever_adds_attention(answers: dict[str, object], reached: int) -> None:
    names = list(answers)
    earlier = {name: answers[name] for name in names[:reached]}
    assert set(concerns_so_far(DAILY, earlier)) <= set(concerns_so_far(DAILY, answers))


def test_what_met_a_rule_is_kept_with_it() -> None:
    answers = check_answers(DAILY, {"self_harm": 3})
    (concern,) = concerns(DAILY, answers)
    assert met_by(concern, answers) == {"self_harm": 3}


def test_nothing_can_have_been_done_before_the_answer_or_in_the_future() -> None:
    raised_at = datetime(2026, 11, 23, 15, 0, 40, tzinfo=UTC)
    now = raised_at + timedelta(hours=1)
    for at in (raised_at.replace(second=0), now, now + timedelta(minutes=4)):
        check_done_at(at, raised_at=raised_at, now=now)
    for at in (raised_at - timedelta(minutes=1), now + timedelta(minutes=6)):
        with pytest.raises(Refused):
            check_done_at(at, raised_at=raised_at, now=now)
