"""The safety alerts about one patient that nobody has closed, as pages about the patient name them.

Level and deadline only: what was answered stands on the page of the alert.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.domain.before_session import OpenAlert
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.safety import AlertLevel
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.database import read_rows
from tracker.models.prepared import Prepared

_OPEN = Prepared(
    select(SafetyAlertRow.id, SafetyAlertRow.level, SafetyAlertRow.due_at)
    .where(
        SafetyAlertRow.clinic_id == bindparam("clinic_id"),
        SafetyAlertRow.patient_id == bindparam("patient_id"),
        SafetyAlertRow.closed_at.is_(None),
    )
    .order_by(SafetyAlertRow.level.desc(), SafetyAlertRow.due_at, SafetyAlertRow.id)
)


def list_open_of_patient(db: Session, who: Person, patient_id: UUID) -> tuple[OpenAlert, ...]:
    """Every one, most urgent first, then by deadline. One statement."""
    check_may(who, Act.CLOSE_ALERT)
    wanted = {"clinic_id": who.clinic_id, "patient_id": patient_id}
    return tuple(
        OpenAlert(id=row.id, level=AlertLevel(row.level), due_at=row.due_at)
        for row in read_rows(db, _OPEN, wanted)
    )
