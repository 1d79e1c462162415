"""Taking a run sheet from one stage to the next, and correcting when that was."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit, plan_rows, sheet_gates, submissions
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.confirmation import check_confirmed
from tracker.domain.courses import PlannedState
from tracker.domain.errors import CorrectedBefore, NotFound, Refused, StaleForm, differences
from tracker.domain.local_time import is_in_future
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.run_sheet import backdating_questions
from tracker.domain.run_sheet_stages import (
    MOVE_WORDS,
    NEEDS_REASON,
    STAGE_WORDS,
    Move,
    Stage,
    settle,
    stage_after,
)
from tracker.models.appointments import LockedAppointment, lock_appointment
from tracker.models.database import transaction
from tracker.models.infusions import GivenInfusionRow
from tracker.models.open_sheets import LoggedMove, OpenSheet, lock_sheet, standing_moves
from tracker.models.run_sheets import RunSheetMoveRow, RunSheetRow

OWN_ACTIONS = frozenset({Move.ARRIVE, Move.START, Move.END, Move.STOP_EARLY, Move.NOT_COME})
"""Moves that come with more than a time: they have actions of their own."""


_STEP_LABELS = {"step": "Step", "at": "Time", "reason": "Reason", "left_with": "Left with whom"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A move as somebody recorded it."""

    move: Move
    occurred_at: datetime
    reason: str = ""
    left_with: str = ""


def open_sheet(
    db: Session,
    who: Person,
    planned_infusion_id: UUID,
    *,
    arrived_at: datetime,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """The patient is here: open the run sheet of an appointment; returns its id.

    A second person who records the same arrival gets the sheet that is there.
    """
    check_may(who, Act.LOG_INFUSION)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["infusion_id"])
        found = lock_appointment(db, who.clinic_id, planned_infusion_id)
        run_sheet_id = sheet_of(db, who, found)
        if run_sheet_id is None:
            _check_may_open(found)
            _check_time(arrived_at, now)
            check_confirmed(backdating_questions(arrived_at, now), confirmed)
            step = Step(move=Move.ARRIVE, occurred_at=arrived_at)
            run_sheet_id = store_sheet(db, who, found, step, now=now)
        if submission:
            result = {"infusion_id": str(run_sheet_id)}
            submissions.remember(db, who, submission, result, now=now)
        return run_sheet_id


def sheet_of(db: Session, who: Person, found: LockedAppointment) -> UUID | None:
    """The run sheet of an appointment, if it was opened."""
    return db.scalars(
        select(RunSheetRow.id).where(
            RunSheetRow.planned_infusion_id == found.id,
            RunSheetRow.clinic_id == who.clinic_id,
        )
    ).one_or_none()


def _check_may_open(found: LockedAppointment) -> None:
    if found.state is not PlannedState.PLANNED:
        raise Refused(f"Infusion {found.number} is marked {found.state}. Plan it again first.")
    if not found.course_state.is_open:
        raise Refused("The course has ended. An infusion cannot be started in it.")


def store_sheet(
    db: Session, who: Person, found: LockedAppointment, step: Step, *, now: datetime
) -> UUID:
    """Open the sheet of an appointment with its first step, in the open transaction."""
    run_sheet_id = uuid4()
    stage = stage_after(Stage.PLANNED, step.move)
    db.execute(
        insert(RunSheetRow),
        [
            {
                "id": run_sheet_id,
                "clinic_id": who.clinic_id,
                "course_id": found.course_id,
                "planned_infusion_id": found.id,
                "stage": stage,
                "recorded_at": now,
                "recorded_by": who.user_id,
            }
        ],
    )
    _store(db, who, run_sheet_id, step, stage, seq=1, now=now)
    _record(db, who, run_sheet_id, found.patient_id, step.move, now)
    return run_sheet_id


