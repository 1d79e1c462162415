"""Patients who want to be reminded."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests.make.patients import NOW
from tests.make.world import ClinicPeople
from tracker.domain.contacts import Contact
from tracker.domain.people import Person
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.database import transaction
from tracker.models.messages import MessageRow, OnCallRow
from tracker.models.patient_contacts import store_contact


def want_reminders(
    db: Session, people: ClinicPeople, *, patient_id: UUID | None = None, **changes: Any
) -> None:
    """By e-mail at nine in the clinic's zone, in English, unless said otherwise."""
    patient_id = patient_id or people.patient_id
    reached = {"email": changes.pop("email", "sam@home.test"), "phone": changes.pop("phone", "")}
    values: dict[str, Any] = {
        "remind_by": "email",
        "remind_at": time(9),
        "language": "en",
        "changed_at": NOW,
    }
    with transaction(db):
        store_contact(db, Contact(**reached), clinic_id=people.clinic.id, patient_id=patient_id)
        _keep(db, people.clinic.id, patient_id, values | changes)


def _keep(db: Session, clinic_id: UUID, patient_id: UUID, values: dict[str, Any]) -> None:
    chosen = CheckInPreferencesRow
    mine = chosen.patient_id == patient_id
    if db.execute(select(chosen.patient_id).where(mine)).first() is not None:
        db.execute(update(chosen).where(mine).values(**values))
        return
    db.execute(insert(chosen), [{"patient_id": patient_id, "clinic_id": clinic_id} | values])


def change_choice(db: Session, patient_id: UUID, **values: Any) -> None:
    """Change the stored choice past every rule."""
    with transaction(db):
        chosen = CheckInPreferencesRow
        db.execute(update(chosen).where(chosen.patient_id == patient_id).values(**values))


def put_on_call(
    db: Session, people: ClinicPeople, person: Person, tier: int, *, now: datetime = NOW
) -> None:
    row = {
        "user_id": person.user_id,
        "clinic_id": people.clinic.id,
        "tier": tier,
        "recorded_at": now,
        "recorded_by": people.administrator.user_id,
    }
    with transaction(db):
        db.execute(insert(OnCallRow), [row])


def stored_messages(db: Session, **wanted: Any) -> list[MessageRow]:
    """The messages as they are stored, in the order in which they came."""
    db.rollback()
    rows = db.scalars(
        select(MessageRow).filter_by(**wanted).order_by(MessageRow.recorded_at, MessageRow.id)
    ).all()
    db.expunge_all()
    db.rollback()
    return list(rows)
