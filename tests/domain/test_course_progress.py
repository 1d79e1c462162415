"""What follows from the record of a course at one moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.make.course_record import FIRST_ON, infusion, local, progress, record, weekly
from tests.make.world import known_id
from tracker.domain.course_progress import SYMPTOMS
from tracker.domain.course_record import TherapyAppointment
from tracker.domain.courses import (
    CourseState,
    PlannedState,
    TherapyFormat,
    TherapyKind,
    TherapyState,
)
from tracker.domain.due import DAILY, WEEKLY
from tracker.domain.instrument_uses import InstrumentUse, Weekly
from tracker.domain.progress import ChangeMark
from tracker.domain.protocol import default_protocol

SERIES = [infusion(number, is_given=number < 4) for number in range(1, 7)]


def therapy(state, on):
    return TherapyAppointment(
        id=known_id(f"therapy {on}"),
        state=state,
        kind=TherapyKind.INTEGRATION,
        format=TherapyFormat.IN_PERSON,
        planned_on=on,
        planned_time=None,
        occurred_at=local(on) if state is TherapyState.HELD else None,
        minutes=50 if state is TherapyState.HELD else None,
        therapist="",
    )


def test_the_day_of_infusion_1_is_day_1():
    course = progress(record(SERIES), now=local(FIRST_ON, 22))
    assert course.day == 1
    assert course.planned_days == 21


def test_a_course_that_has_not_started_has_no_day():
    course = progress(record([infusion(1, is_given=False)]))
    assert course.day is None
    assert course.day_of(FIRST_ON) is None


def test_a_missed_appointment_does_not_lengthen_the_plan():
    late = infusion(6, on=date(2026, 12, 24), is_given=False, state=PlannedState.MISSED)
    assert progress(record([*SERIES, late])).planned_days == 21


def test_only_what_was_due_counts_in_adherence():
    sessions = (
        therapy(TherapyState.HELD, date(2026, 10, 28)),
        therapy(TherapyState.MISSED, date(2026, 11, 4)),
        therapy(TherapyState.CANCELLED, date(2026, 11, 11)),
        therapy(TherapyState.PLANNED, date(2026, 11, 18)),
        therapy(TherapyState.PLANNED, date(2026, 11, 25)),
    )
    counts = progress(record(SERIES, therapy=sessions)).adherence
    assert (counts.therapy_held, counts.therapy_due) == (1, 3)
    assert (counts.infusions_given, counts.infusions_planned) == (3, 6)
    assert (counts.gaps_inside, counts.gaps) == (2, 2)


def test_a_booster_is_no_infusion_of_the_series():
    booster = infusion(7, on=date(2026, 11, 20), is_booster=True)
    counts = progress(record([*SERIES, booster])).adherence
    assert (counts.infusions_given, counts.gaps) == (3, 2)


def test_a_rating_that_did_not_come_is_missed_on_its_day():
    ratings = [weekly(date(2026, 10, 23), 60), weekly(date(2026, 11, 9), 40)]
    course = progress(record(SERIES, ratings))
    assert course.missed_on(WEEKLY) == (date(2026, 11, 2), date(2026, 11, 16))
    assert course.answered_of_due(WEEKLY) == (2, 4)


PHQ_9 = InstrumentUse(key="phq-9", rules=(Weekly(every_days=14),), least_days_apart=14)


def asking_phq_9(*ratings, has_watcher):
    protocol = replace(default_protocol(), instruments=(PHQ_9,))
    return progress(record(SERIES, ratings, protocol=protocol, has_watcher=has_watcher))


def sent(instrument_key, on):
    answer, _ = weekly(on, None, instrument_key=instrument_key, due_key=f"{instrument_key}:{on}")
    return answer, {}


def test_the_form_that_is_asked_instead_is_counted_and_not_the_one_that_is_not_asked():
    course = asking_phq_9(sent("phq-8", date(2026, 11, 9)), has_watcher=False)
    assert {one.instrument_key for one in course.due} == {"phq-8"}
    assert course.answered_of_due("phq-8") == (1, 1)
    assert course.missed_on("phq-9") == ()
    assert (course.adherence.check_ins_answered, course.adherence.check_ins_due) == (1, 1)


@pytest.mark.parametrize("before", ["phq-8", "phq-9"])
@pytest.mark.parametrize("has_watcher", [True, False])
def test_nothing_that_was_answered_is_missed_once_the_other_form_is_asked(before, has_watcher):
    course = asking_phq_9(sent(before, date(2026, 11, 9)), has_watcher=has_watcher)
    assert (course.adherence.check_ins_answered, course.adherence.check_ins_due) == (1, 1)


def test_daily_check_ins_end_a_week_after_the_series_in_maintenance():
    series = [infusion(number) for number in range(1, 7)]
    active = progress(record(series))
    in_maintenance = progress(record(series, state=CourseState.MAINTENANCE))
    last_on = FIRST_ON + timedelta(days=20)
    assert max(active.missed_on(DAILY)) > last_on + timedelta(days=7) - timedelta(days=1)
    assert max(in_maintenance.missed_on(DAILY)) <= last_on + timedelta(days=7)


def test_a_change_is_since_the_last_score_before_infusion_1():
    ratings = [weekly(date(2026, 10, 23), 60), weekly(date(2026, 11, 9), 24)]
    summary = progress(record(SERIES, ratings)).changes[SYMPTOMS]
    assert summary.clinician_line == "60 → 24 (−36, 60 % better): Response"


def test_nothing_is_judged_without_a_baseline():
    summary = progress(record(SERIES, [weekly(date(2026, 11, 9), 24)])).changes[SYMPTOMS]
    assert summary.mark is ChangeMark.NOT_JUDGED
    assert summary.change is None


def test_a_score_says_that_it_came_from_paper_and_was_typed_later():
    rating = weekly(date(2026, 11, 9), 24, mode="paper", recorded_at=local(date(2026, 11, 12), 10))
    course = progress(record(SERIES, [rating]))
    (score,) = course.record.scores[SYMPTOMS]
    assert course.remarks(score) == ("from paper, typed 2026-11-12",)


def test_too_few_answers_are_said_and_are_no_score():
    course = progress(record(SERIES, [weekly(date(2026, 11, 9), None)]))
    (score,) = course.record.scores[SYMPTOMS]
    assert course.remarks(score) == ("17 skipped",)
    assert course.changes[SYMPTOMS].latest is None
