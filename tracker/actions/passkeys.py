"""Passkeys: adding one, signing in with one, and removing it.

A challenge is answered once: it is stored in the transaction that takes the answer.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.actions import audit, passkey_proofs, second_factors, sign_ins
from tracker.actions.passkey_proofs import NOT_TAKEN, NotProved, Use
from tracker.actions.sign_ins import NewSignIn
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound, Refused
from tracker.domain.passkeys import CHALLENGE_LASTS, Party, check_room
from tracker.domain.people import Person
from tracker.models.accounts import UserRow
from tracker.models.clinics import ClinicRow
from tracker.models.database import transaction
from tracker.models.passkeys import PasskeyRow, UsedChallengeRow
from tracker.models.reach import before_anybody_is_known

PASSKEY = "passkey"


def add_passkey(
    db: Session,
    who: Person,
    *,
    party: Party,
    credential: str,
    challenge: bytes,
    name: str,
    now: datetime,
) -> None:
    """Keep the public half of a passkey that the browser made.

    Raises `Refused` (field "credential") for anything but a fresh answer to this challenge.
    """
    try:
        made = passkey_proofs.check_new(party, credential, challenge=challenge)
    except NotProved:
        _record_refused(db, who, now)
        raise Refused(NOT_TAKEN, field="credential") from None
    with transaction(db):
        _use_up(db, challenge, now)
        mine = PasskeyRow.user_id == who.user_id, PasskeyRow.ended_at.is_(None)
        check_room(db.execute(select(func.count()).where(*mine)).scalar_one())
        row = {
            "id": uuid4(),
            "clinic_id": who.clinic_id,
            "user_id": who.user_id,
            "credential_id": made.credential_id,
            "public_key": made.public_key,
            "sign_count": made.sign_count,
            "can_be_backed_up": made.can_be_backed_up,
            "is_backed_up": made.is_backed_up,
            "name": name,
            "added_at": now,
        }
        _insert(db, PasskeyRow, row)
        audit.record(db, who, AuditEvent.PASSKEY_ADDED, now=now, kind="user", object_id=who.user_id)


def remove_passkey(db: Session, who: Person, passkey_id: UUID, *, now: datetime) -> None:
    """One's own passkey opens nothing any more. Raises `NotFound`."""
    with transaction(db):
        ended = db.execute(
            update(PasskeyRow)
            .where(
                PasskeyRow.id == passkey_id,
                PasskeyRow.user_id == who.user_id,
                PasskeyRow.clinic_id == who.clinic_id,
                PasskeyRow.ended_at.is_(None),
            )
            .values(ended_at=now)
            .returning(PasskeyRow.id)
        ).all()
        if not ended:
            raise NotFound("passkey")
        audit.record(
            db, who, AuditEvent.PASSKEY_REMOVED, now=now, kind="user", object_id=who.user_id
        )


def end_passkeys(db: Session, user_id: UUID, *, now: datetime) -> None:
    """End every passkey of an account, in the open transaction."""
    db.execute(
        update(PasskeyRow)
        .where(PasskeyRow.user_id == user_id, PasskeyRow.ended_at.is_(None))
        .values(ended_at=now)
    )


def show_passkey(
    db: Session, who: Person, *, party: Party, credential: str, challenge: bytes, now: datetime
) -> str:
    """Show a passkey after the password; returns the new token of this sign-in.

    Raises `Refused` for a passkey that is not one's own or did not sign this challenge.
    """
    row, use = _proved(db, credential, party=party, challenge=challenge)
    if row is None or use is None or row.user_id != who.user_id:
        _record_refused(db, who, now)
        raise Refused(NOT_TAKEN)
    with transaction(db):
        _mark_used(db, row.id, use, challenge, now)
        _record_used(db, who, now)
        return second_factors.let_in(db, who, PASSKEY, now)


def confirm_with_passkey(
    db: Session, who: Person, *, party: Party, credential: str, challenge: bytes, now: datetime
) -> str:
    """Show a passkey once more before something weighty, instead of the password and a code;
    returns the new token of this sign-in.

    Raises `Refused` for a passkey that is not one's own or did not sign this challenge.
    """
    row, use = _proved(db, credential, party=party, challenge=challenge)
    if row is None or use is None or row.user_id != who.user_id:
        _record_refused(db, who, now)
        raise Refused(NOT_TAKEN)
    with transaction(db):
        _mark_used(db, row.id, use, challenge, now)
        _record_used(db, who, now)
        return second_factors.mark_proved(db, who, now)


