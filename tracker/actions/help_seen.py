"""A patient says that they saw the lines for help."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from tracker.actions import audit
from tracker.domain.audit import AuditEvent
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.database import transaction


def confirm_help_seen(db: Session, who: Person, *, now: datetime) -> None:
    """Store when the lines were seen, with every alert that they were shown for until now."""
    check_may(who, Act.SEND_OWN_CHECK_IN)
    with transaction(db):
        marked = db.execute(
            update(SafetyAlertRow)
            .where(
                SafetyAlertRow.patient_id == who.patient_id,
                SafetyAlertRow.clinic_id == who.clinic_id,
                SafetyAlertRow.help_seen_at.is_(None),
            )
            .values(help_seen_at=now)
        )
        if marked.rowcount:  # type: ignore[attr-defined]
            audit.record(
                db,
                who,
                AuditEvent.ALERT_HELP_SEEN,
                now=now,
                kind="alert",
                patient_id=who.patient_id,
            )
