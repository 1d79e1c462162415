"""Sealing what is stored again with a newer key, some rows at a time, while others work.

Each batch is a transaction of its own. Whatever stops it in between, kill -9 too, what is left is
what the next run finds: rows of an older key. Somebody with a shell on the server does this, for
every clinic: there is no person to name in the trail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.actions import audit
from tracker.domain.audit import AuditEvent
from tracker.domain.key_ring import KeyRing, Ring, key_id
from tracker.models import sealed_places
from tracker.models.database import transaction

BATCH = 100
"""Rows sealed again in one transaction: few enough that no writer waits long."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rotated:
    """How many texts were sealed again, and how many no key of the ring opens."""

    resealed: int
    unreadable: int


def is_unfinished(db: Session, ring: Ring, keys: KeyRing) -> bool:
    """Whether rows wait for the newest key that another one of the ring can open."""
    counted = sealed_places.count_by_key(db, ring)
    db.rollback()
    return any(each in counted for each in keys.ids[1:])


def record_added(db: Session, ring: Ring, keys: KeyRing, *, now: datetime) -> None:
    """Leave a trace of a new key: its digits, never the key."""
    with transaction(db):
        detail = {"ring": str(ring), "key": key_id(keys.newest)}
        audit.record(db, None, AuditEvent.KEY_ADDED, now=now, detail=detail)


def reseal(db: Session, ring: Ring, keys: KeyRing, *, now: datetime, batch: int = BATCH) -> Rotated:
    """Seal everything of a ring with its newest key."""
    resealed = unreadable = 0
    for place in sealed_places.places_of(ring):
        after, is_over = None, False
        while not is_over:
            with transaction(db):
                done = sealed_places.reseal_some(db, place, keys, after=after, most=batch)
            resealed, unreadable = resealed + done.resealed, unreadable + done.unreadable
            after, is_over = done.last_id, done.last_id is None
    with transaction(db):
        detail = {
            "ring": str(ring),
            "key": key_id(keys.newest),
            "resealed": resealed,
            "unreadable": unreadable,
        }
        audit.record(db, None, AuditEvent.KEYS_ROTATED, now=now, detail=detail)
    return Rotated(resealed=resealed, unreadable=unreadable)


def in_use(db: Session, ring: Ring) -> Mapping[str, int]:
    """How many texts each key has sealed."""
    counted = sealed_places.count_by_key(db, ring)
    db.rollback()
    return counted


def record_retired(db: Session, ring: Ring, key: str, *, now: datetime) -> None:
    """Leave a trace of a key that was taken out of the ring."""
    with transaction(db):
        detail = {"ring": str(ring), "key": key}
        audit.record(db, None, AuditEvent.KEY_RETIRED, now=now, detail=detail)
