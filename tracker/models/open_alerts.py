"""The open safety alerts that hold a patient's next infusion."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.domain.infusion_hold import HOLDS_FROM
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.database import read_rows
from tracker.models.patients import PatientRow
from tracker.models.prepared import Prepared

_HOLDING = Prepared(
    select(SafetyAlertRow.id)
    .select_from(PatientRow)
    .outerjoin(
        SafetyAlertRow,
        (SafetyAlertRow.patient_id == PatientRow.id)
        & SafetyAlertRow.closed_at.is_(None)
        & (SafetyAlertRow.level >= int(HOLDS_FROM)),
    )
    .where(PatientRow.clinic_id == bindparam("clinic_id"), PatientRow.id == bindparam("patient_id"))
    .order_by(SafetyAlertRow.due_at, SafetyAlertRow.id)
)

_HELD = Prepared(
    select(SafetyAlertRow.patient_id)
    .where(
        SafetyAlertRow.clinic_id == bindparam("clinic_id"),
        SafetyAlertRow.closed_at.is_(None),
        SafetyAlertRow.level >= int(HOLDS_FROM),
    )
    .distinct()
)


def holding(db: Session, clinic_id: UUID, patient_id: UUID) -> tuple[UUID, ...]:
    """Their ids, the one that is due first in front. Raises `NotFound`. One statement."""
    values = {"clinic_id": clinic_id, "patient_id": patient_id}
    found = read_rows(db, _HOLDING, values).scalars().all()
    if not found:
        raise NotFound("patient")
    return tuple(each for each in found if each is not None)


def held_patients(db: Session, clinic_id: UUID) -> frozenset[UUID]:
    """The patients of a clinic whose next infusion is held. One statement."""
    return frozenset(read_rows(db, _HELD, {"clinic_id": clinic_id}).scalars())
