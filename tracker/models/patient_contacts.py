"""Telephone, e-mail and escort of a patient, sealed, beside the row that is searched and sorted.

A list that shows no telephone reads nothing of this table and opens nothing.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, delete, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from tracker.domain.contacts import UNREADABLE, Contact, bound_to, read_contact, write_contact
from tracker.domain.key_ring import KeyRing
from tracker.models import sealed_text
from tracker.models.base import Base, Words, same_clinic, table
from tracker.models.field_keys import field_keys_of
from tracker.models.sealed_text import CannotOpen, SealedText


class PatientContactRow(Base):
    """One a patient, with the patient's id."""

    __tablename__ = "patient_contacts"
    __table_args__ = table(same_clinic("id", "patients"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    key_id: Mapped[Words]
    nonce: Mapped[bytes] = mapped_column(LargeBinary(12))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


CONTACT = (
    PatientContactRow.key_id.label("contact_key_id"),
    PatientContactRow.nonce.label("contact_nonce"),
    PatientContactRow.ciphertext.label("contact_ciphertext"),
)
"""What a statement asks for whose rows `open_contact` opens. An outer join: not all have one."""


def open_contact(db: Session, row: Any, *, clinic_id: UUID, patient_id: UUID) -> Contact:
    """The contact in a row with the columns of `CONTACT`; `UNREADABLE` without its key."""
    if row.contact_key_id is None:
        return Contact()
    sealed = SealedText(
        key_id=row.contact_key_id, nonce=row.contact_nonce, ciphertext=row.contact_ciphertext
    )
    about = bound_to(clinic_id=clinic_id, patient_id=patient_id)
    try:
        return read_contact(sealed_text.open_sealed(field_keys_of(db), sealed, about=about))
    except CannotOpen:
        return UNREADABLE


def sealed_row(
    ring: KeyRing, contact: Contact, *, clinic_id: UUID, patient_id: UUID
) -> dict[str, Any]:
    """The row that holds a contact."""
    about = bound_to(clinic_id=clinic_id, patient_id=patient_id)
    sealed = sealed_text.seal(ring, write_contact(contact), about=about)
    return {
        "id": patient_id,
        "clinic_id": clinic_id,
        "key_id": sealed.key_id,
        "nonce": sealed.nonce,
        "ciphertext": sealed.ciphertext,
    }


def store_contact(db: Session, contact: Contact, *, clinic_id: UUID, patient_id: UUID) -> None:
    """Put a contact in the place of the one before, in the open transaction."""
    row = sealed_row(field_keys_of(db), contact, clinic_id=clinic_id, patient_id=patient_id)
    db.execute(delete(PatientContactRow).where(PatientContactRow.id == patient_id))
    db.execute(insert(PatientContactRow), [row])
