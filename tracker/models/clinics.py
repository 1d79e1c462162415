"""Clinics, the days on which they are closed, and the protocols that they treat by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.clinic import ALERT_WAITS_DAYS, MOST_ALERT_WAITS_DAYS
from tracker.models.base import (
    Base,
    Key,
    Line,
    Milligrams,
    Words,
    between,
    one_of,
    table,
    target_of_clinic,
)


class ClinicRow(Base):
    __tablename__ = "clinics"
    __table_args__ = table(one_of("paper", ("letter", "a4")))

    id: Mapped[Key]
    name: Mapped[Line]
    timezone: Mapped[Words]
    address: Mapped[str] = mapped_column(String(400), default="")
    phone: Mapped[Words] = mapped_column(default="")
    open_weekdays: Mapped[str] = mapped_column(String(27))  # "mon,tue,…"
    alert_waits_days: Mapped[int] = mapped_column(
        between("alert_waits_days", 1, MOST_ALERT_WAITS_DAYS),
        default=ALERT_WAITS_DAYS,
        server_default=text("3"),
    )
    paper: Mapped[str] = mapped_column(String(6), default="letter")
    crisis: Mapped[dict[str, Any] | None]  # empty: the defaults of domain/safety.py
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class ClinicClosureRow(Base):
    __tablename__ = "clinic_closures"
    __table_args__ = table()

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"), primary_key=True)
    closed_on: Mapped[date] = mapped_column(primary_key=True)
    reason: Mapped[Line] = mapped_column(default="")


class ProtocolRow(Base):
    """One version of the rules of a kind of course. Never edited: a change is a new version."""

    __tablename__ = "protocols"
    __table_args__ = table(
        target_of_clinic(),
        UniqueConstraint("clinic_id", "name", "version"),
        CheckConstraint("min_gap_days <= preferred_gap_days", name="gap_low"),
        CheckConstraint("preferred_gap_days <= max_gap_days", name="gap_high"),
        between("infusion_count", 1, 60),
        between("min_gap_days", 1, 60),
        between("max_gap_days", 1, 60),
        between("dose_mg_per_kg", 0.01, 10),
        between("infusion_minutes", 1, 600),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    name: Mapped[Words]
    version: Mapped[int]
    infusion_count: Mapped[int]
    min_gap_days: Mapped[int]
    max_gap_days: Mapped[int]
    preferred_gap_days: Mapped[int]
    dose_mg_per_kg: Mapped[Milligrams]
    infusion_minutes: Mapped[int]
    definition: Mapped[dict[str, Any]]  # limits, cadence, change rules: tracker/domain/protocol.py
    recorded_at: Mapped[datetime]