@before_anybody_is_known
def sign_in_with_passkey(
    db: Session,
    *,
    party: Party,
    credential: str,
    challenge: bytes,
    address: str,
    device: str,
    now: datetime,
    allow_demo: bool = False,
) -> NewSignIn:
    """Sign in with a passkey alone: the device, and the finger, face or PIN that unlocked it.

    Raises `Refused` in the same words for every passkey that opens nothing.
    """
    row, use = _proved(db, credential, party=party, challenge=challenge)
    if row is None or use is None or (row.is_demo and not allow_demo):
        _record_failed_sign_in(db, row, address, now)
        raise Refused(NOT_TAKEN)
    with transaction(db):
        _mark_used(db, row.id, use, challenge, now)
        person = Person(user_id=row.user_id, clinic_id=row.clinic_id, name="", roles=frozenset())
        _record_used(db, person, now)
        return sign_ins.open_sign_in(
            db,
            row.user_id,
            row.clinic_id,
            address=address,
            device=device,
            factor_at=now,
            now=now,
        )


def _proved(
    db: Session, credential: str, *, party: Party, challenge: bytes
) -> tuple[Any, Use | None]:
    """The passkey that is meant, if it is in use; and what it signed, if that is right."""
    row = None
    try:
        row = _find(db, passkey_proofs.id_of(credential))
        if row is None:
            return None, None
        use = passkey_proofs.check_use(
            party,
            credential,
            challenge=challenge,
            public_key=row.public_key,
            sign_count=row.sign_count,
        )
    except NotProved:
        return row, None
    return row, use


def _find(db: Session, credential_id: bytes) -> Any:
    found = db.execute(
        select(
            PasskeyRow.id,
            PasskeyRow.user_id,
            PasskeyRow.clinic_id,
            PasskeyRow.public_key,
            PasskeyRow.sign_count,
            ClinicRow.is_demo,
        )
        .join(UserRow, UserRow.id == PasskeyRow.user_id)
        .join(ClinicRow, ClinicRow.id == PasskeyRow.clinic_id)
        .where(
            PasskeyRow.credential_id == credential_id,
            PasskeyRow.ended_at.is_(None),
            UserRow.deactivated_at.is_(None),
        )
    ).one_or_none()
    db.rollback()  # no lock is held while the signature is checked
    return found


def _mark_used(db: Session, passkey_id: UUID, use: Use, challenge: bytes, now: datetime) -> None:
    _use_up(db, challenge, now)
    db.execute(
        update(PasskeyRow)
        .where(PasskeyRow.id == passkey_id)
        .values(sign_count=use.sign_count, is_backed_up=use.is_backed_up, last_used_at=now)
    )


def _use_up(db: Session, challenge: bytes, now: datetime) -> None:
    """Of two answers to one challenge, one counts. What is too old to be answered is forgotten."""
    stale = now - 2 * CHALLENGE_LASTS
    db.execute(delete(UsedChallengeRow).where(UsedChallengeRow.used_at < stale))
    row = {"challenge_hash": hashlib.sha256(challenge).digest(), "used_at": now}
    _insert(db, UsedChallengeRow, row)


def _insert(db: Session, table: Any, row: dict[str, Any]) -> None:
    try:
        db.execute(insert(table), [row])
    except IntegrityError:  # answered before, or the passkey is known
        raise Refused(NOT_TAKEN, field="credential") from None


def _record_used(db: Session, who: Person, now: datetime) -> None:
    audit.record(db, who, AuditEvent.PASSKEY_USED, now=now, kind="user", object_id=who.user_id)


def _record_refused(db: Session, who: Person, now: datetime) -> None:
    event = AuditEvent.PASSKEY_REFUSED
    with transaction(db):
        audit.record(db, who, event, now=now, kind="user", object_id=who.user_id, outcome="failed")


def _record_failed_sign_in(db: Session, row: Any, address: str, now: datetime) -> None:
    with transaction(db):
        audit.record(
            db,
            None,
            AuditEvent.SIGN_IN_FAILED,
            now=now,
            kind="user",
            object_id=row.user_id if row else None,
            clinic_id=row.clinic_id if row else None,
            outcome="failed",
            address=address[:80],
            detail={"with": PASSKEY},
        )
