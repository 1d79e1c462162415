"""Keeping a psychotherapy note of one's own. The audit trail holds that, and never what it says."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import Difference, Refused, StaleForm
from tracker.domain.key_ring import KeyRing
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.private_notes import CANNOT_BE_READ, bound_to
from tracker.models import ownership, sealed_text
from tracker.models.database import transaction
from tracker.models.psychotherapy_notes import PsychotherapyNoteRow as Row
from tracker.models.sealed_text import CannotOpen, SealedText


def keep_private_note(
    db: Session,
    who: Person,
    therapy_session_id: UUID,
    text: str,
    *,
    ring: KeyRing,
    seen_version: int | None,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Store the person's own note about a therapy session; returns its id.

    Raises `StaleForm` when the same person changed it in another window, and `Refused` when what
    is stored cannot be read with these keys: it is never written over unseen.
    """
    check_may(who, Act.KEEP_PRIVATE_NOTE)
    submission = submissions.keyed(submission, ring)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["private_note_id"])
        patient_id = ownership.patient_of(db, who, "therapy_session", therapy_session_id)
        row = _find_own(db, who, therapy_session_id)
        if row is None:
            note_id = _add(db, who, therapy_session_id, text, ring, now)
        else:
            note_id = _change(db, who, row, text, ring, seen_version, now)
        audit.record(
            db,
            who,
            AuditEvent.PRIVATE_NOTE_KEPT,
            now=now,
            kind="therapy_session",
            object_id=therapy_session_id,
            patient_id=patient_id,
        )
        if submission:
            result = {"private_note_id": str(note_id)}
            submissions.remember(db, who, submission, result, now=now)
        return note_id


def _find_own(db: Session, who: Person, therapy_session_id: UUID) -> Any:
    return db.execute(
        select(Row.id, Row.therapy_session_id, Row.key_id, Row.nonce, Row.ciphertext, Row.version)
        .where(
            Row.clinic_id == who.clinic_id,
            Row.author_id == who.user_id,
            Row.therapy_session_id == therapy_session_id,
        )
        .with_for_update()
    ).one_or_none()


def _about(who: Person, note_id: UUID, therapy_session_id: UUID) -> str:
    return bound_to(
        note_id=note_id,
        clinic_id=who.clinic_id,
        author_id=who.user_id,
        therapy_session_id=therapy_session_id,
    )


def _add(
    db: Session, who: Person, therapy_session_id: UUID, text: str, ring: KeyRing, now: datetime
) -> UUID:
    note_id = uuid4()
    sealed = sealed_text.seal(ring, text, about=_about(who, note_id, therapy_session_id))
    db.execute(
        insert(Row).values(
            id=note_id,
            clinic_id=who.clinic_id,
            therapy_session_id=therapy_session_id,
            author_id=who.user_id,
            recorded_at=now,
            changed_at=now,
            version=1,
            **_columns(sealed),
        )
    )
    return note_id


def _change(
    db: Session,
    who: Person,
    row: Any,
    text: str,
    ring: KeyRing,
    seen_version: int | None,
    now: datetime,
) -> UUID:
    note_id: UUID = row.id
    about = _about(who, note_id, row.therapy_session_id)
    stored = _opened(ring, row, about)
    if seen_version != row.version:
        unlike = Difference(label="Psychotherapy note", yours=text, stored=stored)
        raise StaleForm([unlike], stored_version=row.version)
    db.execute(
        update(Row)
        .where(Row.id == note_id)
        .values(
            changed_at=now,
            version=row.version + 1,
            **_columns(sealed_text.seal(ring, text, about=about)),
        )
    )
    return note_id


def _opened(ring: KeyRing, row: Any, about: str) -> str:
    sealed = SealedText(key_id=row.key_id, nonce=row.nonce, ciphertext=row.ciphertext)
    try:
        return sealed_text.open_sealed(ring, sealed, about=about)
    except CannotOpen:
        raise Refused(CANNOT_BE_READ) from None


def _columns(sealed: SealedText) -> dict[str, Any]:
    return {"key_id": sealed.key_id, "nonce": sealed.nonce, "ciphertext": sealed.ciphertext}
