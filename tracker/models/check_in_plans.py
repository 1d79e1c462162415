"""What a course's due check-ins follow from: pages ask for them and actions store their answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain import instruments
from tracker.domain.check_ins import CheckInPlan
from tracker.domain.clinic import weekday_numbers
from tracker.domain.courses import CourseState, PlannedState
from tracker.domain.due import ComingInfusion, CourseDates, InfusionTimes
from tracker.domain.errors import NotFound
from tracker.domain.instrument_uses import DEFAULT_INSTRUMENTS, read_use
from tracker.domain.people import Person
from tracker.domain.remote_use import asked_remotely, needs_watcher
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.check_ins import CheckInRow
from tracker.models.clinics import ClinicRow, ProtocolRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import read_rows
from tracker.models.infusions import GivenInfusionRow
from tracker.models.on_call import has_watcher

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
        CheckInPreferencesRow.timezone.label("patient_timezone"),
        CheckInPreferencesRow.weekly_weekday,
        _FIRST_PLANNED.label("first_on"),
    )
    .join(ProtocolRow, ProtocolRow.id == CourseRow.protocol_id)
    .join(ClinicRow, ClinicRow.id == CourseRow.clinic_id)
    .outerjoin(CheckInPreferencesRow, CheckInPreferencesRow.patient_id == CourseRow.patient_id)
)
_OF_PATIENT = _COURSE.where(
    CourseRow.clinic_id == bindparam("clinic_id"),
    CourseRow.patient_id == bindparam("patient_id"),
    CourseRow.state.in_(OPEN_STATES),
)
_OF_COURSE = _COURSE.where(
    CourseRow.id == bindparam("course_id"), CourseRow.clinic_id == bindparam("clinic_id")
)
_NEWEST = (
    _COURSE.where(
        CourseRow.clinic_id == bindparam("clinic_id"),
        CourseRow.patient_id == bindparam("patient_id"),
    )
    .order_by(CourseRow.recorded_at.desc(), CourseRow.id)
    .limit(1)
)
_INFUSIONS = (
    select(
        PlannedInfusionRow.id.label("planned_id"),
        PlannedInfusionRow.planned_on,
        PlannedInfusionRow.planned_time,
        PlannedInfusionRow.is_booster,
        GivenInfusionRow.id,
        GivenInfusionRow.occurred_at,
        GivenInfusionRow.ended_at,
    )
    .outerjoin(GivenInfusionRow, GivenInfusionRow.planned_infusion_id == PlannedInfusionRow.id)
    .where(
        PlannedInfusionRow.course_id == bindparam("course_id"),
        or_(PlannedInfusionRow.state == PlannedState.PLANNED, GivenInfusionRow.id.is_not(None)),
    )
    .order_by(GivenInfusionRow.occurred_at, PlannedInfusionRow.planned_on, PlannedInfusionRow.id)
)
_ANSWERED = select(CheckInRow.due_key, CheckInRow.occurred_at).where(
    CheckInRow.course_id == bindparam("course_id")
)


def of_patient(db: Session, clinic_id: UUID, patient_id: UUID) -> CheckInPlan | None:
    """The facts of the patient's open course, as it is asked from afar; None without one.

    Two statements, three where it matters whether somebody is on call.
    """
    plan = _plan(db, _OF_PATIENT, {"clinic_id": clinic_id, "patient_id": patient_id})
    return plan and _as_asked_remotely(db, clinic_id, plan)


def _as_asked_remotely(db: Session, clinic_id: UUID, plan: CheckInPlan) -> CheckInPlan:
    known = instruments.definitions()
    is_watched = needs_watcher(plan.uses, known) and has_watcher(db, clinic_id)
    return replace(plan, uses=asked_remotely(plan.uses, known, has_watcher=is_watched))


def of_newest_course(db: Session, clinic_id: UUID, patient_id: UUID) -> CheckInPlan | None:
    """The facts of the patient's newest course, open or over. Two statements."""
    return _plan(db, _NEWEST, {"clinic_id": clinic_id, "patient_id": patient_id})


def of_person(db: Session, who: Person) -> CheckInPlan | None:
    """The facts of a patient's own open course; by a private link only its check-in is due."""
    if who.patient_id is None:
        return None
    plan = of_patient(db, who.clinic_id, who.patient_id)
    return plan and replace(plan, only=who.only)


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
    zone = ZoneInfo(row.timezone)
    patient_zone = ZoneInfo(row.patient_timezone) if row.patient_timezone else None
    given, coming = _infusions(db, row.id)
    dates = CourseDates(
        course_id=row.id,
        first_infusion_on=row.first_on or row.start_on,
        asked_from_on=row.recorded_at.astimezone(patient_zone or zone).date(),
        infusions=given,
        coming=coming,
        ended_on=row.ended_on,
        patient_zone=patient_zone,
        weekly_weekday=row.weekly_weekday,
    )
    uses = DEFAULT_INSTRUMENTS if row.uses is None else tuple(read_use(use) for use in row.uses)
    return CheckInPlan(
        course_id=row.id,
        patient_id=row.patient_id,
        zone=zone,
        open_weekdays=weekday_numbers(row.open_weekdays),
        dates=dates.in_state(CourseState(row.state), zone),
        uses=uses,
        has_open_state=row.state in OPEN_STATES,
    )


def _infusions(
    db: Session, course_id: UUID
) -> tuple[tuple[InfusionTimes, ...], tuple[ComingInfusion, ...]]:
    """What was given, and the appointments that nothing came of yet."""
    rows = read_rows(db, _INFUSIONS, {"course_id": course_id}).all()
    given = tuple(
        InfusionTimes(
            id=row.id,
            started_at=row.occurred_at,
            ended_at=row.ended_at,
            planned_id=row.planned_id,
            is_booster=row.is_booster,
        )
        for row in rows
        if row.id is not None
    )
    coming = tuple(
        ComingInfusion(
            planned_id=row.planned_id,
            planned_on=row.planned_on,
            planned_time=row.planned_time,
            is_booster=row.is_booster,
        )
        for row in rows
        if row.id is None
    )
    return given, coming


def answered_in(db: Session, course_id: UUID) -> dict[str, datetime]:
    """When each due key of the course that has an answer was answered. One statement."""
    rows = read_rows(db, _ANSWERED, {"course_id": course_id})
    return {row.due_key: row.occurred_at for row in rows}


def answered_if_it_matters(
    db: Session, plan: CheckInPlan, instrument_key: str
) -> dict[str, datetime]:
    """The same where two answers to the instrument have to lie apart; else nothing is read."""
    return answered_in(db, plan.course_id) if plan.needs_answered(instrument_key) else {}
