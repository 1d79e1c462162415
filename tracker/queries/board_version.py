"""Whether anything was written in a clinic since its board was shown, without reading the board."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from tracker.domain.people import Person
from tracker.models.audit import IS_A_WRITE, AuditEventRow
from tracker.models.database import read_rows

_LAST_WRITE = select(func.max(AuditEventRow.seq)).where(
    AuditEventRow.clinic_id == bindparam("clinic_id"), IS_A_WRITE
)


def last_write(db: Session, who: Person) -> int:
    """The number of the clinic's last audited write; 0 before the first. One statement.

    Every write is audited in its own transaction, and one writer follows another: while the number
    is the same, nothing has changed. What somebody changes in the database by hand shows when the
    minute is over.
    """
    return read_rows(db, _LAST_WRITE, {"clinic_id": who.clinic_id}).scalar_one() or 0
