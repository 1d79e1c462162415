"""Recording what else a patient takes. Entries stay: a correction is a newer one with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound, Refused
from tracker.domain.medicines import Change, check_change
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models import ownership, planning
from tracker.models.database import transaction
from tracker.models.treatment_decisions import MedicineChangeRow as Row


def record_change(
    db: Session,
    who: Person,
    patient_id: UUID,
    change: Change,
    *,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Store a start, a dose change or a stop; returns its id."""
    check_may(who, Act.RECORD_MEDICINES)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["medicine_change_id"])
        ownership.patient_of(db, who, "patient", patient_id)
        _check(db, who, change, now)
        event = AuditEvent.MEDICINE_CHANGE_RECORDED
        return _add(db, who, patient_id, change, {}, event, submission, now)


def correct_change(
    db: Session,
    who: Person,
    medicine_change_id: UUID,
    change: Change | None,
    *,
    reason: str,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Replace an entry by another, or strike it out (`change` None); returns the new entry's id."""
    check_may(who, Act.RECORD_MEDICINES)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["medicine_change_id"])
        old = _find_standing(db, who, medicine_change_id)
        if change is not None:
            _check(db, who, change, now)
        more = {
            "corrects_id": medicine_change_id,
            "correction_reason": reason,
            "is_struck": change is None,
        }
        event = AuditEvent.MEDICINE_CHANGE_CORRECTED
        kept = change or Change(
            medicine=old.medicine, change=old.change, changed_on=old.changed_on, dose=old.dose
        )
        return _add(db, who, old.patient_id, kept, more, event, submission, now)


def _check(db: Session, who: Person, change: Change, now: datetime) -> None:
    today = now.astimezone(planning.clinic_zone(db, who.clinic_id)).date()
    check_change(change, today=today)


def _find_standing(db: Session, who: Person, medicine_change_id: UUID) -> Any:
    row = db.execute(
        select(Row.patient_id, Row.medicine, Row.change, Row.changed_on, Row.dose, Row.is_struck)
        .where(Row.id == medicine_change_id, Row.clinic_id == who.clinic_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("medicine change")
    replaced = select(Row.id).where(Row.corrects_id == medicine_change_id)
    if row.is_struck or db.scalar(replaced) is not None:
        raise Refused("This entry was corrected or struck out already.")
    return row


def _add(
    db: Session,
    who: Person,
    patient_id: UUID,
    change: Change,
    more: dict[str, Any],
    event: AuditEvent,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    change_id = uuid4()
    db.execute(
        insert(Row).values(
            id=change_id,
            clinic_id=who.clinic_id,
            patient_id=patient_id,
            medicine=change.medicine,
            change=str(change.change),
            dose=change.dose,
            changed_on=change.changed_on,
            note=change.note,
            recorded_at=now,
            recorded_by=who.user_id,
            **more,
        )
    )
    audit.record(
        db,
        who,
        event,
        now=now,
        kind="medicine_change",
        object_id=change_id,
        patient_id=patient_id,
    )
    if submission:
        submissions.remember(db, who, submission, {"medicine_change_id": str(change_id)}, now=now)
    return change_id
