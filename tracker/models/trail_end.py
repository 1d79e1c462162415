"""The end of the audit trail, which is one chain for all clinics."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import BigInteger, LargeBinary, Row, Table, column, func, select
from sqlalchemy.orm import Session

from tracker.models.audit import AuditEventRow
from tracker.models.database import read_rows
from tracker.models.engines import engine_of
from tracker.models.prepared import Prepared

_EVENTS = cast(Table, AuditEventRow.__table__)
_LAST = Prepared(select(_EVENTS.c.seq, _EVENTS.c.seal).order_by(_EVENTS.c.seq.desc()).limit(1))
_AS_TOLD = func.last_audit_event().table_valued(
    column("seq", BigInteger), column("seal", LargeBinary)
)
_LAST_OF_ALL = select(_AS_TOLD.c.seq, _AS_TOLD.c.seal)


def last_event(db: Session) -> Row[int, bytes | None] | None:
    """Number and seal of the trail's last event, whichever clinic's it is; None in an empty one.

    Behind its walls a clinic sees no event of another: there PostgreSQL is asked for these two.
    """
    has_walls = engine_of(db).dialect.name == "postgresql"
    found: Any = read_rows(db, _LAST_OF_ALL if has_walls else _LAST, {})
    row: Row[int, bytes | None] | None = found.one_or_none()
    return row
