"""Answers kept page by page until a check-in is sent: another device or a reload goes on there.

Somebody may answer the one question that matters and never come to the end. So a worrying answer
raises its alert when its page is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.actions import alert_rows, audit, unstored_answers
from tracker.actions.alert_rows import Worry
from tracker.domain import check_ins as rules
from tracker.domain import instruments
from tracker.domain.audit import AuditEvent
from tracker.domain.check_ins import CannotAnswer, CheckInPlan, WhyNot
from tracker.domain.instruments import AnswerValue, Instrument, check_answers
from tracker.domain.people import Person
from tracker.domain.permissions import check_may_answer
from tracker.domain.safety import concerns_so_far
from tracker.models import check_in_plans
from tracker.models.check_ins import CheckInDraftRow
from tracker.models.database import transaction


class AlreadySent(Exception):
    """The check-in that the draft is for has its answers already."""


def keep_page(
    db: Session,
    who: Person,
    *,
    instrument_key: str,
    version: int,
    due_key: str,
    page: int,
    values: Mapping[str, AnswerValue],
    now: datetime,
) -> None:
    """Keep the answers of one page; answers of other pages stay.

    Raises `CannotAnswer`, and `AlreadySent` when there is nothing left to keep them for. What
    worries in them is raised whatever becomes of them.
    """
    check_may_answer(who, instrument_key, due_key)
    instrument = instruments.get(instrument_key)
    given = _plain(values)

    def keep() -> bool:
        if version != instrument.version:
            raise CannotAnswer(WhyNot.OTHER_VERSION)
        with transaction(db):
            plan = _own_plan(db, who)
            sent_id = unstored_answers.sent_id(db, who, due_key)
            answers = given
            if sent_id is None:
                answered = check_in_plans.answered_if_it_matters(db, plan, instrument.key)
                rules.find_to_answer(plan, instrument.key, due_key, now, answered)
                answers = _keep(db, who, instrument, due_key, page, given, now)
            worry = Worry(
                plan=plan,
                answers=check_answers(instrument, answers),
                found=concerns_so_far(instrument, answers),
                due_key=due_key,
                check_in_id=sent_id,
            )
            alert_rows.raise_new(db, who, worry, now=now)
            return sent_id is None

    try:
        is_kept = keep()
    except CannotAnswer:
        unstored_answers.raise_worries(db, who, instrument, given, due_key=due_key, now=now)
        raise
    if not is_kept:
        raise AlreadySent


def _own_plan(db: Session, who: Person) -> CheckInPlan:
    plan = check_in_plans.of_person(db, who)
    if plan is None:
        raise CannotAnswer(WhyNot.NO_COURSE)
    return plan


def _keep(
    db: Session,
    who: Person,
    instrument: Instrument,
    due_key: str,
    page: int,
    given: dict[str, object],
    now: datetime,
) -> dict[str, object]:
    """Returns all answers that are kept now."""
    mine = (CheckInDraftRow.patient_id == who.patient_id, CheckInDraftRow.due_key == due_key)
    kept = db.execute(
        select(CheckInDraftRow.answers, CheckInDraftRow.instrument_version).where(*mine)
    ).one_or_none()
    is_usable = kept is not None and kept.instrument_version == instrument.version
    answers = {**(kept.answers if kept is not None and is_usable else {}), **given}
    content = {
        "answers": answers,
        "instrument_version": instrument.version,
        "page": page,
        "saved_at": now,
    }
    if kept is not None:
        db.execute(update(CheckInDraftRow).where(*mine).values(**content))
    else:
        _add(db, who, instrument, due_key, content, now)
    audit.record(
        db,
        who,
        AuditEvent.CHECK_IN_PAGE_KEPT,
        now=now,
        kind="check_in_draft",
        patient_id=who.patient_id,
        detail={"due_key": due_key, "page": page},
    )
    return answers


def _add(
    db: Session,
    who: Person,
    instrument: Instrument,
    due_key: str,
    content: dict[str, object],
    now: datetime,
) -> None:
    new = {
        "id": uuid4(),
        "clinic_id": who.clinic_id,
        "patient_id": who.patient_id,
        "due_key": due_key,
        "instrument_key": instrument.key,
        "started_at": now,
        **content,
    }
    db.execute(insert(CheckInDraftRow), [new])


def _plain(values: Mapping[str, AnswerValue]) -> dict[str, object]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }
