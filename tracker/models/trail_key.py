"""Which key seals the audit trail of a database: known by the engine, stored in no table."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.models.engines import engine_of

_KEYS: WeakKeyDictionary[Engine, bytes] = WeakKeyDictionary()


class NoTrailKey(RuntimeError):
    """A database was opened without saying what seals its audit trail: nothing may be written."""


def seal_trail_with(engine: Engine, key: bytes) -> None:
    """Say once, when a database is opened, which key seals its audit trail."""
    _KEYS[engine] = key


def trail_key_of(db: Session) -> bytes:
    """The key of the session's database. Raises `NoTrailKey`."""
    key = _KEYS.get(engine_of(db))
    if key is None:
        raise NoTrailKey
    return key
