"""Planning and recording therapy sessions. Chart notes only: what belongs in the record."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.courses import TherapyState
from tracker.domain.errors import NotFound, Refused, StaleForm, differences
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.signing import Meaning
from tracker.domain.therapy_record import IS_SIGNED, TherapyRecord, fitting
from tracker.models import planning
from tracker.models.courses import CourseRow
from tracker.models.database import transaction
from tracker.models.signatures import SignatureRow
from tracker.models.therapy_sessions import TherapySessionRow

LABELS = {
    "state": "Attendance",
    "planned_on": "Planned date",
    "planned_time": "Planned time",
    "kind": "Kind",
    "format": "Format",
    "occurred_at": "Held",
    "minutes": "Minutes",
    "suds_start": "SUDS at the start",
    "suds_peak": "SUDS at the peak",
    "suds_end": "SUDS at the end",
    "focus": "Focus",
    "measures_reviewed": "Measures reviewed",
    "homework_done": "Homework done",
    "homework": "Homework set",
    "risk": "Risk",
    "next_steps": "Plan",
}


def add_therapy_session(
    db: Session,
    who: Person,
    course_id: UUID,
    record: TherapyRecord,
    *,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Plan a therapy session, or record one that nobody planned; returns its id."""
    check_may(who, Act.RECORD_THERAPY)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["therapy_session_id"])
        course = _find_course(db, who, course_id)
        if record.state is TherapyState.PLANNED and course.ended_on is not None:
            raise Refused("The course has ended. Nothing can be planned in it.", field="state")
        kept = _fitting(db, who, record, now)
        session_id = uuid4()
        row = {
            "id": session_id,
            "clinic_id": who.clinic_id,
            "course_id": course_id,
            "therapist_id": who.user_id if kept.state is TherapyState.HELD else None,
            "recorded_at": now,
            "recorded_by": who.user_id,
        }
        db.execute(insert(TherapySessionRow), [row | _values(kept)])
        planned = kept.state is TherapyState.PLANNED
        event = AuditEvent.THERAPY_PLANNED if planned else AuditEvent.THERAPY_RECORDED
        _record(db, who, event, session_id, course.patient_id, now, ["state"])
        if submission:
            result = {"therapy_session_id": str(session_id)}
            submissions.remember(db, who, submission, result, now=now)
        return session_id


def record_therapy_session(
    db: Session,
    who: Person,
    therapy_session_id: UUID,
    record: TherapyRecord,
    *,
    seen_version: int | None,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Store what became of a therapy session; returns its id.

    Raises `StaleForm` when a colleague changed it meanwhile.
    """
    check_may(who, Act.RECORD_THERAPY)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["therapy_session_id"])
        row = _lock(db, who, therapy_session_id)
        kept = _fitting(db, who, record, now)
        yours, stored = _values(kept), _stored(row)
        if seen_version != row.version:
            raise StaleForm(
                differences(_words(yours), _words(stored), LABELS), stored_version=row.version
            )
        changed = [name for name in LABELS if yours[name] != stored[name]]
        for name in changed:
            setattr(row, name, yours[name])
        if kept.state is TherapyState.HELD and row.therapist_id is None:
            row.therapist_id = who.user_id
        row.version += 1
        db.flush()
        patient_id = _find_course(db, who, row.course_id).patient_id
        _record(db, who, AuditEvent.THERAPY_RECORDED, therapy_session_id, patient_id, now, changed)
        if submission:
            result = {"therapy_session_id": str(therapy_session_id)}
            submissions.remember(db, who, submission, result, now=now)
        return therapy_session_id


def _find_course(db: Session, who: Person, course_id: UUID) -> Any:
    row = db.execute(
        select(CourseRow.patient_id, CourseRow.state, CourseRow.ended_on).where(
            CourseRow.id == course_id, CourseRow.clinic_id == who.clinic_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("course")
    return row


def _lock(db: Session, who: Person, therapy_session_id: UUID) -> TherapySessionRow:
    row = db.execute(
        select(TherapySessionRow)
        .where(
            TherapySessionRow.id == therapy_session_id,
            TherapySessionRow.clinic_id == who.clinic_id,
        )
        .with_for_update()
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("therapy session")
    signed = select(SignatureRow.id).where(
        SignatureRow.therapy_session_id == row.id, SignatureRow.meaning == Meaning.PERFORMED
    )
    if db.scalar(select(signed.exists())):
        raise Refused(IS_SIGNED)
    return row


def _fitting(db: Session, who: Person, record: TherapyRecord, now: datetime) -> TherapyRecord:
    today = now.astimezone(planning.clinic_zone(db, who.clinic_id)).date()
    return fitting(record, today=today, now=now)


def _values(record: TherapyRecord) -> dict[str, Any]:
    return {each.name: _plain(getattr(record, each.name)) for each in fields(record)}


def _stored(row: TherapySessionRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in LABELS}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, StrEnum) else value


def _words(values: dict[str, Any]) -> dict[str, str]:
    return {name: _word(value) for name, value in values.items()}


def _word(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return "" if value is None else str(value).replace("_", " ")


def _record(
    db: Session,
    who: Person,
    event: AuditEvent,
    therapy_session_id: UUID,
    patient_id: UUID,
    now: datetime,
    changed: list[str],
) -> None:
    audit.record(
        db,
        who,
        event,
        now=now,
        kind="therapy_session",
        object_id=therapy_session_id,
        patient_id=patient_id,
        detail={"changed": changed},
    )
