"""The calendar for the fridge: the check-ins of the weeks to come, and help."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.make.course_record import FIRST_ON, infusion, progress, record
from tests.reports.test_course_report import CLINIC, MAKING
from tracker.domain.course_progress import CourseProgress
from tracker.domain.course_record import CourseRecord
from tracker.domain.courses import CourseState
from tracker.domain.due import DueCheckIn
from tracker.domain.languages import Language
from tracker.reports.course_calendar import CourseCalendar, course_calendar

TODAY = date(2026, 11, 23)
LAST_ON = date(2026, 12, 21)


def running(**changes: object) -> CourseRecord:
    """Two infusions given, the third tomorrow, the last four weeks from now."""
    given = [infusion(number, on=FIRST_ON + timedelta(days=4 * number)) for number in (1, 2)]
    coming = [
        infusion(3, on=TODAY + timedelta(days=1), is_given=False),
        infusion(4, on=LAST_ON, is_given=False),
    ]
    return record([*given, *coming], **changes)


def entries(calendar: CourseCalendar) -> dict[tuple[int, str], tuple[str, ...]]:
    """By the place of the month and the number of the day."""
    return {
        (place, day.number): day.entries
        for place, month in enumerate(calendar.months)
        for week in month.weeks
        for day in week
        if day.number
    }


def test_every_day_of_the_printed_months_has_its_check_ins() -> None:
    found = entries(course_calendar(progress(running()), CLINIC, MAKING))
    assert found[1, "8"] == ("□ Check-in",)
    assert found[1, "31"] == ("□ Check-in",)
    assert set(found[1, "11"]) == {"□ Check-in", "□ Weekly check-in"}
    assert "□ Check-in" not in found[0, "22"]


def test_the_check_ins_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    work_out = CourseProgress.due_within

    def counted(self: CourseProgress, days_ahead: int) -> tuple[DueCheckIn, ...]:
        asked.append(days_ahead)
        return work_out(self, days_ahead)

    monkeypatch.setattr(CourseProgress, "due_within", counted)
    calendar = course_calendar(progress(running()), CLINIC, MAKING)
    assert asked == [(date(2027, 1, 1) - TODAY).days]
    assert [month.title for month in calendar.months] == ["November 2026", "December 2026"]


def test_what_is_asked_after_a_coming_visit_stands_on_its_day_by_its_own_name() -> None:
    found = entries(course_calendar(progress(running()), CLINIC, MAKING))
    for place, day in ((0, "24"), (1, "21")):
        assert found[place, day][0] == "09:00 Visit"
        assert "□ After the visit" in found[place, day]
        assert "□ Longer check-in" not in found[place, day]
    assert sum("□ After the visit" in each for each in found.values()) == 2


def test_a_course_that_is_over_asks_nothing_more() -> None:
    appointments = [infusion(1), infusion(2, on=TODAY + timedelta(days=1), is_given=False)]
    for changes, asks in (
        ({}, True),
        ({"ended_on": FIRST_ON, "state": CourseState.STOPPED}, False),
    ):
        found = entries(course_calendar(progress(record(appointments, **changes)), CLINIC, MAKING))
        words = " ".join(each for day in found.values() for each in day)
        assert ("□ After the visit" in words) == asks
        assert ("□" in words) == asks


@pytest.mark.parametrize(
    ("ended_on", "is_shown"), [(None, True), (LAST_ON, True), (LAST_ON - timedelta(days=1), False)]
)
def test_nobody_comes_for_an_infusion_planned_after_the_end(
    ended_on: date | None, is_shown: bool
) -> None:
    state = CourseState.STOPPED if ended_on else CourseState.ACTIVE
    course = running(ended_on=ended_on, state=state)
    found = entries(course_calendar(progress(course), CLINIC, MAKING))
    visits = [day for day, words in found.items() if "09:00 Visit" in words]
    assert (0, "24") in visits
    assert ((1, "21") in visits) == is_shown


@pytest.mark.parametrize("language", list(Language))
def test_the_foot_says_where_help_is_and_names_no_illness(language: Language) -> None:
    making = replace(MAKING, language=language)
    calendar = course_calendar(progress(running()), CLINIC, making)
    assert "988" in calendar.crisis
    assert "911" in calendar.crisis
    for word in ("suicid", "ptsd", "ketamin", "crisis"):
        assert word not in calendar.to_json().lower().replace('"crisis"', "")
