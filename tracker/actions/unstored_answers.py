"""Answers that are not stored, since they came too late or beside a question that was left open.

What worries in them reaches somebody all the same: whoever gives such an answer may never come back
to put the rest right.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.actions import alert_rows
from tracker.actions.alert_rows import Worry
from tracker.domain import check_ins as rules
from tracker.domain.check_ins import CannotAnswer, CheckInPlan
from tracker.domain.instruments import Instrument, check_answers
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.safety import concerns_so_far
from tracker.models import check_in_plans
from tracker.models.check_ins import CheckInRow
from tracker.models.database import transaction


def raise_worries(
    db: Session,
    who: Person,
    instrument: Instrument,
    given: Mapping[str, object],
    *,
    due_key: str,
    now: datetime,
) -> None:
    """Raise the alerts of answers that are not stored, in the patient's newest course.

    Raises `AnswerNotOffered`.
    """
    check_may(who, Act.SEND_OWN_CHECK_IN)
    found = concerns_so_far(instrument, given)
    if not found or who.patient_id is None:
        return
    with transaction(db):
        plan = check_in_plans.of_newest_course(db, who.clinic_id, who.patient_id)
        if plan is None:
            return
        key = _key_of(plan, instrument, due_key, now)
        worry = Worry(
            plan=plan,
            answers=check_answers(instrument, given),
            found=found,
            due_key=key,
            check_in_id=sent_id(db, who, key),
        )
        alert_rows.raise_new(db, who, worry, now=now)


def _key_of(plan: CheckInPlan, instrument: Instrument, due_key: str, now: datetime) -> str:
    """The due check-in that is meant. Answers to none of them count for the day they came on.

    So no form, however often it is sent, raises more than one alert a rule and day.
    """
    try:
        return rules.find_to_answer(plan, instrument.key, due_key, now).due_key
    except CannotAnswer as why:
        day = now.astimezone(plan.zone).date()
        return why.due.due_key if why.due else f"{instrument.key}:not-asked:{day.isoformat()}"


def sent_id(db: Session, who: Person, due_key: str) -> UUID | None:
    """The check-in that has the patient's answers already."""
    return db.scalars(
        select(CheckInRow.id).where(
            CheckInRow.patient_id == who.patient_id,
            CheckInRow.clinic_id == who.clinic_id,
            CheckInRow.due_key == due_key,
        )
    ).one_or_none()
