"""Answering the checklists of a run sheet. A changed answer is a new row, with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.checklist import RESULT_WORDS, CheckAnswer, check_answer, list_items
from tracker.domain.checklists import CheckItem
from tracker.domain.errors import Difference, Refused, StaleForm
from tracker.domain.local_time import is_in_future
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.protocol import Protocol
from tracker.domain.run_sheet_stages import AFTER_END, OPEN_STAGES, STAGE_WORDS, Stage
from tracker.domain.sheet_log import CheckPhase
from tracker.models import planning
from tracker.models.database import transaction
from tracker.models.open_sheets import OpenSheet, lock_sheet
from tracker.models.run_sheets import SheetCheckRow
from tracker.models.sheet_facts import StandingAnswer, standing_answers

ANSWERABLE: dict[CheckPhase, frozenset[Stage]] = {
    CheckPhase.BEFORE: OPEN_STAGES | {Stage.LEFT, Stage.CANCELLED},
    CheckPhase.DISCHARGE: AFTER_END | {Stage.LEFT},
}
"""The stages in which a list takes answers and corrections, until the sheet is signed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenAnswer:
    """An answer as somebody sent it. `seen_id` is the answer that the form showed, if any.

    `field` names the question of the form, for a refusal.
    """

    answer: CheckAnswer
    seen_id: UUID | None = None
    field: str = ""


def answer_checks(
    db: Session,
    who: Person,
    run_sheet_id: UUID,
    phase: CheckPhase,
    answers: Mapping[str, GivenAnswer],
    *,
    correction_reason: str = "",
    answered_at: datetime | None = None,
    submission: Submission | None,
    now: datetime,
) -> int:
    """Store the answers that are new, by the key of the item; returns how many were stored.

    `answered_at` is when they were given, for answers that waited for a connection.

    What stands already with the same words is left alone. Raises `Refused` for an answer that an
    item does not take and for a changed answer without a reason, `StaleForm` for items that a
    colleague answered otherwise meanwhile.
    """
    check_may(who, Act.LOG_INFUSION)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return int(earlier["answers"])
        sheet = lock_sheet(db, who.clinic_id, run_sheet_id)
        _check_may_answer(sheet, phase, answered_at or now, now)
        items = _items(planning.find_protocol(db, who.clinic_id, sheet.protocol_id), phase)
        standing = standing_answers(db, run_sheet_id, phase)
        fresh = _fresh(items, answers, standing)
        _check_not_stale(items, fresh, standing, sheet.version)
        corrected = [key for key in fresh if key in standing]
        if corrected and not correction_reason:
            raise Refused("Say why an answer is changed.", field="correction_reason")
        for key, given in fresh.items():
            why = correction_reason if key in standing else ""
            old = standing.get(key)
            row = _row(who, sheet, phase, items[key], given.answer, old) | {
                "correction_reason": why,
                "occurred_at": answered_at or now,
                "recorded_at": now,
            }
            _store(db, who, sheet, row, now=now)
        if submission:
            submissions.remember(db, who, submission, {"answers": len(fresh)}, now=now)
        return len(fresh)


def _check_may_answer(sheet: OpenSheet, phase: CheckPhase, at: datetime, now: datetime) -> None:
    if sheet.stage not in ANSWERABLE[phase]:
        raise Refused(f"The run sheet says “{STAGE_WORDS[sheet.stage]}” now. Look at it again.")
    if is_in_future(at, now):
        raise Refused("The time cannot be in the future.")


def _items(protocol: Protocol, phase: CheckPhase) -> dict[str, CheckItem]:
    return {item.key: item for item in list_items(protocol, phase)}


def _fresh(
    items: Mapping[str, CheckItem],
    answers: Mapping[str, GivenAnswer],
    standing: Mapping[str, StandingAnswer],
) -> dict[str, GivenAnswer]:
    """The answers that differ from what stands, each fit for its item."""
    fresh = {}
    for key, given in answers.items():
        if key not in items:
            raise Refused("The checklist has no such item. Load the run sheet again.")
        if key in standing and standing[key].answer == given.answer:
            continue
        check_answer(items[key], given.answer, field=given.field)
        fresh[key] = given
    return fresh


def _check_not_stale(
    items: Mapping[str, CheckItem],
    fresh: Mapping[str, GivenAnswer],
    standing: Mapping[str, StandingAnswer],
    version: int,
) -> None:
    stale = [
        Difference(
            label=items[key].words,
            yours=answer_words(given.answer),
            stored=answer_words(standing[key].answer),
        )
        for key, given in fresh.items()
        if key in standing and standing[key].id != given.seen_id
    ]
    if stale:
        raise StaleForm(stale, stored_version=version)


def answer_words(answer: CheckAnswer) -> str:
    """ "Done: Anna, 0555 12345"."""
    return ": ".join(part for part in (RESULT_WORDS[answer.result], answer.words) if part)


def _row(
    who: Person,
    sheet: OpenSheet,
    phase: CheckPhase,
    item: CheckItem,
    answer: CheckAnswer,
    old: StandingAnswer | None,
) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "clinic_id": who.clinic_id,
        "run_sheet_id": sheet.id,
        "phase": phase,
        "item_key": item.key,
        "item_words": item.words,
        "result": answer.result,
        "reason": answer.reason,
        "note": answer.note,
        "corrects_id": old.id if old else None,
        "recorded_by": who.user_id,
    }


def _store(
    db: Session, who: Person, sheet: OpenSheet, row: dict[str, Any], *, now: datetime
) -> None:
    db.execute(insert(SheetCheckRow), [row])
    audit.record(
        db,
        who,
        AuditEvent.CHECK_CORRECTED if row["corrects_id"] else AuditEvent.CHECK_ANSWERED,
        now=now,
        kind="sheet_check",
        object_id=row["id"],
        patient_id=sheet.patient_id,
        detail={"infusion": str(sheet.id), "item": row["item_key"]},
    )
