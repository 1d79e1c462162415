"""What became of the reminders of patients: for whoever decides whether to call."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from tracker.domain.messages import Kind, MessageState
from tracker.domain.people import Person
from tracker.domain.reminders import RemindBy
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.database import is_one_of, read_rows
from tracker.models.messages import MessageRow
from tracker.models.patient_contacts import CONTACT, PatientContactRow, open_contact
from tracker.models.patients import PatientRow
from tracker.models.prepared import Prepared

REMINDED_DAYS = 14
"""So far back reminders are counted."""
PATIENTS_ASKED = 20
_PLACES = tuple(f"patient_{place}" for place in range(PATIENTS_ASKED))
"""The statement has as many places, filled or not: one of another length is compiled anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminded:
    """How a patient is reminded, and what came of it lately.

    ``problem`` is the kind of one failure, "" without any. ``has_address`` is about the way that
    they chose.
    """

    remind_by: RemindBy = RemindBy.NONE
    has_address: bool = False
    stopped_at: datetime | None = None
    sent: int = 0
    waiting: int = 0
    failed: int = 0
    problem: str = ""

    @property
    def can_be_reminded(self) -> bool:
        return self.remind_by is not RemindBy.NONE and self.has_address and self.stopped_at is None


NOT_REMINDED = Reminded()


def _counted(*states: MessageState) -> Any:
    return func.coalesce(func.sum(case((is_one_of(MessageRow.state, states), 1), else_=0)), 0)


_PROBLEM = case((MessageRow.state == MessageState.FAILED, MessageRow.last_problem))
_OF_PATIENTS = Prepared(
    select(
        PatientRow.id,
        *CONTACT,
        CheckInPreferencesRow.remind_by,
        CheckInPreferencesRow.reminders_stopped_at,
        _counted(MessageState.SENT).label("sent"),
        _counted(MessageState.QUEUED, MessageState.SENDING).label("waiting"),
        _counted(MessageState.FAILED).label("failed"),
        func.max(_PROBLEM).label("problem"),
    )
    .join(CheckInPreferencesRow, CheckInPreferencesRow.patient_id == PatientRow.id)
    .outerjoin(PatientContactRow, PatientContactRow.id == PatientRow.id)
    .outerjoin(
        MessageRow,
        and_(
            MessageRow.patient_id == PatientRow.id,
            MessageRow.kind == Kind.REMINDER,
            MessageRow.due_key.is_not(None),
            MessageRow.recorded_at >= bindparam("since"),
        ),
    )
    .where(
        PatientRow.clinic_id == bindparam("clinic_id"),
        is_one_of(PatientRow.id, map(bindparam, _PLACES)),
    )
    .group_by(
        PatientRow.id,
        PatientContactRow.key_id,
        PatientContactRow.nonce,
        PatientContactRow.ciphertext,
        CheckInPreferencesRow.remind_by,
        CheckInPreferencesRow.reminders_stopped_at,
    )
)


def map_reminded(
    db: Session, who: Person, patient_ids: Collection[UUID], *, since: datetime
) -> dict[UUID, Reminded]:
    """What became of the reminders since then, by patient. One statement, or none for nobody.

    For at most `PATIENTS_ASKED` of them.
    """
    if not patient_ids:
        return {}
    nobody = [None] * (PATIENTS_ASKED - len(patient_ids))
    wanted: dict[str, Any] = {"clinic_id": who.clinic_id, "since": since}
    wanted |= dict(zip(_PLACES, [*patient_ids, *nobody], strict=True))
    return {row.id: _reminded(db, who, row) for row in read_rows(db, _OF_PATIENTS, wanted)}


def _reminded(db: Session, who: Person, row: Any) -> Reminded:
    remind_by = RemindBy(row.remind_by)
    return Reminded(
        remind_by=remind_by,
        has_address=remind_by is not RemindBy.NONE and _has_address(db, who, row, remind_by),
        stopped_at=row.reminders_stopped_at,
        sent=row.sent,
        waiting=row.waiting,
        failed=row.failed,
        problem=row.problem or "",
    )


def _has_address(db: Session, who: Person, row: Any, remind_by: RemindBy) -> bool:
    contact = open_contact(db, row, clinic_id=who.clinic_id, patient_id=row.id)
    return bool(contact.phone if remind_by is RemindBy.SMS else contact.email)
