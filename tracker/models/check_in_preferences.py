"""How a patient wants to be asked: language, zone, weekday, reminders. One row at the most."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.languages import Language
from tracker.models.base import Base, Words, between, one_of, same_clinic, table


class CheckInPreferencesRow(Base):
    """A patient without a row is asked in the clinic's zone, in English, and not reminded."""

    __tablename__ = "check_in_preferences"
    __table_args__ = table(
        same_clinic("patient_id", "patients"),
        one_of("language", Language),
        one_of("remind_by", ("none", "email", "sms")),
        between("weekly_weekday", 0, 6),
        CheckConstraint("remind_by = 'none' OR remind_at IS NOT NULL", name="reminded_at_a_time"),
    )

    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    language: Mapped[str | None] = mapped_column(String(10))  # empty: not chosen yet
    timezone: Mapped[Words | None]  # empty: the clinic's
    weekly_weekday: Mapped[int | None]  # Monday is 0; empty: the weekday of infusion 1
    remind_by: Mapped[str] = mapped_column(String(5), default="none")
    remind_at: Mapped[time | None]  # on the clock of the patient's zone
    reminders_stopped_at: Mapped[datetime | None]  # by the link in a reminder
    sees_own_trend: Mapped[bool] = mapped_column(default=True)
    not_watched_agreed_at: Mapped[datetime | None]  # to answers that nobody watches in real time
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
