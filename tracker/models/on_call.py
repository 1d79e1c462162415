"""The on-call list as it is in force: closed accounts and other roles do not count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.domain.on_call import Tier
from tracker.domain.permissions import ROLES_THAT_MAY, Act
from tracker.models.accounts import UserRoleRow, UserRow
from tracker.models.database import is_one_of, read_rows
from tracker.models.messages import OnCallRow
from tracker.models.prepared import Prepared


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """Somebody who is told of alerts. ``tier`` is None for who might be and is not."""

    user_id: UUID
    name: str
    email: str
    tier: Tier | None


_MAY_CLOSE = (
    select(UserRow.id, UserRow.name, UserRow.email, OnCallRow.tier)
    .outerjoin(OnCallRow, OnCallRow.user_id == UserRow.id)
    .where(
        UserRow.clinic_id == bindparam("clinic_id"),
        UserRow.deactivated_at.is_(None),
        UserRow.id.in_(
            select(UserRoleRow.user_id).where(
                is_one_of(UserRoleRow.role, sorted(ROLES_THAT_MAY[Act.CLOSE_ALERT]))
            )
        ),
    )
    .order_by(UserRow.name, UserRow.id)
)
_NAMED = Prepared(_MAY_CLOSE.where(OnCallRow.tier.is_not(None)))


def list_eligible(db: Session, clinic_id: UUID) -> tuple[Told, ...]:
    """Everybody who may be named, with their tier where they are. One statement."""
    return tuple(_told(row) for row in read_rows(db, _MAY_CLOSE, {"clinic_id": clinic_id}))


def list_named(db: Session, clinic_id: UUID, tier: Tier) -> tuple[Told, ...]:
    """Who is told in this tier. One statement."""
    rows = read_rows(db, _NAMED, {"clinic_id": clinic_id})
    return tuple(_told(row) for row in rows if row.tier == tier)


def has_watcher(db: Session, clinic_id: UUID) -> bool:
    """Whether somebody is told first of an alert. One statement."""
    return bool(list_named(db, clinic_id, Tier.FIRST))


def _told(row: Any) -> Told:
    return Told(
        user_id=row.id,
        name=row.name,
        email=row.email,
        tier=None if row.tier is None else Tier(row.tier),
    )
