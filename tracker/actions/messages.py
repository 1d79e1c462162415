"""Queues messages, inside the transaction of what they are about.

They go out later, by `flask reminders send` (actions/message_sending.py). A message's key says what
it is about, and there is one of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.domain.languages import Language, language_of
from tracker.domain.messages import TOLD_WITH_ANOTHER, Kind, MessageState
from tracker.domain.on_call import Tier
from tracker.domain.permissions import ROLES_THAT_MAY, Act
from tracker.models import on_call
from tracker.models.accounts import UserRoleRow, UserRow
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.messages import MessageRow
from tracker.models.on_call import Told
from tracker.models.patients import PatientAccountRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """A reminder to queue. Without ``due_key`` it is a test. ``key`` says which one it is.

    Told with another one it is written down and not sent: one mail names all that is open.
    """

    clinic_id: UUID
    patient_id: UUID
    channel: str
    address: str
    language: Language
    key: str
    due_key: str | None
    not_before: datetime
    not_after: datetime | None
    is_told_with_another: bool = False


def reminder_key(patient_id: UUID, due_key: str, number: int | str) -> str:
    """The key of a reminder: of which check-in of whom, and its number."""
    return f"reminder:{patient_id}:{due_key}:{number}"


def queue_reminders(db: Session, reminders: Sequence[Reminder], *, now: datetime) -> int:
    """Write them down; returns how many are to be sent. One that is there already ends in an error:
    look first, in the same transaction.
    """
    rows = [_reminder_row(each, now) for each in reminders]
    if rows:
        db.execute(insert(MessageRow), rows)
    return sum(row["state"] == MessageState.QUEUED for row in rows)


def queue_alert(db: Session, *, clinic_id: UUID, alert_id: UUID, now: datetime) -> int:
    """Tell everybody who is on call first; returns how many that are. Nobody on call: nobody.

    For the transaction that stores the alert. The mail says that there is something to look at and
    nothing else; it is not sent when the alert was closed before it could go out.
    """
    people = on_call.list_named(db, clinic_id, Tier.FIRST)
    _queue_to_accounts(db, people, Kind.ALERT, clinic_id, alert_id, now)
    return len(people)


def queue_escalation(db: Session, *, clinic_id: UUID, alert_id: UUID, now: datetime) -> int:
    """Tell the backup, or everybody of the first tier once more where no backup is named."""
    people = on_call.list_named(db, clinic_id, Tier.BACKUP)
    people = people or on_call.list_named(db, clinic_id, Tier.FIRST)
    _queue_to_accounts(db, people, Kind.ESCALATION, clinic_id, alert_id, now)
    return len(people)


def queue_reset(
    db: Session, *, clinic_id: UUID, user_id: UUID, address: str, reset_id: UUID, now: datetime
) -> None:
    """Tell somebody that their account was reset: they may not have asked for it."""
    people = [Told(user_id=user_id, name="", email=address, tier=None)]
    _queue_to_accounts(db, people, Kind.RESET, clinic_id, reset_id, now)


def queue_forgotten(
    db: Session,
    *,
    clinic_id: UUID,
    user_id: UUID,
    address: str,
    language: Language,
    now: datetime,
    not_after: datetime,
) -> None:
    """The link for somebody who forgot the password. It is made when the message goes out."""
    people = [Told(user_id=user_id, name="", email=address, tier=None)]
    _queue_to_accounts(
        db,
        people,
        Kind.FORGOTTEN,
        clinic_id,
        uuid4(),
        now,
        language=language,
        not_after=not_after,
    )


def queue_password_changed(
    db: Session, user_id: UUID, *, language: Language, now: datetime
) -> None:
    """Tell somebody that their password is another one: it may not have been they."""
    account = db.execute(
        select(UserRow.clinic_id, UserRow.email).where(UserRow.id == user_id)
    ).one()
    people = [Told(user_id=user_id, name="", email=account.email, tier=None)]
    language = language_of_account(db, user_id, language)
    _queue_to_accounts(
        db, people, Kind.PASSWORD, account.clinic_id, uuid4(), now, language=language
    )


def language_of_account(db: Session, user_id: UUID, shown: Language) -> Language:
    """What an account is written to in: a patient's choice, else what the page was ``shown`` in."""
    patient = db.execute(
        select(CheckInPreferencesRow.language)
        .select_from(PatientAccountRow)
        .outerjoin(
            CheckInPreferencesRow, CheckInPreferencesRow.patient_id == PatientAccountRow.patient_id
        )
        .where(PatientAccountRow.user_id == user_id)
    ).one_or_none()
    if patient is None:
        return Language.ENGLISH  # staff pages are English
    return language_of(patient.language) or shown


def queue_glass(db: Session, *, clinic_id: UUID, opening_id: UUID, now: datetime) -> int:
    """Tell every administrator that a restricted record was opened; returns how many there are."""
    found = db.execute(
        select(UserRow.id, UserRow.email)
        .join(UserRoleRow, UserRoleRow.user_id == UserRow.id)
        .where(
            UserRow.clinic_id == clinic_id,
            UserRow.deactivated_at.is_(None),
            UserRoleRow.role.in_(sorted(ROLES_THAT_MAY[Act.SEE_TRAIL])),
        )
        .order_by(UserRow.id)
    )
    people = [Told(user_id=row.id, name="", email=row.email, tier=None) for row in found]
    _queue_to_accounts(db, people, Kind.GLASS, clinic_id, opening_id, now)
    return len(people)


def _queue_to_accounts(
    db: Session,
    people: Sequence[Told],
    kind: Kind,
    clinic_id: UUID,
    about_id: UUID,
    now: datetime,
    *,
    language: Language = Language.ENGLISH,
    not_after: datetime | None = None,
) -> None:
    """``about_id`` is the alert where the message is of one, else what makes its key its own.

    Without ``language`` it goes to staff, whose pages are English.
    """
    is_of_alert = kind in {Kind.ALERT, Kind.ESCALATION}
    rows: list[dict[str, Any]] = [
        {
            "id": uuid4(),
            "clinic_id": clinic_id,
            "kind": kind,
            "channel": "email",
            "user_id": person.user_id,
            "address": person.email,
            "language": language,
            "dedupe_key": f"{kind}:{about_id}:{person.user_id}",
            "alert_id": about_id if is_of_alert else None,
            "not_before": now,
            "not_after": not_after,
            "state": MessageState.QUEUED,
            "recorded_at": now,
        }
        for person in people
    ]
    if rows:
        db.execute(insert(MessageRow), rows)


def _reminder_row(reminder: Reminder, now: datetime) -> dict[str, Any]:
    is_told = reminder.is_told_with_another
    return {
        "id": uuid4(),
        "clinic_id": reminder.clinic_id,
        "kind": Kind.REMINDER,
        "channel": reminder.channel,
        "patient_id": reminder.patient_id,
        "address": "",  # the record says it when the message goes out
        "language": reminder.language,
        "dedupe_key": reminder.key,
        "due_key": reminder.due_key,
        "not_before": reminder.not_before,
        "not_after": reminder.not_after,
        "state": MessageState.NOT_NEEDED if is_told else MessageState.QUEUED,
        "settled_at": now if is_told else None,
        "last_problem": TOLD_WITH_ANOTHER if is_told else "",
        "recorded_at": now,
    }
