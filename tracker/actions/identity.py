"""Who is it really? A password entered once more, before something that a name stands under.

Computing a password's hash takes a while: call these before the transaction that writes, never
inside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.actions import audit, passwords, throttles
from tracker.actions.factor_codes import takes_if_any
from tracker.actions.throttles import TooManyAttempts
from tracker.domain import accounts
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import Refused
from tracker.domain.key_ring import KeyRing
from tracker.domain.languages import to_say
from tracker.domain.people import Person, Role
from tracker.domain.permissions import Act, may
from tracker.models.accounts import UserRoleRow, UserRow
from tracker.models.database import transaction

FREE_FAILURES_FOR_COLLEAGUES = 10
"""Failures that one person may cause with colleagues' names before they have to wait."""


def confirm_own(db: Session, who: Person, password: str, *, now: datetime) -> None:
    """Check that it is still the signed-in person.

    Raises `Refused` (field "password") for a wrong password and after too many of them. The count
    is the person's own: failed sign-ins from outside keep nobody from signing.
    """
    stored = db.execute(
        select(UserRow.password_hash).where(
            UserRow.id == who.user_id,
            UserRow.clinic_id == who.clinic_id,
            UserRow.deactivated_at.is_(None),
        )
    ).scalar_one_or_none()
    counted = [(f"identity {who.user_id}", accounts.FREE_FAILURES_PER_ACCOUNT)]
    if not _is_right(db, counted, stored, password, field="password", now=now):
        _record_failure(db, who, who.user_id, now)
        raise Refused(to_say("The password is not right. Try again."), field="password")
    _forgive(db, counted)


def confirm_colleague(
    db: Session,
    who: Person,
    *,
    email: str,
    password: str,
    code: str = "",
    ring: KeyRing | None = None,
    now: datetime,
) -> Person:
    """The colleague who entered a name and password beside the signed-in person, and a code of
    their app where they have one: nobody saw them sign in.

    Another active clinician or nurse of the same clinic. Raises `Refused` (field
    "witness_password") with the same words whatever part is wrong, and after too many failures.
    """
    email = accounts.normal_email(email)
    counted = [
        (f"colleague {who.clinic_id} {email}", accounts.FREE_FAILURES_PER_ACCOUNT),
        (f"colleagues tried by {who.user_id}", FREE_FAILURES_FOR_COLLEAGUES),
    ]
    found = _find_colleague(db, who, email)
    stored = found[1] if found else None
    is_right = _is_right(db, counted, stored, password, field="witness_password", now=now)
    if found is None or not is_right or not _takes_code(db, found[0], code, ring, now):
        _record_failure(db, who, found[0].user_id if found else None, now)
        raise Refused(
            "This is not the e-mail address, password and code of another clinician or nurse here."
            " Try again; a code that was used before does not count again.",
            field="witness_password",
        )
    _forgive(db, counted)
    return found[0]


def _takes_code(
    db: Session, colleague: Person, code: str, ring: KeyRing | None, now: datetime
) -> bool:
    with transaction(db):
        return takes_if_any(db, colleague, code, ring, now)


def _find_colleague(db: Session, who: Person, email: str) -> tuple[Person, str | None] | None:
    """Another person of the clinic who keeps the ledger, with the hash of the password."""
    row = db.execute(
        select(UserRow.id, UserRow.name, UserRow.password_hash).where(
            UserRow.email == email,
            UserRow.clinic_id == who.clinic_id,
            UserRow.id != who.user_id,
            UserRow.deactivated_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    roles = frozenset(
        Role(role)
        for role in db.scalars(select(UserRoleRow.role).where(UserRoleRow.user_id == row.id))
    )
    person = Person(user_id=row.id, clinic_id=who.clinic_id, name=row.name, roles=roles)
    if not may(person, Act.KEEP_LEDGER):
        return None
    return replace(person, address=who.address), row.password_hash


def _is_right(
    db: Session,
    counted: Sequence[tuple[str, int]],
    stored: str | None,
    password: str,
    *,
    field: str,
    now: datetime,
) -> bool:
    try:
        throttles.count_attempt(db, counted, now=now)
    except TooManyAttempts as problem:
        raise problem.refusal(now, field=field) from None
    db.rollback()  # no lock is held while the hash is computed
    return passwords.verify(stored, password)


def _forgive(db: Session, counted: Sequence[tuple[str, int]]) -> None:
    # A colleague's right password clears that colleague's count; who asked gets this try back only.
    asked_by = counted[1][0] if len(counted) > 1 else ""
    with transaction(db):
        throttles.forgive(db, account=counted[0][0], network=asked_by)


def _record_failure(db: Session, who: Person, user_id: UUID | None, now: datetime) -> None:
    with transaction(db):
        audit.record(
            db,
            who,
            AuditEvent.IDENTITY_NOT_CONFIRMED,
            now=now,
            kind="user",
            object_id=user_id,
            outcome="failed",
        )
