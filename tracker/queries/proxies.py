"""Reads of proxies: who reads for a patient, and what a proxy reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session, aliased

from tracker.domain.courses import CourseState, PlannedState, TherapyState
from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.domain.proxies import (
    ProxyAuthority,
    ProxyDates,
    ProxyEnd,
    ProxyState,
    state_of,
)
from tracker.models import ownership
from tracker.models.accounts import InvitationRow, UserRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.patients import PatientRow
from tracker.models.proxies import ProxyRow
from tracker.models.therapy_sessions import TherapySessionRow
from tracker.queries.check_ins import NextVisit

MOST_VISITS = 60
_OPEN = (CourseState.PLANNED, CourseState.ACTIVE, CourseState.MAINTENANCE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Proxy:
    """Somebody who reads, or read, for a patient: who arranged it, and where it stands."""

    id: UUID
    name: str
    authority: ProxyAuthority
    state: ProxyState
    arranged_at: datetime
    arranged_by: str
    until_at: datetime | None
    link_ends_at: datetime
    ended_at: datetime | None
    ended_by: str
    ended_why: ProxyEnd | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProxiesOfPatient:
    """Whose proxies they are, and who they are, the newest first."""

    patient_name: str
    born_on: date
    record_number: str
    proxies: tuple[Proxy, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProxyPage:
    """What a proxy reads: whose visits, which, and until when."""

    patient_name: str
    authority: ProxyAuthority
    until_at: datetime | None
    visits: tuple[NextVisit, ...]


def get_of_patient(
    db: Session, who: Person, patient_id: UUID, *, now: datetime
) -> ProxiesOfPatient:
    """For staff. Raises `NotFound`. Three statements."""
    ownership.patient_of(db, who, "patient", patient_id)
    patient = db.execute(
        select(
            PatientRow.given_name,
            PatientRow.family_name,
            PatientRow.born_on,
            PatientRow.record_number,
        ).where(PatientRow.id == patient_id, PatientRow.clinic_id == who.clinic_id)
    ).one()
    return ProxiesOfPatient(
        patient_name=f"{patient.given_name} {patient.family_name}".strip(),
        born_on=patient.born_on,
        record_number=patient.record_number,
        proxies=_proxies(db, who, patient_id, now),
    )


def list_own(db: Session, who: Person, *, now: datetime) -> tuple[Proxy, ...]:
    """Who reads for the signed-in patient. One statement."""
    return _proxies(db, who, who.patient_id, now) if who.patient_id else ()


def _proxies(db: Session, who: Person, patient_id: UUID, now: datetime) -> tuple[Proxy, ...]:
    arranger, ender = aliased(UserRow), aliased(UserRow)
    rows = db.execute(
        select(
            ProxyRow,
            InvitationRow.expires_at,
            arranger.name.label("arranged_by"),
            ender.name.label("ended_by"),
        )
        .join(InvitationRow, InvitationRow.id == ProxyRow.invitation_id)
        .join(arranger, arranger.id == ProxyRow.arranged_by)
        .outerjoin(ender, ender.id == ProxyRow.ended_by)
        .where(ProxyRow.patient_id == patient_id, ProxyRow.clinic_id == who.clinic_id)
        .order_by(ProxyRow.arranged_at.desc(), ProxyRow.id)
    )
    return tuple(_proxy(row, now) for row in rows)


def _proxy(row: Any, now: datetime) -> Proxy:
    found = row.ProxyRow
    dates = ProxyDates(
        link_ends_at=row.expires_at,
        accepted_at=found.accepted_at,
        until_at=found.until_at,
        ended_at=found.ended_at,
    )
    has_run_out = found.until_at is not None and found.until_at <= now
    return Proxy(
        id=found.id,
        name=found.name,
        authority=ProxyAuthority(found.authority),
        state=state_of(dates, now),
        arranged_at=found.arranged_at,
        arranged_by=row.arranged_by,
        until_at=found.until_at,
        link_ends_at=row.expires_at,
        ended_at=found.ended_at or (found.until_at if has_run_out else None),
        ended_by=row.ended_by or "",
        ended_why=_ended_why(found.ended_why, has_run_out),
    )


def _ended_why(stored: str | None, has_run_out: bool) -> ProxyEnd | None:
    if stored:
        return ProxyEnd(stored)
    return ProxyEnd.RAN_OUT if has_run_out else None


def get_page(db: Session, who: Person, *, today: date) -> ProxyPage:
    """What the signed-in proxy reads. Raises `NotFound` for who is none. Two statements."""
    if who.proxy_for is None:
        raise NotFound("proxy")
    row = db.execute(
        select(PatientRow.given_name, PatientRow.family_name, ProxyRow.authority, ProxyRow.until_at)
        .join(ProxyRow, ProxyRow.patient_id == PatientRow.id)
        .where(
            PatientRow.id == who.proxy_for,
            PatientRow.clinic_id == who.clinic_id,
            ProxyRow.user_id == who.user_id,
        )
    ).one()
    return ProxyPage(
        patient_name=f"{row.given_name} {row.family_name}".strip(),
        authority=ProxyAuthority(row.authority),
        until_at=row.until_at,
        visits=_visits(db, who, today),
    )


def _visits(db: Session, who: Person, today: date) -> tuple[NextVisit, ...]:
    both = union_all(_infusions(who, today), _talks(who, today)).subquery()
    statement = select(both).order_by(both.c.on, both.c.at, both.c.number).limit(MOST_VISITS)
    return tuple(
        NextVisit(
            on=row.on, at=row.at, number=row.number or None, of=row.of, is_booster=row.is_booster
        )
        for row in db.execute(statement)
    )


def _infusions(who: Person, today: date) -> Any:
    return (
        select(
            PlannedInfusionRow.planned_on.label("on"),
            PlannedInfusionRow.planned_time.label("at"),
            PlannedInfusionRow.number.label("number"),
            CourseRow.infusion_count.label("of"),
            PlannedInfusionRow.is_booster.label("is_booster"),
        )
        .join(CourseRow, CourseRow.id == PlannedInfusionRow.course_id)
        .where(
            CourseRow.patient_id == who.proxy_for,
            CourseRow.clinic_id == who.clinic_id,
            CourseRow.state.in_(_OPEN),
            PlannedInfusionRow.state == PlannedState.PLANNED,
            PlannedInfusionRow.planned_on >= today,
        )
    )


def _talks(who: Person, today: date) -> Any:
    return (
        select(
            TherapySessionRow.planned_on.label("on"),
            TherapySessionRow.planned_time.label("at"),
            literal(0).label("number"),
            literal(0).label("of"),
            literal(False).label("is_booster"),
        )
        .join(CourseRow, CourseRow.id == TherapySessionRow.course_id)
        .where(
            CourseRow.patient_id == who.proxy_for,
            CourseRow.clinic_id == who.clinic_id,
            CourseRow.state.in_(_OPEN),
            TherapySessionRow.state == TherapyState.PLANNED,
            TherapySessionRow.planned_on >= today,
        )
    )
