"""Instruments, check-ins, their scores, kept drafts and the safety alerts that answers raise."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.languages import Language
from tracker.models.base import (
    Base,
    Key,
    Note,
    Words,
    between,
    one_of,
    same_clinic,
    table,
    target_of_clinic,
)
from tracker.models.types import FixedPoint


class InstrumentRow(Base):
    """One version of an instrument's definition, stored as it was when the first answer came."""

    __tablename__ = "instruments"
    __table_args__ = table()

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[Words]
    definition: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]


class CheckInRow(Base):
    """One submission of one instrument. `answers` holds a null for each skipped question.

    `language` and `wording_id` say what was read: a shipped wording has no id. An imported one
    has `import_id`, and no answers where the file held totals only.
    """

    __tablename__ = "check_ins"
    __table_args__ = table(
        target_of_clinic(),
        ForeignKeyConstraint(
            ["clinic_id", "patient_id", "course_id"],
            ["courses.clinic_id", "courses.patient_id", "courses.id"],
        ),
        ForeignKeyConstraint(
            ["clinic_id", "course_id", "given_infusion_id"],
            ["given_infusions.clinic_id", "given_infusions.course_id", "given_infusions.id"],
        ),
        ForeignKeyConstraint(
            ["instrument_key", "instrument_version"], ["instruments.key", "instruments.version"]
        ),
        same_clinic("wording_id", "instrument_wordings"),
        same_clinic("import_id", "score_imports"),
        UniqueConstraint("clinic_id", "course_id", "id"),
        UniqueConstraint("clinic_id", "patient_id", "id"),
        UniqueConstraint("patient_id", "due_key"),
        UniqueConstraint("patient_id", "submission_id"),
        one_of("mode", ("self", "assisted", "paper")),
        one_of("language", Language),
        Index(None, "course_id", "occurred_at"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID]
    course_id: Mapped[UUID]
    given_infusion_id: Mapped[UUID | None]
    instrument_key: Mapped[str] = mapped_column(String(40))
    instrument_version: Mapped[int]
    due_key: Mapped[Words]  # what it answers: one answer set for each due check-in
    due_on: Mapped[date]
    mode: Mapped[str] = mapped_column(String(8), default="self")
    language: Mapped[str | None] = mapped_column(String(10))
    wording_id: Mapped[UUID | None]
    import_id: Mapped[UUID | None]
    answers: Mapped[dict[str, Any]]
    submission_id: Mapped[UUID]
    payload_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class ScoreRow(Base):
    """A number on one scale. An empty value says: not enough was answered to give one."""

    __tablename__ = "scores"
    __table_args__ = table(
        ForeignKeyConstraint(
            ["clinic_id", "course_id", "check_in_id"],
            ["check_ins.clinic_id", "check_ins.course_id", "check_ins.id"],
        ),
        CheckConstraint("answered BETWEEN 0 AND item_count", name="answered_range"),
        CheckConstraint("value BETWEEN minimum AND maximum", name="value_range"),
        Index(None, "course_id", "scale", "occurred_at"),
    )

    check_in_id: Mapped[UUID] = mapped_column(primary_key=True)
    scale: Mapped[str] = mapped_column(String(40), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    course_id: Mapped[UUID]
    value: Mapped[Decimal | None] = mapped_column(FixedPoint(2))
    minimum: Mapped[int]
    maximum: Mapped[int]
    answered: Mapped[int]
    item_count: Mapped[int]
    is_prorated: Mapped[bool] = mapped_column(default=False)
    occurred_at: Mapped[datetime]


class CheckInDraftRow(Base):
    """Answers of a check-in that is not sent yet, page by page; gone once it is sent."""

    __tablename__ = "check_in_drafts"
    __table_args__ = table(
        same_clinic("patient_id", "patients"), UniqueConstraint("patient_id", "due_key")
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID]
    due_key: Mapped[Words]
    instrument_key: Mapped[str] = mapped_column(String(40))
    instrument_version: Mapped[int]
    answers: Mapped[dict[str, Any]]
    page: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]


class SafetyAlertRow(Base):
    """Raised by an answer, also one that is kept and not sent; open until somebody records what
    was done. `check_in_id` is empty until the answer is sent; `met_by` holds the answers that
    raised it, by item.
    """

    __tablename__ = "safety_alerts"
    __table_args__ = table(
        target_of_clinic(),
        ForeignKeyConstraint(
            ["clinic_id", "patient_id", "check_in_id"],
            ["check_ins.clinic_id", "check_ins.patient_id", "check_ins.id"],
        ),
        ForeignKeyConstraint(
            ["clinic_id", "patient_id", "course_id"],
            ["courses.clinic_id", "courses.patient_id", "courses.id"],
        ),
        UniqueConstraint("patient_id", "due_key", "rule"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_paired"),
        CheckConstraint("(closed_at IS NULL) = (done_at IS NULL)", name="done_paired"),
        CheckConstraint("closed_at IS NULL OR length(action_taken) > 0", name="closed_with_action"),
        Index(None, "clinic_id", "closed_at"),
        Index(None, "check_in_id"),
        between("level", 1, 3),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID]
    course_id: Mapped[UUID]
    check_in_id: Mapped[UUID | None]
    due_key: Mapped[Words]
    instrument_key: Mapped[str] = mapped_column(String(40))
    instrument_version: Mapped[int]
    rule: Mapped[Words]
    level: Mapped[int]  # 1 look today, 2 within hours, 3 now: domain/safety.py
    met_by: Mapped[dict[str, Any]]
    raised_at: Mapped[datetime]
    due_at: Mapped[datetime]
    help_seen_at: Mapped[datetime | None]  # the patient said that they saw the crisis card
    escalated_at: Mapped[datetime | None]  # the backup was told: nobody had closed it in time
    done_at: Mapped[datetime | None]  # when what was done happened; it is written down at closed_at
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    action_taken: Mapped[Note] = mapped_column(default="")
