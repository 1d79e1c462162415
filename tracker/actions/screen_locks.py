"""Locking the screen of a shared tablet, and unlocking it with the same person's password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from tracker.actions import audit, identity
from tracker.domain.audit import AuditEvent
from tracker.domain.people import Person
from tracker.models.accounts import SignInRow
from tracker.models.database import transaction


def lock_screen(db: Session, who: Person, *, now: datetime) -> None:
    """Show nothing more under this sign-in until its person enters the password."""
    with transaction(db):
        changed = db.execute(
            update(SignInRow)
            .where(SignInRow.id == who.sign_in_id, SignInRow.locked_at.is_(None))
            .values(locked_at=now)
            .returning(SignInRow.id)
        ).all()
        if changed:
            _record(db, who, AuditEvent.SCREEN_LOCKED, now)


def unlock_screen(db: Session, who: Person, password: str, *, now: datetime) -> None:
    """Open the screen again. Raises `Refused` (field "password") for a wrong password."""
    identity.confirm_own(db, who, password, now=now)
    with transaction(db):
        db.execute(update(SignInRow).where(SignInRow.id == who.sign_in_id).values(locked_at=None))
        _record(db, who, AuditEvent.SCREEN_UNLOCKED, now)


def _record(db: Session, who: Person, event: AuditEvent, now: datetime) -> None:
    audit.record(db, who, event, now=now, kind="user", object_id=who.user_id)
