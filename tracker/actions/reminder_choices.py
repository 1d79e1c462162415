"""What patients and their care team do about reminders: stop them, ask for one now."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.actions import audit, messages, reminder_plans, submissions
from tracker.actions.messages import Reminder
from tracker.actions.reminder_plans import ReachedPatient
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.errors import NotFound, Refused
from tracker.domain.languages import to_say
from tracker.domain.messages import MessageState
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.database import transaction
from tracker.models.messages import MessageRow
from tracker.models.patients import PatientRow
from tracker.models.reach import before_anybody_is_known

TESTS_APART = timedelta(minutes=10)
BY_HAND_APART = timedelta(hours=1)
"""Choices of the project: a button that is pressed again floods nobody."""


@before_anybody_is_known
def stop_reminders(db: Session, patient_id: UUID, *, now: datetime) -> None:
    """Whoever holds the stop link of a message needs no sign-in. Stopping twice is fine.

    Raises `NotFound` for a patient who never chose anything.
    """
    chosen = CheckInPreferencesRow
    with transaction(db):
        row = db.execute(
            select(chosen.clinic_id, chosen.reminders_stopped_at, chosen.version).where(
                chosen.patient_id == patient_id
            )
        ).one_or_none()
        if row is None:
            raise NotFound("patient")
        if row.reminders_stopped_at is not None:
            return
        values = {"reminders_stopped_at": now, "changed_at": now, "version": row.version + 1}
        db.execute(update(chosen).where(chosen.patient_id == patient_id).values(**values))
        audit.record(
            db,
            None,
            AuditEvent.REMINDERS_STOPPED,
            now=now,
            kind="patient",
            object_id=patient_id,
            patient_id=patient_id,
            clinic_id=row.clinic_id,
        )


def ask_for_test(db: Session, who: Person, *, submission: Submission, now: datetime) -> None:
    """Queue a message to the patient themselves, so that they see whether it arrives.

    Raises `Refused` for somebody who is not reminded, and for a second test too soon.
    """
    check_may(who, Act.CHANGE_OWN_SETTINGS)
    with transaction(db):
        if submissions.earlier_result(db, who, submission):
            return
        patient = _reached(db, who, who.patient_id)
        if patient is None:
            raise Refused(to_say("Choose how to be reminded and save it first."))
        if _recorded_since(db, patient, None, now - TESTS_APART):
            raise Refused(to_say("Wait a little before you ask for another test."))
        test = reminder_plans.test_of(patient, submission.id, now)
        _queue(db, who, test, submission, now)


def remind_now(
    db: Session, who: Person, patient_id: UUID, *, submission: Submission, now: datetime
) -> None:
    """Queue a reminder of the check-in that closes first; staff ask for it by hand.

    It keeps the patient's quiet hours. Raises `NotFound`, and `Refused` for somebody who is not
    reminded, has nothing to answer, or was reminded a moment ago.
    """
    check_may(who, Act.SEND_CHECK_IN_LINK)
    with transaction(db):
        if submissions.earlier_result(db, who, submission):
            return
        patient = _reached(db, who, patient_id)
        if patient is None:
            raise Refused(
                "The patient is not reminded: they chose none, stopped them, or the"
                " record has no address. Call them instead."
            )
        due = reminder_plans.open_now(db, patient, now)
        if not due:
            raise Refused("There is nothing open that the patient could answer now.")
        if _recorded_since(db, patient, due[0].due_key, now - BY_HAND_APART):
            raise Refused("A reminder of this check-in went out or is on its way already.")
        reminder = reminder_plans.reminder_of(patient, due[0], f"h{submission.id.hex}", now)
        _queue(db, who, reminder, submission, now)


def _reached(db: Session, who: Person, patient_id: UUID | None) -> ReachedPatient | None:
    """How a patient of the person's clinic is reminded. Raises `NotFound`."""
    mine = select(PatientRow.id).where(
        PatientRow.id == patient_id, PatientRow.clinic_id == who.clinic_id
    )
    if patient_id is None or db.execute(mine).first() is None:
        raise NotFound("patient")
    return reminder_plans.find_reached(db, patient_id)


def _recorded_since(
    db: Session, patient: ReachedPatient, due_key: str | None, since: datetime
) -> bool:
    """Whether a message about the same was queued since, and not in vain."""
    about = MessageRow.due_key.is_(None) if due_key is None else MessageRow.due_key == due_key
    found = select(MessageRow.id).where(
        MessageRow.patient_id == patient.patient_id,
        about,
        MessageRow.recorded_at > since,
        MessageRow.state.in_((MessageState.QUEUED, MessageState.SENDING, MessageState.SENT)),
    )
    return db.execute(found).first() is not None


def _queue(
    db: Session, who: Person, reminder: Reminder, submission: Submission, now: datetime
) -> None:
    messages.queue_reminders(db, [reminder], now=now)
    audit.record(
        db,
        who,
        AuditEvent.REMINDER_ASKED_FOR,
        now=now,
        kind="patient",
        object_id=reminder.patient_id,
        patient_id=reminder.patient_id,
        detail={"due_key": reminder.due_key or "test"},
    )
    submissions.remember(db, who, submission, {"key": reminder.key}, now=now)
