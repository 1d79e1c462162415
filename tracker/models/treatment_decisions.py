"""What else a course consists of: concurrent medicines, and the review in its middle."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.treatment_decisions import MedicineChange, ReviewDecision
from tracker.models.base import (
    Base,
    Key,
    Line,
    Milligrams,
    Note,
    Words,
    between,
    one_of,
    same_clinic,
    table,
    target_of_clinic,
)


class MedicineChangeRow(Base):
    """A concurrent medicine was started, changed in dose, or stopped. Append-only.

    `corrects_id` points at the entry that this one replaces; with `is_struck` it strikes it out.
    """

    __tablename__ = "medicine_changes"
    __table_args__ = table(
        target_of_clinic(),
        same_clinic("patient_id", "patients"),
        one_of("change", MedicineChange),
        CheckConstraint("length(medicine) > 0", name="medicine_named"),
        CheckConstraint("change = 'stopped' OR length(dose) > 0", name="dose_given"),
        CheckConstraint("NOT is_struck OR corrects_id IS NOT NULL", name="strikes_another"),
        CheckConstraint(
            "corrects_id IS NULL OR length(correction_reason) > 0", name="correction_explained"
        ),
        Index(None, "patient_id", "changed_on"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("medicine_changes.id"), unique=True)
    correction_reason: Mapped[Line] = mapped_column(default="")
    is_struck: Mapped[bool] = mapped_column(default=False)
    medicine: Mapped[Words]
    change: Mapped[str] = mapped_column(String(12))
    dose: Mapped[Words] = mapped_column(default="")  # amount, unit and how often
    changed_on: Mapped[date]
    note: Mapped[Line] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class CourseReviewRow(Base):
    """The decision in the middle of a course: go on, change the dose, or stop. Append-only."""

    __tablename__ = "course_reviews"
    __table_args__ = table(
        target_of_clinic(),
        same_clinic("course_id", "courses"),
        UniqueConstraint("course_id", "after_infusion"),
        one_of("decision", ReviewDecision),
        between("after_infusion", 1, 200),
        between("dose_mg_per_kg", 0.01, 10),
        CheckConstraint(
            "(decision = 'change_dose') = (dose_mg_per_kg IS NOT NULL)", name="dose_paired"
        ),
        CheckConstraint("length(reason) > 0", name="reason_given"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    course_id: Mapped[UUID]
    after_infusion: Mapped[int]
    decision: Mapped[str] = mapped_column(String(12))
    dose_mg_per_kg: Mapped[Milligrams | None]
    reason: Mapped[Note]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
