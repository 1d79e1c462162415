"""What was tried before, and what a course is for."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.course_assessments import Trauma
from tracker.domain.prior_treatments import (
    MOST_WEEKS,
    Adequacy,
    TreatmentKind,
    TrialEnd,
    TrialOutcome,
)
from tracker.models.base import (
    Base,
    Key,
    Line,
    Note,
    Words,
    between,
    one_of,
    same_clinic,
    table,
    target_of_clinic,
)


class PriorTreatmentRow(Base):
    """A treatment that was tried before. Append-only.

    `corrects_id` points at the entry that this one replaces; with `is_struck` it strikes it out.
    """

    __tablename__ = "prior_treatments"
    __table_args__ = table(
        target_of_clinic(),
        same_clinic("patient_id", "patients"),
        one_of("kind", TreatmentKind),
        one_of("adequacy", Adequacy),
        one_of("outcome", TrialOutcome),
        one_of("ended_because", TrialEnd),
        between("weeks", 1, MOST_WEEKS),
        between("taken_percent", 0, 100),
        CheckConstraint("length(treatment) > 0", name="treatment_named"),
        CheckConstraint("started_on IS NOT NULL OR weeks IS NOT NULL", name="duration_known"),
        CheckConstraint("ended_on >= started_on", name="end_after_start"),
        CheckConstraint("NOT is_struck OR corrects_id IS NOT NULL", name="strikes_another"),
        CheckConstraint(
            "corrects_id IS NULL OR length(correction_reason) > 0", name="correction_explained"
        ),
        Index(None, "patient_id"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("prior_treatments.id"), unique=True)
    correction_reason: Mapped[Line] = mapped_column(default="")
    is_struck: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[str] = mapped_column(String(14))
    treatment: Mapped[Words]
    treatment_class: Mapped[Words] = mapped_column(default="")
    dose: Mapped[Words] = mapped_column(default="")
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    weeks: Mapped[int | None]
    taken_percent: Mapped[int | None]
    adequacy: Mapped[str] = mapped_column(String(14))
    outcome: Mapped[str] = mapped_column(String(14))
    ended_because: Mapped[str] = mapped_column(String(14))
    note: Mapped[Line] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class CourseAssessmentRow(Base):
    """One version of a course's diagnosis, assessment and plan; the newest stands. Append-only."""

    __tablename__ = "course_assessments"
    __table_args__ = table(
        same_clinic("course_id", "courses"),
        UniqueConstraint("course_id", "revision"),
        one_of("trauma", Trauma),
        between("revision", 1, 100_000),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    course_id: Mapped[UUID]
    revision: Mapped[int]
    icd10_code: Mapped[str] = mapped_column(String(8), default="")
    trauma: Mapped[str | None] = mapped_column(String(20))
    assessment: Mapped[Note] = mapped_column(default="")
    plan: Mapped[Note] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
