"""Whose is it? The one lookup behind every address that carries an id.

A row of another clinic, or for a patient of another patient, is not found: the same answer as for
an id that never existed.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.models.check_ins import CheckInRow, SafetyAlertRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.infusions import GivenInfusionRow, InfusionEventRow, VitalSignsRow
from tracker.models.patients import PatientRow
from tracker.models.therapy_sessions import TherapySessionRow


def _of_course(row: Any) -> Select[UUID]:
    return select(CourseRow.patient_id).join(row, row.course_id == CourseRow.id)


def _of_infusion(row: Any) -> Select[UUID]:
    return _of_course(GivenInfusionRow).join(row, row.given_infusion_id == GivenInfusionRow.id)


_PATIENT_OF: dict[str, tuple[Any, Select[UUID]]] = {
    "patient": (PatientRow, select(PatientRow.id)),
    "course": (CourseRow, select(CourseRow.patient_id)),
    "planned_infusion": (PlannedInfusionRow, _of_course(PlannedInfusionRow)),
    "infusion": (GivenInfusionRow, _of_course(GivenInfusionRow)),
    "vital_signs": (VitalSignsRow, _of_infusion(VitalSignsRow)),
    "infusion_event": (InfusionEventRow, _of_infusion(InfusionEventRow)),
    "therapy_session": (TherapySessionRow, _of_course(TherapySessionRow)),
    "check_in": (CheckInRow, select(CheckInRow.patient_id)),
    "alert": (SafetyAlertRow, select(SafetyAlertRow.patient_id)),
}

KINDS = frozenset(_PATIENT_OF)


def patient_of(db: Session, who: Person, kind: str, object_id: UUID) -> UUID:
    """The patient that a record belongs to, if this person may know of it.

    Raises `NotFound` for a record of another clinic and, to a patient, of anybody else.
    """
    row, statement = _PATIENT_OF[kind]
    found = db.scalars(
        statement.where(row.id == object_id, row.clinic_id == who.clinic_id)
    ).one_or_none()
    if found is None or (not who.is_staff and found != who.patient_id):
        raise NotFound(kind)
    return found
