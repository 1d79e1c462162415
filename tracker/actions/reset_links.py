"""Links to choose a new password: all of an account's end together."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tracker.actions import message_claims
from tracker.domain.messages import Kind
from tracker.models.account_resets import AccountResetRow, AskedResetRow
from tracker.models.accounts import UserRow


def close_links(db: Session, user_id: UUID, *, now: datetime) -> None:
    """End an account's open links and what would still make one, in the open transaction.

    What was asked for and not looked up yet is forgotten, and a message that waits with a link, or
    that a sender has taken, makes none any more.
    """
    address = select(UserRow.email).where(UserRow.id == user_id).scalar_subquery()
    db.execute(delete(AskedResetRow).where(AskedResetRow.email == address))
    message_claims.settle_unneeded(db, user_id, Kind.FORGOTTEN, now=now)
    db.execute(
        update(AccountResetRow)
        .where(
            AccountResetRow.user_id == user_id,
            AccountResetRow.used_at.is_(None),
            AccountResetRow.replaced_at.is_(None),
        )
        .values(replaced_at=now)
    )
