"""Patients and the days on which they cannot come."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Key, Words, same_clinic, table, target_of_clinic


class PatientRow(Base):
    """Who they are. How they are reached is in `patient_contacts.py`, sealed."""

    __tablename__ = "patients"
    __table_args__ = table(
        target_of_clinic(),
        UniqueConstraint("clinic_id", "record_number"),
        CheckConstraint("length(family_name) > 0", name="family_name_given"),
        CheckConstraint("length(record_number) > 0", name="record_number_given"),
        Index(None, "clinic_id", "family_name", "given_name"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    record_number: Mapped[str] = mapped_column(String(40))
    given_name: Mapped[Words]
    family_name: Mapped[Words]
    born_on: Mapped[date]
    allergies: Mapped[str] = mapped_column(String(400), default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)


class PatientAccountRow(Base):
    """Which account is which patient's: one of each at the most."""

    __tablename__ = "patient_accounts"
    __table_args__ = table(same_clinic("patient_id", "patients"), same_clinic("user_id", "users"))

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(unique=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))


class PatientUnavailableRow(Base):
    __tablename__ = "patient_unavailable_dates"
    __table_args__ = table(same_clinic("patient_id", "patients"))

    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    unavailable_on: Mapped[date] = mapped_column(primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
