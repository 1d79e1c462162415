"""Restricted records: who may open them, and who opened one all the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, and_, exists, not_, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.restrictions import OpeningReason, RestrictionReason
from tracker.models.base import Base, Key, Line, Words, one_of, same_clinic, table


class RestrictionRow(Base):
    """A record that only named people open. One that stands at a time."""

    __tablename__ = "record_restrictions"
    __table_args__ = table(
        same_clinic("patient_id", "patients"),
        one_of("reason", RestrictionReason),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_paired"),
        Index(
            "ux_record_restrictions_standing",
            "patient_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID]
    reason: Mapped[Words]
    set_at: Mapped[datetime]
    set_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class RecordReaderRow(Base):
    """Somebody who is named to open a restricted record."""

    __tablename__ = "record_readers"
    __table_args__ = table(
        same_clinic("patient_id", "patients"),
        same_clinic("user_id", "users"),
        Index(
            "ux_record_readers_named",
            "patient_id",
            "user_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID]
    user_id: Mapped[UUID]
    named_at: Mapped[datetime]
    named_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]


class GlassOpeningRow(Base):
    """Somebody who is not named opened a restricted record, for a while and with a reason."""

    __tablename__ = "glass_openings"
    __table_args__ = table(
        same_clinic("patient_id", "patients"),
        same_clinic("user_id", "users"),
        one_of("reason", OpeningReason),
        Index(None, "user_id", "ended_at"),
        Index(None, "clinic_id", "opened_at"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    patient_id: Mapped[UUID]
    user_id: Mapped[UUID]
    reason: Mapped[Words]
    words: Mapped[Line]
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


def is_restricted(patient_id: Any) -> ColumnElement[bool]:
    """Whether the record of a patient, a column of the statement around it, is restricted."""
    return exists().where(
        RestrictionRow.patient_id == patient_id, RestrictionRow.lifted_at.is_(None)
    )


def is_barred(patient_id: Any, user_id: Any) -> ColumnElement[bool]:
    """Whether it is restricted and this person is not named."""
    is_named = exists().where(
        RecordReaderRow.patient_id == patient_id,
        RecordReaderRow.user_id == user_id,
        RecordReaderRow.ended_at.is_(None),
    )
    return and_(is_restricted(patient_id), not_(is_named))
