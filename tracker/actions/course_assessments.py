"""Writing what a course is for and how it is judged. Every version stays; the newest stands."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.course_assessments import Assessment, read_code
from tracker.domain.errors import Refused
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models import ownership
from tracker.models.case_history import CourseAssessmentRow as Row
from tracker.models.database import transaction

CHANGED_MEANWHILE = (
    "Somebody else wrote a new version while this form was open. "
    "Open the page again in another window, compare, then save there."
)


def assess_course(
    db: Session,
    who: Person,
    course_id: UUID,
    assessment: Assessment,
    *,
    seen_revision: int,
    submission: Submission | None,
    now: datetime,
) -> int:
    """Store a new version; returns its number. `seen_revision` is 0 where none was shown.

    Raises `Refused` where a newer version came between, and for a code that is none.
    """
    check_may(who, Act.RECORD_HISTORY)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return int(earlier["revision"])
        patient_id = ownership.patient_of(db, who, "course", course_id)
        newest = select(func.coalesce(func.max(Row.revision), 0)).where(Row.course_id == course_id)
        if db.scalar(newest) != seen_revision:
            raise Refused(CHANGED_MEANWHILE)
        revision = seen_revision + 1
        _add(db, who, course_id, assessment, revision, now)
        audit.record(
            db,
            who,
            AuditEvent.COURSE_ASSESSED,
            now=now,
            kind="course",
            object_id=course_id,
            patient_id=patient_id,
            detail={"revision": revision},
        )
        if submission:
            submissions.remember(db, who, submission, {"revision": str(revision)}, now=now)
        return revision


def _add(
    db: Session,
    who: Person,
    course_id: UUID,
    assessment: Assessment,
    revision: int,
    now: datetime,
) -> None:
    values = {
        "id": uuid4(),
        "clinic_id": who.clinic_id,
        "course_id": course_id,
        "revision": revision,
        "icd10_code": read_code(assessment.icd10_code),
        "trauma": assessment.trauma,
        "assessment": assessment.assessment,
        "plan": assessment.plan,
        "recorded_at": now,
        "recorded_by": who.user_id,
    }
    try:
        db.execute(insert(Row), [values])
    except IntegrityError:  # two people saved at the same moment
        raise Refused(CHANGED_MEANWHILE) from None
