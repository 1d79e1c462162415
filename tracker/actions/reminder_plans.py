"""What a patient can be reminded of now: their choice, their plan as it stands, what they answered.

Nothing is queued ahead. The step before sending works out what is due now, so a plan that changed
needs no reminder taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Executable, and_, or_, select
from sqlalchemy.orm import Session

from tracker.actions import messages
from tracker.actions.messages import Reminder
from tracker.domain.check_ins import asked_of_patient
from tracker.domain.courses import CourseState
from tracker.domain.due import DueCheckIn, open_check_ins
from tracker.domain.instrument_use_rules import MOST_FOLLOW_UP_DAYS
from tracker.domain.languages import Language, language_of
from tracker.domain.reminders import RemindBy, ReminderRules, number_due
from tracker.models import askable, check_in_plans
from tracker.models.check_in_plans import OPEN_STATES
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.clinics import ClinicRow
from tracker.models.courses import CourseRow
from tracker.models.database import transaction
from tracker.models.messages import MessageRow
from tracker.models.patient_contacts import CONTACT, PatientContactRow, open_contact
from tracker.models.patients import PatientRow

TEST_IS_OF_USE = timedelta(hours=6)
FOLLOWED_UP_FOR = timedelta(days=MOST_FOLLOW_UP_DAYS + 60)
"""A course that ended longer ago asks for nothing: the last follow-up and its window are over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReachedPatient:
    """A patient who wants reminders and how: ``address`` is a mail address or a phone number."""

    clinic_id: UUID
    patient_id: UUID
    channel: RemindBy
    address: str
    language: Language
    remind_at: time
    zone: ZoneInfo


_CHOICE = (
    select(
        PatientRow.clinic_id,
        PatientRow.id,
        *CONTACT,
        CheckInPreferencesRow.remind_by,
        CheckInPreferencesRow.remind_at,
        CheckInPreferencesRow.language,
        CheckInPreferencesRow.timezone,
        ClinicRow.timezone.label("clinic_timezone"),
    )
    .join(CheckInPreferencesRow, CheckInPreferencesRow.patient_id == PatientRow.id)
    .join(ClinicRow, ClinicRow.id == PatientRow.clinic_id)
    .outerjoin(PatientContactRow, PatientContactRow.id == PatientRow.id)
    .where(
        CheckInPreferencesRow.remind_by != RemindBy.NONE,
        CheckInPreferencesRow.reminders_stopped_at.is_(None),
    )
)


def find_reached(db: Session, patient_id: UUID) -> ReachedPatient | None:
    """How a patient is reminded; None for who wants none, has stopped them or has no address."""
    return next(_reached(db, _CHOICE.where(PatientRow.id == patient_id)), None)


def list_reached(db: Session, now: datetime) -> tuple[ReachedPatient, ...]:
    """Everybody who is reminded and whose course may ask for something, in every clinic."""
    is_followed_up = and_(
        CourseRow.state == CourseState.COMPLETED,
        CourseRow.ended_on >= (now - FOLLOWED_UP_FOR).date(),
    )
    has_course = (
        select(CourseRow.id)
        .where(
            CourseRow.patient_id == PatientRow.id,
            or_(CourseRow.state.in_(OPEN_STATES), is_followed_up),
        )
        .exists()
    )
    return tuple(_reached(db, _CHOICE.where(has_course).order_by(PatientRow.id)))


def _reached(db: Session, statement: Executable) -> Iterator[ReachedPatient]:
    for row in db.execute(statement).all():
        channel = RemindBy(row.remind_by)
        contact = open_contact(db, row, clinic_id=row.clinic_id, patient_id=row.id)
        address = contact.email if channel is RemindBy.EMAIL else contact.phone
        if address:
            yield ReachedPatient(
                clinic_id=row.clinic_id,
                patient_id=row.id,
                channel=channel,
                address=address,
                language=language_of(row.language) or Language.ENGLISH,
                remind_at=row.remind_at,
                zone=ZoneInfo(row.timezone or row.clinic_timezone),
            )


def open_now(db: Session, patient: ReachedPatient, now: datetime) -> tuple[DueCheckIn, ...]:
    """What the patient can answer now and has not, the one that closes first at the front."""
    plan = check_in_plans.of_patient(db, patient.clinic_id, patient.patient_id)
    if plan is None:
        return ()
    keys = askable.keys_to_ask(db, patient.clinic_id, plan.keys, patient.language)
    due = plan.due(now, check_in_plans.answered_in(db, plan.course_id))
    return open_check_ins(asked_of_patient(due, keys))


def plan_reminders(db: Session, rules: ReminderRules, *, now: datetime) -> int:
    """Queue every reminder whose time has come and that was not queued before; how many."""
    coming = [
        reminder
        for patient in list_reached(db, now)
        for reminder in _reminders_of(patient, open_now(db, patient, now), rules, now)
    ]
    if not coming:
        db.rollback()
        return 0
    with transaction(db):
        new = _without_earlier(db, coming)
        return messages.queue_reminders(db, _one_a_patient(new), now=now)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Coming:
    """A reminder whose time has come, and its number."""

    number: int
    reminder: Reminder


def _reminders_of(
    patient: ReachedPatient, due: Iterable[DueCheckIn], rules: ReminderRules, now: datetime
) -> Iterator[_Coming]:
    for one in due:
        number = number_due(
            one, remind_at=patient.remind_at, zone=patient.zone, now=now, rules=rules
        )
        if number:
            yield _Coming(number=number, reminder=reminder_of(patient, one, number, now))


def reminder_of(
    patient: ReachedPatient, due: DueCheckIn, number: int | str, now: datetime
) -> Reminder:
    """The reminder of this number of a check-in. It is of no use any more when that closes."""
    return Reminder(
        clinic_id=patient.clinic_id,
        patient_id=patient.patient_id,
        channel=patient.channel,
        address=patient.address,
        language=patient.language,
        key=messages.reminder_key(patient.patient_id, due.due_key, number),
        due_key=due.due_key,
        not_before=now,
        not_after=due.closes_at,
    )


def test_of(patient: ReachedPatient, test_id: UUID, now: datetime) -> Reminder:
    """A message that is about nothing: whether one arrives."""
    return Reminder(
        clinic_id=patient.clinic_id,
        patient_id=patient.patient_id,
        channel=patient.channel,
        address=patient.address,
        language=patient.language,
        key=f"test:{test_id}",
        due_key=None,
        not_before=now,
        not_after=now + TEST_IS_OF_USE,
    )


def _without_earlier(db: Session, coming: list[_Coming]) -> list[Reminder]:
    """Those with no reminder of this number or a later one: a clock may have gone back."""
    rows = db.execute(
        select(MessageRow.dedupe_key).where(
            MessageRow.patient_id.in_({each.reminder.patient_id for each in coming}),
            MessageRow.due_key.in_({each.reminder.due_key for each in coming}),
        )
    )
    highest: dict[str, int] = {}
    for (key,) in rows:
        what, _, number = key.rpartition(":")
        if number.isdigit():
            highest[what] = max(highest.get(what, 0), int(number))
    return [
        each.reminder
        for each in coming
        if each.number > highest.get(each.reminder.key.rpartition(":")[0], 0)
    ]


def _one_a_patient(reminders: Iterable[Reminder]) -> list[Reminder]:
    """One message a patient: the first of theirs goes out and tells of all."""
    told: list[Reminder] = []
    for _patient_id, mine in groupby(reminders, key=lambda each: each.patient_id):
        first, *others = mine
        told += [first, *(replace(each, is_told_with_another=True) for each in others)]
    return told
