"""Reads of one's own passkeys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.people import Person
from tracker.models.passkeys import PasskeyRow


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnPasskey:
    """A passkey of the account."""

    id: UUID
    credential_id: bytes
    name: str
    added_at: datetime
    last_used_at: datetime | None
    is_backed_up: bool


def list_own_passkeys(db: Session, who: Person) -> tuple[OwnPasskey, ...]:
    """Those that are in use, the oldest first. One statement."""
    rows = db.execute(
        select(
            PasskeyRow.id,
            PasskeyRow.credential_id,
            PasskeyRow.name,
            PasskeyRow.added_at,
            PasskeyRow.last_used_at,
            PasskeyRow.is_backed_up,
        )
        .where(
            PasskeyRow.user_id == who.user_id,
            PasskeyRow.clinic_id == who.clinic_id,
            PasskeyRow.ended_at.is_(None),
        )
        .order_by(PasskeyRow.added_at, PasskeyRow.id)
    )
    return tuple(OwnPasskey(**row._mapping) for row in rows)
