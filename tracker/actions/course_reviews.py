"""Writing the review in the middle of a course. It is never changed: a later one follows it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.course_review import Review, check_review
from tracker.domain.errors import NotFound, Refused
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.protocol import DoseRules
from tracker.models.clinics import ProtocolRow
from tracker.models.course_reviews import given_count
from tracker.models.courses import CourseRow
from tracker.models.database import transaction
from tracker.models.treatment_decisions import CourseReviewRow


def review_course(
    db: Session,
    who: Person,
    course_id: UUID,
    review: Review,
    *,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Store what was decided after the infusions given so far; returns the review's id."""
    check_may(who, Act.REVIEW_COURSE)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["course_review_id"])
        course = _lock_course(db, who, course_id)
        given = given_count(db, course_id)
        check_review(review, given=given, refuse_above_mg_per_kg=_most(course.definition))
        review_id = _add(db, who, course_id, review, given, now)
        audit.record(
            db,
            who,
            AuditEvent.COURSE_REVIEWED,
            now=now,
            kind="course_review",
            object_id=review_id,
            patient_id=course.patient_id,
            detail={"decision": str(review.decision), "after_infusion": given},
        )
        if submission:
            submissions.remember(db, who, submission, {"course_review_id": str(review_id)}, now=now)
        return review_id


def _lock_course(db: Session, who: Person, course_id: UUID) -> Any:
    row = db.execute(
        select(CourseRow.patient_id, CourseRow.ended_on, ProtocolRow.definition)
        .join(ProtocolRow, ProtocolRow.id == CourseRow.protocol_id)
        .where(CourseRow.id == course_id, CourseRow.clinic_id == who.clinic_id)
        .with_for_update(of=CourseRow)
    ).one_or_none()
    if row is None:
        raise NotFound("course")
    if row.ended_on is not None:
        raise Refused("This course has ended.")
    return row


def _most(definition: dict[str, Any]) -> Decimal:
    stored = definition.get("dose", {}).get("refuse_above_mg_per_kg")
    return Decimal(stored) if stored else DoseRules().refuse_above_mg_per_kg


def _add(
    db: Session, who: Person, course_id: UUID, review: Review, given: int, now: datetime
) -> UUID:
    there = select(CourseReviewRow.id).where(
        CourseReviewRow.course_id == course_id, CourseReviewRow.after_infusion == given
    )
    if db.scalar(there) is not None:
        raise Refused(f"A review after infusion {given} is written already.")
    review_id = uuid4()
    db.execute(
        insert(CourseReviewRow).values(
            id=review_id,
            clinic_id=who.clinic_id,
            course_id=course_id,
            after_infusion=given,
            decision=str(review.decision),
            dose_mg_per_kg=review.dose_mg_per_kg,
            reason=review.reason,
            occurred_at=now,
            recorded_at=now,
            recorded_by=who.user_id,
        )
    )
    return review_id
