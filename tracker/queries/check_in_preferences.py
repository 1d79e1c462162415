"""What a patient chose about being asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.check_in_preferences import Preferences
from tracker.domain.errors import NotFound
from tracker.domain.languages import language_of
from tracker.domain.people import Person
from tracker.domain.reminders import RemindBy
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.patient_contacts import CONTACT, PatientContactRow, open_contact
from tracker.models.patients import PatientRow


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPreferences:
    """What was chosen, and the version of it: 0 while nothing was.

    ``stopped_at`` is when the patient stopped reminders by the link in one; none are chosen then.
    """

    patient_id: UUID
    patient_name: str
    record_number: str
    email: str
    phone: str
    chosen: Preferences
    stopped_at: datetime | None
    version: int


def get_preferences(db: Session, who: Person, patient_id: UUID) -> StoredPreferences:
    """What a patient of the person's clinic chose. Raises `NotFound`."""
    row = db.execute(
        select(
            PatientRow.given_name,
            PatientRow.family_name,
            PatientRow.record_number,
            *CONTACT,
            CheckInPreferencesRow.language,
            CheckInPreferencesRow.timezone,
            CheckInPreferencesRow.weekly_weekday,
            CheckInPreferencesRow.remind_by,
            CheckInPreferencesRow.remind_at,
            CheckInPreferencesRow.reminders_stopped_at,
            CheckInPreferencesRow.sees_own_trend,
            CheckInPreferencesRow.version,
        )
        .outerjoin(CheckInPreferencesRow, CheckInPreferencesRow.patient_id == PatientRow.id)
        .outerjoin(PatientContactRow, PatientContactRow.id == PatientRow.id)
        .where(PatientRow.id == patient_id, PatientRow.clinic_id == who.clinic_id)
    ).one_or_none()
    if row is None:
        raise NotFound("patient")
    contact = open_contact(db, row, clinic_id=who.clinic_id, patient_id=patient_id)
    chosen = Preferences(
        language=language_of(row.language),
        timezone=row.timezone,
        weekly_weekday=row.weekly_weekday,
        remind_by=RemindBy.NONE if row.reminders_stopped_at else RemindBy(row.remind_by or "none"),
        remind_at=row.remind_at,
        sees_own_trend=row.sees_own_trend is not False,  # empty: no choice was made yet
    )
    return StoredPreferences(
        patient_id=patient_id,
        patient_name=f"{row.given_name} {row.family_name}".strip(),
        record_number=row.record_number,
        email=contact.email_shown,
        phone=contact.phone_shown,
        chosen=chosen,
        stopped_at=row.reminders_stopped_at,
        version=row.version or 0,
    )


def get_own_preferences(db: Session, who: Person) -> StoredPreferences:
    """What the patient themselves chose. Raises `NotFound` for somebody who is none."""
    if who.patient_id is None:
        raise NotFound("patient")
    return get_preferences(db, who, who.patient_id)
