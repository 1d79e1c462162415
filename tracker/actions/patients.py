"""Registering patients and changing what is known of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.contacts import CANNOT_BE_READ, NOT_READABLE, Contact
from tracker.domain.errors import NotFound, Refused, StaleForm, differences
from tracker.domain.patients import PatientDetails, problem_with_birth, write_dates
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models import planning
from tracker.models.database import transaction
from tracker.models.field_keys import field_keys_of
from tracker.models.patient_contacts import (
    CONTACT,
    PatientContactRow,
    open_contact,
    store_contact,
)
from tracker.models.patients import PatientRow, PatientUnavailableRow

_COLUMNS = (
    "record_number",
    "given_name",
    "family_name",
    "born_on",
    "allergies",
)
_SEALED = ("phone", "email", "escort")
_LABELS = {
    "record_number": "Record number",
    "given_name": "Given name",
    "family_name": "Family name",
    "born_on": "Date of birth",
    "phone": "Telephone",
    "email": "E-mail address",
    "allergies": "Allergies",
    "escort": "Escort",
    "unavailable_on": "Cannot come on",
}


def register_patient(
    db: Session,
    who: Person,
    details: PatientDetails,
    *,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Store a new patient; returns the id. Raises `Refused` when a detail does not fit."""
    check_may(who, Act.REGISTER_PATIENT)
    submission = submissions.keyed(submission, field_keys_of(db))
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["patient_id"])
        _check(db, who, details, now=now)
        patient_id = uuid4()
        values = _values(details) | {
            "id": patient_id,
            "clinic_id": who.clinic_id,
            "recorded_at": now,
            "recorded_by": who.user_id,
        }
        try:
            db.execute(insert(PatientRow), [values])
        except IntegrityError:
            raise _number_taken(details) from None
        store_contact(db, _contact(details), clinic_id=who.clinic_id, patient_id=patient_id)
        _store_days(db, who, patient_id, details.unavailable_on)
        audit.record(
            db,
            who,
            AuditEvent.PATIENT_REGISTERED,
            now=now,
            kind="patient",
            object_id=patient_id,
            patient_id=patient_id,
        )
        if submission:
            result = {"patient_id": str(patient_id)}
            submissions.remember(db, who, submission, result, now=now)
    return patient_id


