"""What a set reached waits until somebody says what was done, and who was first stays first."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.make.accounts import make_colleague
from tests.make.infusions import course_of_today, make_infusion, make_vital_signs, planned_id
from tests.make.patients import NOW
from tracker.actions import notices, sheet_entries
from tracker.actions.submissions import Submission
from tracker.actions.vital_signs import VITAL_SIGNS, correct_vital_signs
from tracker.domain.errors import NotFound, Refused
from tracker.domain.notice_log import waiting_notices
from tracker.domain.permissions import NotPermitted
from tracker.domain.vital_signs import VitalSigns
from tracker.models.run_sheets import NoticeAcknowledgementRow
from tracker.queries import run_sheets

AT_TEN = NOW + timedelta(minutes=10)


@pytest.fixture
def clinician(world):
    return world.a.clinician


@pytest.fixture
def infusion_id(db, world, clinician):
    course_id = course_of_today(db, clinician, world.a.patient_id)
    return make_infusion(db, clinician, planned_id(db, course_id))


@pytest.fixture
def set_id(db, clinician, infusion_id):
    """Too high a pressure and too little oxygen: two notices of one set."""
    values = {"systolic_mmhg": 172, "diastolic_mmhg": 80, "spo2_percent": 88}
    return make_vital_signs(db, clinician, infusion_id, now=AT_TEN, **values)


def acknowledge(db, who, set_id, action="Measured again", *, now=AT_TEN, **rest):
    done_at, submission = rest.get("done_at", now), rest.get("submission")
    return notices.acknowledge(
        db, who, set_id, action=action, done_at=done_at, submission=submission, now=now
    )


def waiting(db, who, infusion_id):
    db.rollback()
    sheet = run_sheets.get_run_sheet(db, who, infusion_id)
    return waiting_notices(
        sheet.standing_sets,
        sheet.entries.acknowledgements,
        sheet.protocol,
        started_at=sheet.given.started_at,
    )


def how_many(db):
    db.rollback()
    return db.scalar(select(func.count()).select_from(NoticeAcknowledgementRow))


def test_all_that_waits_of_a_set_is_acknowledged_at_once(db, clinician, infusion_id, set_id):
    assert len(waiting(db, clinician, infusion_id)) == 2
    assert acknowledge(db, clinician, set_id) == infusion_id
    assert waiting(db, clinician, infusion_id) == ()
    assert how_many(db) == 2


def test_whoever_comes_second_is_told_who_was_first(db, world, clinician, set_id):
    acknowledge(db, clinician, set_id, "Told the prescriber")
    colleague = make_colleague(db, world.a.clinic.id)
    with pytest.raises(Refused, match="was first and wrote: “Told the prescriber”") as refused:
        acknowledge(db, colleague, set_id, "Paused")
    assert clinician.name in str(refused.value)
    assert how_many(db) == 2


def test_an_acknowledgement_sent_twice_is_one(db, clinician, infusion_id, set_id):
    once = Submission(id=uuid4(), payload_hash=b"a" * 32)
    for _ in range(2):
        assert acknowledge(db, clinician, set_id, submission=once) == infusion_id
    assert how_many(db) == 2


@pytest.mark.parametrize(
    ("action", "minutes", "field"),
    [("", 0, "actions"), ("Paused", 6, "done_time"), ("Paused", -2, "done_time")],
)
def test_what_cannot_be_is_refused(db, clinician, set_id, action, minutes, field):
    done_at = AT_TEN + timedelta(minutes=minutes)
    with pytest.raises(Refused) as refused:
        acknowledge(db, clinician, set_id, action, done_at=done_at)
    assert refused.value.field == field
    assert how_many(db) == 0


def test_a_struck_set_takes_its_notices_with_it(db, clinician, infusion_id, set_id):
    reason = "Another patient"
    sheet_entries.strike(
        db, clinician, VITAL_SIGNS, set_id, reason=reason, submission=None, now=AT_TEN
    )
    assert waiting(db, clinician, infusion_id) == ()
    with pytest.raises(Refused, match="struck out"):
        acknowledge(db, clinician, set_id)


def test_nothing_waits_of_a_set_within_the_limits(db, clinician, infusion_id):
    calm = make_vital_signs(db, clinician, infusion_id, now=AT_TEN, heart_rate_bpm=70)
    with pytest.raises(Refused, match="reached no limit"):
        acknowledge(db, clinician, calm)


def test_only_this_clinics_clinicians_acknowledge(db, world, set_id):
    with pytest.raises(NotFound):
        acknowledge(db, world.b.clinician, set_id)
    with pytest.raises(NotPermitted):
        acknowledge(db, world.a.therapist, set_id)
    assert how_many(db) == 0


def correct(db, who, set_id, now, **values):
    signs = VitalSigns(**values)
    asked = {"measured_at": AT_TEN, "reason": "Typed wrong", "submission": None, "now": now}
    correct_vital_signs(db, who, set_id, signs, **asked)


def test_a_correction_keeps_what_was_acknowledged_of_values_that_stay(
    db, world, clinician, infusion_id, set_id
):
    acknowledge(db, clinician, set_id, "Oxygen given")
    colleague = make_colleague(db, world.a.clinic.id)
    later = AT_TEN + timedelta(minutes=3)
    correct(db, colleague, set_id, later, systolic_mmhg=168, diastolic_mmhg=80, spo2_percent=88)
    assert [each.notice.measure for each in waiting(db, clinician, infusion_id)] == [
        "systolic_mmhg"
    ]
    sheet = run_sheets.get_run_sheet(db, clinician, infusion_id)
    carried = sheet.entries.acknowledgements[-1]
    assert carried.action == f"Acknowledged on the first entry by {clinician.name}: Oxygen given"
    assert (carried.occurred_at, carried.recorded_by) == (AT_TEN, colleague.name)
    assert how_many(db) == 3


def test_a_correction_of_what_nobody_acknowledged_waits_as_before(
    db, clinician, infusion_id, set_id
):
    correct(db, clinician, set_id, AT_TEN, systolic_mmhg=172, diastolic_mmhg=80, spo2_percent=88)
    assert len(waiting(db, clinician, infusion_id)) == 2
    assert how_many(db) == 0
