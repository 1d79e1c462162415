"""Concurrent medicines, recorded as a nurse records them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tests.make.world import ClinicPeople
from tracker.actions.medicines import record_change
from tracker.domain.medicines import Change
from tracker.domain.treatment_decisions import MedicineChange


def make_medicine(
    db: Session,
    people: ClinicPeople,
    dose: str,
    *,
    on: date,
    now: datetime,
    medicine: str = "Sertraline",
    change: MedicineChange = MedicineChange.DOSE_CHANGED,
) -> UUID:
    """A change of a medicine of the clinic's patient."""
    return record_change(
        db,
        people.clinician,
        people.patient_id,
        Change(medicine=medicine, change=change, changed_on=on, dose=dose),
        submission=None,
        now=now,
    )
