"""Looking at a record leaves a trace: the look-up and its audit event are one transaction.

The event is on disk before the page is made. If it cannot be stored, the page is not shown.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.actions import audit
from tracker.domain.audit import AuditEvent
from tracker.domain.people import Person
from tracker.models import ownership
from tracker.models.database import transaction


def open_page(
    db: Session,
    who: Person,
    *,
    page: str,
    event: AuditEvent,
    kind: str | None,
    object_id: UUID | None,
    even_restricted: bool = False,
    now: datetime,
) -> UUID | None:
    """Record that a page is opened; returns the patient whose record it shows, if it shows one.

    Raises `NotFound` when the record is not this person's to see.
    """
    with transaction(db):
        patient_id = who.patient_id or who.proxy_for
        if kind is not None and object_id is not None:
            patient_id = ownership.patient_of(
                db, who, kind, object_id, even_restricted=even_restricted
            )
        audit.record(
            db,
            who,
            event,
            now=now,
            kind=kind or "",
            object_id=object_id,
            patient_id=patient_id,
            detail={"page": page},
        )
    return patient_id


def hand_out_file(
    db: Session,
    who: Person,
    *,
    page: str,
    event: AuditEvent,
    file: bytes,
    rows: int,
    now: datetime,
) -> None:
    """Record that a file leaves, so that one that turns up elsewhere can be told to be this one."""
    sha256 = hashlib.sha256(file).hexdigest()
    with transaction(db):
        audit.record(db, who, event, now=now, detail={"page": page, "rows": rows, "sha256": sha256})
