"""A psychotherapy note, for its author and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.key_ring import KeyRing
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.private_notes import bound_to
from tracker.models import sealed_text
from tracker.models.psychotherapy_notes import PsychotherapyNoteRow as Row
from tracker.models.sealed_text import CannotOpen, SealedText


@dataclass(frozen=True, kw_only=True, slots=True)
class PrivateNote:
    """One's own note; `text` is None when it does not open with these keys."""

    text: str | None
    changed_at: datetime
    version: int


def find_own_note(
    db: Session, who: Person, therapy_session_id: UUID, *, ring: KeyRing
) -> PrivateNote | None:
    """The note that this person wrote about a therapy session, if there is one. One statement."""
    check_may(who, Act.KEEP_PRIVATE_NOTE)
    row = db.execute(
        select(Row.id, Row.key_id, Row.nonce, Row.ciphertext, Row.changed_at, Row.version).where(
            Row.clinic_id == who.clinic_id,
            Row.author_id == who.user_id,
            Row.therapy_session_id == therapy_session_id,
        )
    ).one_or_none()
    if row is None:
        return None
    about = bound_to(
        note_id=row.id,
        clinic_id=who.clinic_id,
        author_id=who.user_id,
        therapy_session_id=therapy_session_id,
    )
    sealed = SealedText(key_id=row.key_id, nonce=row.nonce, ciphertext=row.ciphertext)
    try:
        text: str | None = sealed_text.open_sealed(ring, sealed, about=about)
    except CannotOpen:
        text = None
    return PrivateNote(text=text, changed_at=row.changed_at, version=row.version)
