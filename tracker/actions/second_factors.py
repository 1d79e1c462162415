"""Second factors: setting one up, showing it, and what is left when the phone is lost.

A code counts once: the half-minute that it belongs to is stored in the transaction that takes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

import pyotp
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from tracker.actions import audit, identity, reset_links, sign_ins, throttles
from tracker.actions.factor_codes import fitting_step, in_use, takes, takes_if_any
from tracker.actions.throttles import TooManyAttempts
from tracker.actions.tokens import new_token, token_hash
from tracker.domain import accounts
from tracker.domain import second_factors as rules
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound, Refused
from tracker.domain.key_ring import KeyRing
from tracker.domain.languages import to_say
from tracker.domain.people import Person
from tracker.models import sealed_text
from tracker.models.accounts import SignInRow
from tracker.models.database import transaction
from tracker.models.second_factors import RecoveryCodeRow, SecondFactorRow

WRONG_CODE = to_say("This code is not right, or was used before. Wait for the next one.")
WRONG_RECOVERY_CODE = to_say("This recovery code is not right, or was used before.")
SET_UP_ALREADY = to_say("A second factor was set up meanwhile. Sign in again.")
SIGN_IN_IS_OVER = to_say("This sign-in has ended. Sign in again.")
CODE, RECOVERY, SET_UP, AGAIN = "code", "recovery", "set-up", "again"
MUST_HAVE_ONE = to_say("Your role needs a second factor. You can set up another one instead.")


def new_secret() -> str:
    """160 random bits in base32, as authenticator apps take them."""
    return pyotp.random_base32()


def set_up(
    db: Session,
    who: Person,
    *,
    secret: str,
    typed: str,
    ring: KeyRing,
    may_replace: bool,
    now: datetime,
) -> tuple[tuple[str, ...], str]:
    """Take an app into use; returns ten recovery codes, which are shown this once, and the new
    token of this sign-in.

    Proof that the app holds the secret is a code of it. An earlier app and its recovery codes end,
    and so does every other sign-in of the account. Raises `Refused` (field "code"), also
    for an app where one is in use already, unless `may_replace`.
    """
    _count(db, who, SET_UP, now)
    step = fitting_step(secret, typed, after=0, now=now)
    if step is None:
        _record_refused(db, who, now)
        raise Refused(WRONG_CODE, field="code")
    factor_id = uuid4()
    sealed = sealed_text.seal(
        ring, secret, about=rules.bound_to(user_id=who.user_id, factor_id=factor_id)
    )
    codes = rules.new_recovery_codes()
    with transaction(db):
        token = _mark_shown(db, who, SET_UP, now=now)
        if not may_replace and db.execute(in_use(who)).first() is not None:
            raise Refused(SET_UP_ALREADY, field="code")
        end_factor(db, who.clinic_id, who.user_id, now=now)
        row = {
            "id": factor_id,
            "clinic_id": who.clinic_id,
            "user_id": who.user_id,
            "key_id": sealed.key_id,
            "nonce": sealed.nonce,
            "ciphertext": sealed.ciphertext,
            "last_step": step,
            "set_up_at": now,
        }
        db.execute(insert(SecondFactorRow), [row])
        _store_recovery_codes(db, who, codes, now=now)
        sign_ins.end_others(db, who, why="second factor changed", now=now)
        _record(db, who, AuditEvent.SECOND_FACTOR_SET_UP, now)
    return codes, token


def show_code(db: Session, who: Person, typed: str, *, ring: KeyRing, now: datetime) -> str:
    """Take a code of the app; returns the new token of this sign-in, the old one is dead.

    Raises `Refused` (field "code") for a wrong or used code, and after too many of them.
    """
    _count(db, who, CODE, now)
    with transaction(db):
        if takes(db, who, typed, ring, now):
            return let_in(db, who, CODE, now)
    _record_refused(db, who, now)
    raise Refused(WRONG_CODE, field="code")


def show_recovery_code(db: Session, who: Person, typed: str, *, now: datetime) -> str:
    """Take one of the recovery codes, which is used up; returns the new token of this sign-in.

    Raises `Refused` (field "code") for a wrong or used code, and after too many of them.
    """
    _count(db, who, RECOVERY, now)
    code = rules.recovery_code(typed)
    with transaction(db):
        used = db.execute(
            update(RecoveryCodeRow)
            .where(
                RecoveryCodeRow.user_id == who.user_id,
                RecoveryCodeRow.clinic_id == who.clinic_id,
                RecoveryCodeRow.code_hash == _hash_of(code or ""),
                RecoveryCodeRow.used_at.is_(None),
                RecoveryCodeRow.replaced_at.is_(None),
            )
            .values(used_at=now)
            .returning(RecoveryCodeRow.id)
        ).all()
        if used:
            _record(db, who, AuditEvent.RECOVERY_CODE_USED, now)
            return let_in(db, who, RECOVERY, now)
    _record_refused(db, who, now)
    raise Refused(WRONG_RECOVERY_CODE, field="code")


def replace_recovery_codes(db: Session, who: Person, *, now: datetime) -> tuple[str, ...]:
    """Ten new recovery codes, shown this once; the earlier ones open nothing any more."""
    codes = rules.new_recovery_codes()
    with transaction(db):
        if db.execute(in_use(who)).first() is None:
            raise NotFound("second factor")
        _store_recovery_codes(db, who, codes, now=now)
        _record(db, who, AuditEvent.RECOVERY_CODES_MADE, now)
    return codes


def remove_own(db: Session, who: Person, *, must_have: bool, now: datetime) -> None:
    """Sign in with the password alone again. Raises `Refused` for roles that need a factor.

    Links to choose a new password end with it: they were made for an account that asks for more.
    """
    if must_have:
        raise Refused(MUST_HAVE_ONE)
    with transaction(db):
        end_factor(db, who.clinic_id, who.user_id, now=now)
        reset_links.close_links(db, who.user_id, now=now)
        _record(db, who, AuditEvent.SECOND_FACTOR_ENDED, now)


def prove_again(
    db: Session, who: Person, password: str, *, code: str, ring: KeyRing, now: datetime
) -> str:
    """Enter the password once more before something weighty, and a code of the app where there is
    one; returns the sign-in's new token.

    Raises `Refused` (field "password" or "code").
    """
    identity.confirm_own(db, who, password, now=now)
    _count(db, who, AGAIN, now)
    with transaction(db):
        if takes_if_any(db, who, code, ring, now):
            throttles.forgive(db, account=_throttle_of(who, AGAIN))
            return mark_proved(db, who, now)
    _record_refused(db, who, now)
    raise Refused(WRONG_CODE, field="code")


def mark_proved(db: Session, who: Person, now: datetime) -> str:
    """Note in the open transaction that it is still this person; returns the new token."""
    token = new_token()
    db.execute(
        update(SignInRow)
        .where(SignInRow.id == who.sign_in_id, SignInRow.revoked_at.is_(None))
        .values(proved_at=now, token_hash=token_hash(token))
    )
    _record(db, who, AuditEvent.IDENTITY_CONFIRMED, now)
    return token


def let_in(db: Session, who: Person, what: str, now: datetime) -> str:
    """Make half a sign-in a whole one, in the open transaction; returns its new token."""
    token = _mark_shown(db, who, what, now=now)
    _record(db, who, AuditEvent.SECOND_FACTOR_SHOWN, now)
    return token


def _mark_shown(db: Session, who: Person, what: str, *, now: datetime) -> str:
    """Make the sign-in a whole one under a new token. Raises `Refused` for one that is over."""
    token = new_token()
    shown_for = db.execute(
        update(SignInRow)
        .where(SignInRow.id == who.sign_in_id, SignInRow.revoked_at.is_(None))
        .values(factor_at=now, proved_at=now, token_hash=token_hash(token))
        .returning(SignInRow.id)
    ).scalar_one_or_none()
    if shown_for is None:
        raise Refused(SIGN_IN_IS_OVER, field="code")
    throttles.forgive(db, account=_throttle_of(who, what))
    sign_ins.end_oldest(db, who.user_id, keep=shown_for, with_factor=True, now=now)
    return token


def end_factor(db: Session, clinic_id: UUID, user_id: UUID, *, now: datetime) -> None:
    """End an account's app and its recovery codes, in the open transaction."""
    db.execute(
        update(SecondFactorRow)
        .where(
            SecondFactorRow.user_id == user_id,
            SecondFactorRow.clinic_id == clinic_id,
            SecondFactorRow.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    _replace_codes(db, user_id, now=now)


def _replace_codes(db: Session, user_id: UUID, *, now: datetime) -> None:
    db.execute(
        update(RecoveryCodeRow)
        .where(
            RecoveryCodeRow.user_id == user_id,
            RecoveryCodeRow.used_at.is_(None),
            RecoveryCodeRow.replaced_at.is_(None),
        )
        .values(replaced_at=now)
    )


def _store_recovery_codes(db: Session, who: Person, codes: Iterable[str], *, now: datetime) -> None:
    _replace_codes(db, who.user_id, now=now)
    rows = [
        {
            "id": uuid4(),
            "clinic_id": who.clinic_id,
            "user_id": who.user_id,
            "code_hash": _hash_of(rules.recovery_code(code) or ""),
            "made_at": now,
        }
        for code in codes
    ]
    db.execute(insert(RecoveryCodeRow), rows)


def _hash_of(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def _throttle_of(who: Person, what: str) -> str:
    """One count for each: wrong codes of the app keep nobody from using a recovery code."""
    return f"second factor {what} {who.user_id}"


def _count(db: Session, who: Person, what: str, now: datetime) -> None:
    free = accounts.FREE_FAILURES_PER_ACCOUNT
    try:
        throttles.count_attempt(db, [(_throttle_of(who, what), free)], now=now)
    except TooManyAttempts as problem:
        raise problem.refusal(now, field="code") from None


def _record(db: Session, who: Person, event: AuditEvent, now: datetime) -> None:
    audit.record(db, who, event, now=now, kind="user", object_id=who.user_id)


def _record_refused(db: Session, who: Person, now: datetime) -> None:
    with transaction(db):
        audit.record(
            db,
            who,
            AuditEvent.SECOND_FACTOR_REFUSED,
            now=now,
            kind="user",
            object_id=who.user_id,
            outcome="failed",
        )
