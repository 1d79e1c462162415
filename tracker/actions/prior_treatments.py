"""Recording what was tried before. Entries stay: a correction is a newer one with a reason."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound, Refused
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.prior_treatments import Trial, check_trial
from tracker.models import ownership, planning
from tracker.models.case_history import PriorTreatmentRow as Row
from tracker.models.database import transaction

_COLUMNS = tuple(each.name for each in fields(Trial))


def record_trial(
    db: Session,
    who: Person,
    patient_id: UUID,
    trial: Trial,
    *,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Store a treatment that was tried; returns its id."""
    check_may(who, Act.RECORD_HISTORY)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["prior_treatment_id"])
        ownership.patient_of(db, who, "patient", patient_id)
        _check(db, who, trial, now)
        event = AuditEvent.PRIOR_TREATMENT_RECORDED
        values = {"patient_id": patient_id} | _values(trial)
        return _add(db, who, values, event, submission, now)


def correct_trial(
    db: Session,
    who: Person,
    prior_treatment_id: UUID,
    trial: Trial | None,
    *,
    reason: str,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Replace an entry by another, or strike it out (`trial` None); returns the new entry's id."""
    check_may(who, Act.RECORD_HISTORY)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["prior_treatment_id"])
        old = _find_standing(db, who, prior_treatment_id)
        if trial is not None:
            _check(db, who, trial, now)
        values = {
            "patient_id": old["patient_id"],
            "corrects_id": prior_treatment_id,
            "correction_reason": reason,
            "is_struck": trial is None,
        }
        values |= {name: old[name] for name in _COLUMNS} if trial is None else _values(trial)
        event = AuditEvent.PRIOR_TREATMENT_CORRECTED
        return _add(db, who, values, event, submission, now)


def _values(trial: Trial) -> dict[str, Any]:
    return {name: getattr(trial, name) for name in _COLUMNS}


def _check(db: Session, who: Person, trial: Trial, now: datetime) -> None:
    today = now.astimezone(planning.clinic_zone(db, who.clinic_id)).date()
    check_trial(trial, today=today)


def _find_standing(db: Session, who: Person, prior_treatment_id: UUID) -> Any:
    row = (
        db.execute(
            select(Row.__table__)
            .where(Row.id == prior_treatment_id, Row.clinic_id == who.clinic_id)
            .with_for_update()
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound("prior treatment")
    replaced = select(Row.id).where(Row.corrects_id == prior_treatment_id)
    if row["is_struck"] or db.scalar(replaced) is not None:
        raise Refused("This entry was corrected or struck out already.")
    return row


def _add(
    db: Session,
    who: Person,
    values: dict[str, Any],
    event: AuditEvent,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    trial_id = uuid4()
    made = {"id": trial_id, "clinic_id": who.clinic_id, "recorded_by": who.user_id}
    db.execute(insert(Row).values(**values, **made, recorded_at=now))
    audit.record(
        db,
        who,
        event,
        now=now,
        kind="prior_treatment",
        object_id=trial_id,
        patient_id=values["patient_id"],
    )
    if submission:
        submissions.remember(db, who, submission, {"prior_treatment_id": str(trial_id)}, now=now)
    return trial_id
