"""Logging what happened before, during or after an infusion."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.actions import sheet_entries
from tracker.actions.sheet_entries import Entry, EntryKind
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound, Refused
from tracker.domain.local_time import is_in_future
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.sheet_log import Relatedness
from tracker.models.run_sheets import InfusionEventRow

INFUSION_EVENT = EntryKind(
    name="infusion_event",
    row=InfusionEventRow,
    noun="event",
    time_field="happened_time",
    recorded=AuditEvent.INFUSION_EVENT_RECORDED,
)

ENDED = "Ended"
"""The reason of a correction that only adds the end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """What happened: a term of the catalogue or the clinic's own, grade 1 to 5 if it was graded.

    `occurred_at` is the onset; `ended_at` is None while it lasts or when nobody knows.
    """

    term: str
    occurred_at: datetime
    grade: int | None = None
    relatedness: Relatedness | None = None
    is_serious: bool = False
    ended_at: datetime | None = None
    action: str = ""
    note: str = ""


def record_event(
    db: Session,
    who: Person,
    infusion_id: UUID,
    happening: Happening,
    *,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Add an event to a run sheet; returns its id."""
    entry = _entry(happening, now)
    return sheet_entries.add(
        db,
        who,
        INFUSION_EVENT,
        infusion_id,
        entry,
        confirmed=confirmed,
        submission=submission,
        now=now,
    )


def correct_event(
    db: Session,
    who: Person,
    infusion_event_id: UUID,
    happening: Happening,
    *,
    reason: str,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Put another event in the place of one; returns the id of the run sheet."""
    entry = _entry(happening, now)
    return sheet_entries.correct(
        db,
        who,
        INFUSION_EVENT,
        infusion_event_id,
        entry,
        reason=reason,
        confirmed=confirmed,
        submission=submission,
        now=now,
    )


def end_event(
    db: Session,
    who: Person,
    infusion_event_id: UUID,
    *,
    ended_at: datetime,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Say that an event is over; returns the id of the run sheet.

    All that was said about it is carried over into a correction with the reason "Ended". Raises
    `Refused` when it has an end: another one is a correction with a reason of its own.
    """
    check_may(who, Act.LOG_INFUSION)
    known = _find(db, who, infusion_event_id)
    if known.ended_at is not None:
        raise Refused("This event has an end. Correct the event if the end is wrong.")
    ended = replace(known, ended_at=max(ended_at, known.occurred_at))
    return correct_event(
        db, who, infusion_event_id, ended, reason=ENDED, submission=submission, now=now
    )


def _find(db: Session, who: Person, infusion_event_id: UUID) -> Happening:
    # Read before the transaction that writes: an entry never changes once it is stored.
    row = db.execute(
        select(
            InfusionEventRow.term,
            InfusionEventRow.occurred_at,
            InfusionEventRow.grade,
            InfusionEventRow.relatedness,
            InfusionEventRow.is_serious,
            InfusionEventRow.ended_at,
            InfusionEventRow.action,
            InfusionEventRow.note,
        ).where(
            InfusionEventRow.id == infusion_event_id, InfusionEventRow.clinic_id == who.clinic_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("infusion event")
    related = row.relatedness
    values: dict[str, Any] = dict(row._mapping)
    return Happening(**values | {"relatedness": Relatedness(related) if related else None})


def _entry(happening: Happening, now: datetime) -> Entry:
    values = {
        "term": happening.term,
        "grade": happening.grade,
        "relatedness": happening.relatedness,
        "is_serious": happening.is_serious,
        "ended_at": happening.ended_at,
        "action": happening.action,
        "note": happening.note,
    }
    return Entry(
        values=values,
        occurred_at=happening.occurred_at,
        check=lambda _sheet: _check(happening, now),
    )


def _check(happening: Happening, now: datetime) -> None:
    if not happening.term:
        raise Refused("Say what happened.", field="term")
    if happening.ended_at is None:
        return
    if happening.ended_at < happening.occurred_at:
        raise Refused("The end cannot be before the onset.", field="ended_time")
    if is_in_future(happening.ended_at, now):
        raise Refused("The end cannot be in the future.", field="ended_time")
