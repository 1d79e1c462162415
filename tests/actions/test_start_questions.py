"""What is asked before an infusion starts, against the sheet and the infusion before."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from tests.make.accounts import make_colleague
from tests.make.drug_ledger import WITNESS, make_account, make_draw, make_vial
from tests.make.infusions import (
    course_of_today,
    make_checked_sheet,
    make_end,
    make_infusion,
    make_sheet,
    make_vital_signs,
    planned_id,
    start_of,
)
from tests.make.patients import NOW
from tracker.actions import infusions
from tracker.domain.confirmation import NeedsConfirmation
from tracker.domain.dosing_weight import WeightRule
from tracker.domain.errors import NotFound, StaleForm
from tracker.domain.infusion import Dose
from tracker.domain.infusion_volume import Preparation
from tracker.domain.run_sheet import Start
from tracker.domain.run_sheet_stages import CannotMove
from tracker.domain.weight_basis import IdealWeightFor, WeightBasis
from tracker.models.course_reviews import unreviewed_after
from tracker.models.infusions import GivenInfusionRow
from tracker.models.treatment_decisions import CourseReviewRow

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def clinician(world):
    return world.a.clinician


@pytest.fixture
def course_id(db, world, clinician):
    return course_of_today(db, clinician, world.a.patient_id)


@pytest.fixture
def second(db, clinician, course_id):
    """The checked sheet of infusion 2, after infusion 1 with 0.5 mg/kg of 80 kg."""
    first = make_infusion(db, clinician, planned_id(db, course_id))
    make_end(db, clinician, first, now=NOW + timedelta(minutes=40))
    return make_checked_sheet(db, clinician, planned_id(db, course_id, 2), at=LATER, now=LATER)


def keys(db, who, sheet_id, start, now=LATER):
    return {
        question.key.split()[0]
        for question in infusions.ask_before_start(db, who, sheet_id, start, now=now)
    }


def test_another_dose_than_last_time_is_asked_about(db, clinician, second):
    same = start_of(started_at=LATER)
    assert "change" not in keys(db, clinician, second, same)
    more = start_of(started_at=LATER, dose_mg_per_kg=Decimal("0.6"))
    assert "change" in keys(db, clinician, second, more)


def test_another_weight_basis_than_last_time_is_asked_about(db, clinician, second):
    rule = WeightRule(basis=WeightBasis.IDEAL, height_cm=170, ideal_for=IdealWeightFor.MAN)
    dose = Dose(weight_kg=Decimal(80), dose_mg_per_kg=Decimal("0.5"), planned_minutes=40, rule=rule)
    assert "basis" in keys(db, clinician, second, Start(dose=dose, started_at=LATER))


def test_the_vital_signs_on_the_sheet_hold_a_start_when_none_come_with_it(db, clinician, course_id):
    sheet_id = make_checked_sheet(db, clinician, planned_id(db, course_id))
    make_vital_signs(db, clinician, sheet_id, now=NOW, systolic_mmhg=170, diastolic_mmhg=90)
    with pytest.raises(NeedsConfirmation):
        infusions.start_infusion(db, clinician, sheet_id, start_of(), submission=None, now=NOW)
    db.rollback()
    assert db.get(GivenInfusionRow, sheet_id) is None
    assert "hold" in keys(db, clinician, sheet_id, start_of(), now=NOW)


def test_a_start_of_more_than_a_day_ago_is_asked_about(db, clinician, course_id):
    sheet_id = make_checked_sheet(db, clinician, planned_id(db, course_id))
    tomorrow = NOW + timedelta(hours=25)
    assert "ago" in keys(db, clinician, sheet_id, start_of(), now=tomorrow)


def test_asking_stores_nothing_and_needs_checks_that_are_done(db, clinician, course_id):
    sheet_id = make_sheet(db, clinician, planned_id(db, course_id))
    with pytest.raises(CannotMove):
        infusions.ask_before_start(db, clinician, sheet_id, start_of(), now=NOW)
    db.rollback()
    assert db.get(GivenInfusionRow, sheet_id) is None


def test_another_clinics_sheet_is_not_found(db, world, second):
    with pytest.raises(NotFound):
        infusions.ask_before_start(db, world.b.clinician, second, start_of(), now=LATER)


def test_a_sheet_that_moved_on_meanwhile_is_shown_both_ways(db, clinician, second):
    with pytest.raises(StaleForm):
        infusions.start_infusion(
            db,
            clinician,
            second,
            start_of(started_at=LATER),
            seen_version=1,
            submission=None,
            now=LATER,
        )


def test_a_review_is_missed_once_the_last_infusion_of_its_window_was_given(
    db, clinician, course_id, second
):
    assert unreviewed_after(db, course_id, ()) is None
    assert unreviewed_after(db, course_id, (3, 4)) is None
    assert unreviewed_after(db, course_id, (1,)) == 1
    review = CourseReviewRow(
        id=uuid4(),
        clinic_id=clinician.clinic_id,
        course_id=course_id,
        after_infusion=1,
        decision="continue",
        reason="Better",
        occurred_at=LATER,
        recorded_at=LATER,
        recorded_by=clinician.user_id,
    )
    db.add(review)
    db.flush()
    assert unreviewed_after(db, course_id, (1,)) is None
    db.rollback()


def test_what_was_drawn_is_held_against_what_is_typed(db, clinician, course_id):
    sheet_id = make_checked_sheet(db, clinician, planned_id(db, course_id))
    vial = make_vial(db, clinician, mg_per_ml=Decimal(50), volume_ml=Decimal(4))
    typed = start_of(prepared=Preparation(vial_mg_per_ml=Decimal(10)))
    assert not {"strength", "drawn"} & keys(db, clinician, sheet_id, typed, now=NOW)
    entry = make_draw(db, clinician, sheet_id, vial, amount_ug=200_000)
    assert {"strength", "drawn"} <= keys(db, clinician, sheet_id, typed, now=NOW)
    with pytest.raises(NeedsConfirmation):
        infusions.start_infusion(db, clinician, sheet_id, typed, submission=None, now=NOW)
    db.rollback()
    fits = start_of(prepared=Preparation(vial_mg_per_ml=Decimal(50)))
    assert "strength" not in keys(db, clinician, sheet_id, fits, now=NOW)
    make_colleague(db, clinician.clinic_id)
    make_account(db, clinician, entry, given_ug=0, wasted_ug=200_000, witness=WITNESS)
    assert not {"strength", "drawn"} & keys(db, clinician, sheet_id, typed, now=NOW)
