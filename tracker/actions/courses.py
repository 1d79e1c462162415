"""Accepting the plan of a course, and changing it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.actions import audit, plan_rows, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.course_plan import CourseWish, Proposal, UnfitWish, propose
from tracker.domain.courses import CourseState
from tracker.domain.errors import Difference, NotFound, Refused, StaleForm
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.plan_change import ChangeKind, ChangeWish, PlanChange, change_plan
from tracker.domain.schedule import CannotPlan, day_in_words
from tracker.models import planning
from tracker.models.courses import CourseRow
from tracker.models.database import transaction
from tracker.models.open_sheets import has_arrived, number_of_arrived
from tracker.models.patients import PatientRow
from tracker.models.planning import CourseToChange

ONE_OPEN_COURSE = "This patient has an open course already. End it before planning another one."
_OPEN = (CourseState.PLANNED, CourseState.ACTIVE, CourseState.MAINTENANCE)


class PlanIsAnother(Exception):
    """The dates are no longer those that were shown: a closure or an absence came between."""


def plan_course(
    db: Session,
    who: Person,
    wish: CourseWish,
    *,
    shown: str,
    reason: str = "",
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Store a course with its infusions and therapy sessions; returns the course's id.

    `shown` is the fingerprint of the plan that was looked at. Raises `PlanIsAnother` when today's
    plan differs from it, `Refused` when a rule stands in the way.
    """
    check_may(who, Act.PLAN_COURSE)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["course_id"])
        _check_patient_is_free(db, who, wish.patient_id)
        proposal = _proposal(db, who, wish, now=now)
        if proposal.fingerprint != shown:
            raise PlanIsAnother
        _check_reason(reason, is_needed=proposal.needs_reason)
        course_id = _store_course(db, who, wish, proposal, now=now)
        plan_rows.add_infusions(
            db,
            who,
            course_id,
            dict(enumerate(proposal.plan.dates, start=1)),
            time_of_day=wish.time_of_day,
            room=wish.room,
        )
        plan_rows.add_therapy(db, who, course_id, proposal.therapy_on, now=now)
        plan_rows.add_change(
            db,
            who,
            course_id,
            moves=[
                {"number": number, "from_on": None, "to_on": on.isoformat()}
                for number, on in enumerate(proposal.plan.dates, start=1)
            ],
            broken=proposal.plan.broken_ahead,
            reason=reason,
            now=now,
        )
        _record(db, who, AuditEvent.COURSE_PLANNED, course_id, wish.patient_id, now=now)
        if submission:
            result = {"course_id": str(course_id)}
            submissions.remember(db, who, submission, result, now=now)
    return course_id


