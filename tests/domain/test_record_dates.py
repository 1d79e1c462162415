"""What of a record its due check-ins follow from."""

from __future__ import annotations

from datetime import date, timedelta

from tests.make.course_record import FIRST_ON, ZONE, infusion, record
from tracker.domain.courses import CourseState, PlannedState
from tracker.domain.record_dates import course_dates


def test_what_was_given_and_what_is_to_come_are_apart() -> None:
    cancelled = infusion(3, is_given=False, state=PlannedState.CANCELLED)
    coming = infusion(4, on=date(2026, 12, 1), is_given=False)
    booster = infusion(7, on=date(2026, 12, 8), is_given=False, is_booster=True)
    found = course_dates(record([infusion(1), infusion(2), cancelled, coming, booster]), ZONE)
    assert len(found.infusions) == 2
    assert [(each.planned_on, each.is_booster) for each in found.coming] == [
        (date(2026, 12, 1), False),
        (date(2026, 12, 8), True),
    ]


def test_infusion_1_counts_on_its_newest_date() -> None:
    moved = FIRST_ON + timedelta(days=3)
    missed = infusion(1, is_given=False, state=PlannedState.MISSED)
    again = infusion(1, on=moved, is_given=False)
    assert course_dates(record([missed, again]), ZONE).first_infusion_on == moved
    assert course_dates(record([missed]), ZONE).first_infusion_on == FIRST_ON


def test_nothing_from_before_the_course_was_planned_is_asked_on_the_patients_clock() -> None:
    assert course_dates(record(), ZONE).asked_from_on == date(2026, 10, 12)
    there = course_dates(record(patient_timezone="Pacific/Kiritimati"), ZONE)
    assert there.asked_from_on == date(2026, 10, 13)


def test_daily_check_ins_have_an_end_in_maintenance_alone() -> None:
    series = [infusion(number) for number in range(1, 7)]
    assert course_dates(record(series), ZONE).daily_until is None
    kept = course_dates(record(series, state=CourseState.MAINTENANCE), ZONE)
    assert kept.daily_until == FIRST_ON + timedelta(days=20 + 7)
