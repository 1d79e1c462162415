"""What the outcomes of a clinic are read by: statements that count in the database.

They are built once: building one takes longer than running a small one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Float,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased
from sqlalchemy.types import NullType

from tracker.domain.courses import GivenState, TherapyState
from tracker.models.check_ins import CheckInRow, ScoreRow
from tracker.models.clinics import ProtocolRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.days_between import days_between
from tracker.models.infusions import GivenInfusionRow
from tracker.models.prepared import Prepared
from tracker.models.run_sheets import InfusionEventRow
from tracker.models.therapy_sessions import TherapySessionRow

SEVERE = 3
ONE, NEXT = "\x1f", "\x1e"
"""Between the terms of one infusion, and between infusions."""
_CLINIC: Any = bindparam("clinic_id")
_NOW: Any = bindparam("now", type_=GivenInfusionRow.occurred_at.type)


def _key(column: Any) -> Any:
    """An id that is only compared with others: as the driver gives it, without making a UUID."""
    return type_coerce(column, NullType())


def _planned(*, is_booster: bool) -> tuple[Any, ...]:
    return (
        PlannedInfusionRow.id == GivenInfusionRow.planned_infusion_id,
        PlannedInfusionRow.is_booster.is_(is_booster),
    )


_STOPPED_EARLY = case((GivenInfusionRow.state == str(GivenState.STOPPED_EARLY), 1), else_=0)


def _boosters() -> Any:
    """By course: how many, and the day of the first, counted from now."""
    first_at = type_coerce(func.min(GivenInfusionRow.occurred_at), _NOW.type)
    return (
        select(
            _key(GivenInfusionRow.course_id).label("course_id"),
            func.count().label("given"),
            days_between(_NOW, first_at).label("first_day"),
            func.sum(_STOPPED_EARLY).label("stopped_early"),
        )
        .join(PlannedInfusionRow, and_(*_planned(is_booster=True)))
        .where(GivenInfusionRow.clinic_id == _CLINIC)
        .group_by(GivenInfusionRow.course_id)
    )


def _courses() -> Any:
    """Days are counted from now: the day of infusion 1 is not known before the rows are."""
    day = days_between(_NOW, GivenInfusionRow.occurred_at)
    given = (
        select(
            GivenInfusionRow.course_id.label("course_id"),
            func.min(GivenInfusionRow.occurred_at).label("first_at"),
            func.aggregate_strings(cast(day, String), ONE).label("days"),
            func.sum(_STOPPED_EARLY).label("stopped_early"),
        )
        .join(PlannedInfusionRow, and_(*_planned(is_booster=False)))
        .where(GivenInfusionRow.clinic_id == _CLINIC)
        .group_by(GivenInfusionRow.course_id)
        .cte("given")
    )
    return (
        select(
            _key(CourseRow.id).label("id"),
            _key(CourseRow.protocol_id).label("protocol_id"),
            CourseRow.state,
            CourseRow.infusion_count,
            CourseRow.min_gap_days,
            CourseRow.max_gap_days,
            CourseRow.end_reason,
            type_coerce(given.c.first_at, GivenInfusionRow.occurred_at.type).label("first_at"),
            given.c.days,
            given.c.stopped_early,
        )
        .join(given, given.c.course_id == CourseRow.id)
        .where(CourseRow.clinic_id == _CLINIC)
        .order_by(CourseRow.id)
    )


def _score_columns() -> tuple[Any, ...]:
    """The course, days since now, and the value."""
    return (
        _key(ScoreRow.course_id).label("course_id"),
        days_between(_NOW, ScoreRow.occurred_at).label("day"),
        cast(type_coerce(ScoreRow.value, Float), Float).label("value"),
    )


_IS_SCORED = (ScoreRow.scale == bindparam("scale"), ScoreRow.value.is_not(None))


def _scores_of_courses() -> Any:
    return (
        select(*_score_columns())
        .join(CourseRow, CourseRow.id == ScoreRow.course_id)
        .where(CourseRow.clinic_id == _CLINIC, *_IS_SCORED)
    )


def _scores_before() -> Any:
    """Scores from before infusion 1, each with the day on which it came into the system: few, so
    that the check-ins of all the others need not be looked up.
    """
    first = (
        select(
            GivenInfusionRow.course_id.label("course_id"),
            func.min(GivenInfusionRow.occurred_at).label("first_at"),
        )
        .join(PlannedInfusionRow, and_(*_planned(is_booster=False)))
        .where(GivenInfusionRow.clinic_id == _CLINIC)
        .group_by(GivenInfusionRow.course_id)
        .cte("first")
    )
    entered = days_between(_NOW, CheckInRow.recorded_at).label("entered")
    return (
        select(*_score_columns(), entered)
        .select_from(first)
        .join(
            ScoreRow,
            and_(
                ScoreRow.course_id == first.c.course_id,
                ScoreRow.occurred_at < first.c.first_at,
                *_IS_SCORED,
            ),
        )
        .join(CheckInRow, CheckInRow.id == ScoreRow.check_in_id)
        .where(ScoreRow.clinic_id == _CLINIC)
    )


def _events_by_course() -> Any:
    """On how many infusions there was an event, a severe and a serious one, and on how many
    boosters. Not counted is what a correction replaced or somebody struck out.
    """
    newer = aliased(InfusionEventRow)
    sheets = (
        select(
            InfusionEventRow.run_sheet_id,
            func.aggregate_strings(InfusionEventRow.term, ONE).label("terms"),
            func.max(case((InfusionEventRow.grade >= SEVERE, 1), else_=0)).label("severe"),
            func.max(case((InfusionEventRow.is_serious.is_(True), 1), else_=0)).label("serious"),
        )
        .where(
            InfusionEventRow.clinic_id == _CLINIC,
            InfusionEventRow.is_struck.is_(False),
            ~select(newer.id).where(newer.corrects_id == InfusionEventRow.id).exists(),
        )
        .group_by(InfusionEventRow.run_sheet_id)
        .cte("sheets")
    )
    return (
        select(
            _key(GivenInfusionRow.course_id).label("course_id"),
            PlannedInfusionRow.is_booster,
            func.aggregate_strings(sheets.c.terms, NEXT).label("terms"),
            func.count().label("infusions"),
            func.sum(sheets.c.severe).label("severe"),
            func.sum(sheets.c.serious).label("serious"),
        )
        .select_from(sheets)
        .join(GivenInfusionRow, GivenInfusionRow.id == sheets.c.run_sheet_id)
        .join(PlannedInfusionRow, PlannedInfusionRow.id == GivenInfusionRow.planned_infusion_id)
        .group_by(GivenInfusionRow.course_id, PlannedInfusionRow.is_booster)
    )


COURSES = Prepared(_courses())
BOOSTERS = Prepared(_boosters())
SCORES = Prepared(_scores_of_courses())
BEFORE = Prepared(_scores_before())
EVENTS = Prepared(_events_by_course())
_WAS_HELD = TherapySessionRow.state == str(TherapyState.HELD)
_WAS_DUE = or_(
    _WAS_HELD,
    TherapySessionRow.state == str(TherapyState.MISSED),
    and_(
        TherapySessionRow.state == str(TherapyState.PLANNED),
        TherapySessionRow.planned_on < bindparam("today"),
    ),
)
THERAPY = Prepared(
    select(
        _key(TherapySessionRow.course_id).label("course_id"),
        func.sum(case((_WAS_HELD, 1), else_=0)).label("held"),
        func.sum(case((_WAS_DUE, 1), else_=0)).label("due"),
    )
    .where(TherapySessionRow.clinic_id == _CLINIC)
    .group_by(TherapySessionRow.course_id)
)
PROTOCOLS = select(
    _key(ProtocolRow.id).label("id"), ProtocolRow.name, ProtocolRow.definition
).where(ProtocolRow.clinic_id == _CLINIC)
