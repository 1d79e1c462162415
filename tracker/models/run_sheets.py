"""Run sheets and everything that is logged on them.

A run sheet is opened when its patient arrives (or does not come). What is logged on it is
append-only: a correction is a new row that points at the old one, and a row that strikes another
out carries no values. Triggers hold that (`triggers.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from tracker.domain.run_sheet_stages import Move, Stage
from tracker.domain.sheet_log import CheckPhase, CheckResult, RecoveryScale, Relatedness
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


class RunSheetRow(Base):
    """The log of one infusion from check-in to discharge: one for each appointment at most."""

    __tablename__ = "run_sheets"
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
        one_of("stage", Stage),
        Index(None, "clinic_id", "stage"),
        Index(None, "course_id"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    course_id: Mapped[UUID]
    planned_infusion_id: Mapped[UUID] = mapped_column(unique=True)
    stage: Mapped[str] = mapped_column(String(10))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)


def _logged(*constraints: Any) -> tuple[Any, ...]:
    """The constraints of every table whose rows stand on a run sheet."""
    return table(
        same_clinic("run_sheet_id", "run_sheets"),
        CheckConstraint("NOT is_struck OR corrects_id IS NOT NULL", name="strikes_another"),
        CheckConstraint(
            "corrects_id IS NULL OR length(correction_reason) > 0", name="correction_explained"
        ),
        *constraints,
        Index(None, "run_sheet_id", "occurred_at"),
    )


class LoggedOnSheet:
    """The columns of every entry: when it happened, when and by whom it was recorded.

    `corrects_id` points at the entry that this one replaces; with `is_struck` it strikes it out.
    """

    __tablename__: str

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    run_sheet_id: Mapped[UUID]

    @declared_attr
    def corrects_id(cls) -> Mapped[UUID | None]:
        return mapped_column(ForeignKey(f"{cls.__tablename__}.id"), unique=True)

    correction_reason: Mapped[Line] = mapped_column(default="")
    is_struck: Mapped[bool] = mapped_column(default=False)
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class RunSheetMoveRow(LoggedOnSheet, Base):
    """One step of a run sheet. A corrected time is a new row for the same step.

    `seq` is the order in which the steps were recorded; a correction keeps the number of its step.
    """

    __tablename__ = "run_sheet_moves"
    __table_args__ = _logged(
        one_of("move", Move),
        one_of("to_stage", Stage),
        between("seq", 1, 10000),
        Index(
            "uq_run_sheet_moves_seq",
            "run_sheet_id",
            "seq",
            unique=True,
            sqlite_where=text("corrects_id IS NULL"),
            postgresql_where=text("corrects_id IS NULL"),
        ),
    )

    seq: Mapped[int]
    move: Mapped[str] = mapped_column(String(16))
    to_stage: Mapped[str] = mapped_column(String(10))
    reason: Mapped[Line] = mapped_column(default="")
    left_with: Mapped[Line] = mapped_column(default="")  # who accompanied the patient home


class SheetCheckRow(LoggedOnSheet, Base):
    """What became of one item of a checklist. The item's words are kept as they were."""

    __tablename__ = "sheet_checks"
    __table_args__ = _logged(
        one_of("phase", CheckPhase),
        one_of("result", CheckResult),
        CheckConstraint("result <> 'overridden' OR length(reason) > 0", name="override_explained"),
        Index(
            "uq_sheet_checks_item",
            "run_sheet_id",
            "phase",
            "item_key",
            unique=True,
            sqlite_where=text("corrects_id IS NULL"),
            postgresql_where=text("corrects_id IS NULL"),
        ),
    )

    phase: Mapped[str] = mapped_column(String(10))
    item_key: Mapped[Words]
    item_words: Mapped[Line]
    result: Mapped[str] = mapped_column(String(14))
    reason: Mapped[Line] = mapped_column(default="")  # why it was overridden or does not apply
    note: Mapped[Line] = mapped_column(default="")  # what was found: a name, a time, a value


