"""The record of a course: what is in it, whose it is, and in how many statements it is read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.make.infusions import (
    make_checked_sheet,
    make_infusion,
    make_vital_signs,
    planned_id,
    start_of,
)
from tests.make.progress import (
    FIRST_ON,
    make_better_course,
    make_check_in,
    make_running_course,
    make_weekly,
)
from tests.statements import count_reads
from tracker.actions import vital_signs
from tracker.actions.infusion_events import INFUSION_EVENT, Happening, record_event
from tracker.actions.infusions import start_infusion
from tracker.actions.sheet_entries import strike
from tracker.domain.course_progress import weekly_scales
from tracker.domain.courses import GivenState, PlannedState
from tracker.domain.errors import NotFound
from tracker.domain.permissions import NotPermitted
from tracker.domain.vital_signs import VitalSigns
from tracker.queries.progress import find_own_course_record, get_course_record

WEEKLY = [scale.id for scale in weekly_scales()]


def test_a_record_holds_what_was_stored(db, world):
    course_id = make_better_course(db, world.a)
    record = get_course_record(db, world.a.clinician, course_id, scales=WEEKLY, with_events=True)
    assert record.patient.name == "Sam SampleA"
    assert [each.number for each in record.infusions] == [1, 2, 3, 4, 5, 6]
    assert [each.state for each in record.infusions[2:4]] == [
        PlannedState.GIVEN,
        PlannedState.PLANNED,
    ]
    first = record.given[0]
    assert first.state is GivenState.ENDED
    assert (first.peak_systolic_mmhg, first.peak_diastolic_mmhg) == (151, 93)
    assert (first.lowest_spo2_percent, first.given_mg) == (95, Decimal("40.000"))
    values = [score.value for score in record.scores["weekly_symptoms"]]
    assert values == [Decimal(60), Decimal(40), Decimal(20)]
    assert len(record.check_ins) == 9
    assert record.course_number == 1
    assert record.events == ()


def test_a_check_in_that_asked_says_whether_there_were_suicidal_thoughts(db, world):
    course_id = make_running_course(db, world.a, given=1)
    for day, answer in enumerate((0, 2, None), start=20):
        at = datetime(2026, 10, day, 23, 0, tzinfo=UTC)
        raw = {"self_harm": answer}
        make_check_in(db, world.a, course_id, raw, key="daily", due_key=f"daily:{at:%d}", at=at)
    make_weekly(db, world.a, course_id, 2, on=date(2026, 10, 24))
    record = get_course_record(db, world.a.clinician, course_id, scales=WEEKLY)
    assert [each.has_thoughts for each in record.check_ins] == [False, True, None, None]


def test_a_corrected_set_of_vital_signs_does_not_count(db, world):
    course_id = make_running_course(db, world.a, given=0)
    clinician = world.a.clinician
    at = datetime(2026, 10, 26, 14, 0, tzinfo=UTC)
    infusion_id = make_infusion(db, clinician, planned_id(db, course_id), now=at)
    wrong = make_vital_signs(
        db, clinician, infusion_id, now=at, systolic_mmhg=170, diastolic_mmhg=80, spo2_percent=90
    )
    vital_signs.correct_vital_signs(
        db,
        clinician,
        wrong,
        VitalSigns(systolic_mmhg=120, diastolic_mmhg=80, spo2_percent=97),
        measured_at=at,
        reason="typed wrongly",
        submission=None,
        now=at,
    )
    given = get_course_record(db, clinician, course_id, scales=WEEKLY).given[0]
    assert (given.peak_systolic_mmhg, given.lowest_spo2_percent) == (120, 97)


def test_a_reading_before_the_start_is_not_the_peak(db, world):
    course_id = make_running_course(db, world.a, given=0)
    clinician = world.a.clinician
    at = datetime(2026, 10, 26, 14, 0, tzinfo=UTC)
    arrived_at = at - timedelta(minutes=10)
    infusion_id = make_checked_sheet(
        db, clinician, planned_id(db, course_id), at=arrived_at, now=at
    )
    start_infusion(db, clinician, infusion_id, start_of(started_at=at), submission=None, now=at)
    for minutes, systolic, spo2 in ((-5, 164, 93), (0, 138, 98), (20, 149, 96)):
        make_vital_signs(
            db,
            clinician,
            infusion_id,
            now=at + timedelta(minutes=20),
            measured_at=at + timedelta(minutes=minutes),
            systolic_mmhg=systolic,
            diastolic_mmhg=80,
            spo2_percent=spo2,
        )
    given = get_course_record(db, clinician, course_id, scales=WEEKLY).given[0]
    assert (given.peak_systolic_mmhg, given.lowest_spo2_percent) == (149, 96)


def test_what_was_struck_out_is_not_in_the_record(db, world):
    course_id = make_running_course(db, world.a, given=0)
    clinician = world.a.clinician
    at = datetime(2026, 10, 26, 14, 0, tzinfo=UTC)
    infusion_id = make_infusion(db, clinician, planned_id(db, course_id), now=at)
    entry_id = record_event(
        db,
        clinician,
        infusion_id,
        Happening(term="Nausea", grade=1, occurred_at=at),
        submission=None,
        now=at,
    )
    strike(db, clinician, INFUSION_EVENT, entry_id, reason="Other one", submission=None, now=at)
    record = get_course_record(db, clinician, course_id, scales=WEEKLY, with_events=True)
    assert record.events == ()
    assert record.given[0].event_count == 0


def test_a_record_is_read_in_the_same_number_of_statements_however_long_it_is(db, world):
    short = make_running_course(db, world.a, given=1)
    who = world.a.clinician
    before = count_reads(db, lambda: get_course_record(db, who, short, scales=WEEKLY))
    for week in range(4):
        make_weekly(db, world.a, short, 2, on=date(2026, 11, 2 + 7 * week))
    after = count_reads(db, lambda: get_course_record(db, who, short, scales=WEEKLY))
    assert (before, after) == (6, 6)
    with_events = count_reads(
        db, lambda: get_course_record(db, who, short, scales=WEEKLY, with_events=True)
    )
    assert with_events == 8


def test_a_course_of_another_clinic_is_not_found(db, world):
    course_id = make_running_course(db, world.a, given=0)
    with pytest.raises(NotFound):
        get_course_record(db, world.b.clinician, course_id, scales=WEEKLY)


def test_a_patient_may_not_read_the_clinics_view(db, world):
    course_id = make_running_course(db, world.a, given=0)
    with pytest.raises(NotPermitted):
        get_course_record(db, world.a.patient, course_id, scales=WEEKLY)


def test_a_patient_reads_their_own_course_only(db, world):
    course_id = make_running_course(db, world.a, given=0)
    own = find_own_course_record(db, world.a.patient, scales=WEEKLY)
    assert own is not None
    assert own.id == course_id
    assert find_own_course_record(db, world.b.patient, scales=WEEKLY) is None
    with pytest.raises(NotPermitted):
        find_own_course_record(db, world.a.clinician, scales=WEEKLY)


def test_the_history_of_the_plan_is_read_where_it_is_asked_for(db, world):
    course_id = make_running_course(db, world.a, given=1)
    who = world.a.clinician
    assert get_course_record(db, who, course_id, scales=WEEKLY).moves == ()
    found = get_course_record(db, who, course_id, scales=WEEKLY, with_moves=True).moves
    assert [(move.number, move.from_on) for move in found] == [(n, None) for n in range(1, 7)]
    assert found[0].to_on == FIRST_ON
