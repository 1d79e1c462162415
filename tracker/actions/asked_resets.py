"""A link for somebody who forgot the password, by mail, and for nobody who should not get one.

Whoever asks learns nothing: the page stores the address that was typed, whoever's it is, and the
sender of messages looks it up. The password stays as it is until the link is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from tracker.actions import audit, message_claims, messages, throttles
from tracker.actions.message_claims import Claimed
from tracker.actions.tokens import new_token, token_hash
from tracker.domain import accounts
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound
from tracker.domain.languages import Language
from tracker.domain.people import STAFF_ROLES
from tracker.models.account_resets import AccountResetRow, AskedResetRow
from tracker.models.accounts import UserRoleRow, UserRow
from tracker.models.clinics import ClinicRow
from tracker.models.database import transaction
from tracker.models.reach import before_anybody_is_known
from tracker.models.second_factors import SecondFactorRow

MOST_ASKED = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class ResetRules:
    """Who gets no link: staff without the second factor that they need; demonstration accounts."""

    staff_need_factor: bool
    demo: bool


@before_anybody_is_known
def ask_for_link(
    db: Session, email: str, *, address: str, language: Language, now: datetime
) -> None:
    """Note that somebody wants a link for this address; the same work for anybody's and nobody's.

    Raises `TooManyAttempts` while the address or the network has to wait; that stops no sign-in.
    """
    email = accounts.normal_email(email)
    keys = [
        (f"reset of account {email}", accounts.FREE_RESETS_PER_ACCOUNT),
        (f"reset from network {accounts.network_of(address)}", accounts.FREE_RESETS_PER_ADDRESS),
    ]
    throttles.count_attempt(db, keys, now=now)
    with transaction(db):
        _make_room(db, email, now)
        row = {"email": email, "language": language, "asked_at": now}
        db.execute(insert(AskedResetRow), [row])
        audit.record(
            db, None, AuditEvent.RESET_ASKED_FOR, now=now, kind="user", address=address[:80]
        )


def queue_links(db: Session, rules: ResetRules, *, now: datetime) -> int:
    """Queue a message for each account that a link was asked for; how many. The rest is forgotten.

    For the sender of messages, before each run.
    """
    with transaction(db):
        asked = db.execute(
            delete(AskedResetRow).returning(
                AskedResetRow.email, AskedResetRow.language, AskedResetRow.asked_at
            )
        ).all()
        queued = [_queue(db, row, rules, now) for row in asked]
    return sum(queued)


def make_link(db: Session, claimed: Claimed, rules: ResetRules, *, now: datetime) -> str:
    """The token of a link for an account, at the moment when its message goes out.

    Earlier links stay open until one is used: who asks for somebody else takes none away. Raises
    `NotFound` for an account that may not have one any more, and for a message that was called off
    since it was claimed.
    """
    with transaction(db):
        account = _find(db, rules, UserRow.id == claimed.user_id)
        if account is None or not message_claims.is_claimed(db, claimed):
            raise NotFound("user")
        token = new_token()
        row = {
            "id": uuid4(),
            "clinic_id": account.clinic_id,
            "user_id": account.id,
            "token_hash": token_hash(token),
            "made_at": now,
            "made_by": None,
            "expires_at": now + accounts.FORGOTTEN_LINK_LASTS,
        }
        db.execute(insert(AccountResetRow), [row])
        audit.record(
            db,
            None,
            AuditEvent.RESET_LINK_MADE,
            now=now,
            clinic_id=account.clinic_id,
            kind="user",
            object_id=account.id,
        )
    return token


def _make_room(db: Session, email: str, now: datetime) -> None:
    """Without what is too old, what was asked for the same address, and the oldest of too many."""
    too_many = (
        select(AskedResetRow.email)
        .order_by(AskedResetRow.asked_at.desc(), AskedResetRow.email)
        .offset(MOST_ASKED - 1)
    )
    db.execute(
        delete(AskedResetRow).where(
            or_(
                AskedResetRow.email == email,
                AskedResetRow.asked_at <= now - accounts.ASKED_RESET_LASTS,
                AskedResetRow.email.in_(too_many),
            )
        )
    )


def _queue(db: Session, asked: Any, rules: ResetRules, now: datetime) -> bool:
    not_after = asked.asked_at + accounts.ASKED_RESET_LASTS
    account = _find(db, rules, UserRow.email == asked.email)
    if account is None or now >= not_after:
        return False
    messages.queue_forgotten(
        db,
        clinic_id=account.clinic_id,
        user_id=account.id,
        address=account.email,
        language=messages.language_of_account(db, account.id, Language(asked.language)),
        now=now,
        not_after=not_after,
    )
    return True


def _find(db: Session, rules: ResetRules, which: Any) -> Any:
    """The account, if a mailbox may open it: it is open and has a password.

    One whose password is void waits for the link that an administrator handed over. Staff without
    a second factor could be taken over by whoever reads their mail: they ask an administrator.
    """
    found = (
        select(UserRow.id, UserRow.clinic_id, UserRow.email)
        .join(ClinicRow, ClinicRow.id == UserRow.clinic_id)
        .where(which, UserRow.deactivated_at.is_(None), UserRow.password_hash.is_not(None))
    )
    if rules.staff_need_factor:
        is_staff = select(UserRoleRow.user_id).where(UserRoleRow.role.in_(sorted(STAFF_ROLES)))
        has_factor = select(SecondFactorRow.user_id).where(SecondFactorRow.ended_at.is_(None))
        found = found.where(
            or_(UserRow.id.not_in(is_staff), UserRow.id.in_(has_factor), ClinicRow.is_demo)
        )
    if not rules.demo:
        found = found.where(ClinicRow.is_demo.is_(False))
    return db.execute(found).one_or_none()