class VitalSignsRow(LoggedOnSheet, Base):
    """One set of vital signs."""

    __tablename__ = "vital_signs"
    __table_args__ = _logged(
        UniqueConstraint("run_sheet_id", "id"),
        between("systolic_mmhg", 30, 300),
        between("diastolic_mmhg", 10, 200),
        between("heart_rate_bpm", 10, 300),
        between("spo2_percent", 30, 100),
        between("respiration_per_minute", 1, 80),
        between("rass", -5, 4),
        between("moaas", 0, 5),
        between("cadss6", 0, 24),
        CheckConstraint("diastolic_mmhg < systolic_mmhg", name="pressure_order"),
        CheckConstraint(
            "(systolic_mmhg IS NULL) = (diastolic_mmhg IS NULL)", name="pressure_paired"
        ),
        CheckConstraint(
            "is_struck OR systolic_mmhg IS NOT NULL OR heart_rate_bpm IS NOT NULL"
            " OR spo2_percent IS NOT NULL OR respiration_per_minute IS NOT NULL"
            " OR rass IS NOT NULL OR moaas IS NOT NULL OR cadss6 IS NOT NULL",
            name="something_measured",
        ),
    )

    systolic_mmhg: Mapped[int | None]
    diastolic_mmhg: Mapped[int | None]
    heart_rate_bpm: Mapped[int | None]
    spo2_percent: Mapped[int | None]
    respiration_per_minute: Mapped[int | None]
    rass: Mapped[int | None]
    moaas: Mapped[int | None]
    cadss6: Mapped[int | None]


class InfusionEventRow(LoggedOnSheet, Base):
    """Something that happened before, during or after an infusion. `occurred_at` is its onset."""

    __tablename__ = "infusion_events"
    __table_args__ = _logged(
        between("grade", 1, 5),
        one_of("relatedness", Relatedness),
        CheckConstraint("ended_at IS NULL OR ended_at >= occurred_at", name="ends_after_onset"),
        CheckConstraint("is_struck OR length(term) > 0", name="term_given"),
    )

    term: Mapped[Words] = mapped_column(default="")
    grade: Mapped[int | None]
    relatedness: Mapped[str | None] = mapped_column(String(12))
    is_serious: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    action: Mapped[Line] = mapped_column(default="")
    note: Mapped[Note] = mapped_column(default="")


class MedicineGivenRow(LoggedOnSheet, Base):
    """A medicine that was given beside the infusion."""

    __tablename__ = "medicines_given"
    __table_args__ = _logged(
        CheckConstraint("is_struck OR length(medicine) > 0", name="medicine_named"),
        CheckConstraint("is_struck OR length(dose) > 0", name="dose_given"),
    )

    medicine: Mapped[Words] = mapped_column(default="")
    dose: Mapped[Words] = mapped_column(default="")  # amount with its unit
    route: Mapped[Words] = mapped_column(default="")
    reason: Mapped[Line] = mapped_column(default="")


class RateChangeRow(LoggedOnSheet, Base):
    """The pump's rate from a moment on. Pauses are moves, not rates."""

    __tablename__ = "rate_changes"
    __table_args__ = _logged(
        between("rate_ml_per_h", 0.1, 5000),
        CheckConstraint("is_struck OR rate_ml_per_h IS NOT NULL", name="rate_given"),
    )

    rate_ml_per_h: Mapped[Milligrams | None]
    reason: Mapped[Line] = mapped_column(default="")


class SheetNoteRow(LoggedOnSheet, Base):
    """A free note with its time."""

    __tablename__ = "sheet_notes"
    __table_args__ = _logged(CheckConstraint("is_struck OR length(note) > 0", name="note_given"))

    note: Mapped[Note] = mapped_column(default="")


class RecoveryScoreRow(LoggedOnSheet, Base):
    """A discharge score: five items from 0 to 2 each. `scale` says which version."""

    __tablename__ = "recovery_scores"
    __table_args__ = _logged(
        one_of("scale", RecoveryScale),
        *(between(f"item_{number}", 0, 2) for number in range(1, 6)),
        CheckConstraint(
            "is_struck OR (item_1 IS NOT NULL AND item_2 IS NOT NULL AND item_3 IS NOT NULL"
            " AND item_4 IS NOT NULL AND item_5 IS NOT NULL)",
            name="all_items",
        ),
    )

    scale: Mapped[str] = mapped_column(String(12))
    item_1: Mapped[int | None]
    item_2: Mapped[int | None]
    item_3: Mapped[int | None]
    item_4: Mapped[int | None]
    item_5: Mapped[int | None]


class NoticeAcknowledgementRow(Base):
    """Somebody saw that a limit was reached, and says what was done."""

    __tablename__ = "notice_acknowledgements"
    __table_args__ = table(
        target_of_clinic(),
        same_clinic("run_sheet_id", "run_sheets"),
        ForeignKeyConstraint(
            ["run_sheet_id", "vital_signs_id"], ["vital_signs.run_sheet_id", "vital_signs.id"]
        ),
        UniqueConstraint("vital_signs_id", "notice_key"),
        CheckConstraint("length(action) > 0", name="action_given"),
        Index(None, "run_sheet_id"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    run_sheet_id: Mapped[UUID]
    vital_signs_id: Mapped[UUID]
    notice_key: Mapped[Words]  # measure and level
    notice_words: Mapped[Line]  # as they stood on the sheet
    action: Mapped[Line]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
