"""Sending a check-in, by the patient or for them from paper.

One due check-in has one set of answers. Whoever sends it again learns when the first ones came,
and a worry in the second sending is raised all the same: rules only ever add attention.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.actions import alert_rows, check_in_rows, unstored_answers
from tracker.actions.alert_rows import Worry
from tracker.actions.check_in_rows import ReadyToStore, Sending, Stored
from tracker.domain import check_ins as rules
from tracker.domain import instruments
from tracker.domain.check_ins import CannotAnswer, CheckInPlan, Mode, Receipt, WhyNot
from tracker.domain.due import DueCheckIn
from tracker.domain.errors import Refused
from tracker.domain.instruments import Answers, Instrument
from tracker.domain.local_time import is_in_future
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may, check_may_answer
from tracker.domain.safety import concerns
from tracker.models import check_in_plans
from tracker.models.database import transaction
from tracker.models.together import write_together


def send_check_in(
    db: Session,
    who: Person,
    answers: Answers,
    *,
    due_key: str,
    submission_id: UUID,
    wording_id: UUID | None = None,
    given_at: datetime | None = None,
    now: datetime,
) -> Receipt:
    """Store a patient's own answers to one due check-in, with scores and alerts.

    ``wording_id`` is the clinic's wording that was read, None where it ships. ``given_at`` is when
    a phone says that they were given, if they waited there for a connection. Raises
    `CannotAnswer` when nothing of the kind is asked, is not open yet, or has closed; what
    worries in the answers is raised even then.
    """
    check_may_answer(who, answers.instrument_key, due_key)
    instrument = _current(answers)

    def send() -> Receipt:
        # Read before the line of those who write, so that the turn is held for writing alone. What
        # changes meanwhile changes after these answers; that there is one set of answers is the
        # database's own rule.
        plan = _own_plan(db, who)
        stored = check_in_rows.find_stored(
            db, plan.patient_id, due_key=due_key, submission_id=submission_id
        )
        if stored is not None:
            with transaction(db):
                return _again(db, who, plan, instrument, answers, stored, now)
        answered = check_in_plans.answered_if_it_matters(db, plan, instrument.key)
        due = rules.find_to_answer(plan, instrument.key, due_key, now, answered, given_at=given_at)
        sending = Sending(
            plan=plan,
            instrument=instrument,
            answers=answers,
            due_key=due.due_key,
            due_on=due.due_on,
            infusion_id=due.infusion_id,
            mode=Mode.SELF,
            submission_id=submission_id,
            wording_id=wording_id,
            occurred_at=rules.occurred_at(due, given_at, now),
        )
        ready = check_in_rows.make_ready(db, who, sending, now=now)
        return write_together(db, lambda writing: _first(writing, who, ready, now))

    try:
        return _once_more_if_raced(send)
    except CannotAnswer:
        given = answers.to_json()
        unstored_answers.raise_worries(db, who, instrument, given, due_key=due_key, now=now)
        raise


def enter_for_patient(
    db: Session,
    who: Person,
    course_id: UUID,
    answers: Answers,
    *,
    mode: Mode,
    answered_at: datetime,
    submission_id: UUID,
    now: datetime,
) -> Receipt:
    """Store what a patient wrote on paper or said in the room, at the time when they did.

    It answers what was due then; where nothing was, it is kept as an extra one of that day.
    Raises `Refused` for a future time and for a check-in that has its answers already.
    """
    check_may(who, Act.ENTER_CHECK_IN_FOR_PATIENT)
    instrument = _current(answers)
    if is_in_future(answered_at, now):
        raise Refused("This is in the future. Check the date and the time.", field="answered_on")

    def send() -> Receipt:
        with transaction(db):
            plan = check_in_plans.of_course(db, who.clinic_id, course_id)
            due = plan.due(now, check_in_plans.answered_in(db, plan.course_id))
            sending = _from_paper(plan, due, instrument, answers, mode, answered_at, submission_id)
            stored = check_in_rows.find_stored(
                db, plan.patient_id, due_key=sending.due_key, submission_id=submission_id
            )
            if stored is None:
                ready = check_in_rows.make_ready(db, who, sending, now=now)
                return _first(db, who, ready, now)
            if stored.submission_id == submission_id:
                return _again(db, who, plan, instrument, answers, stored, now)
            raise Refused(
                "There are answers of this time already, and they stand. "
                "Check the date and the time.",
                field="answered_on",
            )

    return _once_more_if_raced(send)


def _from_paper(
    plan: CheckInPlan,
    all_due: Sequence[DueCheckIn],
    instrument: Instrument,
    answers: Answers,
    mode: Mode,
    answered_at: datetime,
    submission_id: UUID,
) -> Sending:
    day = answered_at.astimezone(plan.patient_zone).date()
    due = rules.due_at(all_due, instrument.key, answered_at, day)
    return Sending(
        plan=plan,
        instrument=instrument,
        answers=answers,
        due_key=due.due_key if due else f"{instrument.key}:extra:{day.isoformat()}",
        due_on=due.due_on if due else day,
        infusion_id=due.infusion_id if due else None,
        mode=mode,
        submission_id=submission_id,
        occurred_at=answered_at,
    )


def _own_plan(db: Session, who: Person) -> CheckInPlan:
    plan = check_in_plans.of_person(db, who)
    if plan is None:
        raise CannotAnswer(WhyNot.NO_COURSE)
    return plan


def _current(answers: Answers) -> Instrument:
    instrument = instruments.get(answers.instrument_key)
    if instrument.version != answers.instrument_version:
        raise CannotAnswer(WhyNot.OTHER_VERSION)
    return instrument


def _first(db: Session, who: Person, ready: ReadyToStore, now: datetime) -> Receipt:
    check_in_rows.store(db, who, ready, now=now)
    raised = alert_rows.highest(ready.sending.found)
    return Receipt(check_in_id=ready.check_in_id, received_at=now, raised=raised)


def _again(
    db: Session,
    who: Person,
    plan: CheckInPlan,
    instrument: Instrument,
    answers: Answers,
    stored: Stored,
    now: datetime,
) -> Receipt:
    found = concerns(instrument, answers)
    worry = Worry(
        plan=plan,
        answers=answers,
        found=found,
        due_key=stored.due_key,
        check_in_id=stored.check_in_id,
    )
    alert_rows.raise_new(db, who, worry, now=now)
    return Receipt(
        check_in_id=stored.check_in_id,
        received_at=stored.received_at,
        is_new=False,
        is_same=stored.payload_hash == check_in_rows.hash_of(answers),
        raised=alert_rows.highest(found),
    )


def _once_more_if_raced(send: Callable[[], Receipt]) -> Receipt:
    # Two may store the same due check-in at once, or be the first of an instrument: whoever loses
    # finds the winner's row, once for each of the two.
    for _ in range(2):
        with suppress(IntegrityError):
            return send()
    return send()
