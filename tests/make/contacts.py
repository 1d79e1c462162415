"""How patients are reached, stored past every form."""

from __future__ import annotations

from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.make.sessions import command_session
from tracker.domain.contacts import Contact
from tracker.models import db as flask_db
from tracker.models.patient_contacts import CONTACT, PatientContactRow, open_contact, store_contact
from tracker.models.patients import PatientRow


def reach_everybody(db: Session, contact: Contact, *, clinic_id: UUID | None = None) -> int:
    """The same contact for every patient, or for a clinic's, in the open transaction; how many."""
    asked = select(PatientRow.id, PatientRow.clinic_id)
    if clinic_id is not None:
        asked = asked.where(PatientRow.clinic_id == clinic_id)
    found = db.execute(asked).all()
    for row in found:
        store_contact(db, contact, clinic_id=row.clinic_id, patient_id=row.id)
    return len(found)


def contact_of(db: Session, patient_id: UUID) -> Contact:
    """What is stored of one patient, opened."""
    asked = (
        select(PatientRow.clinic_id, *CONTACT)
        .outerjoin(PatientContactRow, PatientContactRow.id == PatientRow.id)
        .where(PatientRow.id == patient_id)
    )
    row = db.execute(asked).one()
    return open_contact(db, row, clinic_id=row.clinic_id, patient_id=patient_id)


def all_contacts(app: Flask) -> dict[UUID, Contact]:
    """What is stored of every patient of an application, opened."""
    with app.app_context():
        db = command_session()
        found = {each: contact_of(db, each) for each in db.scalars(select(PatientRow.id))}
        flask_db.session.remove()
    return found
