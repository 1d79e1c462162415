"""Keys for the audit trail and the sealed fields of a database that a test opens itself."""

from __future__ import annotations

from sqlalchemy import Engine

from tracker.domain.audit_chain import trail_key
from tracker.domain.key_ring import KeyRing
from tracker.models.field_keys import seal_fields_with
from tracker.models.trail_key import seal_trail_with

TRAIL_KEY = trail_key("s" * 48)
FIELD_KEYS = KeyRing([b"f" * 32])


def with_trail(engine: Engine) -> Engine:
    """The same engine, able to seal events and fields as the application's is."""
    seal_trail_with(engine, TRAIL_KEY)
    seal_fields_with(engine, FIELD_KEYS)
    return engine
