"""Given infusions with their vital signs and events."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.courses import GivenState
from tracker.models.base import (
    Base,
    Key,
    Kilograms,
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


class GivenInfusionRow(Base):
    """What was in fact given at one appointment. `occurred_at` is when the infusion started."""

    __tablename__ = "given_infusions"
    __table_args__ = table(
        target_of_clinic(),
        UniqueConstraint("clinic_id", "course_id", "id"),
        ForeignKeyConstraint(
            ["clinic_id", "course_id", "planned_infusion_id"],
            [
                "planned_infusions.clinic_id",
                "planned_infusions.course_id",
                "planned_infusions.id",
            ],
        ),
        one_of("state", GivenState),
        between("weight_kg", 20, 400),
        between("dose_mg_per_kg", 0.01, 10),
        between("ordered_mg", 0.1, 2000),
        between("given_mg", 0, 2000),
        between("planned_minutes", 1, 600),
        CheckConstraint("ended_at IS NULL OR ended_at >= occurred_at", name="ends_after_start"),
        CheckConstraint("(state = 'running') = (ended_at IS NULL)", name="end_paired"),
        CheckConstraint("(ended_at IS NULL) = (given_mg IS NULL)", name="given_paired"),
        CheckConstraint("given_mg <= ordered_mg", name="given_at_most_ordered"),
        CheckConstraint("(ended_at IS NULL) = (end_recorded_at IS NULL)", name="end_recorded"),
        CheckConstraint(
            "(end_recorded_at IS NULL) = (end_recorded_by IS NULL)", name="end_recorded_paired"
        ),
        Index(None, "course_id", "occurred_at"),
        Index(None, "clinic_id", "state"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    course_id: Mapped[UUID]
    planned_infusion_id: Mapped[UUID] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(String(14), default=GivenState.RUNNING)
    occurred_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_recorded_at: Mapped[datetime | None]
    end_recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    weight_kg: Mapped[Kilograms]
    dose_mg_per_kg: Mapped[Milligrams]
    ordered_mg: Mapped[Milligrams]
    given_mg: Mapped[Milligrams | None]
    planned_minutes: Mapped[int]
    dose_reason: Mapped[Line] = mapped_column(default="")  # why a dose above the usual range
    course_of_infusion: Mapped[Note] = mapped_column(default="")  # how it went, in words
    stop_reason: Mapped[Line] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)


class VitalSignsRow(Base):
    """One set of vital signs. Append-only: a correction is a new row that points at the old one."""

    __tablename__ = "vital_signs"
    __table_args__ = table(
        target_of_clinic(),
        same_clinic("given_infusion_id", "given_infusions"),
        between("systolic_mmhg", 30, 300),
        between("diastolic_mmhg", 10, 200),
        between("heart_rate_bpm", 10, 300),
        between("spo2_percent", 30, 100),
        between("respiration_per_minute", 1, 80),
        between("rass", -5, 4),
        CheckConstraint("diastolic_mmhg < systolic_mmhg", name="pressure_order"),
        CheckConstraint(
            "(systolic_mmhg IS NULL) = (diastolic_mmhg IS NULL)", name="pressure_paired"
        ),
        CheckConstraint(
            "systolic_mmhg IS NOT NULL OR heart_rate_bpm IS NOT NULL OR spo2_percent IS NOT NULL"
            " OR respiration_per_minute IS NOT NULL OR rass IS NOT NULL",
            name="something_measured",
        ),
        Index(None, "given_infusion_id", "occurred_at"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    given_infusion_id: Mapped[UUID]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("vital_signs.id"), unique=True)
    correction_reason: Mapped[Line] = mapped_column(default="")
    systolic_mmhg: Mapped[int | None]
    diastolic_mmhg: Mapped[int | None]
    heart_rate_bpm: Mapped[int | None]
    spo2_percent: Mapped[int | None]
    respiration_per_minute: Mapped[int | None]
    rass: Mapped[int | None]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class InfusionEventRow(Base):
    """Something that happened during or after an infusion. Append-only, as vital signs are."""

    __tablename__ = "infusion_events"
    __table_args__ = table(
        target_of_clinic(),
        same_clinic("given_infusion_id", "given_infusions"),
        between("grade", 1, 5),
        Index(None, "given_infusion_id", "occurred_at"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    given_infusion_id: Mapped[UUID]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("infusion_events.id"), unique=True)
    correction_reason: Mapped[Line] = mapped_column(default="")
    term: Mapped[Words]
    grade: Mapped[int | None]
    action: Mapped[Line] = mapped_column(default="")
    note: Mapped[Note] = mapped_column(default="")
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
