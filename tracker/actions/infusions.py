"""Starting an infusion: from a planned infusion to an open run sheet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.confirmation import Question, check_confirmed
from tracker.domain.courses import CourseState, GivenState, PlannedState
from tracker.domain.errors import Refused
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.protocol import Protocol
from tracker.domain.run_sheet import Previous, Start, check_start, start_questions
from tracker.models import planning
from tracker.models.appointments import LockedAppointment, lock_appointment
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import transaction
from tracker.models.infusions import GivenInfusionRow, VitalSignsRow

OPEN_COURSES = frozenset({CourseState.PLANNED, CourseState.ACTIVE, CourseState.MAINTENANCE})


def start_infusion(
    db: Session,
    who: Person,
    planned_infusion_id: UUID,
    start: Start,
    *,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Open the run sheet of a planned infusion; returns the given infusion's id.

    Raises `Refused` for a rule, `NeedsConfirmation` for what has to be said to be meant.
    """
    check_may(who, Act.LOG_INFUSION)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["infusion_id"])
        found = lock_appointment(db, who.clinic_id, planned_infusion_id)
        check_confirmed(_questions(db, found, start, now), confirmed)
        infusion_id = _store_start(db, who, found, start, now)
        _mark_given(db, found)
        audit.record(
            db,
            who,
            AuditEvent.INFUSION_STARTED,
            now=now,
            kind="infusion",
            object_id=infusion_id,
            patient_id=found.patient_id,
            detail={"number": found.number, "confirmed": len(confirmed)},
        )
        if submission:
            result = {"infusion_id": str(infusion_id)}
            submissions.remember(db, who, submission, result, now=now)
        return infusion_id


def _questions(
    db: Session, found: LockedAppointment, start: Start, now: datetime
) -> tuple[Question, ...]:
    """Checks every rule; returns what is left to be confirmed."""
    last = _last_infusion(db, found)
    _check_may_start(found, last)
    protocol, zone = _rules(db, found)
    previous = _previous(last)
    check_start(start, protocol.dose, previous=previous, now=now)
    return start_questions(
        start,
        protocol,
        number=found.number,
        planned_on=found.planned_on,
        started_on=start.started_at.astimezone(zone).date(),
        previous=previous,
        waiting=_waiting_before(db, found),
    )


def _rules(db: Session, found: LockedAppointment) -> tuple[Protocol, ZoneInfo]:
    return (
        planning.find_protocol(db, found.clinic_id, found.protocol_id),
        planning.clinic_zone(db, found.clinic_id),
    )


def _last_infusion(db: Session, found: LockedAppointment) -> Any:
    return db.execute(
        select(
            PlannedInfusionRow.number,
            GivenInfusionRow.state,
            GivenInfusionRow.ended_at,
            GivenInfusionRow.weight_kg,
        )
        .join(PlannedInfusionRow, PlannedInfusionRow.id == GivenInfusionRow.planned_infusion_id)
        .where(GivenInfusionRow.course_id == found.course_id)
        .order_by(GivenInfusionRow.occurred_at.desc(), PlannedInfusionRow.number.desc())
        .limit(1)
    ).one_or_none()


def _previous(last: Any) -> Previous | None:
    if last is None:
        return None
    return Previous(number=last.number, weight_kg=last.weight_kg, ended_at=last.ended_at)


def _check_may_start(found: LockedAppointment, last: Any) -> None:
    if found.state is PlannedState.GIVEN:
        raise Refused(f"Infusion {found.number} was started already. Open its run sheet.")
    if found.state is not PlannedState.PLANNED:
        raise Refused(f"Infusion {found.number} is marked {found.state}. Plan it again first.")
    if found.course_state not in OPEN_COURSES:
        raise Refused("The course has ended. An infusion cannot be started in it.")
    if last is not None and last.state == GivenState.RUNNING:
        raise Refused(f"Infusion {last.number} is still running. End it first.")


def _waiting_before(db: Session, found: LockedAppointment) -> int | None:
    return db.scalars(
        select(PlannedInfusionRow.number)
        .where(
            PlannedInfusionRow.course_id == found.course_id,
            PlannedInfusionRow.state == PlannedState.PLANNED,
            PlannedInfusionRow.number < found.number,
        )
        .order_by(PlannedInfusionRow.number)
        .limit(1)
    ).one_or_none()


def _store_start(
    db: Session, who: Person, found: LockedAppointment, start: Start, now: datetime
) -> UUID:
    infusion_id = uuid4()
    recorded = {"clinic_id": who.clinic_id, "recorded_at": now, "recorded_by": who.user_id}
    db.execute(
        insert(GivenInfusionRow),
        [
            {
                "id": infusion_id,
                "course_id": found.course_id,
                "planned_infusion_id": found.id,
                "state": GivenState.RUNNING,
                "occurred_at": start.started_at,
                "weight_kg": start.dose.weight_kg,
                "dose_mg_per_kg": start.dose.dose_mg_per_kg,
                "ordered_mg": start.dose.ordered_mg,
                "planned_minutes": start.dose.planned_minutes,
                "dose_reason": start.dose_reason,
                **recorded,
            }
        ],
    )
    if not start.baseline.is_empty:
        values = {measure.value: value for measure, value in start.baseline.values()}
        at = {"given_infusion_id": infusion_id, "occurred_at": start.started_at}
        db.execute(insert(VitalSignsRow), [{"id": uuid4(), **at, **values, **recorded}])
    return infusion_id


def _mark_given(db: Session, found: LockedAppointment) -> None:
    db.execute(
        update(PlannedInfusionRow)
        .where(PlannedInfusionRow.id == found.id)
        .values(state=PlannedState.GIVEN, version=PlannedInfusionRow.version + 1)
    )
    values: dict[str, Any] = {"version": CourseRow.version + 1}
    if found.course_state == CourseState.PLANNED:
        values["state"] = CourseState.ACTIVE
    db.execute(update(CourseRow).where(CourseRow.id == found.course_id).values(**values))
