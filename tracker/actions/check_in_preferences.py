"""Changing how a patient is asked, by the patient or for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.actions import audit
from tracker.domain.audit import AuditEvent
from tracker.domain.check_in_preferences import Preferences, check_preferences
from tracker.domain.contacts import Contact
from tracker.domain.errors import NotFound, Refused, StaleForm, differences
from tracker.domain.languages import to_say
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.reminders import RemindBy
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.database import transaction
from tracker.models.patient_contacts import CONTACT, PatientContactRow, open_contact
from tracker.models.patients import PatientRow

_LABELS = {
    "language": to_say("Language"),
    "timezone": to_say("Time zone"),
    "weekly_weekday": to_say("Day of the weekly questions"),
    "remind_by": to_say("Reminders"),
    "remind_at": to_say("At what time"),
    "sees_own_trend": to_say("After a check-in"),
}


def change_preferences(
    db: Session,
    who: Person,
    patient_id: UUID,
    new: Preferences,
    *,
    seen_version: int | None,
    has_agreed: bool = False,
    now: datetime,
) -> None:
    """Store what a patient chose, themselves or through staff of the clinic.

    Staff change what is sent to a patient only when the patient ``has_agreed``. Raises `NotFound`,
    `Refused`, and `StaleForm` when it was changed since.
    """
    is_own = who.patient_id == patient_id
    check_may(who, Act.CHANGE_OWN_SETTINGS if is_own else Act.REGISTER_PATIENT)
    yours = _as_words(new)
    with transaction(db):
        contact = _contact(db, who, patient_id)
        check_preferences(new, email=contact.email, phone=contact.phone)
        stored, version = _stored(db, patient_id)
        changed = [name for name in _LABELS if yours[name] != stored[name]]
        if not changed:
            return  # sent twice, or nothing to store
        if not is_own:
            _check_agreed(new, changed, has_agreed)
        if (seen_version or 0) != version:
            raise StaleForm(differences(yours, stored, _LABELS), stored_version=version)
        _store(db, who, patient_id, new, version, now)
        audit.record(
            db,
            who,
            AuditEvent.CHECK_IN_SETTINGS_CHANGED,
            now=now,
            kind="patient",
            object_id=patient_id,
            patient_id=patient_id,
            detail={"fields": changed},
        )


def _contact(db: Session, who: Person, patient_id: UUID) -> Contact:
    mine = (
        select(*CONTACT)
        .select_from(PatientRow)
        .outerjoin(PatientContactRow, PatientContactRow.id == PatientRow.id)
        .where(PatientRow.id == patient_id, PatientRow.clinic_id == who.clinic_id)
    )
    found = db.execute(mine).one_or_none()
    if found is None:
        raise NotFound("patient")
    return open_contact(db, found, clinic_id=who.clinic_id, patient_id=patient_id)


def _check_agreed(new: Preferences, changed: Sequence[str], has_agreed: bool) -> None:
    if new.remind_by is not RemindBy.NONE and "remind_by" in changed and not has_agreed:
        raise Refused("Ask the patient first, and tick that they agreed.", field="agreed")


def _stored(db: Session, patient_id: UUID) -> tuple[dict[str, str], int]:
    row = db.execute(
        select(
            CheckInPreferencesRow.language,
            CheckInPreferencesRow.timezone,
            CheckInPreferencesRow.weekly_weekday,
            CheckInPreferencesRow.remind_by,
            CheckInPreferencesRow.remind_at,
            CheckInPreferencesRow.reminders_stopped_at,
            CheckInPreferencesRow.sees_own_trend,
            CheckInPreferencesRow.version,
        ).where(CheckInPreferencesRow.patient_id == patient_id)
    ).one_or_none()
    if row is None:
        return _as_words(Preferences()), 0
    words = {name: _word(getattr(row, name)) for name in _LABELS}
    if row.reminders_stopped_at is not None:
        words["remind_by"] = str(RemindBy.NONE)  # choosing again is a change
    return words, row.version


def _store(
    db: Session, who: Person, patient_id: UUID, new: Preferences, version: int, now: datetime
) -> None:
    values: dict[str, Any] = {
        "language": new.language,
        "timezone": new.timezone,
        "weekly_weekday": new.weekly_weekday,
        "remind_by": new.remind_by,
        "remind_at": new.remind_at,
        "sees_own_trend": new.sees_own_trend,
        "changed_at": now,
        "version": version + 1,
    }
    if new.remind_by is not RemindBy.NONE:
        values["reminders_stopped_at"] = None
    if version == 0:
        row = {"patient_id": patient_id, "clinic_id": who.clinic_id, **values}
        try:
            db.execute(insert(CheckInPreferencesRow), [row])
        except IntegrityError:  # somebody else made the first choice at the same moment
            raise StaleForm((), stored_version=1) from None
        return
    done = db.execute(
        update(CheckInPreferencesRow)
        .where(
            CheckInPreferencesRow.patient_id == patient_id,
            CheckInPreferencesRow.version == version,
        )
        .values(**values)
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]
        raise StaleForm((), stored_version=version + 1)


def _as_words(new: Preferences) -> dict[str, str]:
    return {name: _word(getattr(new, name)) for name in _LABELS}


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
