"""Which database a session is of."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.orm import Session

_KEPT = "tracker.engine"


def engine_of(db: Session) -> Engine:
    """The session's engine. Asked for once: working out which one it is takes longer than reading
    a row of it.
    """
    engine: Engine | None = db.info.get(_KEPT)
    if engine is None:
        engine = db.info[_KEPT] = db.get_bind().engine
    return engine
