"""Where the check-ins of everybody in treatment stand, those who fall behind in front."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.domain.due import DueCheckIn, open_check_ins
from tracker.domain.falling_behind import COUNTED_DAYS, answered_of_due, missed_in_a_row
from tracker.domain.languages import Language, language_of
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.models import check_in_plans
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.database import read_rows
from tracker.models.patient_contacts import CONTACT, PatientContactRow, open_contact
from tracker.models.patients import PatientRow
from tracker.queries.wordings import keys_worded


@dataclass(frozen=True, kw_only=True, slots=True)
class WorklistLine:
    """One patient. ``on_paper`` are open and have no words for the patient: staff enter them."""

    course_id: UUID
    patient_id: UUID
    patient_name: str
    record_number: str
    phone: str
    missed_in_a_row: int
    answered: int
    counted: int
    last_at: datetime | None
    open: tuple[DueCheckIn, ...]
    on_paper: tuple[DueCheckIn, ...]


_PATIENTS = (
    select(
        PatientRow.id,
        PatientRow.given_name,
        PatientRow.family_name,
        PatientRow.record_number,
        CheckInPreferencesRow.language,
        *CONTACT,
    )
    .outerjoin(PatientContactRow, PatientContactRow.id == PatientRow.id)
    .outerjoin(CheckInPreferencesRow, CheckInPreferencesRow.patient_id == PatientRow.id)
    .where(
        PatientRow.clinic_id == bindparam("clinic_id"),
        PatientRow.id.in_(bindparam("patient_ids", expanding=True)),
    )
)


def list_check_ins(db: Session, who: Person, *, now: datetime) -> tuple[WorklistLine, ...]:
    """Everybody with an open course, whoever missed most in a row first.

    A fixed number of statements; every check-in of an open course is read.
    """
    check_may(who, Act.SEE_PATIENTS)
    found = check_in_plans.open_of_clinic(db, who.clinic_id)
    ids = {plan.patient_id for plan, _ in found}
    wanted = {"clinic_id": who.clinic_id, "patient_ids": sorted(ids, key=str)}
    patients = {row.id: row for row in read_rows(db, _PATIENTS, wanted)} if ids else {}
    worded = {language: keys_worded(db, who, language) for language in Language}
    lines = []
    for plan, answered in found:
        row = patients[plan.patient_id]
        due = plan.due(now, answered)
        keys = worded[language_of(row.language) or Language.ENGLISH]
        since = now.astimezone(plan.patient_zone).date() - timedelta(days=COUNTED_DAYS)
        count_answered, counted = answered_of_due(due, since)
        is_open = open_check_ins(due)
        contact = open_contact(db, row, clinic_id=who.clinic_id, patient_id=row.id)
        lines.append(
            WorklistLine(
                course_id=plan.course_id,
                patient_id=plan.patient_id,
                patient_name=f"{row.given_name} {row.family_name}".strip(),
                record_number=row.record_number,
                phone=contact.phone_shown,
                missed_in_a_row=missed_in_a_row(due),
                answered=count_answered,
                counted=counted,
                last_at=max(answered.values(), default=None),
                open=tuple(one for one in is_open if one.instrument_key in keys),
                on_paper=tuple(one for one in is_open if one.instrument_key not in keys),
            )
        )
    return tuple(sorted(lines, key=lambda line: (-line.missed_in_a_row, line.patient_name)))