def change_course_plan(
    db: Session,
    who: Person,
    course_id: UUID,
    wish: ChangeWish,
    *,
    reason: str,
    shown: str,
    seen_version: int | None,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Store a change of the plan: moved, lost, added and dropped infusions, therapy with them.

    Raises `StaleForm` when the course changed since the form was opened, `PlanIsAnother` when the
    dates would differ from those shown, `Refused` when a rule stands in the way.
    """
    check_may(who, Act.PLAN_COURSE)
    with transaction(db):
        if submission and submissions.earlier_result(db, who, submission):
            return course_id
        course = planning.find_course(db, who.clinic_id, course_id, now=now)
        _check_reason(reason, is_needed=True)
        change = _change(course, wish)
        _check_version(course, change, seen_version)
        _check_nobody_arrived(db, course_id, change)
        if change.fingerprint != shown:
            raise PlanIsAnother
        plan_rows.apply_change(db, who, course_id, course, change, wish, reason=reason, now=now)
        _touch(db, course_id, course, change)
        _record(
            db,
            who,
            AuditEvent.PLAN_CHANGED,
            course_id,
            course.patient_id,
            now=now,
            detail={"kind": str(wish.kind), "numbers": [move.number for move in change.moves]},
        )
        if submission:
            result = {"course_id": str(course_id)}
            submissions.remember(db, who, submission, result, now=now)
    return course_id


def check_may_change(state: CourseState, wish: ChangeWish, *, is_booster: bool) -> None:
    """Raise `Refused` unless a course in this state can be replanned in this way."""
    if state not in _OPEN:
        raise Refused("This course has ended: its plan stays as it is.")
    if state is CourseState.MAINTENANCE and not is_booster and wish.kind is ChangeKind.COUNT:
        raise Refused("The infusions of this course are done. Add a booster instead.")


def _proposal(db: Session, who: Person, wish: CourseWish, *, now: datetime) -> Proposal:
    protocol = planning.find_protocol(db, who.clinic_id, wish.protocol_id)
    around = planning.find_surroundings(db, who.clinic_id, wish.patient_id, now=now)
    try:
        return propose(wish, protocol, around)
    except CannotPlan as problem:
        raise refusal(problem) from None


def refusal(problem: CannotPlan) -> Refused:
    """A planner's refusal beside the answer that it is about."""
    return Refused(str(problem), field=problem.field if isinstance(problem, UnfitWish) else None)


def _change(course: CourseToChange, wish: ChangeWish) -> PlanChange:
    live = course.standing.live.get(wish.number or 0)
    check_may_change(course.state, wish, is_booster=bool(live and live.is_booster))
    try:
        change = change_plan(course.standing, wish, course.around)
    except CannotPlan as problem:
        raise refusal(problem) from None
    if change.changes_nothing:
        raise Refused("Nothing would change: the plan is like this already.")
    return change


def _check_version(course: CourseToChange, change: PlanChange, seen_version: int | None) -> None:
    if seen_version == course.version:
        return
    stored = {number: each.planned_on for number, each in course.standing.live.items()}
    rows = tuple(
        Difference(
            label=f"Infusion {move.number}",
            yours=day_in_words(move.to_on) if move.to_on else "not planned",
            stored=day_in_words(stored[move.number]) if move.number in stored else "not planned",
        )
        for move in change.moves
    )
    raise StaleForm(rows, stored_version=course.version)


def _check_nobody_arrived(db: Session, course_id: UUID, change: PlanChange) -> None:
    number = number_of_arrived(db, course_id)
    if number is None:
        return
    if number in change.not_given or any(move.number == number for move in change.moves):
        raise has_arrived(number)


def _check_reason(reason: str, *, is_needed: bool) -> None:
    if is_needed and not reason:
        raise Refused("Say why: the reason stays in the record.", field="reason")


def _check_patient_is_free(db: Session, who: Person, patient_id: UUID) -> None:
    known = select(PatientRow.id).where(
        PatientRow.id == patient_id, PatientRow.clinic_id == who.clinic_id
    )
    if db.execute(known).first() is None:
        raise NotFound("patient")
    is_open = select(CourseRow.id).where(
        CourseRow.patient_id == patient_id, CourseRow.state.in_(_OPEN)
    )
    if db.execute(is_open).first() is not None:
        raise Refused(ONE_OPEN_COURSE)


def _store_course(
    db: Session, who: Person, wish: CourseWish, proposal: Proposal, *, now: datetime
) -> UUID:
    course_id = uuid4()
    values = {
        "id": course_id,
        "clinic_id": who.clinic_id,
        "patient_id": wish.patient_id,
        "protocol_id": wish.protocol_id,
        "infusion_count": wish.infusion_count,
        "min_gap_days": wish.min_gap_days,
        "max_gap_days": wish.max_gap_days,
        "preferred_gap_days": wish.preferred_gap_days,
        "start_on": proposal.plan.dates[0],
        "therapy_weekday": wish.therapy_weekday if wish.has_therapy else None,
        "indication": wish.indication,
        "recorded_at": now,
        "recorded_by": who.user_id,
    }
    try:
        db.execute(insert(CourseRow), [values])
    except IntegrityError:  # two people planned at the same moment
        raise Refused(ONE_OPEN_COURSE) from None
    return course_id


def _touch(db: Session, course_id: UUID, course: CourseToChange, change: PlanChange) -> None:
    values: dict[str, Any] = {"infusion_count": change.rules.infusion_count}
    first: date | None = change.dates.get(1)
    if first is not None and course.state is CourseState.PLANNED:
        values["start_on"] = first
    plan_rows.update_course(db, course_id, course.version, **values)


def _record(
    db: Session,
    who: Person,
    event: AuditEvent,
    course_id: UUID,
    patient_id: UUID,
    *,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    audit.record(
        db,
        who,
        event,
        now=now,
        kind="course",
        object_id=course_id,
        patient_id=patient_id,
        detail=detail,
    )
