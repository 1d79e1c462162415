"""Whether the review in the middle of a course is written."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.course_review import AgreedDose
from tracker.models.courses import PlannedInfusionRow
from tracker.models.infusions import GivenInfusionRow
from tracker.models.treatment_decisions import CourseReviewRow


def agreed_dose(db: Session, clinic_id: UUID, course_id: UUID) -> AgreedDose | None:
    """The dose that the latest review changed to; None while the protocol's stands."""
    row = db.execute(
        select(CourseReviewRow.dose_mg_per_kg, CourseReviewRow.after_infusion)
        .where(
            CourseReviewRow.clinic_id == clinic_id,
            CourseReviewRow.course_id == course_id,
            CourseReviewRow.dose_mg_per_kg.is_not(None),
        )
        .order_by(CourseReviewRow.after_infusion.desc(), CourseReviewRow.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else AgreedDose(**row._mapping)


def given_count(db: Session, course_id: UUID) -> int:
    """How many infusions of the course were started, boosters apart."""
    return (
        db.scalar(
            select(func.count())
            .select_from(GivenInfusionRow)
            .join(PlannedInfusionRow, PlannedInfusionRow.id == GivenInfusionRow.planned_infusion_id)
            .where(GivenInfusionRow.course_id == course_id, ~PlannedInfusionRow.is_booster)
        )
        or 0
    )


def unreviewed_after(
    db: Session, course_id: UUID, review_after_infusions: Collection[int]
) -> int | None:
    """The number of the infusion after which a review is overdue; None when none is.

    A protocol that names infusions 3 and 4 asks for one review after either: it is overdue once
    the last of them was given and no review from the first of them on is written.
    """
    if not review_after_infusions:
        return None
    first, last = min(review_after_infusions), max(review_after_infusions)
    given = (
        select(func.count())
        .select_from(GivenInfusionRow)
        .join(PlannedInfusionRow, PlannedInfusionRow.id == GivenInfusionRow.planned_infusion_id)
        .where(GivenInfusionRow.course_id == course_id, ~PlannedInfusionRow.is_booster)
        .scalar_subquery()
    )
    written = (
        select(CourseReviewRow.id)
        .where(CourseReviewRow.course_id == course_id, CourseReviewRow.after_infusion >= first)
        .exists()
    )
    row = db.execute(select(given.label("given"), written.label("is_written"))).one()
    return last if row.given >= last and not row.is_written else None
