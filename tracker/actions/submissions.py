"""A form that is sent twice is stored once, and answered twice with the same result."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.domain.errors import SubmittedDifferently
from tracker.domain.key_ring import KeyRing
from tracker.domain.people import Person
from tracker.models.accounts import SubmissionRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """The id that a form carries, and a hash of everything that was typed into it."""

    id: UUID
    payload_hash: bytes


def keyed(submission: Submission | None, ring: KeyRing) -> Submission | None:
    """For what is sealed: a plain hash of something short could be guessed, a keyed one cannot."""
    if submission is None:
        return None
    oldest = ring.keys[-1]  # stays the same while a form may be sent again
    hashed = hmac.new(oldest, submission.payload_hash, sha256).digest()
    return Submission(id=submission.id, payload_hash=hashed)


def earlier_result(db: Session, who: Person, submission: Submission) -> dict[str, Any] | None:
    """What this form led to when it came before; None the first time.

    Raises `SubmittedDifferently` if the same form came with other answers.
    """
    found = db.execute(
        select(SubmissionRow.payload_hash, SubmissionRow.result).where(
            SubmissionRow.user_id == who.user_id, SubmissionRow.submission_id == submission.id
        )
    ).one_or_none()
    if found is None:
        return None
    if found.payload_hash != submission.payload_hash:
        raise SubmittedDifferently
    result: dict[str, Any] = found.result
    return result


def remember(
    db: Session, who: Person, submission: Submission, result: dict[str, Any], *, now: datetime
) -> None:
    """Store the result in the transaction that made it."""
    db.execute(
        insert(SubmissionRow),
        [
            {
                "clinic_id": who.clinic_id,
                "user_id": who.user_id,
                "submission_id": submission.id,
                "payload_hash": submission.payload_hash,
                "result": result,
                "recorded_at": now,
            }
        ],
    )
