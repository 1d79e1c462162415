"""Signing in and out: rows that the server keeps and can end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import Table, Update, bindparam, insert, not_, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit, passwords, throttles
from tracker.actions.tokens import new_token, token_hash
from tracker.domain import accounts
from tracker.domain.audit import AuditEvent
from tracker.domain.people import Person, Role
from tracker.models.accounts import SignInRow, UserRoleRow, UserRow
from tracker.models.clinics import ClinicRow
from tracker.models.database import is_waiting_to_write, transaction, write_with_the_next
from tracker.models.prepared import Prepared
from tracker.models.proxies import reads_no_more
from tracker.models.reach import before_anybody_is_known

MOST_SIGN_INS_PER_ACCOUNT = 5
LAST_SEEN_EVERY = timedelta(minutes=1)

_SIGN_INS = cast(Table, SignInRow.__table__)
_MARK_SEEN = Prepared(
    update(_SIGN_INS)
    .where(_SIGN_INS.c.id == bindparam("used_id"), _SIGN_INS.c.revoked_at.is_(None))
    .values(last_seen_at=bindparam("used_at"))
)


class SignInRefused(Exception):
    """Wrong name or password: the same answer for both."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSignIn:
    """The token for the cookie, and how long it may live."""

    token: str
    expires_at: datetime


@before_anybody_is_known
def sign_in(
    db: Session,
    *,
    email: str,
    password: str,
    address: str,
    device: str,
    now: datetime,
    allow_demo: bool = False,
) -> NewSignIn:
    """Check the password and open a sign-in.

    Without `allow_demo` the accounts of a demonstration's clinic, whose password is public, are
    as good as unknown. Raises `TooManyAttempts` while the account or the network has to wait,
    `SignInRefused` for any wrong pair, after the same work for known and unknown names.
    """
    email = accounts.normal_email(email)
    keys = [
        (throttle_name(email), accounts.FREE_FAILURES_PER_ACCOUNT),
        (f"network {accounts.network_of(address)}", accounts.FREE_FAILURES_PER_ADDRESS),
    ]
    # Counted as a failure before the password is looked at: parallel guesses cannot slip past.
    throttles.count_attempt(db, keys, now=now)
    stored = _stored_hash(db, email, allow_demo=allow_demo, now=now)
    db.rollback()  # no lock is held while the hash is computed
    if not passwords.verify(stored, password):
        _record_failure(db, email, address, now)
        raise SignInRefused
    rehashed = passwords.hash_password(password) if passwords.needs_rehash(stored or "") else None
    with transaction(db):
        user = db.execute(select(UserRow).where(UserRow.email == email)).scalar_one()
        if rehashed:
            user.password_hash = rehashed
        throttles.forgive(db, account=keys[0][0], network=keys[1][0])
        return open_sign_in(db, user.id, user.clinic_id, address=address, device=device, now=now)


def throttle_name(email: str) -> str:
    """Under which name an account's failures are counted."""
    return f"account {email}"


def _stored_hash(db: Session, email: str, *, allow_demo: bool, now: datetime) -> str | None:
    """The hash to check against; None for an account that nobody may sign in to."""
    found = (
        select(UserRow.password_hash)
        .join(ClinicRow, ClinicRow.id == UserRow.clinic_id)
        .where(
            UserRow.email == email,
            UserRow.deactivated_at.is_(None),
            not_(reads_no_more(UserRow.id, now)),
        )
    )
    if not allow_demo:
        found = found.where(ClinicRow.is_demo.is_(False))
    return db.execute(found).scalar_one_or_none()


def open_sign_in(
    db: Session,
    user_id: UUID,
    clinic_id: UUID,
    *,
    address: str,
    device: str,
    now: datetime,
    link_id: UUID | None = None,
    factor_at: datetime | None = None,
) -> NewSignIn:
    """Store a new sign-in in the open transaction; the oldest of too many ends.

    With `factor_at` a second factor was shown with it. With `link_id` it is good for the check-in
    of that private link and nothing else.
    """
    roles = {
        Role(role)
        for role in db.scalars(select(UserRoleRow.role).where(UserRoleRow.user_id == user_id))
    }
    token, sign_in_id = new_token(), uuid4()
    expires_at = now + accounts.sign_in_limits(roles, by_link=link_id is not None).absolute
    db.execute(
        insert(SignInRow),
        [
            {
                "id": sign_in_id,
                "clinic_id": clinic_id,
                "token_hash": token_hash(token),
                "user_id": user_id,
                "link_id": link_id,
                "created_at": now,
                "last_seen_at": now,
                "expires_at": expires_at,
                "factor_at": factor_at,
                "proved_at": None if link_id else now,
                "device": device[:200],
                "address": address[:80],
            }
        ],
    )
    end_oldest(db, user_id, keep=sign_in_id, with_factor=factor_at is not None, now=now)
    person = Person(
        user_id=user_id,
        clinic_id=clinic_id,
        name="",
        roles=frozenset(roles),
        sign_in_id=sign_in_id,
        address=address[:80],
    )
    audit.record(db, person, AuditEvent.SIGNED_IN, now=now, kind="user", object_id=user_id)
    return NewSignIn(token=token, expires_at=expires_at)


