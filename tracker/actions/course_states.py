"""Ending a course, going on to maintenance, and boosters."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.actions import audit, plan_rows, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.course_plan import Surroundings
from tracker.domain.courses import (
    CourseCannotMove,
    CourseState,
    GivenState,
    PlannedState,
    check_course_can_move,
)
from tracker.domain.errors import Difference, Refused, StaleForm
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.plan_change import problem_with_booster
from tracker.domain.schedule import day_in_words
from tracker.models import planning
from tracker.models.courses import PlannedInfusionRow
from tracker.models.database import transaction
from tracker.models.infusions import GivenInfusionRow
from tracker.models.open_sheets import has_arrived, number_of_arrived
from tracker.models.planning import CourseToChange

MOST_NUMBERS = 200


def end_course(
    db: Session,
    who: Person,
    course_id: UUID,
    *,
    to: CourseState,
    ended_on: date,
    reason: str = "",
    seen_version: int | None,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Stop or complete a course, or go on to maintenance. What is still planned is cancelled.

    `ended_on` is the local date; it is kept for a course that ends, not for maintenance.
    Raises `Refused` while an infusion runs, without a reason for stopping, or for a wrong date.
    """
    check_may(who, Act.PLAN_COURSE)
    with transaction(db):
        if submission and submissions.earlier_result(db, who, submission):
            return course_id
        course = planning.find_course(db, who.clinic_id, course_id, now=now)
        _check_version(course, to, seen_version)
        _check_end(db, course_id, course, to=to, ended_on=ended_on, reason=reason)
        if (number := number_of_arrived(db, course_id)) is not None:
            raise has_arrived(number)
        is_end = to is not CourseState.MAINTENANCE
        plan_rows.cancel_what_is_planned(
            db, course_id, reason=reason or f"The course is {to}", with_therapy=is_end
        )
        plan_rows.update_course(
            db,
            course_id,
            course.version,
            state=to,
            ended_on=ended_on if is_end else None,
            end_reason=reason,
        )
        audit.record(
            db,
            who,
            AuditEvent.COURSE_ENDED,
            now=now,
            kind="course",
            object_id=course_id,
            patient_id=course.patient_id,
            detail={"state": str(to)},
        )
        if submission:
            result = {"course_id": str(course_id)}
            submissions.remember(db, who, submission, result, now=now)
    return course_id


def add_booster(
    db: Session,
    who: Person,
    course_id: UUID,
    *,
    on: date,
    time_of_day: time,
    room: str = "",
    note: str = "",
    seen_version: int | None,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Plan a booster infusion of a course in maintenance. No gap is kept; a note says why.

    Raises `Refused` outside maintenance, for a day that is past or taken, and, without a note, for
    a day on which clinic or patient cannot.
    """
    check_may(who, Act.PLAN_COURSE)
    with transaction(db):
        if submission and submissions.earlier_result(db, who, submission):
            return course_id
        course = planning.find_course(db, who.clinic_id, course_id, now=now)
        _check_version(course, CourseState.MAINTENANCE, seen_version)
        _check_booster(course, on, note)
        number = _next_number(db, course_id, course)
        plan_rows.add_infusions(
            db,
            who,
            course_id,
            {number: on},
            time_of_day=time_of_day,
            room=room,
            is_booster=True,
        )
        moves = [{"number": number, "from_on": None, "to_on": on.isoformat()}]
        plan_rows.add_change(db, who, course_id, moves=moves, reason=note or "Booster", now=now)
        plan_rows.update_course(db, course_id, course.version)
        audit.record(
            db,
            who,
            AuditEvent.PLAN_CHANGED,
            now=now,
            kind="course",
            object_id=course_id,
            patient_id=course.patient_id,
            detail={"kind": "booster", "numbers": [number]},
        )
        if submission:
            result = {"course_id": str(course_id)}
            submissions.remember(db, who, submission, result, now=now)
    return course_id


def _check_version(course: CourseToChange, to: CourseState, seen_version: int | None) -> None:
    if seen_version != course.version:
        change = Difference(label="State of the course", yours=str(to), stored=str(course.state))
        raise StaleForm((change,), stored_version=course.version)


def _check_end(
    db: Session,
    course_id: UUID,
    course: CourseToChange,
    *,
    to: CourseState,
    ended_on: date,
    reason: str,
) -> None:
    try:
        check_course_can_move(course.state, to)
    except CourseCannotMove as problem:
        raise Refused(str(problem), field="to") from None
    running = select(GivenInfusionRow.id).where(
        GivenInfusionRow.course_id == course_id, GivenInfusionRow.state == GivenState.RUNNING
    )
    if db.execute(running).first() is not None:
        raise Refused("An infusion of this course is running. End its run sheet first.")
    if to is CourseState.STOPPED and not reason:
        raise Refused("Say why the course stops: the reason stays in the record.", field="kind")
    if ended_on > course.around.today:
        raise Refused("The end is in the future. Choose today or earlier.", field="ended_on")
    last = max((each.given_on for each in course.standing.infusions if each.given_on), default=None)
    if last is not None and ended_on < last:
        raise Refused(
            f"The last infusion was given on {day_in_words(last)}: "
            "the course cannot have ended before.",
            field="ended_on",
        )


def _check_booster(course: CourseToChange, on: date, note: str) -> None:
    around = course.around
    if course.state is not CourseState.MAINTENANCE:
        raise Refused("Boosters belong to maintenance. Complete the infusions of the course first.")
    if problem := problem_with_booster(on, around.today):
        raise Refused(problem, field="on")
    if any(each.planned_on == on for each in course.standing.live.values()):
        raise Refused("An infusion is planned on this day already.", field="on")
    if (problem := _why_not(around, on)) and not note:
        raise Refused(
            f"{problem} Choose another day, or say in the note why this one is meant.", field="on"
        )


def _why_not(around: Surroundings, on: date) -> str:
    day = day_in_words(on)
    if on.weekday() not in around.clinic.open_weekdays or on in around.clinic.closed_on:
        return f"The clinic is closed on {day}."
    if on in around.unavailable_on:
        return f"The patient cannot come on {day}."
    return ""


def _next_number(db: Session, course_id: UUID, course: CourseToChange) -> int:
    highest = db.execute(
        select(func.max(PlannedInfusionRow.number)).where(
            PlannedInfusionRow.course_id == course_id,
            PlannedInfusionRow.state.in_((PlannedState.PLANNED, PlannedState.GIVEN)),
        )
    ).scalar()
    number = max(highest or 0, course.standing.rules.infusion_count) + 1
    if number > MOST_NUMBERS:
        raise Refused("This course has too many infusions. Complete it and plan a new one.")
    return number
