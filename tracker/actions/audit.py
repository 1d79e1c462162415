"""Writes the audit trail: inside the transaction of the act that it records."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from tracker.domain import audit_chain
from tracker.domain.audit import AuditEvent
from tracker.domain.people import Person
from tracker.models.audit import AuditEventRow
from tracker.models.database import read_rows, transaction
from tracker.models.prepared import Prepared
from tracker.models.trail_end import last_event
from tracker.models.trail_key import trail_key_of

_ADD = Prepared(insert(cast(Table, AuditEventRow.__table__)))


def record(
    db: Session,
    who: Person | None,
    event: AuditEvent,
    *,
    now: datetime,
    kind: str = "",
    object_id: UUID | None = None,
    patient_id: UUID | None = None,
    outcome: str = "done",
    detail: dict[str, Any] | None = None,
    clinic_id: UUID | None = None,
    address: str = "",
) -> None:
    """Add one event to the open transaction. `detail` takes no words: ids, dates, hashes, counts.

    It gets the next number and is sealed together with the event before it. Writers come one after
    another on both engines (`transaction`), so no two find the same last event.
    """
    last = last_event(db)
    values = {
        "seq": last.seq + 1 if last else 1,
        "occurred_at": now,
        "clinic_id": who.clinic_id if who else clinic_id,
        "user_id": who.user_id if who else None,
        "sign_in_id": who.sign_in_id if who else None,
        "address": who.address if who else address,
        "event": str(event),
        "outcome": outcome,
        "object_kind": kind,
        "object_id": object_id,
        "patient_id": patient_id,
        "detail": detail or {},
    }
    before = (last.seal if last else None) or audit_chain.BEGINNING
    values["seal"] = audit_chain.seal(trail_key_of(db), before, values)
    read_rows(db, _ADD, values)


def begin_seals(db: Session, *, now: datetime) -> None:
    """Begin the chain in a trail that is older than seals, so that one without any is a fault."""
    last = last_event(db)
    if last is not None and last.seal is None:
        with transaction(db):
            record(db, None, AuditEvent.TRAIL_SEALED, now=now)


def record_refusal(db: Session, who: Person | None, *, now: datetime, rule: str, why: str) -> None:
    """Store that somebody was refused. `rule` is the route's pattern, never the address typed."""
    with transaction(db):
        record(
            db,
            who,
            AuditEvent.REFUSED,
            now=now,
            outcome="refused",
            detail={"route": rule, "why": why},
        )
