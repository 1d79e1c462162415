"""Logging what happened during or after an infusion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import Refused
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.run_sheet import check_logged_time
from tracker.models.database import transaction
from tracker.models.open_sheets import lock_sheet
from tracker.models.run_sheets import InfusionEventRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """What happened: a term of the catalogue or the clinic's own, grade 1 to 5 if it was graded."""

    term: str
    occurred_at: datetime
    grade: int | None = None
    action: str = ""
    note: str = ""


def record_event(
    db: Session,
    who: Person,
    infusion_id: UUID,
    happening: Happening,
    *,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Add an event to a run sheet; returns its id."""
    check_may(who, Act.LOG_INFUSION)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["infusion_event_id"])
        infusion = lock_sheet(db, who.clinic_id, infusion_id)
        if not happening.term:
            raise Refused("Say what happened.", field="term")
        check_logged_time(
            happening.occurred_at,
            began_at=infusion.began_at,
            ended_at=infusion.ended_at,
            now=now,
            field="happened_time",
        )
        event_id = _store(db, who, infusion_id, happening, now)
        audit.record(
            db,
            who,
            AuditEvent.INFUSION_EVENT_RECORDED,
            now=now,
            kind="infusion_event",
            object_id=event_id,
            patient_id=infusion.patient_id,
            detail={"infusion": str(infusion_id)},
        )
        if submission:
            result = {"infusion_event_id": str(event_id)}
            submissions.remember(db, who, submission, result, now=now)
        return event_id


def _store(
    db: Session, who: Person, infusion_id: UUID, happening: Happening, now: datetime
) -> UUID:
    event_id = uuid4()
    db.execute(
        insert(InfusionEventRow),
        [
            {
                "id": event_id,
                "clinic_id": who.clinic_id,
                "run_sheet_id": infusion_id,
                "term": happening.term,
                "grade": happening.grade,
                "action": happening.action,
                "note": happening.note,
                "occurred_at": happening.occurred_at,
                "recorded_at": now,
                "recorded_by": who.user_id,
            }
        ],
    )
    return event_id
