"""Which keys seal the fields of a database: known by the engine, stored in no table."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.domain.key_ring import KeyRing
from tracker.models.engines import engine_of

_RINGS: WeakKeyDictionary[Engine, KeyRing] = WeakKeyDictionary()


class NoFieldKeys(RuntimeError):
    """A database was opened without saying what seals its fields: none is read or written."""


def seal_fields_with(engine: Engine, ring: KeyRing) -> None:
    """Say once, when a database is opened, which keys seal its fields."""
    _RINGS[engine] = ring


def field_ring_of(engine: Engine) -> KeyRing:
    """The keys of a database. Raises `NoFieldKeys`."""
    ring = _RINGS.get(engine)
    if ring is None:
        raise NoFieldKeys("no keys were named for the sealed fields of this database")
    return ring


def field_keys_of(db: Session) -> KeyRing:
    """The keys of the session's database. Raises `NoFieldKeys`."""
    return field_ring_of(engine_of(db))
