"""Codes of an authenticator app: does one fit, and is it taken for the first time?

A code counts once: the half-minute that it belongs to is stored in the transaction that takes it.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.domain import second_factors as rules
from tracker.domain.key_ring import KeyRing
from tracker.domain.people import Person
from tracker.models import sealed_text
from tracker.models.sealed_text import CannotOpen, SealedText
from tracker.models.second_factors import SecondFactorRow


def in_use(who: Person) -> Any:
    """The statement that finds somebody's app."""
    return select(
        SecondFactorRow.id,
        SecondFactorRow.user_id,
        SecondFactorRow.key_id,
        SecondFactorRow.nonce,
        SecondFactorRow.ciphertext,
        SecondFactorRow.last_step,
    ).where(
        SecondFactorRow.user_id == who.user_id,
        SecondFactorRow.clinic_id == who.clinic_id,
        SecondFactorRow.ended_at.is_(None),
    )


def _opened(row: Any, ring: KeyRing) -> str | None:
    sealed = SealedText(key_id=row.key_id, nonce=row.nonce, ciphertext=row.ciphertext)
    try:
        return sealed_text.open_sealed(
            ring, sealed, about=rules.bound_to(user_id=row.user_id, factor_id=row.id)
        )
    except CannotOpen:
        return None


def fitting_step(secret: str, typed: str, *, after: int, now: datetime) -> int | None:
    """The half-minute whose code was typed, if it counts now and is later than `after`."""
    code = rules.app_code(typed)
    app = pyotp.TOTP(secret)
    for step in rules.steps_now(now):
        if code and step > after and hmac.compare_digest(app.generate_otp(step), code):
            return step
    return None


def takes(db: Session, who: Person, typed: str, ring: KeyRing, now: datetime) -> bool:
    """Whether somebody has an app and this is a code of it that counts now."""
    row = db.execute(in_use(who)).one_or_none()
    return row is not None and _is_first(db, row, typed, ring, now)


def takes_if_any(db: Session, who: Person, typed: str, ring: KeyRing | None, now: datetime) -> bool:
    """Whether the code is right, or none is asked for because there is no app."""
    row = db.execute(in_use(who)).one_or_none()
    return row is None or (ring is not None and _is_first(db, row, typed, ring, now))


def _is_first(db: Session, row: Any, typed: str, ring: KeyRing, now: datetime) -> bool:
    """Whether the code is right; its half-minute is marked: of two who send it, one gets in."""
    secret = _opened(row, ring)
    step = None if secret is None else fitting_step(secret, typed, after=row.last_step, now=now)
    if step is None:
        return False
    taken = db.execute(
        update(SecondFactorRow)
        .where(
            SecondFactorRow.id == row.id,
            SecondFactorRow.ended_at.is_(None),
            SecondFactorRow.last_step < step,
        )
        .values(last_step=step)
        .returning(SecondFactorRow.id)
    ).all()
    return bool(taken)
