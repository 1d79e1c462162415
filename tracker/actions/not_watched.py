"""A patient agrees, once, that nobody watches their answers day and night."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.database import transaction


def agree_not_watched(db: Session, who: Person, *, now: datetime) -> None:
    """Store when it was agreed to. Said again, the first time stands. Raises `NotFound`."""
    check_may(who, Act.SEND_OWN_CHECK_IN)
    if who.patient_id is None:
        raise NotFound("patient")
    mine = CheckInPreferencesRow.patient_id == who.patient_id
    with transaction(db):
        kept = db.execute(
            select(CheckInPreferencesRow.not_watched_agreed_at).where(mine)
        ).one_or_none()
        if kept is not None and kept.not_watched_agreed_at is not None:
            return
        agreed = {"not_watched_agreed_at": now, "changed_at": now}
        if kept is not None:
            db.execute(update(CheckInPreferencesRow).where(mine).values(**agreed))
        else:
            row = {"patient_id": who.patient_id, "clinic_id": who.clinic_id, **agreed}
            db.execute(insert(CheckInPreferencesRow), [row])
        audit.record(
            db,
            who,
            AuditEvent.NOT_WATCHED_AGREED,
            now=now,
            kind="patient",
            object_id=who.patient_id,
            patient_id=who.patient_id,
        )
