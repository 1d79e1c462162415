"""What a course is for and how it is judged."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.course_assessments import Assessment, StoredAssessment, Trauma
from tracker.domain.people import Person
from tracker.models.accounts import UserRow
from tracker.models.case_history import CourseAssessmentRow as Row


def find_assessment(db: Session, who: Person, course_id: UUID) -> StoredAssessment | None:
    """The version that stands; None where nobody wrote one."""
    versions = list_assessments(db, who, course_id)
    return versions[-1] if versions else None


def list_assessments(db: Session, who: Person, course_id: UUID) -> tuple[StoredAssessment, ...]:
    """Every version, the oldest first."""
    rows = db.execute(
        select(
            Row.revision,
            Row.icd10_code,
            Row.trauma,
            Row.assessment,
            Row.plan,
            Row.recorded_at,
            UserRow.name,
        )
        .join(UserRow, UserRow.id == Row.recorded_by)
        .where(Row.clinic_id == who.clinic_id, Row.course_id == course_id)
        .order_by(Row.revision)
    )
    return tuple(_stored(row) for row in rows)


def _stored(row: Any) -> StoredAssessment:
    return StoredAssessment(
        revision=row.revision,
        assessment=Assessment(
            icd10_code=row.icd10_code,
            trauma=None if row.trauma is None else Trauma(row.trauma),
            assessment=row.assessment,
            plan=row.plan,
        ),
        recorded_at=row.recorded_at,
        recorded_by=row.name,
    )
