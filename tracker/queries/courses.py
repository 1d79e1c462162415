"""Reads for planning a course and for changing its plan. Nothing here is stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.course_plan import CourseWish, Proposal, Surroundings, propose
from tracker.domain.courses import CourseState, PlannedState
from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.domain.plan_change import ChangeWish, PlanChange, StandingPlan, change_plan
from tracker.domain.plan_suggestions import Suggestions, suggest
from tracker.models import planning
from tracker.models.courses import CourseRow, PlanChangeRow, PlannedInfusionRow
from tracker.models.patients import PatientRow


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseHead:
    """Whose course it is, as the banner shows it, and its state."""

    course_id: UUID
    patient_id: UUID
    patient_name: str
    born_on: date
    record_number: str
    state: CourseState
    start_on: date
    infusion_count: int
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """One line of the plan. `moved_times` counts earlier moves of this number."""

    id: UUID
    number: int
    planned_on: date
    planned_time: time
    room: str
    state: PlannedState
    is_booster: bool
    not_given_reason: str
    given_on: date | None
    moved_times: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CoursePlan:
    """A course's plan as the planning page shows it."""

    head: CourseHead
    appointments: tuple[Appointment, ...]
    standing: StandingPlan
    around: Surroundings

    @property
    def lacks_dates(self) -> bool:
        """Whether an infusion lost its day, or its day is past without a record."""
        past = (each.planned_on < self.around.today for each in self.standing.live.values())
        return bool(self.standing.unbooked) or any(past)

    def suggestions(self, number: int) -> Suggestions | None:
        """Days to offer for one infusion; None when it is not one still to come."""
        found = self.standing.live.get(number)
        if found is None or found.is_booster:
            return None
        return suggest(self.standing, number, self.around)


def preview_course(db: Session, who: Person, wish: CourseWish, *, now: datetime) -> Proposal:
    """The plan that a new course would have. Raises `CannotPlan`, `NotFound`."""
    protocol = planning.find_protocol(db, who.clinic_id, wish.protocol_id)
    around = planning.find_surroundings(db, who.clinic_id, wish.patient_id, now=now)
    return propose(wish, protocol, around)


def preview_change(
    db: Session, who: Person, course_id: UUID, wish: ChangeWish, *, now: datetime
) -> PlanChange:
    """What a change would do to a plan. Raises `CannotPlan`, `NotFound`."""
    course = planning.find_course(db, who.clinic_id, course_id, now=now)
    return change_plan(course.standing, wish, course.around)


def get_head(db: Session, who: Person, course_id: UUID) -> CourseHead:
    """The course's banner. Raises `NotFound`."""
    row = db.execute(
        select(
            CourseRow.id.label("course_id"),
            CourseRow.patient_id,
            PatientRow.given_name,
            PatientRow.family_name,
            PatientRow.born_on,
            PatientRow.record_number,
            CourseRow.state,
            CourseRow.start_on,
            CourseRow.infusion_count,
            CourseRow.version,
        )
        .join(PatientRow, PatientRow.id == CourseRow.patient_id)
        .where(CourseRow.id == course_id, CourseRow.clinic_id == who.clinic_id)
    ).one_or_none()
    if row is None:
        raise NotFound("course")
    values = dict(row._mapping)
    name = f"{values.pop('given_name')} {values.pop('family_name')}".strip()
    return CourseHead(**{**values, "patient_name": name, "state": CourseState(row.state)})


def get_plan(db: Session, who: Person, course_id: UUID, *, now: datetime) -> CoursePlan:
    """The plan with what was given, missed and moved. Ten statements, however long the course."""
    head = get_head(db, who, course_id)
    course = planning.find_course(db, who.clinic_id, course_id, now=now)
    return CoursePlan(
        head=head,
        appointments=_appointments(db, course_id, course.standing),
        standing=course.standing,
        around=course.around,
    )


def _appointments(db: Session, course_id: UUID, standing: StandingPlan) -> tuple[Appointment, ...]:
    moved = _times_moved(db, course_id)
    given_on = {each.id: each.given_on for each in standing.infusions}
    rows = db.execute(
        select(
            PlannedInfusionRow.id,
            PlannedInfusionRow.number,
            PlannedInfusionRow.planned_on,
            PlannedInfusionRow.planned_time,
            PlannedInfusionRow.room,
            PlannedInfusionRow.state,
            PlannedInfusionRow.is_booster,
            PlannedInfusionRow.not_given_reason,
        )
        .where(PlannedInfusionRow.course_id == course_id)
        .order_by(PlannedInfusionRow.planned_on, PlannedInfusionRow.number, PlannedInfusionRow.id)
    )
    return tuple(
        Appointment(
            **{**row._mapping, "state": PlannedState(row.state)},
            given_on=given_on.get(row.id),
            moved_times=moved[row.number],
        )
        for row in rows
    )


def _times_moved(db: Session, course_id: UUID) -> Counter[int]:
    changes = db.scalars(select(PlanChangeRow.moves).where(PlanChangeRow.course_id == course_id))
    return Counter(
        move["number"]
        for moves in changes
        for move in moves
        if move.get("from_on") and move.get("to_on")
    )
