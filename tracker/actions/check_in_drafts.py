"""Answers kept page by page until a check-in is sent: another device or a reload goes on there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit
from tracker.domain import check_ins as rules
from tracker.domain import instruments
from tracker.domain.audit import AuditEvent
from tracker.domain.check_ins import CannotAnswer, WhyNot
from tracker.domain.instruments import AnswerValue, Instrument
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models import check_in_plans
from tracker.models.check_ins import CheckInDraftRow, CheckInRow
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

    Raises `CannotAnswer`, and `AlreadySent` when there is nothing left to keep them for.
    """
    check_may(who, Act.SEND_OWN_CHECK_IN)
    instrument = instruments.get(instrument_key)
    if version != instrument.version:
        raise CannotAnswer(WhyNot.OTHER_VERSION)
    if who.patient_id is None:
        raise CannotAnswer(WhyNot.NO_COURSE)
    with transaction(db):
        _check_is_asked(db, who, who.patient_id, instrument, due_key, now)
        _keep(db, who, instrument, due_key, page, _plain(values), now)
        audit.record(
            db,
            who,
            AuditEvent.CHECK_IN_PAGE_KEPT,
            now=now,
            kind="check_in_draft",
            patient_id=who.patient_id,
            detail={"due_key": due_key, "page": page},
        )


def _check_is_asked(
    db: Session, who: Person, patient_id: UUID, instrument: Instrument, due_key: str, now: datetime
) -> None:
    sent = select(CheckInRow.id).where(
        CheckInRow.patient_id == patient_id, CheckInRow.due_key == due_key
    )
    if db.execute(sent).first() is not None:
        raise AlreadySent
    plan = check_in_plans.of_patient(db, who.clinic_id, patient_id)
    if plan is None:
        raise CannotAnswer(WhyNot.NO_COURSE)
    answered = check_in_plans.answered_if_it_matters(db, plan, instrument.key)
    rules.find_to_answer(plan, instrument.key, due_key, now, answered)


def _keep(
    db: Session,
    who: Person,
    instrument: Instrument,
    due_key: str,
    page: int,
    values: dict[str, object],
    now: datetime,
) -> None:
    mine = (CheckInDraftRow.patient_id == who.patient_id, CheckInDraftRow.due_key == due_key)
    kept = db.execute(
        select(CheckInDraftRow.answers, CheckInDraftRow.instrument_version).where(*mine)
    ).one_or_none()
    is_usable = kept is not None and kept.instrument_version == instrument.version
    content = {
        "answers": {**(kept.answers if kept is not None and is_usable else {}), **values},
        "instrument_version": instrument.version,
        "page": page,
        "saved_at": now,
    }
    if kept is not None:
        db.execute(update(CheckInDraftRow).where(*mine).values(**content))
        return
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
