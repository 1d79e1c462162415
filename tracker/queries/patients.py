"""Reads of patients: the list, the search, one patient's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.accounts import LINK_ONLY_DOMAIN
from tracker.domain.courses import CourseState, PlannedState
from tracker.domain.errors import NotFound
from tracker.domain.patients import PatientDetails
from tracker.domain.people import Person, Role
from tracker.models.accounts import InvitationRow, UserRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.patient_contacts import CONTACT, PatientContactRow, open_contact
from tracker.models.patients import PatientAccountRow, PatientRow, PatientUnavailableRow
from tracker.models.restrictions import is_barred, is_restricted

OPEN = (CourseState.PLANNED, CourseState.ACTIVE, CourseState.MAINTENANCE)
MOST_FOUND = 50
_SEALED = {column.name for column in CONTACT}


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientLine:
    """A line of the list: who, and where their open course stands."""

    id: UUID
    name: str
    born_on: date
    record_number: str
    course_id: UUID | None
    course_state: CourseState | None
    course_start_on: date | None
    next_infusion_on: date | None
    next_infusion_number: int | None
    is_restricted: bool
    is_barred: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientList:
    """One page of the list and how many patients there are in all."""

    lines: tuple[PatientLine, ...]
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseLine:
    """A course of one patient."""

    id: UUID
    state: CourseState
    start_on: date
    ended_on: date | None
    infusion_count: int
    given_count: int

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientRecord:
    """Everything that the page of one patient shows."""

    id: UUID
    details: PatientDetails
    version: int
    courses: tuple[CourseLine, ...]
    has_account: bool
    invited_until: datetime | None
    is_restricted: bool

    @property
    def open_course(self) -> CourseLine | None:
        return next((course for course in self.courses if course.is_open), None)


def list_patients(
    db: Session, who: Person, *, today: date, offset: int = 0, limit: int = 25
) -> PatientList:
    """A page of the clinic's patients by family name. Two statements."""
    total = db.execute(
        select(func.count()).select_from(PatientRow).where(PatientRow.clinic_id == who.clinic_id)
    ).scalar_one()
    statement = _lines(who, today).offset(offset).limit(limit)
    return PatientList(lines=_read_lines(db, who, statement), total=total)


def search_patients(db: Session, who: Person, text: str, *, today: date) -> PatientList:
    """Patients whose name or record number holds every word of the text; the first fifty."""
    matches = [_holds(word) for word in text.split()[:6]]
    count = select(func.count()).select_from(PatientRow)
    total = db.execute(count.where(PatientRow.clinic_id == who.clinic_id, *matches)).scalar_one()
    statement = _lines(who, today).where(*matches).limit(MOST_FOUND)
    return PatientList(lines=_read_lines(db, who, statement), total=total)


def get_patient(db: Session, who: Person, patient_id: UUID, *, now: datetime) -> PatientRecord:
    """One patient with courses and account. Raises `NotFound`. Three statements."""
    details, facts = _details(db, who, patient_id, now)
    return PatientRecord(
        id=patient_id,
        details=details,
        courses=_courses(db, who, patient_id),
        **facts,
    )


def _holds(word: str) -> ColumnElement[bool]:
    # The word is a bound parameter; % and _ in it stand for themselves.
    return or_(
        PatientRow.family_name.icontains(word, autoescape=True),
        PatientRow.given_name.icontains(word, autoescape=True),
        PatientRow.record_number.icontains(word, autoescape=True),
    )


def _lines(who: Person, today: date) -> Select[tuple[object, ...]]:
    coming = (
        PlannedInfusionRow.course_id == CourseRow.id,
        PlannedInfusionRow.state == PlannedState.PLANNED,
        PlannedInfusionRow.planned_on >= today,
    )
    following = select(PlannedInfusionRow.planned_on).where(*coming)
    number = select(PlannedInfusionRow.number).where(*coming)
    order = (PlannedInfusionRow.planned_on, PlannedInfusionRow.number)
    return (
        select(
            PatientRow.id,
            PatientRow.given_name,
            PatientRow.family_name,
            PatientRow.born_on,
            PatientRow.record_number,
            CourseRow.id.label("course_id"),
            CourseRow.state,
            CourseRow.start_on,
            following.order_by(*order).limit(1).scalar_subquery().label("next_on"),
            number.order_by(*order).limit(1).scalar_subquery().label("next_number"),
            is_restricted(PatientRow.id).label("is_restricted"),
            is_barred(PatientRow.id, who.user_id).label("is_barred"),
        )
        .outerjoin(
            CourseRow,
            and_(
                CourseRow.clinic_id == PatientRow.clinic_id,  # the index begins with the clinic
                CourseRow.patient_id == PatientRow.id,
                CourseRow.state.in_(OPEN),
            ),
        )
        .where(PatientRow.clinic_id == who.clinic_id)
        .order_by(PatientRow.family_name, PatientRow.given_name, PatientRow.id)
    )


