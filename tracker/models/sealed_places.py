"""Where sealed texts stand, so that each can be sealed again with a newer key.

Nothing here shows a text: it is opened and closed again in one step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, select, update
from sqlalchemy.orm import Session

from tracker.domain import contacts, private_notes, second_factors
from tracker.domain.key_ring import KeyRing, Ring, key_id
from tracker.models import sealed_text
from tracker.models.patient_contacts import PatientContactRow
from tracker.models.psychotherapy_notes import PsychotherapyNoteRow
from tracker.models.sealed_text import CannotOpen, SealedText
from tracker.models.second_factors import SecondFactorRow


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedPlace:
    """A table with one sealed text a row. `about` names the row to the cipher."""

    ring: Ring
    table: Table
    about: Callable[[Any], str]

    def key_ids(self) -> Any:
        """How many rows each key has sealed, as a statement."""
        return select(self.table.c.key_id, func.count()).group_by(self.table.c.key_id)

    def is_of_others(self, newest: str) -> ColumnElement[bool]:
        return self.table.c.key_id != newest

    def read(self, row: Any) -> SealedText:
        return SealedText(key_id=row.key_id, nonce=row.nonce, ciphertext=row.ciphertext)

    def written(self, sealed: SealedText) -> Mapping[str, Any]:
        return {"key_id": sealed.key_id, "nonce": sealed.nonce, "ciphertext": sealed.ciphertext}


PLACES = (
    SealedPlace(
        ring=Ring.PRIVATE_NOTES,
        table=cast(Table, PsychotherapyNoteRow.__table__),
        about=lambda row: private_notes.bound_to(
            note_id=row.id,
            clinic_id=row.clinic_id,
            author_id=row.author_id,
            therapy_session_id=row.therapy_session_id,
        ),
    ),
    SealedPlace(
        ring=Ring.FIELDS,
        table=cast(Table, SecondFactorRow.__table__),
        about=lambda row: second_factors.bound_to(user_id=row.user_id, factor_id=row.id),
    ),
    SealedPlace(
        ring=Ring.FIELDS,
        table=cast(Table, PatientContactRow.__table__),
        about=lambda row: contacts.bound_to(clinic_id=row.clinic_id, patient_id=row.id),
    ),
)


def places_of(ring: Ring) -> tuple[SealedPlace, ...]:
    return tuple(place for place in PLACES if place.ring is ring)


def count_by_key(db: Session, ring: Ring) -> dict[str, int]:
    """How many texts each key of a ring has sealed. One statement for each place."""
    counted: dict[str, int] = {}
    for place in places_of(ring):
        for key, count in db.execute(place.key_ids()).all():
            counted[key] = counted.get(key, 0) + count
    return counted


@dataclass(frozen=True, kw_only=True, slots=True)
class Resealed:
    """What one batch did. `last_id` is where the next one begins; None when nothing is left."""

    resealed: int
    unreadable: int
    last_id: UUID | None


def reseal_some(
    db: Session, place: SealedPlace, keys: KeyRing, *, after: UUID | None, most: int
) -> Resealed:
    """Seal the next rows of a place again with the newest key, in the open transaction.

    What opens with no key of the ring stays as it is and is counted.
    """
    newest = key_id(keys.newest)
    table = place.table
    wanted = select(table).where(place.is_of_others(newest)).order_by(table.c.id).limit(most)
    if after is not None:
        wanted = wanted.where(table.c.id > after)
    resealed = unreadable = 0
    rows = db.execute(wanted).all()
    for row in rows:
        values = _resealed(place, keys, row)
        if values is None:
            unreadable += 1
            continue
        db.execute(update(table).where(table.c.id == row.id).values(**values))
        resealed += 1
    last_id = rows[-1].id if len(rows) == most else None
    return Resealed(resealed=resealed, unreadable=unreadable, last_id=last_id)


def _resealed(place: SealedPlace, keys: KeyRing, row: Any) -> Mapping[str, Any] | None:
    about = place.about(row)
    try:
        text = sealed_text.open_sealed(keys, place.read(row), about=about)
    except CannotOpen:
        return None
    return place.written(sealed_text.seal(keys, text, about=about))
