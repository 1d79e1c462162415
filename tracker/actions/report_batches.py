"""Ordering the letters of a month, and deleting what was made."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, insert, not_, or_, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.clinic import Clinic
from tracker.domain.courses import TherapyState
from tracker.domain.errors import Refused
from tracker.domain.local_time import to_instant
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.report_batches import (
    MOST_COURSES,
    BatchState,
    BatchWish,
    LetterState,
    Month,
    check_month,
)
from tracker.models import ownership
from tracker.models.check_ins import CheckInRow
from tracker.models.courses import CourseRow
from tracker.models.database import transaction
from tracker.models.infusions import GivenInfusionRow
from tracker.models.patients import PatientRow
from tracker.models.report_batches import BatchLetterRow, ReportBatchRow
from tracker.models.restrictions import is_barred
from tracker.models.therapy_sessions import TherapySessionRow


def order_batch(
    db: Session,
    who: Person,
    clinic: Clinic,
    wish: BatchWish,
    *,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Queue a letter for every course with something in the month; returns the batch's id.

    Raises `Refused` for a month with nothing in it or one that has not begun.
    """
    check_may(who, Act.MAKE_REPORT)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["report_batch_id"])
        check_month(wish.month, today=now.astimezone(clinic.zone).date())
        courses = _courses_with_something(db, who, clinic, wish.month)
        if not courses:
            raise Refused("No course has anything in this month.", field="month")
        batch_id = _store(db, who, wish, courses, now)
        audit.record(
            db,
            who,
            AuditEvent.REPORTS_ORDERED,
            now=now,
            kind="report_batch",
            object_id=batch_id,
            detail={"month": str(wish.month), "kind": str(wish.kind), "letters": len(courses)},
        )
        if submission:
            submissions.remember(db, who, submission, {"report_batch_id": str(batch_id)}, now=now)
    return batch_id


def delete_batch(db: Session, who: Person, report_batch_id: UUID, *, now: datetime) -> None:
    """Throw the letters away, made or not. Twice is as good as once."""
    check_may(who, Act.MAKE_REPORT)
    with transaction(db):
        ownership.patient_of(db, who, "report_batch", report_batch_id)
        if empty_batch(db, report_batch_id):
            audit.record(
                db,
                who,
                AuditEvent.REPORTS_DELETED,
                now=now,
                kind="report_batch",
                object_id=report_batch_id,
            )


def empty_batch(db: Session, batch_id: UUID) -> bool:
    """Drop the file and the letters, in the open transaction; whether there was anything."""
    changed = db.execute(
        update(ReportBatchRow)
        .where(ReportBatchRow.id == batch_id, ReportBatchRow.state != BatchState.DELETED)
        .values(state=BatchState.DELETED, file=None, expires_at=None)
        .returning(ReportBatchRow.id)
    ).all()
    db.execute(update(BatchLetterRow).where(BatchLetterRow.batch_id == batch_id).values(pdf=None))
    unsettled = BatchLetterRow.state.in_((LetterState.QUEUED, LetterState.MAKING))
    db.execute(
        update(BatchLetterRow)
        .where(BatchLetterRow.batch_id == batch_id, unsettled)
        .values(state=LetterState.FAILED, problem="deleted", claim_id=None, claimed_until=None)
    )
    return bool(changed)


def _store(db: Session, who: Person, wish: BatchWish, courses: list[UUID], now: datetime) -> UUID:
    batch_id = uuid4()
    db.execute(
        insert(ReportBatchRow).values(
            id=batch_id,
            clinic_id=who.clinic_id,
            month_on=wish.month.first_on,
            kind=str(wish.kind),
            language=str(wish.language),
            requester_name=who.name,
            recorded_at=now,
            recorded_by=who.user_id,
        )
    )
    db.execute(
        insert(BatchLetterRow),
        [
            {
                "id": uuid4(),
                "clinic_id": who.clinic_id,
                "batch_id": batch_id,
                "course_id": course_id,
                "place": place,
            }
            for place, course_id in enumerate(courses, start=1)
        ],
    )
    return batch_id


def _courses_with_something(db: Session, who: Person, clinic: Clinic, month: Month) -> list[UUID]:
    """Courses with a given infusion, a held therapy session or a check-in, by patient.

    Not those of restricted records that the person is not named for.
    """
    days = (month.first_on, month.last_on)
    begin, end = (
        to_instant(on, time(0), clinic.zone) for on in (days[0], days[1] + timedelta(days=1))
    )
    given = select(GivenInfusionRow.course_id).where(
        GivenInfusionRow.clinic_id == who.clinic_id,
        GivenInfusionRow.occurred_at >= begin,
        GivenInfusionRow.occurred_at < end,
    )
    held = select(TherapySessionRow.course_id).where(
        TherapySessionRow.clinic_id == who.clinic_id,
        TherapySessionRow.state == TherapyState.HELD,
        TherapySessionRow.planned_on.between(*days),
    )
    sent = select(CheckInRow.course_id).where(
        CheckInRow.clinic_id == who.clinic_id, CheckInRow.due_on.between(*days)
    )
    is_in = or_(*(CourseRow.id.in_(each) for each in (given, held, sent)))
    found = list(
        db.scalars(
            select(CourseRow.id)
            .join(PatientRow, PatientRow.id == CourseRow.patient_id)
            .where(
                CourseRow.clinic_id == who.clinic_id,
                is_in,
                not_(is_barred(PatientRow.id, who.user_id)),
            )
            .order_by(func.lower(PatientRow.family_name), PatientRow.record_number, CourseRow.id)
            .limit(MOST_COURSES + 1)
        )
    )
    if len(found) > MOST_COURSES:
        raise Refused(f"More than {MOST_COURSES} courses have something in this month.")
    return found
