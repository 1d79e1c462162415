"""Resetting an account: what opened it opens nothing any more, and a link opens it once.

The password is void from the moment of the reset, not from the use of the link: whoever holds an
old password and no phone gets in no more easily than before.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.actions import accounts as account_actions
from tracker.actions import (
    audit,
    messages,
    passkeys,
    passwords,
    reset_links,
    second_factors,
    sign_ins,
    throttles,
)
from tracker.actions.sign_ins import NewSignIn
from tracker.actions.tokens import new_token, token_hash
from tracker.domain import accounts
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound, Refused
from tracker.domain.languages import Language
from tracker.domain.people import STAFF_ROLES, Person
from tracker.domain.permissions import Act, check_may
from tracker.models.account_resets import AccountResetRow
from tracker.models.accounts import UserRoleRow, UserRow
from tracker.models.database import transaction
from tracker.models.reach import before_anybody_is_known


def reset_colleague(db: Session, who: Person, user_id: UUID, *, now: datetime) -> str:
    """A colleague cannot sign in: the one-time token with which they choose a new password.

    Raises `Refused` for one's own account, which the page of the account is for.
    """
    check_may(who, Act.ADMINISTER_CLINIC)
    if user_id == who.user_id:
        raise Refused("You cannot reset your own account. Change it on the page of your account.")
    with transaction(db):
        account = _find_staff(db, UserRow.id == user_id, UserRow.clinic_id == who.clinic_id)
        if account is None:
            raise NotFound("user")
        token = _reset(db, account, who, lasts=accounts.RESET_LINK_LASTS, now=now)
        audit.record(db, who, AuditEvent.ACCOUNT_RESET, now=now, kind="user", object_id=user_id)
    return token


@before_anybody_is_known
def reset_on_the_server(db: Session, email: str, *, now: datetime) -> str:
    """The same for somebody with a shell: a sole administrator who lost phone and codes.

    Raises `Refused` for an address that no open account of the staff has.
    """
    with transaction(db):
        account = _find_staff(db, UserRow.email == accounts.normal_email(email))
        if account is None:
            raise Refused("No member of staff with an open account has this e-mail address.")
        token = _reset(db, account, None, lasts=accounts.SETUP_LINK_LASTS, now=now)
        audit.record(
            db,
            None,
            AuditEvent.ACCOUNT_RESET,
            now=now,
            kind="user",
            object_id=account.id,
            clinic_id=account.clinic_id,
            detail={"by": "server"},
        )
    return token


@before_anybody_is_known
def use_reset(
    db: Session,
    token: str,
    *,
    password: str,
    address: str,
    device: str,
    language: Language,
    now: datetime,
) -> NewSignIn:
    """Choose the new password with a link, and sign in; the second factor is asked for next.

    Every other sign-in and link of the account ends, and the person is told; ``language`` is that
    of the page. Raises `Refused` for a link that is spent, `UnfitPassword` for a password that may
    not be used.
    """
    link = db.execute(_open_link(token, now)).one_or_none()
    if link is None:
        raise Refused(account_actions.LINK_IS_SPENT)
    accounts.check_password(password, email=link.email, common=account_actions.common_passwords())
    db.rollback()  # no lock is held while the hash is computed
    password_hash = passwords.hash_password(password)
    with transaction(db):
        _use_up(db, link.id, now)
        reset_links.close_links(db, link.user_id, now=now)
        sign_ins.end_all_sign_ins(db, link.user_id, why="password reset", now=now)
        throttles.forgive(db, account=sign_ins.throttle_name(link.email))
        messages.queue_password_changed(db, link.user_id, language=language, now=now)
        db.execute(
            update(UserRow).where(UserRow.id == link.user_id).values(password_hash=password_hash)
        )
        audit.record(
            db,
            None,
            AuditEvent.RESET_LINK_USED,
            now=now,
            clinic_id=link.clinic_id,
            kind="user",
            object_id=link.user_id,
            address=address[:80],
        )
        return sign_ins.open_sign_in(
            db, link.user_id, link.clinic_id, address=address, device=device, now=now
        )


def _find_staff(db: Session, *which: Any) -> Any:
    is_staff = select(UserRoleRow.user_id).where(UserRoleRow.role.in_(sorted(STAFF_ROLES)))
    return db.execute(
        select(UserRow.id, UserRow.clinic_id, UserRow.email).where(
            *which, UserRow.deactivated_at.is_(None), UserRow.id.in_(is_staff)
        )
    ).one_or_none()


def _reset(
    db: Session, account: Any, who: Person | None, *, lasts: timedelta, now: datetime
) -> str:
    """Void everything that opens the account and store a link, in the open transaction."""
    token, reset_id = new_token(), uuid4()
    db.execute(update(UserRow).where(UserRow.id == account.id).values(password_hash=None))
    second_factors.end_factor(db, account.clinic_id, account.id, now=now)
    passkeys.end_passkeys(db, account.id, now=now)
    sign_ins.end_all_sign_ins(db, account.id, why="account reset", now=now)
    reset_links.close_links(db, account.id, now=now)
    row = {
        "id": reset_id,
        "clinic_id": account.clinic_id,
        "user_id": account.id,
        "token_hash": token_hash(token),
        "made_at": now,
        "made_by": who.user_id if who else None,
        "expires_at": now + lasts,
    }
    db.execute(insert(AccountResetRow), [row])
    messages.queue_reset(
        db,
        clinic_id=account.clinic_id,
        user_id=account.id,
        address=account.email,
        reset_id=reset_id,
        now=now,
    )
    return token


def _open_link(token: str, now: datetime) -> Any:
    return (
        select(
            AccountResetRow.id, AccountResetRow.user_id, AccountResetRow.clinic_id, UserRow.email
        )
        .join(UserRow, UserRow.id == AccountResetRow.user_id)
        .where(
            AccountResetRow.token_hash == token_hash(token),
            AccountResetRow.used_at.is_(None),
            AccountResetRow.replaced_at.is_(None),
            AccountResetRow.expires_at > now,
            UserRow.deactivated_at.is_(None),
        )
    )


def _use_up(db: Session, link_id: UUID, now: datetime) -> None:
    """Of two who send the same link at once, one gets in."""
    used = db.execute(
        update(AccountResetRow)
        .where(
            AccountResetRow.id == link_id,
            AccountResetRow.used_at.is_(None),
            AccountResetRow.replaced_at.is_(None),
        )
        .values(used_at=now)
        .returning(AccountResetRow.id)
    ).all()
    if not used:
        raise Refused(account_actions.LINK_IS_SPENT)
