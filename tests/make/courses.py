"""Planned courses for tests."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.make.patients import NOW
from tracker.actions import courses
from tracker.domain.course_plan import CourseWish
from tracker.domain.people import Person
from tracker.queries.courses import preview_course
from tracker.queries.protocols import newest_protocols


def course_wish(db: Session, who: Person, patient_id: UUID, **changes: Any) -> CourseWish:
    """Six infusions from Tue 24 Nov 2026 at nine, as the default protocol has them."""
    values: dict[str, Any] = {
        "patient_id": patient_id,
        "protocol_id": newest_protocols(db, who)[0].id,
        "infusion_count": 6,
        "min_gap_days": 3,
        "max_gap_days": 5,
        "preferred_gap_days": 4,
        "start_on": date(2026, 11, 24),
        "time_of_day": time(9, 0),
        "room": "Room 2",
    }
    return CourseWish(**(values | changes))


def make_course(
    db: Session,
    who: Person,
    patient_id: UUID,
    *,
    now: datetime = NOW,
    reason: str = "as agreed",
    **changes: Any,
) -> UUID:
    """A planned course with its infusions and therapy sessions; returns the id."""
    wish = course_wish(db, who, patient_id, **changes)
    shown = preview_course(db, who, wish, now=now).fingerprint
    return courses.plan_course(db, who, wish, shown=shown, reason=reason, submission=None, now=now)
