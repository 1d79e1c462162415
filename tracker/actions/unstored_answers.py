"""Answers that came too late to be stored. What worries in them reaches somebody all the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.actions import alert_rows
from tracker.actions.alert_rows import Worry
from tracker.domain.check_ins import CannotAnswer
from tracker.domain.instruments import Answers
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.safety import Concern
from tracker.models import check_in_plans
from tracker.models.database import transaction


def raise_worries(
    db: Session,
    who: Person,
    answers: Answers,
    found: tuple[Concern, ...],
    *,
    why: CannotAnswer,
    now: datetime,
) -> None:
    """Raise the alerts of answers that were refused, in the patient's newest course.

    Answers to something that is not asked count for the day on which they came, so that no form,
    however often it is sent, raises more than one alert a rule and day.
    """
    check_may(who, Act.SEND_OWN_CHECK_IN)
    if not found or who.patient_id is None:
        return
    with transaction(db):
        plan = check_in_plans.of_newest_course(db, who.clinic_id, who.patient_id)
        if plan is None:
            return
        day = now.astimezone(plan.zone).date()
        named = f"{answers.instrument_key}:not-asked:{day.isoformat()}"
        due_key = why.due.due_key if why.due else named
        worry = Worry(plan=plan, answers=answers, found=found, due_key=due_key, check_in_id=None)
        alert_rows.raise_new(db, who, worry, now=now)