def sign_out(db: Session, who: Person, *, now: datetime) -> None:
    """End this sign-in: its cookie opens nothing any more, wherever a copy of it is."""
    with transaction(db):
        db.execute(
            update(SignInRow)
            .where(SignInRow.id == who.sign_in_id, SignInRow.revoked_at.is_(None))
            .values(revoked_at=now, revoked_why="signed out")
        )
        audit.record(db, who, AuditEvent.SIGNED_OUT, now=now, kind="user", object_id=who.user_id)


def end_all_sign_ins(db: Session, user_id: UUID, *, why: str, now: datetime) -> None:
    """End every sign-in of an account, in the open transaction."""
    db.execute(
        update(SignInRow)
        .where(SignInRow.user_id == user_id, SignInRow.revoked_at.is_(None))
        .values(revoked_at=now, revoked_why=why)
    )


def end_others(db: Session, who: Person, *, why: str, now: datetime) -> None:
    """End every sign-in of the account but this one, in the open transaction."""
    db.execute(_ended(who, why=why, now=now))


def _ended(who: Person, *, why: str, now: datetime) -> Update:
    """The statement that ends one's open sign-ins elsewhere."""
    return (
        update(SignInRow)
        .where(
            SignInRow.user_id == who.user_id,
            SignInRow.clinic_id == who.clinic_id,
            SignInRow.id != who.sign_in_id,
            SignInRow.revoked_at.is_(None),
        )
        .values(revoked_at=now, revoked_why=why)
    )


def end_other_sign_ins(db: Session, who: Person, *, only: UUID | None = None, now: datetime) -> int:
    """End one's sign-ins elsewhere, or one of them; returns how many were open."""
    with transaction(db):
        found = _ended(who, why="ended by its person", now=now)
        if only is not None:
            found = found.where(SignInRow.id == only)
        ended = db.execute(found.returning(SignInRow.id)).all()
        if ended:
            audit.record(
                db,
                who,
                AuditEvent.SIGN_INS_ENDED,
                now=now,
                kind="user",
                object_id=who.user_id,
                detail={"count": len(ended)},
            )
        return len(ended)


def mark_seen(db: Session, sign_in_id: UUID, *, now: datetime) -> None:
    """Store that a sign-in was used, with what the request writes next.

    A sign-in that was ended meanwhile stays ended.
    """
    write_with_the_next(db, _MARK_SEEN, {"used_id": sign_in_id, "used_at": now})


def store_marks(db: Session) -> None:
    """Store by itself what `mark_seen` left to a request that then wrote nothing."""
    if is_waiting_to_write(db):
        with transaction(db):
            pass


def end_oldest(db: Session, user_id: UUID, *, keep: UUID, with_factor: bool, now: datetime) -> None:
    """End the oldest of too many, in the open transaction; never ``keep``, the one being opened.

    It counts as the newest whatever the clock says. Those whose second factor was shown are counted
    apart: who has a password alone ends none of them.
    """
    shown = SignInRow.factor_at.is_not(None) if with_factor else SignInRow.factor_at.is_(None)
    open_ids = db.scalars(
        select(SignInRow.id)
        .where(
            SignInRow.user_id == user_id,
            SignInRow.id != keep,
            SignInRow.revoked_at.is_(None),
            SignInRow.expires_at > now,
            shown,
        )
        .order_by(SignInRow.created_at.desc(), SignInRow.id)
        .offset(MOST_SIGN_INS_PER_ACCOUNT - 1)
    ).all()
    if open_ids:
        db.execute(
            update(SignInRow)
            .where(SignInRow.id.in_(open_ids))
            .values(revoked_at=now, revoked_why="too many at once")
        )


def _record_failure(db: Session, email: str, address: str, now: datetime) -> None:
    with transaction(db):
        user = db.execute(select(UserRow).where(UserRow.email == email)).scalar_one_or_none()
        audit.record(
            db,
            None,
            AuditEvent.SIGN_IN_FAILED,
            now=now,
            kind="user",
            object_id=user.id if user else None,
            clinic_id=user.clinic_id if user else None,
            outcome="failed",
            address=address[:80],
        )
