"""What a course's due check-ins follow from: pages ask for them and actions store their answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from tracker.domain.check_ins import CheckInPlan, without_daily_after
from tracker.domain.clinic import weekday_numbers
from tracker.domain.courses import CourseState, PlannedState
from tracker.domain.due import CourseDates, InfusionTimes, cadence_of
from tracker.domain.errors import NotFound
from tracker.domain.protocol import DEFAULT_INSTRUMENTS, InstrumentUse
from tracker.models.clinics import ClinicRow, ProtocolRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import read_rows
from tracker.models.infusions import GivenInfusionRow

OPEN_STATES = (CourseState.PLANNED, CourseState.ACTIVE, CourseState.MAINTENANCE)

_FIRST_PLANNED = (
    select(func.min(PlannedInfusionRow.planned_on))
    .where(
        PlannedInfusionRow.course_id == CourseRow.id,
        PlannedInfusionRow.number == 1,
        PlannedInfusionRow.state.in_((PlannedState.PLANNED, PlannedState.GIVEN)),
    )
    .scalar_subquery()
)
_COURSE = (
    select(
        CourseRow.id,
        CourseRow.patient_id,
        CourseRow.state,
        CourseRow.start_on,
        CourseRow.ended_on,
        CourseRow.recorded_at,
        ProtocolRow.definition["instruments"].label("uses"),
        ClinicRow.timezone,
        ClinicRow.open_weekdays,
        _FIRST_PLANNED.label("first_on"),
    )
    .join(ProtocolRow, ProtocolRow.id == CourseRow.protocol_id)
    .join(ClinicRow, ClinicRow.id == CourseRow.clinic_id)
)
_OF_PATIENT = _COURSE.where(
    CourseRow.clinic_id == bindparam("clinic_id"),
    CourseRow.patient_id == bindparam("patient_id"),
    CourseRow.state.in_(OPEN_STATES),
)
_OF_COURSE = _COURSE.where(
    CourseRow.id == bindparam("course_id"), CourseRow.clinic_id == bindparam("clinic_id")
)
_INFUSIONS = (
    select(
        GivenInfusionRow.id,
        GivenInfusionRow.occurred_at,
        GivenInfusionRow.ended_at,
        PlannedInfusionRow.is_booster,
    )
    .join(PlannedInfusionRow, PlannedInfusionRow.id == GivenInfusionRow.planned_infusion_id)
    .where(GivenInfusionRow.course_id == bindparam("course_id"))
    .order_by(GivenInfusionRow.occurred_at, GivenInfusionRow.id)
)


def of_patient(db: Session, clinic_id: UUID, patient_id: UUID) -> CheckInPlan | None:
    """The facts of the patient's open course; None without one. Two statements."""
    return _plan(db, _OF_PATIENT, {"clinic_id": clinic_id, "patient_id": patient_id})


def of_course(db: Session, clinic_id: UUID, course_id: UUID) -> CheckInPlan:
    """The facts of one course, in whatever state. Raises `NotFound`. Two statements."""
    found = _plan(db, _OF_COURSE, {"clinic_id": clinic_id, "course_id": course_id})
    if found is None:
        raise NotFound("course")
    return found


def _plan(db: Session, statement: Select[Any], which: dict[str, UUID]) -> CheckInPlan | None:
    row = read_rows(db, statement, which).one_or_none()
    if row is None:
        return None
    infusions, last_of_series = _infusions(db, row.id)
    zone = ZoneInfo(row.timezone)
    dates = CourseDates(
        course_id=row.id,
        first_infusion_on=row.first_on or row.start_on,
        asked_from_on=row.recorded_at.astimezone(zone).date(),
        infusions=infusions,
        ended_on=row.ended_on,
    )
    if row.state == CourseState.MAINTENANCE and last_of_series is not None:
        dates = without_daily_after(dates, last_of_series.astimezone(zone).date())
    uses = DEFAULT_INSTRUMENTS if row.uses is None else _uses(row.uses)
    return CheckInPlan(
        course_id=row.id,
        patient_id=row.patient_id,
        zone=zone,
        open_weekdays=weekday_numbers(row.open_weekdays),
        dates=dates,
        cadence=cadence_of(uses),
        has_open_state=row.state in OPEN_STATES,
    )


def _uses(stored: list[dict[str, Any]]) -> tuple[InstrumentUse, ...]:
    return tuple(InstrumentUse(**use) for use in stored)


def _infusions(db: Session, course_id: UUID) -> tuple[list[InfusionTimes], datetime | None]:
    rows = read_rows(db, _INFUSIONS, {"course_id": course_id}).all()
    series = [row.occurred_at for row in rows if not row.is_booster]
    times = [
        InfusionTimes(id=row.id, started_at=row.occurred_at, ended_at=row.ended_at) for row in rows
    ]
    return times, max(series, default=None)
