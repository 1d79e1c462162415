"""Whether anything was written in a clinic since something was shown, without reading that."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from tracker.domain.audit import AuditEvent, Trace, events_of
from tracker.domain.people import Person
from tracker.models.audit import IS_A_WRITE, AuditEventRow
from tracker.models.database import read_rows
from tracker.models.prepared import Prepared

_LAST_WRITE = Prepared(
    select(func.max(AuditEventRow.seq)).where(
        AuditEventRow.clinic_id == bindparam("clinic_id"), IS_A_WRITE
    )
)
_LAST_WRITE_BUT_SETS = Prepared(
    select(AuditEventRow.seq)
    .where(
        AuditEventRow.clinic_id == bindparam("clinic_id"),
        IS_A_WRITE,
        AuditEventRow.event != AuditEvent.VITAL_SIGNS_RECORDED,
    )
    .order_by(AuditEventRow.seq.desc())
    .limit(1)
)
"""Steps back over the sets that were entered since."""
_NO_CHANGES = frozenset(AuditEvent) - events_of(Trace.CHANGED) | {AuditEvent.VITAL_SIGNS_RECORDED}
_LAST_CHANGE_BUT_SETS = Prepared(
    select(AuditEventRow.seq)
    .where(
        AuditEventRow.clinic_id == bindparam("clinic_id"),
        IS_A_WRITE,
        and_(*[AuditEventRow.event != event for event in sorted(_NO_CHANGES)]),
    )
    .order_by(AuditEventRow.seq.desc())
    .limit(1)
)


def last_write(db: Session, who: Person) -> int:
    """The number of the clinic's last audited write; 0 before the first. One statement.

    Every write is audited in its own transaction, and one writer follows another: while the number
    is the same, nothing has changed. What somebody changes in the database by hand shows when the
    minute is over.
    """
    return read_rows(db, _LAST_WRITE, {"clinic_id": who.clinic_id}).scalar_one() or 0


def last_write_but_sets(db: Session, who: Person) -> int:
    """The same of the last write that was not a new set of vital signs. One statement."""
    found = read_rows(db, _LAST_WRITE_BUT_SETS, {"clinic_id": who.clinic_id})
    return found.scalar_one_or_none() or 0


def last_change_but_sets(db: Session, who: Person) -> int:
    """The same without sign-ins, and without what was only looked at or printed. One statement."""
    found = read_rows(db, _LAST_CHANGE_BUT_SETS, {"clinic_id": who.clinic_id})
    return found.scalar_one_or_none() or 0