def _read_lines(
    db: Session, who: Person, statement: Select[tuple[object, ...]]
) -> tuple[PatientLine, ...]:
    return tuple(
        PatientLine(
            id=row.id,
            name=f"{row.given_name} {row.family_name}".strip(),
            born_on=row.born_on,
            record_number=row.record_number,
            course_id=row.course_id,
            course_state=CourseState(row.state) if row.state else None,
            course_start_on=row.start_on,
            next_infusion_on=row.next_on,
            next_infusion_number=row.next_number,
            is_restricted=row.is_restricted,
            is_barred=row.is_barred and row.id not in who.opened,
        )
        for row in db.execute(statement)
    )


def _details(
    db: Session, who: Person, patient_id: UUID, now: datetime
) -> tuple[PatientDetails, dict[str, Any]]:
    """What is known of the patient, and version, account, invitation and restriction by name."""
    account = (
        select(PatientAccountRow.user_id)
        .join(UserRow, UserRow.id == PatientAccountRow.user_id)
        .where(
            PatientAccountRow.patient_id == PatientRow.id,
            UserRow.email.not_like(f"%@{LINK_ONLY_DOMAIN}"),
        )
    )
    invited = select(func.max(InvitationRow.expires_at)).where(
        InvitationRow.patient_id == PatientRow.id,
        InvitationRow.role == Role.PATIENT,
        InvitationRow.used_at.is_(None),
        InvitationRow.expires_at > now,
    )
    row = db.execute(
        select(
            PatientRow.record_number,
            PatientRow.given_name,
            PatientRow.family_name,
            PatientRow.born_on,
            PatientRow.allergies,
            PatientRow.version,
            account.exists().label("has_account"),
            invited.scalar_subquery().label("invited_until"),
            is_restricted(PatientRow.id).label("is_restricted"),
            *CONTACT,
        )
        .outerjoin(PatientContactRow, PatientContactRow.id == PatientRow.id)
        .where(PatientRow.id == patient_id, PatientRow.clinic_id == who.clinic_id)
    ).one_or_none()
    if row is None:
        raise NotFound("patient")
    contact = open_contact(db, row, clinic_id=who.clinic_id, patient_id=patient_id)
    values = {name: value for name, value in row._mapping.items() if name not in _SEALED}
    facts = {name: values.pop(name) for name in ("version", "invited_until")}
    facts |= {name: bool(values.pop(name)) for name in ("has_account", "is_restricted")}
    days = select(PatientUnavailableRow.unavailable_on).where(
        PatientUnavailableRow.patient_id == patient_id,
        PatientUnavailableRow.clinic_id == who.clinic_id,
    )
    details = PatientDetails(
        **values,
        phone=contact.phone_shown,
        email=contact.email,
        escort=contact.escort_shown,
        unavailable_on=frozenset(db.scalars(days)),
    )
    return details, facts


def _courses(db: Session, who: Person, patient_id: UUID) -> tuple[CourseLine, ...]:
    given = (
        select(func.count())
        .where(
            PlannedInfusionRow.course_id == CourseRow.id,
            PlannedInfusionRow.state == PlannedState.GIVEN,
            PlannedInfusionRow.is_booster.is_(False),
        )
        .scalar_subquery()
    )
    rows = db.execute(
        select(
            CourseRow.id,
            CourseRow.state,
            CourseRow.start_on,
            CourseRow.ended_on,
            CourseRow.infusion_count,
            given.label("given_count"),
        )
        .where(CourseRow.patient_id == patient_id, CourseRow.clinic_id == who.clinic_id)
        .order_by(CourseRow.start_on.desc(), CourseRow.id)
    )
    return tuple(CourseLine(**{**row._mapping, "state": CourseState(row.state)}) for row in rows)
