"""The open safety alerts that hold a patient's next infusion."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.domain.infusion_hold import HOLDS_FROM
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.database import read_rows

_HOLDING = (
    select(SafetyAlertRow.id)
    .where(
        SafetyAlertRow.clinic_id == bindparam("clinic_id"),
        SafetyAlertRow.patient_id == bindparam("patient_id"),
        SafetyAlertRow.closed_at.is_(None),
        SafetyAlertRow.level >= int(HOLDS_FROM),
    )
    .order_by(SafetyAlertRow.due_at, SafetyAlertRow.id)
)


def holding(db: Session, clinic_id: UUID, patient_id: UUID) -> tuple[UUID, ...]:
    """Their ids, the one that is due first in front. One statement."""
    values = {"clinic_id": clinic_id, "patient_id": patient_id}
    return tuple(read_rows(db, _HOLDING, values).scalars())
