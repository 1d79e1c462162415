"""What hangs on a course, list by list: one statement each. The course was found by the caller,
in the caller's clinic.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.course_record import (
    GivenInfusion,
    InfusionEvent,
    PlannedInfusion,
    RaisedAlert,
    SentCheckIn,
    StoredScore,
    TherapyAppointment,
)
from tracker.domain.courses import (
    GivenState,
    PlannedState,
    TherapyFormat,
    TherapyKind,
    TherapyState,
)
from tracker.domain.progress.plan_given import PlanMove
from tracker.domain.run_sheet_stages import Move
from tracker.domain.safety import AlertLevel
from tracker.domain.suicide_questions import find_asking, has_thoughts
from tracker.models.accounts import UserRow
from tracker.models.check_ins import CheckInRow, SafetyAlertRow, ScoreRow
from tracker.models.courses import CourseRow, PlanChangeRow, PlannedInfusionRow
from tracker.models.database import is_one_of, read_rows
from tracker.models.infusions import GivenInfusionRow
from tracker.models.prepared import Prepared
from tracker.models.run_sheets import InfusionEventRow, RunSheetMoveRow, VitalSignsRow
from tracker.models.therapy_sessions import TherapySessionRow


def _standing(row: Any) -> Any:
    """Sets of vital signs, or events, of an infusion that no correction replaced and that are not
    strikes themselves.
    """
    newer = aliased(row)
    return and_(
        row.run_sheet_id == GivenInfusionRow.id,
        ~row.is_struck,
        ~select(newer.id).where(newer.corrects_id == row.id).exists(),
    )


def _during(row: Any) -> Any:
    # A high first reading, taken before the start, would hide what the infusion did.
    return and_(_standing(row), row.occurred_at >= GivenInfusionRow.occurred_at)


def _at_peak(column: Any) -> Any:
    """A column of the set with the highest pressure since the start of an infusion."""
    return (
        select(column)
        .where(_during(VitalSignsRow), VitalSignsRow.systolic_mmhg.is_not(None))
        .order_by(
            VitalSignsRow.systolic_mmhg.desc(),
            VitalSignsRow.diastolic_mmhg.desc(),
            VitalSignsRow.id,
        )
        .limit(1)
        .scalar_subquery()
    )


# Statements are built once: building one takes longer than running it.
_OF_COURSE: Any = bindparam("course_id")
_INFUSIONS = Prepared(
    select(
        PlannedInfusionRow.id,
        PlannedInfusionRow.number,
        PlannedInfusionRow.planned_on,
        PlannedInfusionRow.planned_time,
        PlannedInfusionRow.state,
        PlannedInfusionRow.is_booster,
        PlannedInfusionRow.not_given_reason,
        GivenInfusionRow.id.label("given_id"),
        GivenInfusionRow.state.label("given_state"),
        GivenInfusionRow.occurred_at,
        GivenInfusionRow.ended_at,
        GivenInfusionRow.weight_kg,
        GivenInfusionRow.dose_mg_per_kg,
        GivenInfusionRow.ordered_mg,
        GivenInfusionRow.given_mg,
        GivenInfusionRow.planned_minutes,
        _at_peak(VitalSignsRow.systolic_mmhg).label("peak_systolic"),
        _at_peak(VitalSignsRow.diastolic_mmhg).label("peak_diastolic"),
        select(func.min(VitalSignsRow.spo2_percent))
        .where(_during(VitalSignsRow))
        .scalar_subquery()
        .label("lowest_spo2"),
        select(func.count(InfusionEventRow.id))
        .where(_standing(InfusionEventRow))
        .scalar_subquery()
        .label("event_count"),
        select(func.max(VitalSignsRow.cadss6))
        .where(_during(VitalSignsRow))
        .scalar_subquery()
        .label("highest_cadss6"),
        select(func.max(RunSheetMoveRow.occurred_at))
        .where(_standing(RunSheetMoveRow), RunSheetMoveRow.move == Move.LEAVE)
        .scalar_subquery()
        .label("left_at"),
    )
    .outerjoin(GivenInfusionRow, GivenInfusionRow.planned_infusion_id == PlannedInfusionRow.id)
    .where(PlannedInfusionRow.course_id == _OF_COURSE)
    .order_by(PlannedInfusionRow.planned_on, PlannedInfusionRow.planned_time, PlannedInfusionRow.id)
)
_THERAPY = Prepared(
    select(
        TherapySessionRow.id,
        TherapySessionRow.state,
        TherapySessionRow.kind,
        TherapySessionRow.format,
        TherapySessionRow.planned_on,
        TherapySessionRow.planned_time,
        TherapySessionRow.occurred_at,
        TherapySessionRow.minutes,
        UserRow.name.label("therapist"),
    )
    .outerjoin(UserRow, UserRow.id == TherapySessionRow.therapist_id)
    .where(TherapySessionRow.course_id == _OF_COURSE)
    .order_by(TherapySessionRow.planned_on, TherapySessionRow.id)
)
_CHECK_INS = Prepared(
    select(
        CheckInRow.id,
        CheckInRow.instrument_key,
        CheckInRow.instrument_version,
        CheckInRow.due_key,
        CheckInRow.due_on,
        CheckInRow.mode,
        CheckInRow.occurred_at,
        CheckInRow.recorded_at,
        CheckInRow.answers,
    )
    .where(CheckInRow.course_id == _OF_COURSE)
    .order_by(CheckInRow.occurred_at, CheckInRow.id)
)


@lru_cache(maxsize=16)
def _scores_on(scales: tuple[str, ...]) -> Prepared:
    """The statement for these scales: the pages ask for two or three sets of them."""
    return Prepared(
        select(
            ScoreRow.scale,
            ScoreRow.check_in_id,
            ScoreRow.occurred_at,
            ScoreRow.value,
            ScoreRow.answered,
            ScoreRow.item_count,
            ScoreRow.is_prorated,
        )
        .where(ScoreRow.course_id == _OF_COURSE, is_one_of(ScoreRow.scale, scales))
        .order_by(ScoreRow.scale, ScoreRow.occurred_at, ScoreRow.check_in_id)
    )


_EVENTS = Prepared(
    select(
        PlannedInfusionRow.number.label("infusion_number"),
        PlannedInfusionRow.is_booster,
        InfusionEventRow.occurred_at,
        InfusionEventRow.term,
        InfusionEventRow.grade,
        InfusionEventRow.action,
        InfusionEventRow.is_serious,
    )
    .select_from(PlannedInfusionRow)
    .join(GivenInfusionRow, GivenInfusionRow.planned_infusion_id == PlannedInfusionRow.id)
    .join(InfusionEventRow, InfusionEventRow.run_sheet_id == GivenInfusionRow.id)
    .where(PlannedInfusionRow.course_id == _OF_COURSE, _standing(InfusionEventRow))
    .order_by(InfusionEventRow.occurred_at, InfusionEventRow.id)
)


_ALERTS = Prepared(
    select(SafetyAlertRow.raised_at, SafetyAlertRow.level, SafetyAlertRow.closed_at)
    .join(CourseRow, CourseRow.id == SafetyAlertRow.course_id)
    .where(
        CourseRow.id == _OF_COURSE,
        SafetyAlertRow.patient_id == CourseRow.patient_id,  # the index goes by patient
    )
    .order_by(SafetyAlertRow.raised_at, SafetyAlertRow.id)
)


def alerts(db: Session, course_id: UUID) -> tuple[RaisedAlert, ...]:
    """The safety alerts that the answers of the course raised, also those that were kept and never
    sent; the earliest first.
    """
    rows: Any = read_rows(db, _ALERTS, {"course_id": course_id})
    return tuple(
        RaisedAlert(raised_at=raised, level=AlertLevel(level), closed_at=closed)
        for raised, level, closed in rows
    )


def infusions(db: Session, course_id: UUID) -> tuple[PlannedInfusion, ...]:
    """Every planned infusion with what was given at it, by planned date."""
    rows = read_rows(db, _INFUSIONS, {"course_id": course_id})
    return tuple(_planned(row) for row in rows)


def _planned(row: Any) -> PlannedInfusion:
    return PlannedInfusion(
        id=row.id,
        number=row.number,
        planned_on=row.planned_on,
        planned_time=row.planned_time,
        state=PlannedState(row.state),
        is_booster=row.is_booster,
        not_given_reason=row.not_given_reason,
        given=None if row.given_id is None else _given(row),
    )


def _given(row: Any) -> GivenInfusion:
    return GivenInfusion(
        id=row.given_id,
        state=GivenState(row.given_state),
        started_at=row.occurred_at,
        ended_at=row.ended_at,
        weight_kg=row.weight_kg,
        dose_mg_per_kg=row.dose_mg_per_kg,
        ordered_mg=row.ordered_mg,
        given_mg=row.given_mg,
        planned_minutes=row.planned_minutes,
        peak_systolic_mmhg=row.peak_systolic,
        peak_diastolic_mmhg=row.peak_diastolic,
        lowest_spo2_percent=row.lowest_spo2,
        event_count=row.event_count,
        highest_cadss6=row.highest_cadss6,
        left_at=row.left_at,
    )


def therapy(db: Session, course_id: UUID) -> tuple[TherapyAppointment, ...]:
    """Every therapy session, by planned date."""
    return tuple(
        TherapyAppointment(
            id=row.id,
            state=TherapyState(row.state),
            kind=TherapyKind(row.kind),
            format=TherapyFormat(row.format),
            planned_on=row.planned_on,
            planned_time=row.planned_time,
            occurred_at=row.occurred_at,
            minutes=row.minutes,
            therapist=row.therapist or "",
        )
        for row in read_rows(db, _THERAPY, {"course_id": course_id})
    )


def check_ins(db: Session, course_id: UUID) -> tuple[SentCheckIn, ...]:
    """Every check-in that was sent, by when it was answered."""
    rows: Any = read_rows(db, _CHECK_INS, {"course_id": course_id})
    return tuple(
        SentCheckIn(
            id=check_in_id,
            instrument_key=instrument_key,
            instrument_version=instrument_version,
            due_key=due_key,
            due_on=due_on,
            mode=mode,
            occurred_at=occurred_at,
            recorded_at=recorded_at,
            has_thoughts=_has_thoughts(instrument_key, instrument_version, answers),
        )
        for (
            check_in_id,
            instrument_key,
            instrument_version,
            due_key,
            due_on,
            mode,
            occurred_at,
            recorded_at,
            answers,
        ) in rows
    )


def _has_thoughts(key: str, version: int, answers: Mapping[str, Any]) -> bool | None:
    asking = find_asking(key, version)
    return None if asking is None else has_thoughts(asking, answers)


def scores(
    db: Session, course_id: UUID, scales: Collection[str]
) -> dict[str, tuple[StoredScore, ...]]:
    """The scores on the scales asked for, by scale; a scale without scores has an empty list."""
    found: dict[str, list[StoredScore]] = {scale: [] for scale in scales}
    rows: Any = read_rows(db, _scores_on(tuple(sorted(scales))), {"course_id": course_id})
    for scale, check_in_id, occurred_at, value, answered, item_count, is_prorated in rows:
        found[scale].append(
            StoredScore(
                check_in_id=check_in_id,
                occurred_at=occurred_at,
                value=value,
                answered=answered,
                item_count=item_count,
                is_prorated=is_prorated,
            )
        )
    return {scale: tuple(each) for scale, each in found.items()}


def events(db: Session, course_id: UUID) -> tuple[InfusionEvent, ...]:
    """What happened during and after the infusions, in order of time."""
    rows = read_rows(db, _EVENTS, {"course_id": course_id}).mappings()
    return tuple(InfusionEvent(**row) for row in rows)


_MOVES = Prepared(
    select(PlanChangeRow.moves)
    .where(PlanChangeRow.course_id == _OF_COURSE)
    .order_by(PlanChangeRow.recorded_at, PlanChangeRow.id)
)


def moves(db: Session, course_id: UUID) -> tuple[PlanMove, ...]:
    """Every line of the plan's history about one infusion, the oldest first."""
    return tuple(
        PlanMove(number=each["number"], from_on=_day(each, "from_on"), to_on=_day(each, "to_on"))
        for row in read_rows(db, _MOVES, {"course_id": course_id})
        for each in row.moves
    )


def _day(move: dict[str, Any], key: str) -> date | None:
    return date.fromisoformat(move[key]) if move.get(key) else None
