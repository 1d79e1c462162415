"""Changing how a patient is asked, by the patient or for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.actions import audit
from tracker.domain.audit import AuditEvent
from tracker.domain.check_in_preferences import Preferences, check_preferences
from tracker.domain.errors import NotFound, StaleForm, differences
from tracker.domain.languages import to_say
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.database import transaction
from tracker.models.patients import PatientRow

_LABELS = {
    "language": to_say("Language"),
    "timezone": to_say("Time zone"),
    "weekly_weekday": to_say("Day of the weekly questions"),
}


def change_preferences(
    db: Session,
    who: Person,
    patient_id: UUID,
    new: Preferences,
    *,
    seen_version: int | None,
    now: datetime,
) -> None:
    """Store what a patient chose, themselves or through staff of the clinic.

    Raises `NotFound`, `Refused`, and `StaleForm` when it was changed since.
    """
    is_own = who.patient_id == patient_id
    check_may(who, Act.CHANGE_OWN_SETTINGS if is_own else Act.REGISTER_PATIENT)
    check_preferences(new)
    yours = _as_words(new)
    with transaction(db):
        _check_is_of_clinic(db, who, patient_id)
        stored, version = _stored(db, patient_id)
        changed = [name for name in _LABELS if yours[name] != stored[name]]
        if not changed:
            return  # sent twice, or nothing to store
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


def _check_is_of_clinic(db: Session, who: Person, patient_id: UUID) -> None:
    mine = select(PatientRow.id).where(
        PatientRow.id == patient_id, PatientRow.clinic_id == who.clinic_id
    )
    if db.execute(mine).first() is None:
        raise NotFound("patient")


def _stored(db: Session, patient_id: UUID) -> tuple[dict[str, str], int]:
    row = db.execute(
        select(
            CheckInPreferencesRow.language,
            CheckInPreferencesRow.timezone,
            CheckInPreferencesRow.weekly_weekday,
            CheckInPreferencesRow.version,
        ).where(CheckInPreferencesRow.patient_id == patient_id)
    ).one_or_none()
    if row is None:
        return dict.fromkeys(_LABELS, ""), 0
    return {name: _word(getattr(row, name)) for name in _LABELS}, row.version


def _store(
    db: Session, who: Person, patient_id: UUID, new: Preferences, version: int, now: datetime
) -> None:
    values = {
        "language": new.language,
        "timezone": new.timezone,
        "weekly_weekday": new.weekly_weekday,
        "changed_at": now,
        "version": version + 1,
    }
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
    return "" if value is None else str(value)
