"""What was decided in the middle of a course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.domain.treatment_decisions import ReviewDecision
from tracker.models.accounts import UserRow
from tracker.models.database import read_rows
from tracker.models.prepared import Prepared
from tracker.models.treatment_decisions import CourseReviewRow as Row


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredReview:
    """One review, as it was written."""

    id: UUID
    course_id: UUID
    after_infusion: int
    decision: ReviewDecision
    dose_mg_per_kg: Decimal | None
    reason: str
    recorded_at: datetime
    recorded_by: str


_REVIEWS = select(
    Row.id,
    Row.course_id,
    Row.after_infusion,
    Row.decision,
    Row.dose_mg_per_kg,
    Row.reason,
    Row.recorded_at,
    UserRow.name.label("recorded_by"),
).join(UserRow, UserRow.id == Row.recorded_by)
_OF_COURSE = Prepared(
    _REVIEWS.where(
        Row.clinic_id == bindparam("clinic_id"), Row.course_id == bindparam("course_id")
    ).order_by(Row.after_infusion, Row.id)
)


def list_reviews(db: Session, who: Person, course_id: UUID) -> tuple[StoredReview, ...]:
    """The reviews of a course, the earliest first. One statement."""
    rows = read_rows(db, _OF_COURSE, {"clinic_id": who.clinic_id, "course_id": course_id})
    return tuple(_review(row) for row in rows)


def get_review(db: Session, who: Person, course_review_id: UUID) -> StoredReview:
    """One review. Raises `NotFound`."""
    row = db.execute(
        _REVIEWS.where(Row.clinic_id == who.clinic_id, Row.id == course_review_id)
    ).one_or_none()
    if row is None:
        raise NotFound("course review")
    return _review(row)


def _review(row: Any) -> StoredReview:
    return StoredReview(**{**row._mapping, "decision": ReviewDecision(row.decision)})