def change_patient(
    db: Session,
    who: Person,
    patient_id: UUID,
    details: PatientDetails,
    *,
    seen_version: int | None,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Store new details over the old. Raises `StaleForm` when somebody else was faster."""
    check_may(who, Act.REGISTER_PATIENT)
    submission = submissions.keyed(submission, field_keys_of(db))
    with transaction(db):
        if submission and submissions.earlier_result(db, who, submission):
            return patient_id
        before = _stored(db, who, patient_id)
        stored = before.details
        changes = differences(_as_words(details), _as_words(stored), _LABELS)
        # a form opened without the key, sent when it is there again
        came_back = before.contact.is_readable and NOT_READABLE in (details.phone, details.escort)
        if seen_version != before.version or came_back:
            raise StaleForm(changes, stored_version=before.version)
        if details.born_on != stored.born_on or details.record_number != stored.record_number:
            _check(db, who, details, now=now, besides=patient_id)
        if details != stored:
            _overwrite(db, who, patient_id, details, before)
            audit.record(
                db,
                who,
                AuditEvent.PATIENT_CHANGED,
                now=now,
                kind="patient",
                object_id=patient_id,
                patient_id=patient_id,
                detail={"fields": _changed_fields(details, stored)},
            )
        if submission:
            result = {"patient_id": str(patient_id)}
            submissions.remember(db, who, submission, result, now=now)
    return patient_id


def _values(details: PatientDetails) -> dict[str, object]:
    return {name: getattr(details, name) for name in _COLUMNS}


def _contact(details: PatientDetails) -> Contact:
    return Contact(phone=details.phone, email=details.email, escort=details.escort)


def _as_words(details: PatientDetails) -> dict[str, str]:
    words = {name: str(getattr(details, name)) for name in (*_COLUMNS, *_SEALED)}
    return words | {"unavailable_on": write_dates(details.unavailable_on)}


def _changed_fields(details: PatientDetails, stored: PatientDetails) -> list[str]:
    yours, before = _as_words(details), _as_words(stored)
    return [name for name in _LABELS if yours[name] != before[name]]


def _check(
    db: Session,
    who: Person,
    details: PatientDetails,
    *,
    now: datetime,
    besides: UUID | None = None,
) -> None:
    today = now.astimezone(planning.clinic_zone(db, who.clinic_id)).date()
    if problem := problem_with_birth(details.born_on, today):
        raise Refused(problem, field="born_on")
    same = select(PatientRow.id).where(
        PatientRow.clinic_id == who.clinic_id,
        func.lower(PatientRow.record_number) == func.lower(details.record_number),
    )
    if besides is not None:
        same = same.where(PatientRow.id != besides)
    if db.execute(same.limit(1)).first() is not None:
        raise _number_taken(details)


def _number_taken(details: PatientDetails) -> Refused:
    return Refused(
        f"Another patient of this clinic has the record number {details.record_number}. "
        "Search for it, or enter another number.",
        field="record_number",
    )


@dataclass(frozen=True, kw_only=True)
class _Stored:
    """The record as a form shows it."""

    details: PatientDetails
    version: int
    contact: Contact


def _stored(db: Session, who: Person, patient_id: UUID) -> _Stored:
    columns = [getattr(PatientRow, name) for name in _COLUMNS]
    row = db.execute(
        select(*columns, PatientRow.version, *CONTACT)
        .outerjoin(PatientContactRow, PatientContactRow.id == PatientRow.id)
        .where(PatientRow.id == patient_id, PatientRow.clinic_id == who.clinic_id)
    ).one_or_none()
    if row is None:
        raise NotFound("patient")
    contact = open_contact(db, row, clinic_id=who.clinic_id, patient_id=patient_id)
    values = {name: getattr(row, name) for name in _COLUMNS}
    values |= {"phone": contact.phone_shown, "email": contact.email, "escort": contact.escort_shown}
    days = db.scalars(
        select(PatientUnavailableRow.unavailable_on).where(
            PatientUnavailableRow.patient_id == patient_id
        )
    )
    details = PatientDetails(**values, unavailable_on=frozenset(days))
    return _Stored(details=details, version=row.version, contact=contact)


def _overwrite(
    db: Session, who: Person, patient_id: UUID, details: PatientDetails, stored: _Stored
) -> None:
    version = stored.version
    try:
        changed = db.execute(
            update(PatientRow)
            .where(
                PatientRow.id == patient_id,
                PatientRow.clinic_id == who.clinic_id,
                PatientRow.version == version,
            )
            .values(**_values(details), version=version + 1)
        )
    except IntegrityError:
        raise _number_taken(details) from None
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        raise StaleForm((), stored_version=version + 1)
    _replace_contact(db, who, patient_id, details, stored)
    db.execute(delete(PatientUnavailableRow).where(PatientUnavailableRow.patient_id == patient_id))
    _store_days(db, who, patient_id, details.unavailable_on)


def _replace_contact(
    db: Session, who: Person, patient_id: UUID, details: PatientDetails, stored: _Stored
) -> None:
    """What no key opens stays as it is, so that the rest of the record can still be changed."""
    if _contact(details) == _contact(stored.details):
        return
    if not stored.contact.is_readable:
        raise Refused(CANNOT_BE_READ)
    store_contact(db, _contact(details), clinic_id=who.clinic_id, patient_id=patient_id)


def _store_days(db: Session, who: Person, patient_id: UUID, days: Collection[date]) -> None:
    if days:
        rows = [
            {"patient_id": patient_id, "unavailable_on": day, "clinic_id": who.clinic_id}
            for day in sorted(days)
        ]
        db.execute(insert(PatientUnavailableRow), rows)
