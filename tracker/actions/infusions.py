"""Starting an infusion: from a run sheet whose checks are done to a running one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.actions import audit, submissions
from tracker.actions.run_sheet_moves import Step, check_not_stale, take_step
from tracker.actions.submissions import Submission
from tracker.domain.audit import AuditEvent
from tracker.domain.confirmation import Question, check_confirmed
from tracker.domain.courses import CourseState, GivenState, PlannedState
from tracker.domain.drawn_drug import drawn_questions
from tracker.domain.errors import Refused
from tracker.domain.infusion import Dose, check_not_above_agreed
from tracker.domain.infusion_hold import check_not_held
from tracker.domain.measured_weight import checked_weight_question
from tracker.domain.numbers_in_words import rounded
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may, may
from tracker.domain.protocol import Protocol
from tracker.domain.run_sheet import Previous, Start, check_start, start_questions
from tracker.domain.run_sheet_stages import Move, stage_after
from tracker.domain.weight_basis import WeightBasis
from tracker.models import open_alerts, planning, sheet_facts
from tracker.models.appointments import LockedAppointment, lock_appointment
from tracker.models.course_reviews import agreed_dose, unreviewed_after
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import transaction
from tracker.models.drawn_drug import drawn_for
from tracker.models.infusions import GivenInfusionRow
from tracker.models.open_sheets import lock_sheet
from tracker.models.run_sheets import VitalSignsRow


def start_infusion(
    db: Session,
    who: Person,
    run_sheet_id: UUID,
    start: Start,
    *,
    seen_version: int | None = None,
    confirmed: Collection[str] = (),
    submission: Submission | None,
    now: datetime,
) -> UUID:
    """Start the infusion of a run sheet whose checks are done; returns the sheet's id.

    Raises `InfusionHeld` while a safety alert is open that holds it, `Refused` for another rule,
    `NeedsConfirmation` for what has to be said to be meant,
    `StaleForm` when a colleague moved the sheet meanwhile.
    """
    check_may(who, Act.LOG_INFUSION)
    with transaction(db):
        if submission and (earlier := submissions.earlier_result(db, who, submission)):
            return UUID(earlier["infusion_id"])
        sheet = lock_sheet(db, who.clinic_id, run_sheet_id)
        step = Step(move=Move.START, occurred_at=start.started_at)
        check_not_stale(sheet, step, seen_version)
        found = lock_appointment(db, who.clinic_id, sheet.planned_infusion_id)
        check_confirmed(_questions(db, who, found, run_sheet_id, start, now), confirmed)
        started_at = take_step(db, who, sheet, step, seen_version=seen_version, now=now)
        start = replace(start, started_at=started_at)
        _store_start(db, who, found, run_sheet_id, start, now)
        _mark_given(db, found)
        audit.record(
            db,
            who,
            AuditEvent.INFUSION_STARTED,
            now=now,
            kind="infusion",
            object_id=run_sheet_id,
            patient_id=found.patient_id,
            detail={"number": found.number, "confirmed": len(confirmed)},
        )
        if submission:
            result = {"infusion_id": str(run_sheet_id)}
            submissions.remember(db, who, submission, result, now=now)
        return run_sheet_id


def ask_before_start(
    db: Session, who: Person, run_sheet_id: UUID, start: Start, *, now: datetime
) -> tuple[Question, ...]:
    """Check everything that `start_infusion` checks; returns what it will ask. Stores nothing."""
    check_may(who, Act.LOG_INFUSION)
    sheet = lock_sheet(db, who.clinic_id, run_sheet_id)
    stage_after(sheet.stage, Move.START)
    found = lock_appointment(db, who.clinic_id, sheet.planned_infusion_id)
    return _questions(db, who, found, run_sheet_id, start, now)


def _questions(
    db: Session,
    who: Person,
    found: LockedAppointment,
    run_sheet_id: UUID,
    start: Start,
    now: datetime,
) -> tuple[Question, ...]:
    """Checks every rule; returns what is left to be confirmed."""
    check_not_held(open_alerts.holding(db, found.clinic_id, found.patient_id))
    last = _last_infusion(db, found)
    _check_may_start(found, last)
    protocol, zone = _rules(db, found)
    previous = _previous(last)
    check_start(start, protocol.dose, previous=previous, now=now)
    if not may(who, Act.RAISE_DOSE):
        agreed = agreed_dose(db, found.clinic_id, found.course_id)
        check_not_above_agreed(start.dose, agreed, protocol.dose)
    asked = start_questions(
        _with_latest_set(db, run_sheet_id, start),
        protocol,
        number=found.number,
        planned_on=found.planned_on,
        started_on=start.started_at.astimezone(zone).date(),
        previous=previous,
        waiting=_waiting_before(db, found),
        unreviewed_after=unreviewed_after(db, found.course_id, protocol.review_after_infusions),
        now=now,
    )
    return (*asked, *_sheet_questions(db, found, run_sheet_id, start))


def _sheet_questions(
    db: Session, found: LockedAppointment, run_sheet_id: UUID, start: Start
) -> tuple[Question, ...]:
    """What to ask where the start contradicts what stands on the sheet."""
    checked_kg = sheet_facts.checked_weight_kg(db, run_sheet_id)
    weight = checked_weight_question(start.dose.weight_kg, checked_kg)
    drawn = drawn_for(db, found.clinic_id, run_sheet_id)
    return (*((weight,) if weight else ()), *drawn_questions(start.dose, drawn))


def _with_latest_set(db: Session, run_sheet_id: UUID, start: Start) -> Start:
    """With the vital signs taken last on the sheet, when none came with the start."""
    if not start.baseline.is_empty:
        return start
    sets = sheet_facts.standing_sets(db, run_sheet_id)
    return replace(start, baseline=sets[-1].signs) if sets else start


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
            GivenInfusionRow.weight_basis,
            GivenInfusionRow.dose_mg_per_kg,
        )
        .join(PlannedInfusionRow, PlannedInfusionRow.id == GivenInfusionRow.planned_infusion_id)
        .where(GivenInfusionRow.course_id == found.course_id)
        .order_by(GivenInfusionRow.occurred_at.desc(), PlannedInfusionRow.number.desc())
        .limit(1)
    ).one_or_none()


def _previous(last: Any) -> Previous | None:
    if last is None:
        return None
    return Previous(
        number=last.number,
        weight_kg=last.weight_kg,
        ended_at=last.ended_at,
        dose_mg_per_kg=last.dose_mg_per_kg,
        weight_basis=WeightBasis(last.weight_basis),
    )


def _check_may_start(found: LockedAppointment, last: Any) -> None:
    if found.state is PlannedState.GIVEN:
        raise Refused(f"Infusion {found.number} was started already. Open its run sheet.")
    if found.state is not PlannedState.PLANNED:
        raise Refused(f"Infusion {found.number} is marked {found.state}. Plan it again first.")
    if not found.course_state.is_open:
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
    db: Session,
    who: Person,
    found: LockedAppointment,
    infusion_id: UUID,
    start: Start,
    now: datetime,
) -> None:
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
                "dose_reason": start.dose_reason,
                **_dose_columns(start.dose),
                **recorded,
            }
        ],
    )
    if not start.baseline.is_empty:
        values = {measure.value: value for measure, value in start.baseline.values()}
        at = {"run_sheet_id": infusion_id, "occurred_at": start.started_at}
        db.execute(insert(VitalSignsRow), [{"id": uuid4(), **at, **values, **recorded}])


def _dose_columns(dose: Dose) -> dict[str, Any]:
    is_ideal = dose.rule.basis is WeightBasis.IDEAL
    return {
        "weight_kg": dose.weight_kg,
        "weight_basis": dose.rule.basis,
        "dosing_weight_kg": rounded(dose.dosing_weight_kg, 2),
        "height_cm": dose.rule.height_cm if is_ideal else None,
        "ideal_weight_for": dose.rule.ideal_for if is_ideal else None,
        "dose_mg_per_kg": dose.dose_mg_per_kg,
        "ordered_mg": dose.ordered_mg,
        "planned_minutes": dose.planned_minutes,
        "vial_mg_per_ml": dose.prepared.vial_mg_per_ml if dose.prepared else None,
        "total_ml": dose.total_ml,
    }


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