def move_sheet(
    db: Session,
    who: Person,
    run_sheet_id: UUID,
    step: Step,
    *,
    seen_version: int | None,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Take a run sheet one step on; returns its id.

    Raises `StaleForm` when a colleague moved it meanwhile, `CannotMove` for a step that its stage
    does not lead to, `Refused` with what is open on a checklist, `NeedsConfirmation` for a time
    of more than a day ago.
    """
    check_may(who, Act.LOG_INFUSION)
    if step.move in OWN_ACTIONS:
        raise ValueError(f"{step.move} has an action of its own")
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["infusion_id"])
        sheet = lock_sheet(db, who.clinic_id, run_sheet_id)
        check_not_stale(sheet, step, seen_version)
        stage_after(sheet.stage, step.move)
        check_confirmed(backdating_questions(step.occurred_at, now), confirmed)
        sheet_gates.check_gate(db, who, sheet, step.move, at=step.occurred_at)
        take_step(db, who, sheet, step, seen_version=seen_version, now=now)
        if step.move is Move.CANCEL:
            _cancel_appointment(db, who, sheet, step, now)
        if submission:
            result = {"infusion_id": str(run_sheet_id)}
            submissions.remember(db, who, submission, result, now=now)
        return run_sheet_id


def _cancel_appointment(
    db: Session, who: Person, sheet: OpenSheet, step: Step, now: datetime
) -> None:
    found = lock_appointment(db, who.clinic_id, sheet.planned_infusion_id)
    plan_rows.store_not_given(
        db, who, found, state=PlannedState.CANCELLED, reason=step.reason, now=now
    )


def take_step(
    db: Session,
    who: Person,
    sheet: OpenSheet,
    step: Step,
    *,
    seen_version: int | None,
    now: datetime,
) -> datetime:
    """Check and store one step in the open transaction, with its audit event.

    Returns when it happened: a time in the minute of the step before is that step's time.
    """
    check_not_stale(sheet, step, seen_version)
    stage = stage_after(sheet.stage, step.move)
    if step.move in NEEDS_REASON and not step.reason:
        raise Refused("Say why.", field="reason")
    if step.move is Move.LEAVE and not step.left_with:
        raise Refused("Say with whom the patient left, or that it was alone.", field="left_with")
    _check_time(step.occurred_at, now)
    earlier = standing_moves(db, sheet.id)
    last = earlier[-1] if earlier else None
    at = settle(step.occurred_at, previous_at=last.occurred_at if last else None, next_at=None)
    settled = replace(step, occurred_at=at)
    _store(db, who, sheet.id, settled, stage, seq=last.seq + 1 if last else 1, now=now)
    db.execute(
        update(RunSheetRow)
        .where(RunSheetRow.id == sheet.id)
        .values(stage=stage, version=RunSheetRow.version + 1)
    )
    _record(db, who, sheet.id, sheet.patient_id, step.move, now)
    return at


def check_not_stale(sheet: OpenSheet, step: Step, seen_version: int | None) -> None:
    """Raise `StaleForm` when the sheet moved on after the form was opened."""
    if seen_version is None or seen_version == sheet.version:
        return
    yours = {"step": MOVE_WORDS[step.move], "at": f"{step.occurred_at:%Y-%m-%d %H:%M} UTC"}
    yours |= {"reason": step.reason, "left_with": step.left_with}
    stored = {"step": f"the sheet says: {STAGE_WORDS[sheet.stage]}"}
    raise StaleForm(differences(yours, stored, _STEP_LABELS), stored_version=sheet.version)


def correct_time(
    db: Session,
    who: Person,
    run_sheet_move_id: UUID,
    *,
    occurred_at: datetime,
    reason: str,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Say when a step really was; returns the id of the run sheet. The old time stays readable."""
    check_may(who, Act.LOG_INFUSION)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["infusion_id"])
        run_sheet_id = _find_sheet_of_move(db, who, run_sheet_move_id)
        sheet = lock_sheet(db, who.clinic_id, run_sheet_id)
        if not reason:
            raise Refused("Say why the time is corrected.", field="correction_reason")
        _check_time(occurred_at, now)
        moves = standing_moves(db, run_sheet_id)
        corrected, occurred_at = _settle_between(moves, run_sheet_move_id, occurred_at)
        check_confirmed(backdating_questions(occurred_at, now), confirmed)
        _store_corrected(db, who, corrected, occurred_at, reason, now)
        _carry_over(db, sheet, Move(corrected.move), occurred_at)
        _raise_version(db, sheet.id)
        _record(db, who, sheet.id, sheet.patient_id, Move(corrected.move), now, corrected=True)
        if submission:
            result = {"infusion_id": str(run_sheet_id)}
            submissions.remember(db, who, submission, result, now=now)
        return run_sheet_id


