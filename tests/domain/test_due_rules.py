"""What each kind of rule asks, and when: once in a course, at infusions, in a rhythm."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tests.domain.due_courses import COURSE, Appointment, Story, given, moment, series
from tracker.domain.courses import CourseState
from tracker.domain.due import DueState
from tracker.domain.instrument_uses import (
    AskRule,
    BeforeInfusion,
    Daily,
    EndOfCourse,
    FollowUp,
    InstrumentUse,
    Intake,
    Maintenance,
    MidCourse,
    NextDay,
    Weekly,
)

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
AUCKLAND = ZoneInfo("Pacific/Auckland")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")
PCL_WEEK, PCL_MONTH, PHQ = "pcl-5-week", "pcl-5", "phq-9"


def asks(key: str, *rules: AskRule, apart: int = 0) -> list[InstrumentUse]:
    return [InstrumentUse(key=key, rules=rules, least_days_apart=apart)]


def states(story: Story, key: str, *moments: str) -> list[DueState]:
    return [story.by_key(moment(each))[key].state for each in moments]


def days(story: Story, now: str, key: str) -> list[str]:
    return [one.due_key for one in story.due(moment(now)) if one.instrument_key == key]


def test_intake_is_open_for_two_weeks_and_closed_by_infusion_1():
    story = Story(given(1), asks(PCL_MONTH, Intake()))
    found = states(
        story,
        f"pcl-5:intake:{COURSE}",
        "2026-10-19T00:00",
        "2026-11-01T23:59",
        "2026-11-02T09:59",
        "2026-11-02T10:00",
    )
    assert found == ["due", "due", "late", "missed"]
    assert not Story(series(1), story.uses).due(moment("2026-10-18T23:59"))


def test_before_an_infusion_is_open_on_its_day_and_closed_by_its_start():
    key = f"c-ssrs:before:{UUID(int=101)}"
    planned = Story(series(1), asks("c-ssrs", BeforeInfusion()))
    waits = states(planned, key, "2026-11-01T12:00", "2026-11-02T00:00", "2026-11-02T10:00")
    assert waits == ["upcoming", "due", "late"]
    started = Story(given(1), planned.uses)
    assert states(started, key, "2026-11-02T09:59", "2026-11-02T10:00") == ["due", "missed"]


def test_before_an_infusion_is_asked_once_when_the_infusion_moves():
    story = Story(series(2), asks("c-ssrs", BeforeInfusion()))
    key = f"c-ssrs:before:{UUID(int=101)}"
    story.answered[key] = moment("2026-11-02T08:00")
    story.appointments[0].planned_on = date(2026, 11, 5)
    assert story.by_key(moment("2026-11-05T08:00"))[key].state is DueState.ANSWERED


def test_boosters_are_left_out_when_the_rule_leaves_them_out():
    booster = Appointment(number=9, planned_on=date(2026, 12, 1), is_booster=True)
    for with_boosters, count in ((True, 2), (False, 1)):
        uses = asks("c-ssrs", BeforeInfusion(with_boosters=with_boosters))
        assert len(Story([*given(1), booster], uses).due(moment("2026-11-28T12:00"))) == count


def test_next_day_counts_hours_from_the_end_of_the_infusion():
    story = Story(given(1), asks("daily", NextDay()))
    key = f"daily:next-day:{UUID(int=201)}"
    found = states(
        story,
        key,
        "2026-11-03T06:39",
        "2026-11-03T06:40",
        "2026-11-03T16:40",
        "2026-11-04T06:40",
    )
    assert found == ["upcoming", "due", "late", "missed"]
    assert story.by_key(moment("2026-11-03T12:00"))[key].infusion_id == UUID(int=201)


def test_the_same_questions_are_not_asked_twice_on_the_day_after():
    story = Story(given(1), asks("daily", Daily(), NextDay()))
    found = days(story, "2026-11-04T12:00", "daily")
    assert f"daily:next-day:{UUID(int=201)}" in found
    assert "daily:2026-11-03" not in found
    assert "daily:2026-11-05" in found


def test_mid_course_follows_the_infusion_of_its_number():
    story = Story(given(3), asks(PCL_WEEK, MidCourse(after_number=3)))
    key = f"pcl-5-week:mid-course:{COURSE}"
    found = states(
        story, key, "2026-11-10T23:59", "2026-11-11T00:00", "2026-11-13T00:00", "2026-11-16T00:00"
    )
    assert found == ["upcoming", "due", "late", "missed"]
    assert not Story(given(2), story.uses).due(moment("2026-11-20T12:00"))


def test_end_of_course_is_three_to_seven_days_after_the_last_infusion():
    story = Story(given(6), asks(PCL_WEEK, EndOfCourse()))  # the last on 22 November
    found = states(
        story,
        f"pcl-5-week:end:{COURSE}",
        "2026-11-24T23:59",
        "2026-11-25T00:00",
        "2026-11-29T23:59",
        "2026-11-30T00:00",
        "2026-12-02T23:59",
        "2026-12-03T00:00",
    )
    assert found == ["upcoming", "due", "due", "late", "late", "missed"]


def test_end_of_course_waits_for_an_infusion_that_was_not_given_on_its_day():
    story = Story(series(6), asks(PCL_WEEK, EndOfCourse()))
    for each in story.appointments[:5]:
        each.given_on = each.planned_on
    one = story.by_key(moment("2026-11-28T12:00"))[f"pcl-5-week:end:{COURSE}"]
    assert (one.state, one.due_on) == (DueState.UPCOMING, date(2026, 12, 1))


def test_follow_ups_open_on_their_day_and_never_before():
    story = Story(given(6), asks(PCL_MONTH, FollowUp()))
    key = f"pcl-5:follow-up-30:{COURSE}"
    found = states(
        story, key, "2026-12-21T23:59", "2026-12-22T00:00", "2026-12-29T00:00", "2027-01-05T00:00"
    )
    assert found == ["upcoming", "due", "late", "missed"]
    assert len(story.due(moment("2027-02-20T12:00"))) == 3


def test_follow_ups_go_on_when_a_course_was_completed_and_not_when_it_was_stopped():
    uses = asks(PCL_MONTH, FollowUp(days=(30,)))
    for state, count in ((CourseState.COMPLETED, 1), (CourseState.STOPPED, 0)):
        story = Story(given(6), uses, state=state, ended_on=date(2026, 11, 25))
        assert len(story.due(moment("2026-12-28T12:00"))) == count


def test_maintenance_is_asked_every_two_weeks_from_the_last_infusion():
    story = Story(given(6), asks(PCL_WEEK, Maintenance()), state=CourseState.MAINTENANCE)
    found = days(story, "2026-12-20T12:00", PCL_WEEK)
    assert found == ["pcl-5-week:2026-12-06", "pcl-5-week:2026-12-20"]
    story.state = CourseState.ACTIVE
    assert not story.due(moment("2026-12-20T12:00"))


def test_weekly_ends_with_the_week_of_the_last_infusion_when_maintenance_has_begun():
    story = Story(given(6), asks(PCL_WEEK, Weekly()), state=CourseState.MAINTENANCE)
    assert days(story, "2027-01-20T12:00", PCL_WEEK)[-1] == "pcl-5-week:2026-11-23"


@pytest.mark.parametrize(
    ("weekday", "first"),
    [(None, "2026-11-09"), (0, "2026-11-09"), (3, "2026-11-12"), (4, "2026-11-06")],
)
def test_weekly_is_asked_on_the_weekday_that_the_patient_chose(weekday, first):
    story = Story(given(2), asks(PCL_WEEK, Weekly()), weekday=weekday)
    found = days(story, "2026-11-20T12:00", PCL_WEEK)
    assert found[0] == f"pcl-5-week:{first}"


def test_a_week_that_was_answered_is_not_asked_again_when_another_weekday_is_chosen():
    story = Story(given(2), asks(PCL_WEEK, Weekly()))
    story.answered["pcl-5-week:2026-11-09"] = moment("2026-11-09T20:00")
    story.weekday = 3
    found = story.by_key(moment("2026-11-14T12:00"))
    assert found["pcl-5-week:2026-11-09"].state is DueState.ANSWERED
    assert "pcl-5-week:2026-11-12" not in found
    assert found["pcl-5-week:2026-11-19"].state is DueState.UPCOMING


def test_phq_9_skips_the_week_after_an_answer():
    story = Story(given(6), asks(PHQ, Weekly()))
    story.answered["phq-9:2026-11-09"] = moment("2026-11-09T20:00")
    found = story.by_key(moment("2026-11-16T12:00"))
    assert "phq-9:2026-11-16" not in found
    assert found["phq-9:2026-11-23"].opens_at == moment("2026-11-23T00:00")


def test_phq_9_that_was_answered_late_opens_the_next_one_later():
    story = Story(given(6), asks(PHQ, Weekly(every_days=14)))
    story.answered["phq-9:2026-11-16"] = moment("2026-11-18T20:00")
    one = story.by_key(moment("2026-11-28T12:00"))["phq-9:2026-11-30"]
    assert one.opens_at == moment("2026-12-02T00:00")
    assert (one.due_on, one.closes_at) == (date(2026, 12, 2), moment("2026-12-03T00:00"))
    assert states(story, one.due_key, "2026-12-01T23:59", "2026-12-02T12:00") == ["upcoming", "due"]


def test_phq_9_is_asked_the_week_after_one_that_was_missed():
    story = Story(given(6), asks(PHQ, Weekly()))
    found = story.by_key(moment("2026-11-15T12:00"))
    assert found["phq-9:2026-11-09"].state is DueState.MISSED
    assert found["phq-9:2026-11-16"].state is DueState.DUE


def test_phq_9_of_the_week_gives_way_to_the_one_at_the_end():
    story = Story(given(6), asks(PHQ, Weekly(), EndOfCourse()))  # asked at the end from the 25th
    story.answered["phq-9:2026-11-09"] = moment("2026-11-09T20:00")
    found = story.by_key(moment("2026-11-25T12:00"))
    assert "phq-9:2026-11-23" not in found
    assert found[f"phq-9:end:{COURSE}"].state is DueState.DUE


def test_an_extra_one_from_paper_counts_for_the_days_in_between():
    story = Story(given(6), asks(PHQ, Weekly()))
    story.answered["phq-9:extra:2026-11-05"] = moment("2026-11-05T20:00")
    found = story.by_key(moment("2026-11-18T12:00"))
    assert "phq-9:2026-11-09" not in found
    assert "phq-9:extra:2026-11-05" not in found


def test_the_form_of_the_month_is_never_asked_in_between_whatever_the_protocol_says():
    uses = asks(PCL_MONTH, Intake(), Weekly(), EndOfCourse(), FollowUp(days=(20, 30)))
    story = Story(given(6), uses)
    found = days(story, "2027-01-10T12:00", PCL_MONTH)
    assert found[:2] == [f"pcl-5:intake:{COURSE}", f"pcl-5:follow-up-30:{COURSE}"]
    later = story.due(moment("2027-01-10T12:00"))[1:]
    assert all(one.opens_at >= moment("2026-12-22T00:00") for one in later)


def test_days_are_the_patients_where_they_set_a_zone():
    story = Story(series(1), asks("daily", Daily()), patient_zone=LOS_ANGELES)
    found = states(story, "daily:2026-11-01", "2026-11-01T01:59", "2026-11-01T02:00")
    assert found == ["upcoming", "due"]  # the night in which both zones put their clocks back
    one = story.by_key(moment("2026-11-01T12:00"))["daily:2026-11-01"]
    assert one.closes_at == moment("2026-11-02T03:00", LOS_ANGELES)


@pytest.mark.parametrize("zone", [LOS_ANGELES, AUCKLAND, KIRITIMATI])
def test_what_is_asked_before_an_infusion_is_open_until_it_starts_wherever_the_patient_is(zone):
    uses = asks("c-ssrs", BeforeInfusion()) + asks(PCL_MONTH, Intake(days_before=3))
    story = Story(series(1), uses, patient_zone=zone)
    found = story.due(moment("2026-11-02T09:59"))
    assert len(found) == 2
    assert all(one.is_open for one in found)


def test_a_day_is_as_long_as_the_clocks_of_the_patient_say():
    story = Story(series(1), asks("daily", Daily()), patient_zone=ZoneInfo("Europe/London"))
    one = story.by_key(moment("2026-10-26T12:00"))["daily:2026-10-26"]
    assert one.late_from - one.opens_at == timedelta(hours=24)
    story.appointments[0].planned_on = date(2026, 10, 25)
    one = story.by_key(moment("2026-10-25T12:00"))["daily:2026-10-25"]
    assert one.late_from - one.opens_at == timedelta(hours=25)
