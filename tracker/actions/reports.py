"""A report that is made outside of a page leaves its trace in the audit trail as well."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.actions import audit
from tracker.domain.audit import AuditEvent
from tracker.models.database import transaction


def record_printed_in_shell(
    db: Session, clinic_id: UUID, course_id: UUID, patient_id: UUID, *, now: datetime
) -> None:
    """Store that somebody with a shell on the server made a report of this course."""
    with transaction(db):
        audit.record(
            db,
            None,
            AuditEvent.REPORT_PRINTED,
            now=now,
            kind="course",
            object_id=course_id,
            patient_id=patient_id,
            clinic_id=clinic_id,
            detail={"page": "command line"},
        )
