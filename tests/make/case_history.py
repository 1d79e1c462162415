"""What was tried before and what a course is for, recorded as a nurse records them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.make.patients import NOW
from tests.make.world import ClinicPeople
from tracker.actions.course_assessments import assess_course
from tracker.actions.prior_treatments import record_trial
from tracker.domain.course_assessments import Assessment, Trauma
from tracker.domain.prior_treatments import (
    Adequacy,
    TreatmentKind,
    Trial,
    TrialEnd,
    TrialOutcome,
)


def sertraline(**changes: Any) -> Trial:
    """Twelve weeks at an adequate dose with too little benefit."""
    values: dict[str, Any] = {
        "kind": TreatmentKind.MEDICINE,
        "treatment": "Sertraline",
        "treatment_class": "SSRI",
        "dose": "200 mg daily",
        "weeks": 12,
        "taken_percent": 90,
        "adequacy": Adequacy.ADEQUATE,
        "outcome": TrialOutcome.PARTIAL,
        "ended_because": TrialEnd.NO_BENEFIT,
    }
    return Trial(**(values | changes))


def make_trial(db: Session, people: ClinicPeople, **changes: Any) -> UUID:
    """A treatment that the clinic's patient tried before."""
    trial = sertraline(**changes)
    return record_trial(db, people.clinician, people.patient_id, trial, submission=None, now=NOW)


def make_assessment(
    db: Session, people: ClinicPeople, course_id: UUID, *, seen_revision: int = 0, **changes: Any
) -> int:
    """A version of a course's diagnosis and assessment; returns its number."""
    values: dict[str, Any] = {
        "icd10_code": "F43.12",
        "trauma": Trauma.ACCIDENT,
        "assessment": "Sleeps through; still avoids the road.",
        "plan": "Monthly boosters here, weekly therapy with the referrer.",
    }
    return assess_course(
        db,
        people.clinician,
        course_id,
        Assessment(**(values | changes)),
        seen_revision=seen_revision,
        submission=None,
        now=NOW,
    )
