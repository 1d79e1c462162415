"""Who is in treatment and has not checked in lately."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, func, literal, not_, or_, select
from sqlalchemy.orm import Session

from tracker.domain.clinic import Clinic
from tracker.domain.courses import CourseState
from tracker.domain.people import Person
from tracker.models.check_ins import CheckInRow
from tracker.models.courses import CourseRow
from tracker.models.database import read_rows
from tracker.models.patient_contacts import CONTACT, PatientContactRow, open_contact
from tracker.models.patients import PatientRow
from tracker.queries.reminded import (
    NOT_REMINDED,
    PATIENTS_ASKED,
    REMINDED_DAYS,
    Reminded,
    map_reminded,
)

BEHIND_LISTED = PATIENTS_ASKED


@dataclass(frozen=True, kw_only=True, slots=True)
class Behind:
    """Somebody in treatment who has not checked in lately; never at all without ``last_at``."""

    course_id: UUID
    patient_id: UUID
    patient_name: str
    born_on: date
    record_number: str
    phone: str
    last_at: datetime | None
    since: date
    reminded: Reminded


Silent = tuple[tuple[Any, str], ...]
"""Rows of those who are silent with their telephone, before their reminders are looked up."""


def list_silent(
    db: Session, who: Person, clinic: Clinic, *, days: Mapping[UUID, int | None], today: date
) -> Silent:
    """Those in treatment whose last check-in lies longest back. One statement.

    ``days`` tells for each protocol version after how many days of silence somebody is behind;
    None where nobody ever is.
    """
    of_days: dict[int, list[UUID]] = defaultdict(list)
    for protocol_id, silent_days in days.items():
        if silent_days is not None:
            of_days[silent_days].append(protocol_id)
    if not of_days:
        return ()
    wanted: dict[str, Any] = {"clinic_id": who.clinic_id}
    for number, (silent_days, protocol_ids) in enumerate(sorted(of_days.items())):
        wanted[f"protocols_{number}"] = protocol_ids
        wanted[f"begin_{number}"] = _midnight(clinic, today - timedelta(days=silent_days))
    found = read_rows(db, _statement(len(of_days)), wanted)
    return tuple((row, _phone(db, who, row)) for row in found)


def with_reminders(
    db: Session, who: Person, clinic: Clinic, silent: Silent, *, today: date
) -> tuple[Behind, ...]:
    """The same people with what became of their reminders. One statement, or none for nobody.

    A message on its way is no write of the clinic's: its state is read each time.
    """
    since = _midnight(clinic, today - timedelta(days=REMINDED_DAYS))
    reminded = map_reminded(db, who, [row.patient_id for row, _ in silent], since=since)
    return tuple(
        _behind(row, phone, clinic, reminded.get(row.patient_id, NOT_REMINDED))
        for row, phone in silent
    )


def _phone(db: Session, who: Person, row: Any) -> str:
    contact = open_contact(db, row, clinic_id=who.clinic_id, patient_id=row.patient_id)
    return contact.phone_shown


def _behind(row: Any, phone: str, clinic: Clinic, reminded: Reminded) -> Behind:
    return Behind(
        course_id=row.id,
        patient_id=row.patient_id,
        patient_name=f"{row.given_name} {row.family_name}".strip(),
        born_on=row.born_on,
        record_number=row.record_number,
        phone=phone,
        last_at=row.last_at,
        since=clinic.date_of(row.last_at or row.recorded_at),
        reminded=reminded,
    )


def _midnight(clinic: Clinic, day: date) -> datetime:
    return datetime.combine(day, time(0), clinic.zone)


@lru_cache(maxsize=16)
def _statement(groups: int) -> Any:
    """The statement for that many different spans of silence: built once, it depends on no more.

    One step in an index for each course in treatment tells who is behind; the rest is for them.
    """
    last_at = (
        select(func.max(CheckInRow.occurred_at))
        .where(CheckInRow.course_id == CourseRow.id)
        .scalar_subquery()
    )
    found = (
        select(
            CourseRow.id,
            CourseRow.patient_id,
            CourseRow.recorded_at,
            last_at.label("last_at"),
        )
        .where(
            CourseRow.clinic_id == bindparam("clinic_id"),
            CourseRow.state == CourseState.ACTIVE,
            or_(*(_is_silent(number) for number in range(groups))),
        )
        .subquery()
    )
    return (
        select(
            found,
            PatientRow.given_name,
            PatientRow.family_name,
            PatientRow.born_on,
            PatientRow.record_number,
            *CONTACT,
        )
        .join(PatientRow, PatientRow.id == found.c.patient_id)
        .outerjoin(PatientContactRow, PatientContactRow.id == PatientRow.id)
        .order_by(func.coalesce(found.c.last_at, found.c.recorded_at), found.c.id)
        .limit(BEHIND_LISTED)
    )


def _is_silent(number: int) -> ColumnElement[bool]:
    """Of the group's protocols, planned before its first day, and no check-in on it or after it."""
    begin: Any = bindparam(f"begin_{number}")
    checked_in = (
        select(literal(1))
        .where(CheckInRow.course_id == CourseRow.id, CheckInRow.occurred_at >= begin)
        .exists()
    )
    return and_(
        CourseRow.protocol_id.in_(bindparam(f"protocols_{number}", expanding=True)),
        CourseRow.recorded_at < begin,
        not_(checked_in),
    )
