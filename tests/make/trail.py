"""A key for the audit trail of a database that a test opens itself."""

from __future__ import annotations

from sqlalchemy import Engine

from tracker.domain.audit_chain import trail_key
from tracker.models.trail_key import seal_trail_with

TRAIL_KEY = trail_key("s" * 48)


def with_trail(engine: Engine) -> Engine:
    """The same engine, able to seal events as the application's is."""
    seal_trail_with(engine, TRAIL_KEY)
    return engine
