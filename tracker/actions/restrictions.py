"""Restricting a record to named people; opening one all the same, with a reason, for a while."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit, messages, proxy_ends
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound, Refused
from tracker.domain.people import Person
from tracker.domain.permissions import ROLES_THAT_MAY, Act, check_may
from tracker.domain.proxies import ProxyEnd
from tracker.domain.restrictions import (
    OpeningReason,
    RestrictionReason,
    check_may_change,
    with_oneself,
)
from tracker.models import ownership
from tracker.models.accounts import UserRoleRow, UserRow
from tracker.models.database import transaction
from tracker.models.restrictions import GlassOpeningRow, RecordReaderRow, RestrictionRow


def restrict(
    db: Session,
    who: Person,
    patient_id: UUID,
    *,
    reason: RestrictionReason,
    readers: Collection[UUID],
    now: datetime,
) -> None:
    """Restrict a record to these people and oneself, or change to whom it is restricted.

    A proxy stops reading with a new restriction, and is arranged anew where that is right.

    Raises `Refused` for somebody who only broke the glass, and for people who do not see patients.
    """
    check_may(who, Act.RESTRICT_RECORD)
    with transaction(db):
        ownership.patient_of(db, who, "patient", patient_id)
        check_may_change(who.user_id, _named(db, who, patient_id))
        named = with_oneself(who.user_id, readers)
        if named - _eligible(db, who):
            raise Refused("Choose people of this clinic who see patients.", field="readers")
        if not _end_restriction(db, who, patient_id, now):
            proxy_ends.end_all_of(db, who, patient_id, ProxyEnd.RESTRICTED, now=now)
        db.execute(
            insert(RestrictionRow).values(
                id=uuid4(),
                clinic_id=who.clinic_id,
                patient_id=patient_id,
                reason=reason,
                set_at=now,
                set_by=who.user_id,
            )
        )
        _name(db, who, patient_id, named, now)
        _record(db, who, AuditEvent.RECORD_RESTRICTED, patient_id, now, reason=str(reason))


def lift(db: Session, who: Person, patient_id: UUID, *, now: datetime) -> None:
    """Let everybody who sees patients open the record again. Twice is as good as once."""
    check_may(who, Act.RESTRICT_RECORD)
    with transaction(db):
        ownership.patient_of(db, who, "patient", patient_id)
        check_may_change(who.user_id, _named(db, who, patient_id))
        if _end_restriction(db, who, patient_id, now):
            _record(db, who, AuditEvent.RESTRICTION_LIFTED, patient_id, now)


def break_glass(
    db: Session,
    who: Person,
    patient_id: UUID,
    *,
    reason: OpeningReason,
    words: str,
    lasts: timedelta,
    now: datetime,
) -> None:
    """Open a restricted record without being named. Every administrator is told.

    Raises `Refused` without a reason in words, and for a record that is open to the person anyway.
    """
    check_may(who, Act.BREAK_GLASS)
    if not words:
        raise Refused("Say in a few words why you need this record now.", field="words")
    with transaction(db):
        ownership.patient_of(db, who, "patient", patient_id, even_restricted=True)
        if not _is_shut(db, who, patient_id):
            raise Refused("This record is open to you: there is nothing to break.")
        _close(db, who, patient_id, now)
        opening_id = uuid4()
        db.execute(
            insert(GlassOpeningRow).values(
                id=opening_id,
                clinic_id=who.clinic_id,
                patient_id=patient_id,
                user_id=who.user_id,
                reason=reason,
                words=words,
                opened_at=now,
                ends_at=now + lasts,
            )
        )
        messages.queue_glass(db, clinic_id=who.clinic_id, opening_id=opening_id, now=now)
        minutes = int(lasts.total_seconds() // 60)
        event = AuditEvent.GLASS_BROKEN
        _record(db, who, event, patient_id, now, reason=str(reason), minutes=minutes)


def close_glass(db: Session, who: Person, patient_id: UUID, *, now: datetime) -> None:
    """Close the record again before the time is over. Twice is as good as once."""
    check_may(who, Act.BREAK_GLASS)
    with transaction(db):
        ownership.patient_of(db, who, "patient", patient_id, even_restricted=True)
        if _close(db, who, patient_id, now):
            _record(db, who, AuditEvent.GLASS_CLOSED, patient_id, now)


def _named(db: Session, who: Person, patient_id: UUID) -> frozenset[UUID]:
    """Who is named and still works here; nobody for a record that is not restricted."""
    standing = select(RestrictionRow.id).where(
        RestrictionRow.patient_id == patient_id, RestrictionRow.lifted_at.is_(None)
    )
    if db.execute(standing).first() is None:
        return frozenset()
    found = (
        select(RecordReaderRow.user_id)
        .join(UserRow, UserRow.id == RecordReaderRow.user_id)
        .where(
            RecordReaderRow.patient_id == patient_id,
            RecordReaderRow.clinic_id == who.clinic_id,
            RecordReaderRow.ended_at.is_(None),
            UserRow.deactivated_at.is_(None),
        )
    )
    return frozenset(db.scalars(found))


def _is_shut(db: Session, who: Person, patient_id: UUID) -> bool:
    """Whether it is restricted and the person is not named, also where nobody is any more."""
    try:
        ownership.patient_of(db, replace(who, opened=frozenset()), "patient", patient_id)
    except NotFound:
        return True
    return False


def _eligible(db: Session, who: Person) -> frozenset[UUID]:
    roles = sorted(ROLES_THAT_MAY[Act.SEE_PATIENTS])
    found = (
        select(UserRow.id)
        .join(UserRoleRow, UserRoleRow.user_id == UserRow.id)
        .where(
            UserRow.clinic_id == who.clinic_id,
            UserRow.deactivated_at.is_(None),
            UserRoleRow.role.in_(roles),
        )
    )
    return frozenset(db.scalars(found))


def _end_restriction(db: Session, who: Person, patient_id: UUID, now: datetime) -> bool:
    """End what stands, and everybody's being named, in the open transaction."""
    ended = db.execute(
        update(RestrictionRow)
        .where(
            RestrictionRow.patient_id == patient_id,
            RestrictionRow.clinic_id == who.clinic_id,
            RestrictionRow.lifted_at.is_(None),
        )
        .values(lifted_at=now, lifted_by=who.user_id)
        .returning(RestrictionRow.id)
    ).all()
    db.execute(
        update(RecordReaderRow)
        .where(
            RecordReaderRow.patient_id == patient_id,
            RecordReaderRow.clinic_id == who.clinic_id,
            RecordReaderRow.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    return bool(ended)


def _name(
    db: Session, who: Person, patient_id: UUID, named: Collection[UUID], now: datetime
) -> None:
    rows = [
        {
            "id": uuid4(),
            "clinic_id": who.clinic_id,
            "patient_id": patient_id,
            "user_id": user_id,
            "named_at": now,
            "named_by": who.user_id,
        }
        for user_id in sorted(named)
    ]
    db.execute(insert(RecordReaderRow), rows)


def _close(db: Session, who: Person, patient_id: UUID, now: datetime) -> bool:
    ended = db.execute(
        update(GlassOpeningRow)
        .where(
            GlassOpeningRow.patient_id == patient_id,
            GlassOpeningRow.clinic_id == who.clinic_id,
            GlassOpeningRow.user_id == who.user_id,
            GlassOpeningRow.ended_at.is_(None),
        )
        .values(ended_at=now)
        .returning(GlassOpeningRow.id)
    ).all()
    return bool(ended)


def _record(
    db: Session, who: Person, event: AuditEvent, patient_id: UUID, now: datetime, **detail: object
) -> None:
    audit.record(
        db,
        who,
        event,
        now=now,
        kind="patient",
        object_id=patient_id,
        patient_id=patient_id,
        detail=dict(detail),
    )
