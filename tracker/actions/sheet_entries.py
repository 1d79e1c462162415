"""Writing on a run sheet: add an entry, put another in its place, strike it out.

One way for every kind of entry. Nothing is ever changed: a correction is a new row that points at
the one that it replaces, and a row that strikes another out carries no values. Both need a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.confirmation import Question, check_confirmed
from tracker.domain.errors import CorrectedBefore, NotFound, Refused
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.run_sheet import backdating_questions, check_logged_time, check_not_before
from tracker.domain.run_sheet_stages import Stage
from tracker.models.database import transaction
from tracker.models.open_sheets import OpenSheet, lock_sheet


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryKind:
    """One table of entries. `name` is the kind of record in the audit trail and in addresses.

    `noun` is what a refusal calls it, `time_field` the form's field of the time that it happened.
    A strike carries the columns in `kept`, which may not be empty.
    """

    name: str
    row: Any
    noun: str
    time_field: str
    recorded: AuditEvent = AuditEvent.SHEET_ENTRY_RECORDED
    corrected: AuditEvent = AuditEvent.SHEET_ENTRY_CORRECTED
    struck: AuditEvent = AuditEvent.SHEET_ENTRY_STRUCK
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What is to be stored: the columns of the kind, and when it happened.

    `questions` are asked once before it is stored; `check` sees the locked sheet and raises
    `Refused` for what cannot be; `after` goes on in the same transaction with the new entry's id.
    """

    values: Mapping[str, Any]
    occurred_at: datetime
    questions: Iterable[Question] = ()
    check: Callable[[OpenSheet], None] | None = None
    after: Callable[[OpenSheet, UUID], None] | None = None


def add(
    db: Session,
    who: Person,
    kind: EntryKind,
    run_sheet_id: UUID,
    entry: Entry,
    *,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Add an entry to a run sheet; returns its id. Two entries of one minute are two entries.

    Raises `NotFound`, `Refused` for what cannot be, `NeedsConfirmation` for what is unusual.
    """
    check_may(who, Act.LOG_INFUSION)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["entry_id"])
        sheet = lock_sheet(db, who.clinic_id, run_sheet_id)
        _check(sheet, kind, entry, was=None, confirmed=confirmed, now=now)
        row = {"occurred_at": entry.occurred_at, **entry.values}
        return _store(db, who, kind, sheet, row, kind.recorded, submission, now)


def correct(
    db: Session,
    who: Person,
    kind: EntryKind,
    entry_id: UUID,
    entry: Entry,
    *,
    reason: str,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Put another entry in the place of one; returns the id of the run sheet.

    A time that differs by seconds only is the old one: forms show whole minutes. Raises
    `CorrectedBefore` when the entry does not stand any more: then the newer one is to be corrected.
    """
    check_may(who, Act.LOG_INFUSION)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["infusion_id"])
        sheet, old = _lock_standing(db, who, kind, entry_id)
        if not reason:
            raise Refused(f"Say why the {kind.noun} is corrected.", field="correction_reason")
        was: datetime = old.occurred_at
        at = was if _minute(was) == _minute(entry.occurred_at) else entry.occurred_at
        _check(sheet, kind, entry, was=was, confirmed=confirmed, now=now)
        row = {"corrects_id": entry_id, "correction_reason": reason, "occurred_at": at}
        values = {**entry.values, **row}
        newer_id = _store(db, who, kind, sheet, values, kind.corrected, submission, now)
        if entry.after is not None:
            entry.after(sheet, newer_id)
        return sheet.id


def strike(
    db: Session,
    who: Person,
    kind: EntryKind,
    entry_id: UUID,
    *,
    reason: str,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Strike an entry out; returns the id of the run sheet. It stays readable, and nothing takes
    its place.

    Raises `Refused` without a reason, `CorrectedBefore` when the entry does not stand any more.
    """
    check_may(who, Act.LOG_INFUSION)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["infusion_id"])
        sheet, old = _lock_standing(db, who, kind, entry_id)
        if not reason:
            raise Refused(f"Say why the {kind.noun} is struck out.", field="correction_reason")
        row = {
            "corrects_id": entry_id,
            "correction_reason": reason,
            "is_struck": True,
            "occurred_at": old.occurred_at,
            **{name: getattr(old, name) for name in kind.kept},
        }
        _store(db, who, kind, sheet, row, kind.struck, submission, now)
        return sheet.id


def _lock_standing(
    db: Session, who: Person, kind: EntryKind, entry_id: UUID
) -> tuple[OpenSheet, Any]:
    """The sheet of an entry that still stands, locked, and the entry's own columns."""
    found = db.execute(
        select(*kind.row.__table__.columns).where(
            kind.row.id == entry_id, kind.row.clinic_id == who.clinic_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound(kind.name)
    sheet = lock_sheet(db, who.clinic_id, found.run_sheet_id)
    newer = db.execute(
        select(kind.row.is_struck).where(kind.row.corrects_id == entry_id)
    ).one_or_none()
    if found.is_struck or (newer is not None and newer.is_struck):
        raise CorrectedBefore(
            f"This {kind.noun} was struck out before. Add a new one on the run sheet."
        )
    if newer is not None:
        raise CorrectedBefore(
            f"This {kind.noun} was corrected before. Correct the newer one on the run sheet."
        )
    return sheet, found


def _check(
    sheet: OpenSheet,
    kind: EntryKind,
    entry: Entry,
    *,
    was: datetime | None,
    confirmed: Collection[str],
    now: datetime,
) -> None:
    if sheet.stage is Stage.NO_SHOW:
        raise Refused("This sheet says that the patient did not come. Nothing can be added to it.")
    if entry.check is not None:
        entry.check(sheet)
    at, asked = entry.occurred_at, tuple(entry.questions)
    if was is None or _minute(at) != _minute(was):
        check_not_before(at, _minute(sheet.opened_at), field=kind.time_field)
        check_logged_time(
            at, began_at=sheet.began_at, ended_at=sheet.ended_at, now=now, field=kind.time_field
        )
        asked += backdating_questions(at, now)
    check_confirmed(asked, confirmed)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _store(
    db: Session,
    who: Person,
    kind: EntryKind,
    sheet: OpenSheet,
    own: Mapping[str, Any],
    event: AuditEvent,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    entry_id = uuid4()
    row = {
        "id": entry_id,
        "clinic_id": who.clinic_id,
        "run_sheet_id": sheet.id,
        "recorded_at": now,
        "recorded_by": who.user_id,
    }
    db.execute(insert(kind.row), [{**own, **row}])
    audit.record(
        db,
        who,
        event,
        now=now,
        kind=kind.name,
        object_id=entry_id,
        patient_id=sheet.patient_id,
        detail={"infusion": str(sheet.id)},
    )
    if submission:
        result = {"entry_id": str(entry_id), "infusion_id": str(sheet.id)}
        submissions.remember(db, who, submission, result, now=now)
    return entry_id
