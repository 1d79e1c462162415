"""Starting an infusion from its checked sheet: the rules, the questions, and once only."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.make.infusions import (
    course_of_today,
    make_checked_sheet,
    make_end,
    make_infusion,
    planned_id,
    start_of,
)
from tests.make.patients import NOW
from tracker.actions import infusions
from tracker.actions.submissions import Submission
from tracker.domain.confirmation import NeedsConfirmation
from tracker.domain.errors import NotFound, Refused, SubmittedDifferently
from tracker.domain.permissions import NotPermitted
from tracker.domain.vital_signs import VitalSigns
from tracker.models.audit import AuditEventRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.infusions import GivenInfusionRow
from tracker.models.run_sheets import RunSheetRow, VitalSignsRow


@pytest.fixture
def clinician(world):
    return world.a.clinician


@pytest.fixture
def course_id(db, world, clinician):
    return course_of_today(db, clinician, world.a.patient_id)


@pytest.fixture
def sheet_id(db, clinician, course_id):
    """The sheet of infusion 1: everything is ready for the start."""
    return make_checked_sheet(db, clinician, planned_id(db, course_id))


def begin(db, who, sheet_id, *, now=NOW, confirmed=(), submission=None, **changes):
    start = start_of(**({"started_at": now} | changes))
    return infusions.start_infusion(
        db, who, sheet_id, start, confirmed=confirmed, submission=submission, now=now
    )


def count(db, row):
    found = db.scalar(select(func.count()).select_from(row))
    db.rollback()
    return found


def test_a_start_keeps_the_id_of_its_sheet_and_moves_the_course_on(
    db, clinician, course_id, sheet_id
):
    planned = planned_id(db, course_id)
    given = begin(db, clinician, sheet_id, dose_reason="")
    assert given == sheet_id
    assert db.get(RunSheetRow, sheet_id).stage == "running"
    row = db.get(GivenInfusionRow, given)
    assert (row.state, row.ordered_mg, row.occurred_at) == ("running", Decimal("40.0"), NOW)
    assert row.recorded_by == clinician.user_id
    assert db.get(PlannedInfusionRow, planned).state == "given"
    course = db.get(CourseRow, course_id)
    assert (course.state, course.version) == ("active", 2)
    event = db.scalars(select(AuditEventRow).where(AuditEventRow.event == "infusion started")).one()
    assert (event.object_id, event.patient_id) == (given, course.patient_id)


def test_baseline_vital_signs_are_the_first_set(db, clinician, sheet_id):
    baseline = VitalSigns(systolic_mmhg=126, diastolic_mmhg=78)
    given = begin(db, clinician, sheet_id, baseline=baseline)
    found = db.scalars(select(VitalSignsRow)).one()
    assert (found.run_sheet_id, found.systolic_mmhg, found.heart_rate_bpm) == (
        given,
        126,
        None,
    )


def test_no_baseline_stores_no_set(db, clinician, sheet_id):
    begin(db, clinician, sheet_id)
    assert count(db, VitalSignsRow) == 0


def test_sending_twice_starts_once(db, clinician, sheet_id):
    form = Submission(id=uuid4(), payload_hash=b"a" * 32)
    first = begin(db, clinician, sheet_id, submission=form)
    assert begin(db, clinician, sheet_id, submission=form) == first
    assert count(db, GivenInfusionRow) == 1
    with pytest.raises(SubmittedDifferently):
        begin(db, clinician, sheet_id, submission=Submission(id=form.id, payload_hash=b"b" * 32))


def test_a_second_person_is_told_that_it_was_started(db, clinician, sheet_id):
    begin(db, clinician, sheet_id)
    with pytest.raises(Refused, match="started already"):
        begin(db, clinician, sheet_id)


def test_therapists_do_not_start_infusions(db, world, sheet_id):
    with pytest.raises(NotPermitted):
        begin(db, world.a.therapist, sheet_id)


def test_another_clinics_infusion_is_not_found(db, world, sheet_id):
    with pytest.raises(NotFound):
        begin(db, world.b.clinician, sheet_id)
    assert count(db, GivenInfusionRow) == 0


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"dose_mg_per_kg": Decimal("2.001")}, "dose_mg_per_kg", "no dose above 2 mg/kg"),
        ({"dose_mg_per_kg": Decimal("1.2")}, "dose_reason", "asks for a reason"),
        ({"weight_kg": Decimal(19)}, "weight_kg", "from 20 to 400"),
        ({"planned_minutes": 0}, "planned_minutes", "from 1 to 600"),
        ({"started_at": NOW + timedelta(minutes=6)}, "started_time", "in the future"),
        (
            {"baseline": VitalSigns(systolic_mmhg=80, diastolic_mmhg=90)},
            "diastolic_mmhg",
            "below the systolic",
        ),
    ],
)
def test_what_cannot_be_is_refused_beside_its_question(
    db, clinician, sheet_id, changes, field, words
):
    with pytest.raises(Refused, match=words) as raised:
        begin(db, clinician, sheet_id, **changes)
    assert raised.value.field == field
    assert count(db, GivenInfusionRow) == 0


def questions(raised):
    return [question.words for question in raised.value.questions]


def test_a_dose_above_the_usual_range_is_confirmed_with_a_reason(db, clinician, sheet_id):
    high = {"dose_mg_per_kg": Decimal("1.2"), "dose_reason": "No effect at 1.0"}
    with pytest.raises(NeedsConfirmation) as raised:
        begin(db, clinician, sheet_id, **high)
    assert "96 mg is meant" in questions(raised)[0]
    assert count(db, GivenInfusionRow) == 0
    keys = [question.key for question in raised.value.questions]
    given = begin(db, clinician, sheet_id, confirmed=keys, **high)
    assert db.get(GivenInfusionRow, given).dose_reason == "No effect at 1.0"


def test_confirming_one_dose_does_not_confirm_a_higher_one(db, clinician, sheet_id):
    high = {"dose_mg_per_kg": Decimal("1.2"), "dose_reason": "No effect at 1.0"}
    with pytest.raises(NeedsConfirmation) as raised:
        begin(db, clinician, sheet_id, **high)
    keys = [question.key for question in raised.value.questions]
    with pytest.raises(NeedsConfirmation):
        begin(
            db, clinician, sheet_id, confirmed=keys, **(high | {"dose_mg_per_kg": Decimal("1.9")})
        )


def test_a_start_on_another_day_than_planned_is_asked_about(db, clinician, sheet_id):
    with pytest.raises(NeedsConfirmation) as raised:
        begin(db, clinician, sheet_id, started_at=NOW - timedelta(days=1))
    assert questions(raised) == [
        "Infusion 1 is planned for 23 Nov 2026. It started on 22 Nov 2026."
    ]


def test_a_start_out_of_turn_is_asked_about(db, clinician, course_id):
    with pytest.raises(NeedsConfirmation) as raised:
        begin(db, clinician, second(db, clinician, course_id))
    assert "Infusion 1 was not given yet. Infusion 2 is given before it." in questions(raised)


def test_a_baseline_at_the_hold_limit_is_asked_about(db, clinician, sheet_id):
    baseline = VitalSigns(systolic_mmhg=172, diastolic_mmhg=95)
    with pytest.raises(NeedsConfirmation) as raised:
        begin(db, clinician, sheet_id, baseline=baseline)
    assert questions(raised) == [
        "Systolic 172 mmHg: the site's hold limit is 160 mmHg or above. "
        "The infusion is started all the same."
    ]


def second(db, who, course_id, *, at=NOW):
    """The checked sheet of infusion 2."""
    return make_checked_sheet(db, who, planned_id(db, course_id, 2), at=at, now=at)


def test_nothing_starts_while_another_infusion_of_the_course_runs(db, clinician, course_id):
    make_infusion(db, clinician, planned_id(db, course_id))
    with pytest.raises(Refused, match="Infusion 1 is still running"):
        begin(db, clinician, second(db, clinician, course_id))


def test_a_start_before_the_end_of_the_infusion_before_is_refused(db, clinician, course_id):
    first = make_infusion(db, clinician, planned_id(db, course_id))
    ended = NOW + timedelta(minutes=40)
    make_end(db, clinician, first, now=ended)
    with pytest.raises(Refused, match="before the end of infusion 1"):
        begin(db, clinician, second(db, clinician, course_id), now=ended, started_at=NOW)


def test_a_weight_that_moved_is_asked_about(db, clinician, course_id):
    first = make_infusion(db, clinician, planned_id(db, course_id))
    make_end(db, clinician, first, now=NOW + timedelta(minutes=40))
    later = NOW + timedelta(days=4)
    with pytest.raises(NeedsConfirmation) as raised:
        begin(
            db,
            clinician,
            second(db, clinician, course_id, at=later),
            now=later,
            weight_kg=Decimal("85"),
        )
    assert "was 80 kg at the last infusion (+6.3 %)" in questions(raised)[0]
