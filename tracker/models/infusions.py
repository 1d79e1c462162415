"""What was in fact given at an appointment."""

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
from tracker.domain.weight_basis import IdealWeightFor, WeightBasis
from tracker.models.base import (
    Base,
    Key,
    Kilograms,
    Line,
    Milligrams,
    Note,
    between,
    one_of,
    table,
    target_of_clinic,
)


class GivenInfusionRow(Base):
    """What was in fact given at one appointment. `occurred_at` is when the infusion started.

    It has the id of the run sheet on which it was logged.
    """

    __tablename__ = "given_infusions"
    __table_args__ = table(
        target_of_clinic(),
        UniqueConstraint("clinic_id", "course_id", "id"),
        ForeignKeyConstraint(
            ["clinic_id", "course_id", "id"],
            ["run_sheets.clinic_id", "run_sheets.course_id", "run_sheets.id"],
        ),
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
        between("dosing_weight_kg", 20, 400),
        between("height_cm", 100, 250),
        between("vial_mg_per_ml", 1, 1000),
        between("total_ml", 0.1, 5000),
        between("infused_ml", 0, 5000),
        one_of("weight_basis", WeightBasis),
        one_of("ideal_weight_for", IdealWeightFor),
        CheckConstraint("infused_ml <= total_ml", name="infused_at_most_total"),
        CheckConstraint(
            "weight_basis <> 'actual' OR dosing_weight_kg = weight_kg", name="actual_weight"
        ),
        CheckConstraint(
            "weight_basis <> 'ideal' OR (height_cm IS NOT NULL AND ideal_weight_for IS NOT NULL)",
            name="ideal_weight_explained",
        ),
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
    weight_basis: Mapped[str] = mapped_column(String(8), default=WeightBasis.ACTUAL)
    dosing_weight_kg: Mapped[Kilograms]
    height_cm: Mapped[int | None]  # what the ideal weight was computed from
    ideal_weight_for: Mapped[str | None] = mapped_column(String(5))
    dose_mg_per_kg: Mapped[Milligrams]
    ordered_mg: Mapped[Milligrams]
    given_mg: Mapped[Milligrams | None]
    planned_minutes: Mapped[int]
    vial_mg_per_ml: Mapped[Milligrams | None]
    total_ml: Mapped[Milligrams | None]  # what runs in: the drug alone, or diluted in a bag
    infused_ml: Mapped[Milligrams | None]  # what had run in at the end
    dose_reason: Mapped[Line] = mapped_column(default="")  # why a dose above the usual range
    course_of_infusion: Mapped[Note] = mapped_column(default="")  # how it went, in words
    stop_reason: Mapped[Line] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)
