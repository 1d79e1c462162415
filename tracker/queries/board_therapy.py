"""The therapy sessions of the board's day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.domain.courses import TherapyKind, TherapyState
from tracker.domain.people import Person
from tracker.models.accounts import UserRow
from tracker.models.courses import CourseRow
from tracker.models.database import read_rows
from tracker.models.patients import PatientRow
from tracker.models.prepared import Prepared
from tracker.models.therapy_sessions import TherapySessionRow


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardTherapy:
    """One therapy session of today; without a time it is some time today."""

    id: UUID
    course_id: UUID
    patient_name: str
    record_number: str
    born_on: date
    kind: TherapyKind
    state: TherapyState
    planned_time: time | None
    therapist: str


_THERAPY = Prepared(
    select(
        TherapySessionRow.id,
        TherapySessionRow.course_id,
        TherapySessionRow.kind,
        TherapySessionRow.state,
        TherapySessionRow.planned_time,
        UserRow.name.label("therapist"),
        PatientRow.born_on,
        PatientRow.given_name,
        PatientRow.family_name,
        PatientRow.record_number,
    )
    .join(CourseRow, CourseRow.id == TherapySessionRow.course_id)
    .join(PatientRow, PatientRow.id == CourseRow.patient_id)
    .outerjoin(UserRow, UserRow.id == TherapySessionRow.therapist_id)
    .where(
        TherapySessionRow.clinic_id == bindparam("clinic_id"),
        TherapySessionRow.planned_on == bindparam("today"),
    )
    .order_by(TherapySessionRow.planned_time, TherapySessionRow.id)
)


def list_therapy(db: Session, who: Person, today: date) -> tuple[BoardTherapy, ...]:
    """By time, those without one first. One statement."""
    rows = read_rows(db, _THERAPY, {"clinic_id": who.clinic_id, "today": today})
    return tuple(
        BoardTherapy(
            id=row.id,
            course_id=row.course_id,
            patient_name=f"{row.given_name} {row.family_name}".strip(),
            record_number=row.record_number,
            born_on=row.born_on,
            kind=TherapyKind(row.kind),
            state=TherapyState(row.state),
            planned_time=row.planned_time,
            therapist=row.therapist or "",
        )
        for row in rows
    )
