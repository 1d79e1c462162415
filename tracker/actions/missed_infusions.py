"""Saying that a planned infusion was not given. Its number stays free to be planned again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.actions import audit, plan_rows, run_sheet_moves, submissions
from tracker.actions.run_sheet_moves import Step
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.courses import PlannedState
from tracker.domain.errors import Refused
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.run_sheet_stages import Move
from tracker.models import planning
from tracker.models.appointments import LockedAppointment, lock_appointment
from tracker.models.database import transaction

_MOVES = {PlannedState.MISSED: Move.NOT_COME, PlannedState.CANCELLED: Move.CANCEL}


def not_given(
    db: Session,
    who: Person,
    planned_infusion_id: UUID,
    *,
    state: PlannedState,
    reason: str,
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Mark a planned infusion missed or cancelled; returns the course's id, to plan it again."""
    check_may(who, Act.LOG_INFUSION)
    if state not in {PlannedState.MISSED, PlannedState.CANCELLED}:
        raise Refused("Choose whether it was missed or cancelled.", field="state")
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["course_id"])
        found = lock_appointment(db, who.clinic_id, planned_infusion_id)
        _check_not_given(db, who, found, state, now)
        step = Step(move=_MOVES[state], occurred_at=now, reason=reason)
        run_sheet_moves.store_sheet(db, who, found, step, now=now)
        plan_rows.store_not_given(db, who, found, state=state, reason=reason, now=now)
        audit.record(
            db,
            who,
            AuditEvent.INFUSION_NOT_GIVEN,
            now=now,
            kind="planned_infusion",
            object_id=planned_infusion_id,
            patient_id=found.patient_id,
            detail={"number": found.number, "state": str(state)},
        )
        if submission:
            submissions.remember(db, who, submission, {"course_id": str(found.course_id)}, now=now)
        return found.course_id


def _check_not_given(
    db: Session, who: Person, found: LockedAppointment, state: PlannedState, now: datetime
) -> None:
    number = found.number
    if found.state == PlannedState.GIVEN:
        raise Refused(f"Infusion {number} was started. Open its run sheet.")
    if found.state != PlannedState.PLANNED:
        raise Refused(f"Infusion {number} is marked {found.state} already.")
    if run_sheet_moves.sheet_of(db, who, found) is not None:
        raise Refused(f"The patient arrived for infusion {number}. Cancel it on its run sheet.")
    today = now.astimezone(planning.clinic_zone(db, who.clinic_id)).date()
    if state is PlannedState.MISSED and found.planned_on > today:
        raise Refused("It is still to come: it can be cancelled, not missed.", field="state")
