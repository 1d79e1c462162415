"""Reads the audit trail: all of it, to be checked; a clinic's, to be asked; a patient's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, case, select, type_coerce
from sqlalchemy.orm import Session

from tracker.domain.audit import Trace, events_of, trace_of
from tracker.domain.audit_chain import SEALED, Anchor, Plain, plain, plain_detail
from tracker.domain.clinic import Clinic
from tracker.domain.people import Person
from tracker.models.accounts import UserRow
from tracker.models.audit import AuditEventRow
from tracker.models.patients import PatientAccountRow, PatientRow

_CHUNK = 5000
BEFORE_ALL = -(2**63)
"""Less than any number of an event, also one that somebody put there."""
_EVENTS = AuditEventRow.__table__
_AFTER = (
    select(*(_EVENTS.c[name] for name in SEALED), _EVENTS.c.seal)
    .where(_EVENTS.c.seq > bindparam("after"))
    .order_by(_EVENTS.c.seq)
    .limit(_CHUNK)
)

_AS_STORED = (
    select(
        _EVENTS.c.seq,
        *(type_coerce(_EVENTS.c[name], Text) for name in SEALED[1:]),  # text, as it lies there
        _EVENTS.c.seal,
    )
    .where(_EVENTS.c.seq > bindparam("after"))
    .order_by(_EVENTS.c.seq)
    .limit(_CHUNK)
)


def each_event(db: Session, after: int = BEFORE_ALL) -> Iterator[tuple[Plain, bytes | None]]:
    """Every event of every clinic with its seal, in the order of the numbers, in small pieces."""
    read = _chunk_as_stored if db.get_bind().dialect.name == "sqlite" else _chunk
    while chunk := read(db, after):
        yield from chunk
        after = int(chunk[-1][0][0] or 0)


def _chunk(db: Session, after: int) -> list[tuple[Plain, bytes | None]]:
    rows = db.execute(_AFTER, {"after": after})
    return [(plain(dict(row._mapping)), row.seal) for row in rows]


def _chunk_as_stored(db: Session, after: int) -> list[tuple[Plain, bytes | None]]:
    """SQLite holds all but the details in the form that is sealed: nothing is converted."""
    rows = db.connection().execute(_AS_STORED, {"after": after})
    return [((*row[:-2], plain_detail(row[-2])), row[-1]) for row in rows]


def find_end(db: Session, *, now: datetime) -> Anchor | None:
    """The last sealed event, as an anchor of this moment; None in a trail without seals."""
    row = db.execute(
        select(AuditEventRow.seq, AuditEventRow.seal)
        .where(AuditEventRow.seal.is_not(None))
        .order_by(AuditEventRow.seq.desc())
        .limit(1)
    ).one_or_none()
    if row is None or row.seal is None:
        return None
    return Anchor(written_at=now, seq=row.seq, seal=row.seal)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What of the trail is asked for; empty is everything. `before` is the number to go on from."""

    record_number: str = ""
    user_id: UUID | None = None
    trace: Trace | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TracedEvent:
    """One event, with the names of today for the ids that it holds."""

    seq: int
    occurred_at: datetime
    person_name: str | None
    is_by_patient: bool
    event: str
    outcome: str
    record_number: str | None
    address: str
    page: str


def list_events(db: Session, who: Person, asked: Asked, *, limit: int) -> tuple[TracedEvent, ...]:
    """The clinic's events that fit, the latest first. No name of a patient is read."""
    found = (
        select(
            AuditEventRow.seq,
            AuditEventRow.occurred_at,
            AuditEventRow.event,
            AuditEventRow.outcome,
            AuditEventRow.address,
            AuditEventRow.detail,
            case((PatientAccountRow.user_id.is_not(None), None), else_=UserRow.name).label("name"),
            PatientAccountRow.user_id.label("is_a_patient"),
            PatientRow.record_number,
        )
        .outerjoin(UserRow, UserRow.id == AuditEventRow.user_id)
        .outerjoin(PatientAccountRow, PatientAccountRow.user_id == AuditEventRow.user_id)
        .outerjoin(PatientRow, PatientRow.id == AuditEventRow.patient_id)
        .where(AuditEventRow.clinic_id == who.clinic_id, *_fitting(asked))
        .order_by(AuditEventRow.seq.desc())
        .limit(limit)
    )
    return tuple(
        TracedEvent(
            seq=row.seq,
            occurred_at=row.occurred_at,
            person_name=row.name,
            is_by_patient=row.is_a_patient is not None,
            event=row.event,
            outcome=row.outcome,
            record_number=row.record_number,
            address=row.address,
            page=str((row.detail or {}).get("page") or (row.detail or {}).get("route") or ""),
        )
        for row in db.execute(found)
    )


def _fitting(asked: Asked) -> Iterator[Any]:
    if asked.record_number:
        yield PatientRow.record_number == asked.record_number
    if asked.user_id is not None:
        yield AuditEventRow.user_id == asked.user_id
    if asked.trace is not None:
        yield AuditEventRow.event.in_(sorted(map(str, events_of(asked.trace))))
    if asked.since is not None:
        yield AuditEventRow.occurred_at >= asked.since
    if asked.until is not None:
        yield AuditEventRow.occurred_at < asked.until
    if asked.before is not None:
        yield AuditEventRow.seq < asked.before


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """What one person did with a record on one day of the clinic."""

    on: date
    person_name: str
    looked: int
    printed: int
    changed: int
    broke_glass: int


_OWN_MOST = 5000


def list_own_visits(db: Session, who: Person, clinic: Clinic) -> tuple[Visit, ...]:
    """Who opened the record of the signed-in patient, by day, the latest first.

    The newest 5,000 events. Their own doing is left out.
    """
    rows = db.execute(
        select(AuditEventRow.occurred_at, AuditEventRow.event, AuditEventRow.user_id, UserRow.name)
        .outerjoin(UserRow, UserRow.id == AuditEventRow.user_id)
        .where(
            AuditEventRow.clinic_id == who.clinic_id,
            AuditEventRow.patient_id == who.patient_id,
            AuditEventRow.outcome == "done",
            AuditEventRow.user_id.is_not(None),
            AuditEventRow.user_id != who.user_id,
        )
        .order_by(AuditEventRow.occurred_at.desc(), AuditEventRow.seq.desc())
        .limit(_OWN_MOST)
    )
    counts: dict[tuple[date, str], Counter[Trace]] = {}
    for row in rows:
        day = counts.setdefault((clinic.date_of(row.occurred_at), row.name), Counter())
        day[trace_of(row.event)] += 1
    return tuple(
        Visit(
            on=on,
            person_name=name,
            looked=traces[Trace.LOOKED],
            printed=traces[Trace.PRINTED],
            changed=traces[Trace.CHANGED],
            broke_glass=traces[Trace.BROKE_GLASS],
        )
        for (on, name), traces in counts.items()
    )
