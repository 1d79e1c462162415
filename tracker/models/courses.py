"""Courses, their planned infusions and every change of a plan."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.courses import CourseState, PlannedState
from tracker.models.base import (
    Base,
    Key,
    Line,
    Words,
    between,
    one_of,
    same_clinic,
    table,
    target_of_clinic,
)

OPEN_STATES = text("state IN ('planned', 'active', 'maintenance')")
LIVE_STATES = text("state IN ('planned', 'given')")


class CourseRow(Base):
    """One patient's run through one protocol version."""

    __tablename__ = "courses"
    __table_args__ = table(
        target_of_clinic(),
        same_clinic("patient_id", "patients"),
        same_clinic("protocol_id", "protocols"),
        UniqueConstraint("clinic_id", "patient_id", "id"),
        one_of("state", CourseState),
        between("infusion_count", 1, 60),
        between("min_gap_days", 1, 60),
        between("max_gap_days", 1, 60),
        CheckConstraint("min_gap_days <= preferred_gap_days", name="gap_low"),
        CheckConstraint("preferred_gap_days <= max_gap_days", name="gap_high"),
        between("therapy_weekday", 0, 6),
        CheckConstraint(
            "(state IN ('completed', 'stopped')) = (ended_on IS NOT NULL)", name="end_paired"
        ),
        Index(
            "uq_courses_open_patient",
            "patient_id",
            unique=True,
            sqlite_where=OPEN_STATES,
            postgresql_where=OPEN_STATES,
        ),
        Index(None, "clinic_id", "state"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID]
    protocol_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(12), default=CourseState.PLANNED)
    infusion_count: Mapped[int]
    min_gap_days: Mapped[int] = mapped_column(default=3)  # the protocol's, or agreed otherwise
    max_gap_days: Mapped[int] = mapped_column(default=5)
    preferred_gap_days: Mapped[int] = mapped_column(default=4)
    start_on: Mapped[date]
    therapy_weekday: Mapped[int | None]
    indication: Mapped[Line] = mapped_column(default="")
    ended_on: Mapped[date | None]
    end_reason: Mapped[Line] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)


class PlannedInfusionRow(Base):
    """An appointment in a course. What was given is another row, in `given_infusions`.

    A missed or cancelled appointment stays as it was; the new one for it has the same number.
    """

    __tablename__ = "planned_infusions"
    __table_args__ = table(
        target_of_clinic(),
        same_clinic("course_id", "courses"),
        UniqueConstraint("clinic_id", "course_id", "id"),
        Index(
            "uq_planned_infusions_live_number",
            "course_id",
            "number",
            unique=True,
            sqlite_where=LIVE_STATES,
            postgresql_where=LIVE_STATES,
        ),
        Index(None, "course_id", "number"),
        one_of("state", PlannedState),
        between("number", 1, 200),
        Index(None, "clinic_id", "planned_on"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    course_id: Mapped[UUID]
    number: Mapped[int]
    planned_on: Mapped[date]
    planned_time: Mapped[time]  # local time of the clinic
    state: Mapped[str] = mapped_column(String(10), default=PlannedState.PLANNED)
    is_booster: Mapped[bool] = mapped_column(default=False)
    room: Mapped[Words] = mapped_column(default="")
    not_given_reason: Mapped[Line] = mapped_column(default="")  # why missed or cancelled
    version: Mapped[int] = mapped_column(default=1)


class PlanChangeRow(Base):
    """Why a plan is as it is: the first acceptance and every change, append-only."""

    __tablename__ = "plan_changes"
    __table_args__ = table(same_clinic("course_id", "courses"), Index(None, "course_id"))

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    course_id: Mapped[UUID]
    reason: Mapped[Line] = mapped_column(default="")
    moves: Mapped[list[Any]]  # [{"number", "from_on", "to_on"}]
    broken_gaps: Mapped[list[Any]]  # [{"from_number", "to_number", "gap_days"}]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
