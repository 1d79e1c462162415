"""What the page of a therapy session shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tracker.domain.before_session import HeldSession
from tracker.domain.courses import CourseState, TherapyFormat, TherapyKind, TherapyState
from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.therapy_timing import StartedInfusion
from tracker.models.accounts import UserRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.infusions import GivenInfusionRow
from tracker.models.patients import PatientRow
from tracker.models.therapy_sessions import TherapySessionRow


@dataclass(frozen=True, kw_only=True, slots=True)
class TherapyCourse:
    """The course that a therapy session belongs to, whose it is, and its infusions so far."""

    course_id: UUID
    course_state: CourseState
    patient_id: UUID
    given_name: str
    family_name: str
    born_on: date
    record_number: str
    allergies: str
    infusions: tuple[StartedInfusion, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TherapySession:
    """One therapy session as it is stored."""

    id: UUID
    state: TherapyState
    kind: TherapyKind
    format: TherapyFormat
    planned_on: date
    planned_time: time | None
    occurred_at: datetime | None
    minutes: int | None
    suds_start: int | None
    suds_peak: int | None
    suds_end: int | None
    focus: str
    measures_reviewed: str
    homework_done: str
    homework: str
    risk: str
    next_steps: str
    therapist: str
    recorded_at: datetime
    recorded_by: str
    version: int


_OF_PATIENT = (
    CourseRow.id.label("course_id"),
    CourseRow.state.label("course_state"),
    PatientRow.id.label("patient_id"),
    PatientRow.given_name,
    PatientRow.family_name,
    PatientRow.born_on,
    PatientRow.record_number,
    PatientRow.allergies,
)


def get_course(db: Session, who: Person, course_id: UUID) -> TherapyCourse:
    """The course for a new therapy session. Raises `NotFound`. Two statements."""
    row = db.execute(
        select(*_OF_PATIENT)
        .join(PatientRow, PatientRow.id == CourseRow.patient_id)
        .where(CourseRow.id == course_id, CourseRow.clinic_id == who.clinic_id)
    ).one_or_none()
    if row is None:
        raise NotFound("course")
    return _course(db, who, row)


def get_therapy_session(
    db: Session, who: Person, therapy_session_id: UUID
) -> tuple[TherapyCourse, TherapySession]:
    """A therapy session and its course. Raises `NotFound`. Two statements."""
    therapist = aliased(UserRow)
    row = db.execute(
        select(
            *_OF_PATIENT,
            TherapySessionRow.id,
            TherapySessionRow.state,
            TherapySessionRow.kind,
            TherapySessionRow.format,
            TherapySessionRow.planned_on,
            TherapySessionRow.planned_time,
            TherapySessionRow.occurred_at,
            TherapySessionRow.minutes,
            TherapySessionRow.suds_start,
            TherapySessionRow.suds_peak,
            TherapySessionRow.suds_end,
            TherapySessionRow.focus,
            TherapySessionRow.measures_reviewed,
            TherapySessionRow.homework_done,
            TherapySessionRow.homework,
            TherapySessionRow.risk,
            TherapySessionRow.next_steps,
            TherapySessionRow.recorded_at,
            TherapySessionRow.version,
            UserRow.name.label("recorded_by"),
            therapist.name.label("therapist"),
        )
        .join(CourseRow, CourseRow.id == TherapySessionRow.course_id)
        .join(PatientRow, PatientRow.id == CourseRow.patient_id)
        .join(UserRow, UserRow.id == TherapySessionRow.recorded_by)
        .outerjoin(therapist, therapist.id == TherapySessionRow.therapist_id)
        .where(
            TherapySessionRow.id == therapy_session_id,
            TherapySessionRow.clinic_id == who.clinic_id,
        )
    ).one_or_none()
    if row is None:
        raise NotFound("therapy session")
    return _course(db, who, row), _therapy_session(row)


def find_last_held(db: Session, who: Person, course_id: UUID) -> HeldSession | None:
    """The last therapy session of the course that took place. The chart note, never a private one.
    One statement.
    """
    check_may(who, Act.RECORD_THERAPY)
    row = db.execute(
        select(
            TherapySessionRow.id,
            TherapySessionRow.occurred_at,
            TherapySessionRow.focus,
            TherapySessionRow.next_steps,
            TherapySessionRow.homework,
            UserRow.name.label("therapist"),
        )
        .outerjoin(UserRow, UserRow.id == TherapySessionRow.therapist_id)
        .where(
            TherapySessionRow.course_id == course_id,
            TherapySessionRow.clinic_id == who.clinic_id,
            TherapySessionRow.state == TherapyState.HELD,
        )
        .order_by(TherapySessionRow.occurred_at.desc(), TherapySessionRow.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return HeldSession(
        id=row.id,
        occurred_at=row.occurred_at,
        therapist=row.therapist or "",
        focus=row.focus,
        next_steps=row.next_steps,
        homework=row.homework,
    )


def _course(db: Session, who: Person, row: Any) -> TherapyCourse:
    started = db.execute(
        select(
            PlannedInfusionRow.number,
            PlannedInfusionRow.is_booster,
            GivenInfusionRow.occurred_at,
        )
        .join(PlannedInfusionRow, PlannedInfusionRow.id == GivenInfusionRow.planned_infusion_id)
        .where(
            GivenInfusionRow.course_id == row.course_id,
            GivenInfusionRow.clinic_id == who.clinic_id,
        )
        .order_by(GivenInfusionRow.occurred_at, PlannedInfusionRow.number)
    ).all()
    return TherapyCourse(
        course_id=row.course_id,
        course_state=CourseState(row.course_state),
        patient_id=row.patient_id,
        given_name=row.given_name,
        family_name=row.family_name,
        born_on=row.born_on,
        record_number=row.record_number,
        allergies=row.allergies,
        infusions=tuple(
            StartedInfusion(
                number=each.number, started_at=each.occurred_at, is_booster=each.is_booster
            )
            for each in started
        ),
    )


def _therapy_session(row: Any) -> TherapySession:
    return TherapySession(
        id=row.id,
        state=TherapyState(row.state),
        kind=TherapyKind(row.kind),
        format=TherapyFormat(row.format),
        planned_on=row.planned_on,
        planned_time=row.planned_time,
        occurred_at=row.occurred_at,
        minutes=row.minutes,
        suds_start=row.suds_start,
        suds_peak=row.suds_peak,
        suds_end=row.suds_end,
        focus=row.focus,
        measures_reviewed=row.measures_reviewed,
        homework_done=row.homework_done,
        homework=row.homework,
        risk=row.risk,
        next_steps=row.next_steps,
        therapist=row.therapist or "",
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        version=row.version,
    )
