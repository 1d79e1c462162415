"""What planning reads: the clinic's and the patient's days, a protocol, a course as it stands.

Pages show plans and actions store them: both read the same rows here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tracker.domain.clinic import weekday_numbers
from tracker.domain.course_plan import Surroundings
from tracker.domain.courses import CourseState, PlannedState, TherapyState
from tracker.domain.errors import NotFound
from tracker.domain.plan_change import Booked, StandingPlan
from tracker.domain.protocol import Protocol
from tracker.domain.schedule import ClinicDays, PlanRules
from tracker.domain.therapy_plan import BookedTherapy
from tracker.models.clinics import ClinicClosureRow, ClinicRow, ProtocolRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.infusions import GivenInfusionRow
from tracker.models.patients import PatientUnavailableRow
from tracker.models.therapy_sessions import TherapySessionRow

PROTOCOL_COLUMNS = (
    ProtocolRow.name,
    ProtocolRow.version,
    ProtocolRow.infusion_count,
    ProtocolRow.min_gap_days,
    ProtocolRow.max_gap_days,
    ProtocolRow.preferred_gap_days,
    ProtocolRow.dose_mg_per_kg,
    ProtocolRow.infusion_minutes,
    ProtocolRow.definition,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseToChange:
    """A course with its plan, and what the plan has to fit into."""

    patient_id: UUID
    state: CourseState
    version: int
    standing: StandingPlan
    around: Surroundings


def protocol_from(row: Row[tuple[object, ...]]) -> Protocol:
    """The value of a row that has `PROTOCOL_COLUMNS`."""
    return read_protocol(
        row.name,
        row.version,
        row.infusion_count,
        (row.min_gap_days, row.max_gap_days, row.preferred_gap_days),
        row.dose_mg_per_kg,
        row.infusion_minutes,
        json.dumps(row.definition),
    )


@lru_cache(maxsize=64)
def read_protocol(
    name: str,
    version: int,
    infusion_count: int,
    gaps: tuple[int, int, int],
    dose_mg_per_kg: Decimal,
    infusion_minutes: int,
    definition: str,
) -> Protocol:
    """The same protocol for the same stored words: read once, many courses follow it."""
    return Protocol.read(
        name=name,
        version=version,
        infusion_count=infusion_count,
        gaps=gaps,
        dose_mg_per_kg=dose_mg_per_kg,
        infusion_minutes=infusion_minutes,
        definition=json.loads(definition),
    )


def find_protocol(db: Session, clinic_id: UUID, protocol_id: UUID) -> Protocol:
    """Raises `NotFound` for a protocol of another clinic."""
    row = db.execute(
        select(*PROTOCOL_COLUMNS).where(
            ProtocolRow.id == protocol_id, ProtocolRow.clinic_id == clinic_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("protocol")
    return protocol_from(row)


def clinic_zone(db: Session, clinic_id: UUID) -> ZoneInfo:
    """The clinic's time zone."""
    return ZoneInfo(
        db.execute(select(ClinicRow.timezone).where(ClinicRow.id == clinic_id)).scalar_one()
    )


def find_surroundings(
    db: Session, clinic_id: UUID, patient_id: UUID, *, now: datetime
) -> Surroundings:
    """The clinic's open days and the patient's, from today on the clinic's calendar."""
    clinic = db.execute(
        select(ClinicRow.timezone, ClinicRow.open_weekdays).where(ClinicRow.id == clinic_id)
    ).one()
    today = now.astimezone(ZoneInfo(clinic.timezone)).date()
    closed = select(ClinicClosureRow.closed_on).where(
        ClinicClosureRow.clinic_id == clinic_id, ClinicClosureRow.closed_on >= today
    )
    unavailable = select(PatientUnavailableRow.unavailable_on).where(
        PatientUnavailableRow.patient_id == patient_id,
        PatientUnavailableRow.clinic_id == clinic_id,
    )
    return Surroundings(
        clinic=ClinicDays(
            open_weekdays=weekday_numbers(clinic.open_weekdays),
            closed_on=frozenset(db.scalars(closed)),
        ),
        unavailable_on=frozenset(db.scalars(unavailable)),
        today=today,
    )


def find_course(db: Session, clinic_id: UUID, course_id: UUID, *, now: datetime) -> CourseToChange:
    """A course of this clinic, its appointments and its therapy sessions.

    Raises `NotFound` for another clinic's. A fixed number of statements: seven.
    """
    row = db.execute(
        select(
            CourseRow.patient_id,
            CourseRow.protocol_id,
            CourseRow.state,
            CourseRow.version,
            CourseRow.infusion_count,
            CourseRow.min_gap_days,
            CourseRow.max_gap_days,
            CourseRow.preferred_gap_days,
            CourseRow.therapy_weekday,
        ).where(CourseRow.id == course_id, CourseRow.clinic_id == clinic_id)
    ).one_or_none()
    if row is None:
        raise NotFound("course")
    zone = clinic_zone(db, clinic_id)
    return CourseToChange(
        patient_id=row.patient_id,
        state=CourseState(row.state),
        version=row.version,
        standing=StandingPlan(
            rules=PlanRules(
                infusion_count=row.infusion_count,
                min_gap_days=row.min_gap_days,
                max_gap_days=row.max_gap_days,
                preferred_gap_days=row.preferred_gap_days,
            ),
            protocol=find_protocol(db, clinic_id, row.protocol_id),
            infusions=_appointments(db, course_id, zone),
            therapy=_therapy(db, course_id, zone),
            therapy_weekday=row.therapy_weekday,
        ),
        around=find_surroundings(db, clinic_id, row.patient_id, now=now),
    )


def _appointments(db: Session, course_id: UUID, zone: ZoneInfo) -> tuple[Booked, ...]:
    rows = db.execute(
        select(
            PlannedInfusionRow.id,
            PlannedInfusionRow.number,
            PlannedInfusionRow.planned_on,
            PlannedInfusionRow.state,
            PlannedInfusionRow.is_booster,
            GivenInfusionRow.occurred_at,
        )
        .outerjoin(GivenInfusionRow, GivenInfusionRow.planned_infusion_id == PlannedInfusionRow.id)
        .where(PlannedInfusionRow.course_id == course_id)
        .order_by(PlannedInfusionRow.number, PlannedInfusionRow.planned_on, PlannedInfusionRow.id)
    )
    return tuple(
        Booked(
            id=row.id,
            number=row.number,
            planned_on=row.planned_on,
            state=PlannedState(row.state),
            given_on=row.occurred_at.astimezone(zone).date() if row.occurred_at else None,
            is_booster=row.is_booster,
        )
        for row in rows
    )


def _therapy(db: Session, course_id: UUID, zone: ZoneInfo) -> tuple[BookedTherapy, ...]:
    rows = db.execute(
        select(
            TherapySessionRow.id,
            TherapySessionRow.planned_on,
            TherapySessionRow.state,
            TherapySessionRow.occurred_at,
        )
        .where(TherapySessionRow.course_id == course_id)
        .order_by(TherapySessionRow.planned_on, TherapySessionRow.id)
    )
    return tuple(
        BookedTherapy(
            id=row.id,
            on=row.occurred_at.astimezone(zone).date() if row.occurred_at else row.planned_on,
            state=TherapyState(row.state),
        )
        for row in rows
    )
