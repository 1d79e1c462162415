"""Acknowledging the notices of a set: somebody saw them, and says what was done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound, Refused
from tracker.domain.local_time import is_in_future
from tracker.domain.notice_log import SetNotice, carried_over, carried_words, raised_notices
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models.accounts import UserRow
from tracker.models.database import transaction
from tracker.models.open_sheets import OpenSheet, lock_sheet
from tracker.models.planning import find_protocol
from tracker.models.run_sheets import NoticeAcknowledgementRow, VitalSignsRow
from tracker.models.standing_sets import standing_sets


def acknowledge(
    db: Session,
    who: Person,
    vital_signs_id: UUID,
    *,
    action: str,
    done_at: datetime,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Say what was done about all that waits of one set; returns the id of the run sheet.

    Raises `Refused` when a colleague was first (and says who, and what they wrote), when the set
    does not stand any more, and when it reached no limit.
    """
    check_may(who, Act.LOG_INFUSION)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["infusion_id"])
        sheet, measured_at = _lock_sheet_of(db, who, vital_signs_id)
        _check(action, done_at, measured_at, now)
        waiting = _waiting(db, who, sheet, vital_signs_id)
        _store(db, who, sheet, waiting, action, done_at, now)
        audit.record(
            db,
            who,
            AuditEvent.NOTICE_ACKNOWLEDGED,
            now=now,
            kind="vital_signs",
            object_id=vital_signs_id,
            patient_id=sheet.patient_id,
            detail={"infusion": str(sheet.id), "notices": [each.key for each in waiting]},
        )
        if submission:
            result = {"infusion_id": str(sheet.id)}
            submissions.remember(db, who, submission, result, now=now)
        return sheet.id


def carry_over(
    db: Session, who: Person, sheet: OpenSheet, old_id: UUID, newer_id: UUID, *, now: datetime
) -> None:
    """Keep for a correction what was acknowledged of the set before it, in the open transaction."""
    earlier = {row.notice_key: row for row in _acknowledged(db, old_id)}
    if not earlier:
        return
    words = {key: row.notice_words for key, row in earlier.items()}
    rows = [
        _row(
            who,
            sheet,
            each,
            action=carried_words(earlier[each.key].name, earlier[each.key].action),
            done_at=earlier[each.key].occurred_at,
            now=now,
        )
        for each in carried_over(words, _raised(db, who, sheet, newer_id))
    ]
    if rows:
        db.execute(insert(NoticeAcknowledgementRow), rows)


def _lock_sheet_of(db: Session, who: Person, vital_signs_id: UUID) -> tuple[OpenSheet, datetime]:
    found = db.execute(
        select(VitalSignsRow.run_sheet_id, VitalSignsRow.occurred_at).where(
            VitalSignsRow.id == vital_signs_id, VitalSignsRow.clinic_id == who.clinic_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound("vital signs")
    return lock_sheet(db, who.clinic_id, found.run_sheet_id), found.occurred_at


def _check(action: str, done_at: datetime, measured_at: datetime, now: datetime) -> None:
    if not action:
        raise Refused("Say what was done, also when it was nothing.", field="actions")
    if is_in_future(done_at, now):
        raise Refused("The time cannot be in the future.", field="done_time")
    # clocks differ: a set may carry a time that is a little ahead
    if done_at < min(measured_at, now).replace(second=0, microsecond=0):
        raise Refused("That is before the set was measured.", field="done_time")


def _waiting(
    db: Session, who: Person, sheet: OpenSheet, vital_signs_id: UUID
) -> tuple[SetNotice, ...]:
    sets = standing_sets(db, who.clinic_id, sheet.id)
    if vital_signs_id not in {each.id for each in sets}:
        raise Refused("This set was corrected or struck out. Look at the run sheet again.")
    raised = _raised(db, who, sheet, vital_signs_id)
    if not raised:
        raise Refused("This set reached no limit of the site. Nothing waits.")
    first = _acknowledged(db, vital_signs_id)
    done = {row.notice_key for row in first}
    waiting = tuple(each for each in raised if each.key not in done)
    if not waiting:
        raise Refused(
            f"{first[0].name} was first and wrote: “{first[0].action}”. Nothing was added."
        )
    return waiting


def _raised(db: Session, who: Person, sheet: OpenSheet, vital_signs_id: UUID) -> list[SetNotice]:
    sets = standing_sets(db, who.clinic_id, sheet.id)
    protocol = find_protocol(db, who.clinic_id, sheet.protocol_id)
    return [
        each
        for each in raised_notices(sets, protocol, started_at=sheet.started_at)
        if each.vital_signs_id == vital_signs_id
    ]


def _acknowledged(db: Session, vital_signs_id: UUID) -> Sequence[Any]:
    return db.execute(
        select(
            NoticeAcknowledgementRow.notice_key,
            NoticeAcknowledgementRow.notice_words,
            NoticeAcknowledgementRow.action,
            NoticeAcknowledgementRow.occurred_at,
            UserRow.name,
        )
        .join(UserRow, UserRow.id == NoticeAcknowledgementRow.recorded_by)
        .where(NoticeAcknowledgementRow.vital_signs_id == vital_signs_id)
        .order_by(NoticeAcknowledgementRow.recorded_at.desc(), NoticeAcknowledgementRow.id)
    ).all()


def _store(
    db: Session,
    who: Person,
    sheet: OpenSheet,
    waiting: Iterable[SetNotice],
    action: str,
    done_at: datetime,
    now: datetime,
) -> None:
    rows = [_row(who, sheet, each, action=action, done_at=done_at, now=now) for each in waiting]
    db.execute(insert(NoticeAcknowledgementRow), rows)


def _row(
    who: Person, sheet: OpenSheet, each: SetNotice, *, action: str, done_at: datetime, now: datetime
) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "clinic_id": who.clinic_id,
        "run_sheet_id": sheet.id,
        "vital_signs_id": each.vital_signs_id,
        "notice_key": each.key,
        "notice_words": each.notice.words,
        "action": action,
        "occurred_at": done_at,
        "recorded_at": now,
        "recorded_by": who.user_id,
    }
