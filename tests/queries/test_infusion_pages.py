"""What the pages of infusions and therapy sessions read, and in how many statements."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.make.infusions import (
    course_of_today,
    make_end,
    make_infusion,
    make_sheet,
    make_therapy_session,
    make_vital_signs,
    planned_id,
)
from tests.make.patients import NOW
from tests.statements import count_statements
from tracker.actions import vital_signs
from tracker.domain.errors import NotFound
from tracker.domain.run_sheet_stages import Stage
from tracker.domain.vital_signs import VitalSigns
from tracker.queries import infusions, run_sheets, therapy_sessions


@pytest.fixture
def clinician(world):
    return world.a.clinician


@pytest.fixture
def course_id(db, world, clinician):
    return course_of_today(db, clinician, world.a.patient_id)


@pytest.fixture
def infusion_id(db, clinician, course_id):
    return make_infusion(db, clinician, planned_id(db, course_id))


def test_the_start_sheet_shows_the_infusion_before(db, clinician, course_id, infusion_id):
    ended = NOW + timedelta(minutes=40)
    make_end(db, clinician, infusion_id, now=ended)
    third = make_sheet(db, clinician, planned_id(db, course_id, 3), at=ended, now=ended)
    sheet = infusions.get_start_sheet(db, clinician, third)
    assert sheet.last is not None
    assert (sheet.last.number, sheet.last.weight_kg, sheet.last.ended_at) == (
        1,
        Decimal("80"),
        ended,
    )
    assert (sheet.appointment.number, sheet.appointment.infusion_count) == (3, 6)
    assert sheet.protocol.dose.dose_mg_per_kg == Decimal("0.5")
    assert (sheet.stage, sheet.version) == (Stage.ARRIVED, 1)


def test_the_first_infusion_has_none_before_it(db, clinician, course_id):
    first = make_sheet(db, clinician, planned_id(db, course_id))
    sheet = infusions.get_start_sheet(db, clinician, first)
    assert (sheet.last, sheet.measured_at) == (None, None)


def test_the_start_sheet_says_when_vital_signs_were_last_taken(db, clinician, course_id):
    first = make_sheet(db, clinician, planned_id(db, course_id))
    make_vital_signs(db, clinician, first, now=NOW)
    assert infusions.get_start_sheet(db, clinician, first).measured_at == NOW


def test_sets_stand_in_the_order_of_their_measuring(db, clinician, infusion_id):
    now = NOW + timedelta(minutes=30)
    for minutes in (20, 10, 15):
        make_vital_signs(
            db, clinician, infusion_id, now=now, measured_at=NOW + timedelta(minutes=minutes)
        )
    sheet = run_sheets.get_run_sheet(db, clinician, infusion_id)
    assert [(each.occurred_at - NOW).total_seconds() / 60 for each in sheet.entries.vital_sets] == [
        10,
        15,
        20,
    ]


def test_a_corrected_set_points_at_its_correction(db, clinician, infusion_id):
    now = NOW + timedelta(minutes=10)
    old = make_vital_signs(db, clinician, infusion_id, now=now)
    vital_signs.correct_vital_signs(
        db,
        clinician,
        old,
        VitalSigns(heart_rate_bpm=67),
        measured_at=now,
        reason="Digits swapped",
        submission=None,
        now=now,
    )
    sheet = run_sheets.get_run_sheet(db, clinician, infusion_id)
    (standing,) = sheet.standing_sets
    struck = next(each for each in sheet.entries.vital_sets if each.id == old)
    assert (standing.corrects_id, standing.signs.heart_rate_bpm) == (old, 67)
    assert struck.corrected_by == standing.id


def test_pages_take_the_same_number_of_statements_however_much_was_logged(
    db, clinician, course_id, infusion_id
):
    session_id = make_therapy_session(db, clinician, course_id)
    now = NOW + timedelta(minutes=40)
    second = make_sheet(db, clinician, planned_id(db, course_id, 2), at=now, now=now)

    def counts():
        db.rollback()
        db.connection()  # BEGIN is no statement of a page
        asks = (
            lambda: run_sheets.get_run_sheet(db, clinician, infusion_id),
            lambda: infusions.get_start_sheet(db, clinician, second),
            lambda: therapy_sessions.get_therapy_session(db, clinician, session_id),
        )
        return [count_statements(db, ask) for ask in asks]

    few = counts()
    for minutes in range(1, 20):
        make_vital_signs(db, clinician, infusion_id, now=NOW + timedelta(minutes=minutes))
    assert counts() == few == [11, 6, 2]


def test_nothing_of_another_clinic_is_found(db, world, course_id, infusion_id, clinician):
    session_id = make_therapy_session(db, clinician, course_id)
    stranger = world.b.clinician
    for ask in (
        lambda: run_sheets.get_run_sheet(db, stranger, infusion_id),
        lambda: infusions.get_start_sheet(db, stranger, infusion_id),
        lambda: infusions.get_appointment(db, stranger, planned_id(db, course_id)),
        lambda: therapy_sessions.get_course(db, stranger, course_id),
        lambda: therapy_sessions.get_therapy_session(db, stranger, session_id),
    ):
        with pytest.raises(NotFound):
            ask()
