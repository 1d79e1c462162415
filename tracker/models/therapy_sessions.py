"""Therapy sessions: the appointment and, once held, what belongs in the chart."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.courses import TherapyFormat, TherapyKind, TherapyState
from tracker.models.base import (
    Base,
    Key,
    Line,
    Note,
    between,
    one_of,
    same_clinic,
    table,
    target_of_clinic,
)


class TherapySessionRow(Base):
    __tablename__ = "therapy_sessions"
    __table_args__ = table(
        target_of_clinic(),
        same_clinic("course_id", "courses"),
        same_clinic("therapist_id", "users"),
        one_of("state", TherapyState),
        one_of("kind", TherapyKind),
        one_of("format", TherapyFormat),
        between("minutes", 1, 600),
        between("suds_start", 0, 100),
        between("suds_peak", 0, 100),
        between("suds_end", 0, 100),
        CheckConstraint("(state = 'held') = (occurred_at IS NOT NULL)", name="held_paired"),
        CheckConstraint("(state = 'held') = (minutes IS NOT NULL)", name="minutes_paired"),
        Index(None, "course_id", "planned_on"),
        Index(None, "clinic_id", "planned_on"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    course_id: Mapped[UUID]
    therapist_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(10), default=TherapyState.PLANNED)
    kind: Mapped[str] = mapped_column(String(24), default=TherapyKind.INTEGRATION)
    format: Mapped[str] = mapped_column(String(10), default=TherapyFormat.IN_PERSON)
    planned_on: Mapped[date]
    planned_time: Mapped[time | None]
    occurred_at: Mapped[datetime | None]
    minutes: Mapped[int | None]
    suds_start: Mapped[int | None]
    suds_peak: Mapped[int | None]
    suds_end: Mapped[int | None]
    focus: Mapped[Note] = mapped_column(default="")
    measures_reviewed: Mapped[Line] = mapped_column(default="")
    homework: Mapped[Note] = mapped_column(default="")  # set until the next one
    homework_done: Mapped[Note] = mapped_column(default="")  # of what was set the last time
    risk: Mapped[Note] = mapped_column(default="")
    next_steps: Mapped[Note] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)
