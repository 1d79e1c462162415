"""Courses under way whose review in the middle is due and not written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, literal, not_, or_, select
from sqlalchemy.orm import Session

from tracker.domain.course_review import ReviewDue, review_due
from tracker.domain.courses import CourseState
from tracker.domain.people import Person
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import read_rows
from tracker.models.infusions import GivenInfusionRow
from tracker.models.patients import PatientRow
from tracker.models.treatment_decisions import CourseReviewRow

REVIEWS_LISTED = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseToReview:
    """Whose course is to be reviewed, and when its latest infusion began."""

    course_id: UUID
    patient_name: str
    born_on: date
    record_number: str
    last_given_at: datetime
    due: ReviewDue


def list_reviews_due(
    db: Session, who: Person, *, rules: Mapping[UUID, tuple[int, ...]]
) -> tuple[CourseToReview, ...]:
    """Active courses to review, whose latest infusion lies longest back in front. One statement.

    ``rules`` tells for each protocol version after which infusions it asks for a review.
    """
    of_first: dict[int, list[UUID]] = defaultdict(list)
    for protocol_id, numbers in rules.items():
        if numbers:
            of_first[min(numbers)].append(protocol_id)
    if not of_first:
        return ()
    wanted: dict[str, Any] = {"clinic_id": who.clinic_id}
    for number, (first, protocol_ids) in enumerate(sorted(of_first.items())):
        wanted[f"protocols_{number}"] = protocol_ids
        wanted[f"first_{number}"] = first
    rows = read_rows(db, _statement(len(of_first)), wanted).all()
    return tuple(_to_review(row, due) for row in rows if (due := _due(row, rules)) is not None)


def _due(row: Any, rules: Mapping[UUID, tuple[int, ...]]) -> ReviewDue | None:
    return review_due(rules[row.protocol_id], given=row.given, reviewed_after=())


def _to_review(row: Any, due: ReviewDue) -> CourseToReview:
    return CourseToReview(
        course_id=row.id,
        patient_name=f"{row.given_name} {row.family_name}".strip(),
        born_on=row.born_on,
        record_number=row.record_number,
        last_given_at=row.last_given_at,
        due=due,
    )


@lru_cache(maxsize=16)
def _statement(groups: int) -> Any:
    """The statement for that many different first infusions: built once, it depends on no more."""
    given = (
        select(
            CourseRow.id,
            CourseRow.patient_id,
            CourseRow.protocol_id,
            func.count().label("given"),
            func.max(GivenInfusionRow.occurred_at).label("last_given_at"),
        )
        .join(GivenInfusionRow, GivenInfusionRow.course_id == CourseRow.id)
        .join(PlannedInfusionRow, PlannedInfusionRow.id == GivenInfusionRow.planned_infusion_id)
        .where(
            CourseRow.clinic_id == bindparam("clinic_id"),
            CourseRow.state == CourseState.ACTIVE,
            not_(PlannedInfusionRow.is_booster),
            or_(*(_is_not_reviewed(number) for number in range(groups))),
        )
        .group_by(CourseRow.id, CourseRow.patient_id, CourseRow.protocol_id)
        .having(or_(*(_is_far_enough(number) for number in range(groups))))
        .subquery()
    )
    return (
        select(
            given,
            PatientRow.given_name,
            PatientRow.family_name,
            PatientRow.born_on,
            PatientRow.record_number,
        )
        .join(PatientRow, PatientRow.id == given.c.patient_id)
        .order_by(given.c.last_given_at, given.c.id)
        .limit(REVIEWS_LISTED)
    )


def _of_group(number: int) -> Any:
    return CourseRow.protocol_id.in_(bindparam(f"protocols_{number}", expanding=True))


def _is_not_reviewed(number: int) -> Any:
    """Of the group's protocols, and no review is written from its first infusion on."""
    written = (
        select(literal(1))
        .where(
            CourseReviewRow.course_id == CourseRow.id,
            CourseReviewRow.after_infusion >= bindparam(f"first_{number}"),
        )
        .exists()
    )
    return and_(_of_group(number), not_(written))


def _is_far_enough(number: int) -> Any:
    return and_(_of_group(number), func.count() >= bindparam(f"first_{number}"))
