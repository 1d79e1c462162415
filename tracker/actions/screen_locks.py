"""Locking the screen of a shared tablet; the same person's password or PIN unlocks it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Update, update
from sqlalchemy.orm import Session

from tracker.actions import audit, identity, passwords
from tracker.domain import screen_pins
from tracker.domain.audit import AuditEvent
from tracker.domain.clinic import Clinic
from tracker.domain.errors import Refused
from tracker.domain.languages import to_say
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


def unlock_screen(
    db: Session, who: Person, password: str, *, new_pin: str = "", now: datetime
) -> None:
    """Open the screen again, and keep the PIN that opens it from now on where one was chosen.

    Raises `Refused`: field "password" for a wrong password, "new_pin" for a PIN that will not do.
    """
    if new_pin:
        screen_pins.check_pin(new_pin)
    identity.confirm_own(db, who, password, now=now)
    pin = {}
    if new_pin:
        pin = {
            "pin_hash": passwords.hash_password(new_pin).encode(),
            "pin_chosen_at": now,
            "pin_tries_left": screen_pins.TRIES,
        }
    with transaction(db):
        db.execute(_own(who).values(locked_at=None, **pin))
        if new_pin:
            _record(db, who, AuditEvent.SCREEN_PIN_CHOSEN, now)
        _record(db, who, AuditEvent.SCREEN_UNLOCKED, now)


def unlock_with_pin(db: Session, who: Person, pin: str, *, clinic: Clinic, now: datetime) -> None:
    """Open the screen again with the PIN that was chosen under this sign-in today.

    Each try is counted before it is looked at: many at once are no more tries. Raises `Refused`
    (field "pin") for a wrong one, `PinIsSpent` when no try is left: the sign-in has ended then.
    """
    with transaction(db):
        kept = db.execute(
            _own(who)
            .where(SignInRow.pin_tries_left > 0, SignInRow.locked_at.is_not(None))
            .values(pin_tries_left=SignInRow.pin_tries_left - 1)
            .returning(SignInRow.pin_hash, SignInRow.pin_chosen_at, SignInRow.pin_tries_left)
        ).one_or_none()
    if kept is None or clinic.date_of(kept.pin_chosen_at) != clinic.date_of(now):
        raise Refused(to_say("There is no PIN for today. Enter your password."), field="password")
    if passwords.verify(kept.pin_hash.decode(), pin):
        with transaction(db):
            db.execute(_own(who).values(locked_at=None, pin_tries_left=screen_pins.TRIES))
            _record(db, who, AuditEvent.SCREEN_UNLOCKED, now)
        return
    is_spent = kept.pin_tries_left == 0
    with transaction(db):
        _record(db, who, AuditEvent.SCREEN_PIN_WRONG, now, outcome="failed")
        if is_spent:
            db.execute(_own(who).values(revoked_at=now, revoked_why="wrong PINs"))
            _record(db, who, AuditEvent.SIGN_INS_ENDED, now)
    if is_spent:
        raise PinIsSpent
    raise Refused(to_say("The PIN is not right. Try again, or enter your password."), field="pin")


class PinIsSpent(Exception):
    """Raised when the last try at a PIN was wrong: the person has to sign in anew."""


def _own(who: Person) -> Update:
    return update(SignInRow).where(SignInRow.id == who.sign_in_id, SignInRow.revoked_at.is_(None))


def _record(
    db: Session, who: Person, event: AuditEvent, now: datetime, *, outcome: str = "done"
) -> None:
    audit.record(db, who, event, now=now, kind="user", object_id=who.user_id, outcome=outcome)
