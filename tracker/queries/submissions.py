"""Whether a form that was sent has been stored."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.people import Person
from tracker.models.accounts import SubmissionRow


def is_stored(db: Session, who: Person, submission_id: UUID) -> bool:
    """Whether this person's form with this id was stored, now or before. One statement."""
    found = db.scalar(
        select(SubmissionRow.submission_id).where(
            SubmissionRow.user_id == who.user_id, SubmissionRow.submission_id == submission_id
        )
    )
    return found is not None
