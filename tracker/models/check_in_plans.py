"""What a course's due check-ins follow from: pages ask for them and actions store their answers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Text, bindparam, func, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from tracker.domain import instruments
from tracker.domain.check_ins import CheckInPlan
from tracker.domain.courses import CourseState, PlannedState
from tracker.domain.due import ComingInfusion, CourseDates, InfusionTimes
from tracker.domain.errors import NotFound
from tracker.domain.instrument_uses import (
    DEFAULT_INSTRUMENTS,
    InstrumentUse,
    followed_up,
    read_use,
)
from tracker.domain.people import Person
from tracker.domain.remote_use import asked_remotely, needs_watcher
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.check_ins import CheckInRow
from tracker.models.clinics import ClinicRow, ProtocolRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import is_one_of, read_rows
from tracker.models.infusions import GivenInfusionRow
from tracker.models.on_call import has_watcher
from tracker.models.prepared import Prepared

OPEN_STATES = (CourseState.PLANNED, CourseState.ACTIVE, CourseState.MAINTENANCE)

_FIRST_PLANNED = (
    select(func.min(PlannedInfusionRow.planned_on))
    .where(
        PlannedInfusionRow.course_id == CourseRow.id,
        PlannedInfusionRow.number == 1,
        is_one_of(PlannedInfusionRow.state, (PlannedState.PLANNED, PlannedState.GIVEN)),
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
        # All of it as it stands: looking into it costs the database more than handing it out.
        sql_cast(ProtocolRow.definition, Text).label("protocol"),
        ClinicRow.timezone,
        CheckInPreferencesRow.timezone.label("patient_timezone"),
        CheckInPreferencesRow.weekly_weekday,
        _FIRST_PLANNED.label("first_on"),
    )
    .join(ProtocolRow, ProtocolRow.id == CourseRow.protocol_id)
    .join(ClinicRow, ClinicRow.id == CourseRow.clinic_id)
    .outerjoin(CheckInPreferencesRow, CheckInPreferencesRow.patient_id == CourseRow.patient_id)
)
_OF_PATIENT = Prepared(
    _COURSE.where(
        CourseRow.clinic_id == bindparam("clinic_id"),
        CourseRow.patient_id == bindparam("patient_id"),
        is_one_of(CourseRow.state, (*OPEN_STATES, CourseState.COMPLETED)),
    ).order_by((CourseRow.state == CourseState.COMPLETED), CourseRow.recorded_at.desc())
)
_OPEN_OF_CLINIC = _COURSE.where(
    CourseRow.clinic_id == bindparam("clinic_id"), CourseRow.state.in_(OPEN_STATES)
).order_by(CourseRow.recorded_at, CourseRow.id)
_OF_COURSE = Prepared(
    _COURSE.where(
        CourseRow.id == bindparam("course_id"), CourseRow.clinic_id == bindparam("clinic_id")
    )
)
_NEWEST = Prepared(
    _COURSE.where(
        CourseRow.clinic_id == bindparam("clinic_id"),
        CourseRow.patient_id == bindparam("patient_id"),
    ).order_by(CourseRow.recorded_at.desc(), CourseRow.id)
)
_ALL_INFUSIONS = (
    select(
        PlannedInfusionRow.course_id,
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
        or_(PlannedInfusionRow.state == PlannedState.PLANNED, GivenInfusionRow.id.is_not(None)),
    )
    .order_by(GivenInfusionRow.occurred_at, PlannedInfusionRow.planned_on, PlannedInfusionRow.id)
)
_INFUSIONS = Prepared(_ALL_INFUSIONS.where(PlannedInfusionRow.course_id == bindparam("course_id")))
_ALL_ANSWERED = select(CheckInRow.course_id, CheckInRow.due_key, CheckInRow.occurred_at)
_ANSWERED = Prepared(_ALL_ANSWERED.where(CheckInRow.course_id == bindparam("course_id")))
_OPEN_COURSES = select(CourseRow.id).where(
    CourseRow.clinic_id == bindparam("clinic_id"), CourseRow.state.in_(OPEN_STATES)
)
_INFUSIONS_OF_CLINIC = _ALL_INFUSIONS.where(PlannedInfusionRow.course_id.in_(_OPEN_COURSES))
_ANSWERED_OF_CLINIC = _ALL_ANSWERED.where(CheckInRow.course_id.in_(_OPEN_COURSES))


def of_patient(db: Session, clinic_id: UUID, patient_id: UUID) -> CheckInPlan | None:
    """The facts of the patient's open course, as it is asked from afar; None without one.

    Of a course that was completed the follow-ups are still asked, where its protocol has some.
    Two statements, three where it matters whether somebody is on call.
    """
    plan = _plan(db, _OF_PATIENT, {"clinic_id": clinic_id, "patient_id": patient_id})
    if plan is not None and plan.dates.is_followed_up:
        plan = replace(plan, uses=followed_up(plan.uses), has_open_state=True)
        if not plan.uses:
            return None
    return plan and _as_asked_remotely(db, clinic_id, plan)


def open_of_clinic(db: Session, clinic_id: UUID) -> list[tuple[CheckInPlan, dict[str, datetime]]]:
    """Every open course of a clinic, each with when its due keys were answered.

    Three statements, four where it matters whether somebody is on call.
    """
    wanted = {"clinic_id": clinic_id}
    infusions: dict[UUID, list[Any]] = defaultdict(list)
    answers: dict[UUID, dict[str, datetime]] = defaultdict(dict)
    for row in read_rows(db, _INFUSIONS_OF_CLINIC, wanted):
        infusions[row.course_id].append(row)
    for row in read_rows(db, _ANSWERED_OF_CLINIC, wanted):
        answers[row.course_id][row.due_key] = row.occurred_at
    plans = [_made(row, infusions[row.id]) for row in read_rows(db, _OPEN_OF_CLINIC, wanted)]
    known = instruments.definitions()
    is_watched = any(needs_watcher(plan.uses, known) for plan in plans) and has_watcher(
        db, clinic_id
    )
    asked = [asked_remotely(plan.uses, known, has_watcher=is_watched) for plan in plans]
    return [
        (replace(plan, uses=uses), answers[plan.course_id])
        for plan, uses in zip(plans, asked, strict=True)
    ]


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


def _plan(db: Session, statement: Prepared, which: dict[str, UUID]) -> CheckInPlan | None:
    # The first of the few that a patient has: a LIMIT beside an order costs SQLite more than they.
    row = read_rows(db, statement, which).first()
    if row is None:
        return None
    return _made(row, read_rows(db, _INFUSIONS, {"course_id": row.id}).all())


def _made(row: Any, infusion_rows: Sequence[Any]) -> CheckInPlan:
    zone = ZoneInfo(row.timezone)
    patient_zone = ZoneInfo(row.patient_timezone) if row.patient_timezone else None
    given, coming = _infusions(infusion_rows)
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
    return CheckInPlan(
        course_id=row.id,
        patient_id=row.patient_id,
        zone=zone,
        dates=dates.in_state(CourseState(row.state), zone),
        uses=_uses_in(row.protocol),
        has_open_state=row.state in OPEN_STATES,
    )


@lru_cache(maxsize=64)
def _uses_in(protocol: str) -> tuple[InstrumentUse, ...]:
    """What a protocol asks for. One text is that of many courses: it is read once."""
    uses = json.loads(protocol).get("instruments")
    return DEFAULT_INSTRUMENTS if uses is None else tuple(read_use(use) for use in uses)


def _infusions(
    rows: Sequence[Any],
) -> tuple[tuple[InfusionTimes, ...], tuple[ComingInfusion, ...]]:
    """What was given, and the appointments that nothing came of yet."""
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
