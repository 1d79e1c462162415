"""Open alerts whose deadline has passed: the backup is told, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.actions import audit, messages
from tracker.domain.audit import AuditEvent
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.database import transaction
from tracker.models.reach import reaching

_OVERDUE = select(SafetyAlertRow.id, SafetyAlertRow.clinic_id, SafetyAlertRow.patient_id).where(
    SafetyAlertRow.closed_at.is_(None), SafetyAlertRow.escalated_at.is_(None)
)


def escalate_overdue(db: Session, *, now: datetime) -> tuple[int, int]:
    """Tell the backup of every open alert that is past its deadline: how many, and of how many
    nobody could be told because the clinic has named nobody.

    Such an alert is passed on as soon as somebody is named.
    """
    rows = db.execute(
        _OVERDUE.where(SafetyAlertRow.due_at <= now).order_by(SafetyAlertRow.due_at)
    ).all()
    db.rollback()
    told = [_escalate(db, row, now) for row in rows]
    return told.count(True), told.count(False)


def _escalate(db: Session, alert: Any, now: datetime) -> bool | None:
    """Whether anybody was told; None when it was closed or passed on meanwhile."""
    with reaching(db, alert.clinic_id), transaction(db):
        if db.execute(_OVERDUE.where(SafetyAlertRow.id == alert.id)).first() is None:
            return None
        people = messages.queue_escalation(
            db, clinic_id=alert.clinic_id, alert_id=alert.id, now=now
        )
        if not people:
            return False
        db.execute(
            update(SafetyAlertRow).where(SafetyAlertRow.id == alert.id).values(escalated_at=now)
        )
        audit.record(
            db,
            None,
            AuditEvent.ALERT_ESCALATED,
            now=now,
            kind="alert",
            object_id=alert.id,
            patient_id=alert.patient_id,
            clinic_id=alert.clinic_id,
            detail={"people": people},
        )
    return True