def _find_sheet_of_move(db: Session, who: Person, run_sheet_move_id: UUID) -> UUID:
    found = db.scalars(
        select(RunSheetMoveRow.run_sheet_id).where(
            RunSheetMoveRow.id == run_sheet_move_id, RunSheetMoveRow.clinic_id == who.clinic_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound("run sheet move")
    return found


def _settle_between(
    moves: list[LoggedMove], move_id: UUID, occurred_at: datetime
) -> tuple[LoggedMove, datetime]:
    place = next((place for place, each in enumerate(moves) if each.id == move_id), None)
    if place is None:
        raise CorrectedBefore(
            "This time was corrected before. Correct the newer one on the run sheet."
        )
    before = moves[place - 1].occurred_at if place else None
    after = moves[place + 1].occurred_at if place + 1 < len(moves) else None
    return moves[place], settle(occurred_at, previous_at=before, next_at=after)


def _store_corrected(
    db: Session,
    who: Person,
    corrected: LoggedMove,
    occurred_at: datetime,
    reason: str,
    now: datetime,
) -> None:
    old = db.execute(
        select(
            RunSheetMoveRow.run_sheet_id,
            RunSheetMoveRow.seq,
            RunSheetMoveRow.move,
            RunSheetMoveRow.to_stage,
            RunSheetMoveRow.reason,
            RunSheetMoveRow.left_with,
        ).where(RunSheetMoveRow.id == corrected.id)
    ).one()
    new = {
        "id": uuid4(),
        "clinic_id": who.clinic_id,
        "corrects_id": corrected.id,
        "correction_reason": reason,
        "occurred_at": occurred_at,
        "recorded_at": now,
        "recorded_by": who.user_id,
    }
    db.execute(insert(RunSheetMoveRow), [dict(old._mapping) | new])


def _carry_over(db: Session, sheet: OpenSheet, move: Move, occurred_at: datetime) -> None:
    """The infusion's own row holds its start and its end too."""
    column = {
        Move.START: GivenInfusionRow.occurred_at,
        Move.END: GivenInfusionRow.ended_at,
        Move.STOP_EARLY: GivenInfusionRow.ended_at,
    }.get(move)
    if column is None:
        return
    db.execute(
        update(GivenInfusionRow)
        .where(GivenInfusionRow.id == sheet.id)
        .values({column: occurred_at, GivenInfusionRow.version: GivenInfusionRow.version + 1})
    )


def _raise_version(db: Session, run_sheet_id: UUID) -> None:
    """Whoever opened a form before this sees what happened meanwhile."""
    db.execute(
        update(RunSheetRow)
        .where(RunSheetRow.id == run_sheet_id)
        .values(version=RunSheetRow.version + 1)
    )


def _check_time(at: datetime, now: datetime) -> None:
    if is_in_future(at, now):
        raise Refused("The time cannot be in the future.", field="moved_time")


def _store(
    db: Session,
    who: Person,
    run_sheet_id: UUID,
    step: Step,
    stage: Stage,
    *,
    seq: int,
    now: datetime,
) -> None:
    db.execute(
        insert(RunSheetMoveRow),
        [
            {
                "id": uuid4(),
                "clinic_id": who.clinic_id,
                "run_sheet_id": run_sheet_id,
                "seq": seq,
                "move": step.move,
                "to_stage": stage,
                "reason": step.reason,
                "left_with": step.left_with,
                "occurred_at": step.occurred_at,
                "recorded_at": now,
                "recorded_by": who.user_id,
            }
        ],
    )


def _record(
    db: Session,
    who: Person,
    run_sheet_id: UUID,
    patient_id: UUID,
    move: Move,
    now: datetime,
    *,
    corrected: bool = False,
) -> None:
    event = AuditEvent.RUN_SHEET_TIME_CORRECTED if corrected else AuditEvent.RUN_SHEET_MOVED
    audit.record(
        db,
        who,
        event,
        now=now,
        kind="infusion",
        object_id=run_sheet_id,
        patient_id=patient_id,
        detail={"move": str(move)},
    )
