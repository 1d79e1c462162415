"""Closing a safety alert: only by writing down what was done."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound, Refused
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.safety import check_done_at
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.database import transaction


def close_alert(
    db: Session,
    who: Person,
    alert_id: UUID,
    *,
    action_taken: str,
    done_at: datetime | None = None,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Store who closed an alert, what was done and when. What was written stays as it is.

    ``done_at`` is when it was done, now unless told; ``now`` is when it is written down.
    Raises `Refused` without words, for a time that cannot be, or when a colleague has closed it
    meanwhile.
    """
    check_may(who, Act.CLOSE_ALERT)
    done, at = action_taken.strip(), done_at or now
    if not done:
        raise Refused("Write what was done.", field="action_taken")
    with transaction(db):
        if submission and submissions.earlier_result(db, who, submission):
            return alert_id
        row = db.execute(
            select(SafetyAlertRow.patient_id, SafetyAlertRow.closed_at, SafetyAlertRow.raised_at)
            .where(SafetyAlertRow.id == alert_id, SafetyAlertRow.clinic_id == who.clinic_id)
            .with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound("alert")
        if row.closed_at is not None:
            raise Refused("A colleague has closed this alert meanwhile. Nothing was changed.")
        check_done_at(at, raised_at=row.raised_at, now=now)
        db.execute(
            update(SafetyAlertRow)
            .where(SafetyAlertRow.id == alert_id)
            .values(done_at=at, closed_at=now, closed_by=who.user_id, action_taken=done)
        )
        audit.record(
            db,
            who,
            AuditEvent.ALERT_CLOSED,
            now=now,
            kind="alert",
            object_id=alert_id,
            patient_id=row.patient_id,
        )
        if submission:
            submissions.remember(db, who, submission, {"alert_id": str(alert_id)}, now=now)
    return alert_id
