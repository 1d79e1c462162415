"""Raises safety alerts inside the caller's transaction: one for each rule of a due check-in.

A rule raises once, whether the answer was kept, sent, sent again or came too late; and whatever is
answered afterwards, an alert that is raised stays open until somebody closes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit, messages
from tracker.domain.audit import AuditEvent
from tracker.domain.check_ins import CheckInPlan
from tracker.domain.clinic import OpenDays
from tracker.domain.instruments import Answers
from tracker.domain.people import Person
from tracker.domain.safety import AlertLevel, Concern, answer_due_at, met_by
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.database import read_rows, write_rows
from tracker.models.open_days import find_open_days
from tracker.models.prepared import Prepared

# Statements that are written out once: check-ins that are sent ask for them.
_ALERTS = cast(Table, SafetyAlertRow.__table__)
_RAISED = Prepared(
    select(_ALERTS.c.rule).where(
        _ALERTS.c.patient_id == bindparam("patient_id"), _ALERTS.c.due_key == bindparam("due_key")
    )
)
_ADD = Prepared(insert(_ALERTS))
_TIE = Prepared(
    update(_ALERTS)
    .where(
        _ALERTS.c.clinic_id == bindparam("of_clinic"),
        _ALERTS.c.patient_id == bindparam("of_patient"),
        _ALERTS.c.due_key == bindparam("of_key"),
        _ALERTS.c.check_in_id.is_(None),
    )
    .values(check_in_id=bindparam("sent_id"))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Worry:
    """Answers that somebody must look at, and the due check-in that they belong to.

    `check_in_id` is None for answers that are kept and not sent, or that could not be stored.
    """

    plan: CheckInPlan
    answers: Answers
    found: tuple[Concern, ...]
    due_key: str
    check_in_id: UUID | None


def raise_new(db: Session, who: Person, worry: Worry, *, now: datetime) -> tuple[UUID, ...]:
    """Raise what was not raised before, and tell who is on call; returns the new alerts' ids.

    Deadlines are counted from now.
    """
    if not worry.found:
        return ()
    wanted = {"patient_id": worry.plan.patient_id, "due_key": worry.due_key}
    raised = {row.rule for row in read_rows(db, _RAISED, wanted)}
    new = [each for each in worry.found if each.rule not in raised]
    fresh = _rows(db, who, worry, new, now) if new else []
    for row in fresh:
        write_rows(db, _ADD, [row])
        audit.record(
            db,
            who,
            AuditEvent.ALERT_RAISED,
            now=now,
            kind="alert",
            object_id=row["id"],
            patient_id=worry.plan.patient_id,
            detail={"level": row["level"]},
        )
        messages.queue_alert(db, clinic_id=who.clinic_id, alert_id=row["id"], now=now)
    return tuple(row["id"] for row in fresh)


def _rows(
    db: Session, who: Person, worry: Worry, new: Sequence[Concern], now: datetime
) -> list[dict[str, Any]]:
    days = find_open_days(db, who.clinic_id, since=now.astimezone(worry.plan.zone).date())
    return [_row(who, worry, each, days, now) for each in new]


def _row(
    who: Person, worry: Worry, concern: Concern, days: OpenDays, now: datetime
) -> dict[str, Any]:
    plan, answers = worry.plan, worry.answers
    return {
        "id": uuid4(),
        "clinic_id": who.clinic_id,
        "patient_id": plan.patient_id,
        "course_id": plan.course_id,
        "check_in_id": worry.check_in_id,
        "due_key": worry.due_key,
        "instrument_key": answers.instrument_key,
        "instrument_version": answers.instrument_version,
        "rule": concern.rule,
        "level": int(concern.level),
        "met_by": met_by(concern, answers),
        "raised_at": now,
        "due_at": answer_due_at(concern, now, zone=plan.zone, days=days),
        "action_taken": "",
    }


def tie_kept(
    db: Session, who: Person, patient_id: UUID, *, due_key: str, check_in_id: UUID
) -> None:
    """Say of the alerts that kept answers raised which check-in has those answers now."""
    which = {"of_clinic": who.clinic_id, "of_patient": patient_id, "of_key": due_key}
    read_rows(db, _TIE, which | {"sent_id": check_in_id})


def highest(found: tuple[Concern, ...]) -> AlertLevel | None:
    """The most urgent level among them."""
    return max((concern.level for concern in found), default=None)
