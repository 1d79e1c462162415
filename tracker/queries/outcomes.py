"""Every course of a clinic as numbers, for outcomes: five statements, no row of a patient.

One row a course comes back, without a name; what a course has several of (days of infusions, terms
of events) is joined to one text by the database. Counting infusions before each score by window
functions took longer on 10,000 courses.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

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
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import NullType

from tracker.domain.cohort.courses import CohortCourse, CohortScore, Happenings
from tracker.domain.courses import CourseState, GivenState, TherapyState
from tracker.domain.people import Person
from tracker.domain.permissions import Act, check_may
from tracker.domain.protocol import ChangeRules
from tracker.models.check_ins import ScoreRow
from tracker.models.clinics import ProtocolRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import read_rows
from tracker.models.days_between import days_between
from tracker.models.infusions import GivenInfusionRow
from tracker.models.prepared import Prepared
from tracker.models.run_sheets import InfusionEventRow
from tracker.models.therapy_sessions import TherapySessionRow

SEVERE = 3
_ONE, _NEXT = "\x1f", "\x1e"  # between the terms of one infusion, and between infusions
_A_MOMENT_DAYS = 1e-6
_DAY_AND_VALUE = itemgetter(1, 2)
_CLINIC: Any = bindparam("clinic_id")
_NOW: Any = bindparam("now", type_=GivenInfusionRow.occurred_at.type)
_STATES = {str(state): state for state in CourseState}


class _Protocol(NamedTuple):
    name: str
    change: ChangeRules


def list_cohort(
    db: Session, who: Person, *, scale: str, zone: ZoneInfo, now: datetime
) -> tuple[CohortCourse, ...]:
    """Every course of the clinic whose first infusion was started, with its scores on a scale.

    The baseline is that of the protocol: the last valid score before infusion 1, not older than
    its days. Courses that are only planned are not there.
    """
    check_may(who, Act.SEE_OUTCOMES)
    clinic: dict[str, Any] = {"clinic_id": who.clinic_id}
    protocols = _protocols(db, who.clinic_id)
    scores = _scores(db, who.clinic_id, scale, now)
    events = {row[0]: row for row in _rows(db, _EVENTS, clinic)}
    today = now.astimezone(zone).date()
    therapy = {row[0]: row for row in _rows(db, _THERAPY, clinic | {"today": today})}
    return tuple(
        _course(
            row,
            protocols[row.protocol_id],
            scores.get(row.id, ()),
            events.get(row.id),
            therapy.get(row.id, (None, 0, 0)),
            zone,
        )
        for row in _rows(db, _COURSES, clinic | {"now": now})
    )


def _course(
    row: Any, protocol: _Protocol, scored: Any, event: Any, therapy: Any, zone: ZoneInfo
) -> CohortCourse:
    since_now = sorted(map(float, row.days.split(_ONE)))
    first = since_now[0]
    days = [each - first for each in since_now]
    gaps = [round(later - earlier) for earlier, later in pairwise(days)]
    happenings, terms = _happened(event, row.stopped_early)
    baseline, scores = _placed(scored, first, days, protocol.change.baseline_within_days)
    return CohortCourse(
        protocol=protocol.name,
        started_on=row.first_at.astimezone(zone).date(),
        state=_STATES[row.state],
        planned=row.infusion_count,
        given=len(days),
        last_day=days[-1],
        observed_days=-first,
        end_reason=row.end_reason,
        baseline=baseline,
        scores=scores,
        gaps=len(gaps),
        gaps_inside=sum(row.min_gap_days <= gap <= row.max_gap_days for gap in gaps),
        therapy_held=therapy[1],
        therapy_due=therapy[2],
        happenings=happenings,
        terms=terms,
        change=protocol.change,
        response_percent=protocol.change.response_percent,
        worse_percent=protocol.change.worse_percent,
    )


def _placed(
    scored: Any, first: float, days: list[float], within_days: int
) -> tuple[float | None, tuple[CohortScore, ...]]:
    """The baseline, and the later scores with the number of infusions before each. ``scored`` are
    rows in any order, ``first`` is the day of infusion 1, both counted from now.
    """
    baseline = None
    later = []
    for _, since_now, value in sorted(scored, key=_DAY_AND_VALUE):
        day = since_now - first
        infusion = bisect_right(days, day + _A_MOMENT_DAYS)
        if infusion:
            later.append(CohortScore(infusion, day, value))
        elif day >= -within_days:
            baseline = value
    return baseline, tuple(later)


_NOTHING = Happenings()


def _happened(row: Any, stopped_early: int) -> tuple[Happenings, tuple[frozenset[str], ...]]:
    if row is None:
        return (Happenings(stopped_early=stopped_early) if stopped_early else _NOTHING), ()
    happenings = Happenings(
        events=int(row.events),
        infusions_with_events=row.infusions,
        severe=int(row.severe),
        serious=int(row.serious),
        stopped_early=stopped_early,
    )
    return happenings, tuple(map(_terms, row.terms.split(_NEXT)))


@lru_cache(maxsize=4096)
def _terms(joined: str) -> frozenset[str]:
    """The terms of one infusion. Few infusions differ in them."""
    return frozenset(joined.split(_ONE))


def _rows(db: Session, statement: Any, values: dict[str, Any]) -> Any:
    return read_rows(db, statement, values)


def _protocols(db: Session, clinic_id: UUID) -> dict[Any, _Protocol]:
    return {
        row.id: _Protocol(row.name, _read_change(row.definition.get("change", {})))
        for row in _rows(db, _PROTOCOLS, {"clinic_id": clinic_id})
    }


def _read_change(stored: dict[str, Any]) -> ChangeRules:
    lists = {name: tuple(each) for name, each in stored.items() if isinstance(each, list)}
    return ChangeRules(**stored | lists)


def _scores(db: Session, clinic_id: UUID, scale: str, now: datetime) -> dict[Any, list[Any]]:
    """Valid scores by course, in any order: the course, days since now, and the value."""
    found: dict[Any, list[Any]] = defaultdict(list)
    wanted = {"clinic_id": clinic_id, "scale": scale, "now": now}
    for row in _rows(db, _SCORES, wanted):
        found[row[0]].append(row)
    return found


def _key(column: Any) -> Any:
    """An id that is only compared with others: as the driver gives it, without making a UUID."""
    return type_coerce(column, NullType())


def _without_boosters() -> tuple[Any, ...]:
    return (
        PlannedInfusionRow.id == GivenInfusionRow.planned_infusion_id,
        PlannedInfusionRow.is_booster.is_(False),
    )


def _courses() -> Any:
    """Days are counted from now: the day of infusion 1 is not known before the rows are."""
    day = days_between(_NOW, GivenInfusionRow.occurred_at)
    early = GivenInfusionRow.state == str(GivenState.STOPPED_EARLY)
    given = (
        select(
            GivenInfusionRow.course_id.label("course_id"),
            func.min(GivenInfusionRow.occurred_at).label("first_at"),
            func.aggregate_strings(cast(day, String), _ONE).label("days"),
            func.sum(case((early, 1), else_=0)).label("stopped_early"),
        )
        .join(PlannedInfusionRow, and_(*_without_boosters()))
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


def _scores_of_courses() -> Any:
    return (
        select(
            _key(ScoreRow.course_id).label("course_id"),
            days_between(_NOW, ScoreRow.occurred_at).label("day"),
            cast(type_coerce(ScoreRow.value, Float), Float).label("value"),
        )
        .join(CourseRow, CourseRow.id == ScoreRow.course_id)
        .where(
            CourseRow.clinic_id == _CLINIC,
            ScoreRow.scale == bindparam("scale"),
            ScoreRow.value.is_not(None),
        )
    )


def _events_by_course() -> Any:
    """Events of infusions that no correction replaced and nobody struck out, without boosters."""
    newer = aliased(InfusionEventRow)
    sheets = (
        select(
            GivenInfusionRow.course_id.label("course_id"),
            func.aggregate_strings(InfusionEventRow.term, _ONE).label("terms"),
            func.count().label("events"),
            func.sum(case((InfusionEventRow.grade >= SEVERE, 1), else_=0)).label("severe"),
            func.sum(case((InfusionEventRow.is_serious.is_(True), 1), else_=0)).label("serious"),
        )
        .select_from(InfusionEventRow)
        .join(GivenInfusionRow, GivenInfusionRow.id == InfusionEventRow.run_sheet_id)
        .join(PlannedInfusionRow, and_(*_without_boosters()))
        .where(
            InfusionEventRow.clinic_id == _CLINIC,
            InfusionEventRow.is_struck.is_(False),
            ~select(newer.id).where(newer.corrects_id == InfusionEventRow.id).exists(),
        )
        .group_by(GivenInfusionRow.id, GivenInfusionRow.course_id)
        .cte("sheets")
    )
    return select(
        _key(sheets.c.course_id),
        func.aggregate_strings(sheets.c.terms, _NEXT).label("terms"),
        func.count().label("infusions"),
        func.sum(sheets.c.events).label("events"),
        func.sum(sheets.c.severe).label("severe"),
        func.sum(sheets.c.serious).label("serious"),
    ).group_by(sheets.c.course_id)


# Statements are built once: building one takes longer than running a small one.
_COURSES = _courses()
_SCORES = Prepared(_scores_of_courses())
_EVENTS = _events_by_course()
_WAS_DUE = or_(
    TherapySessionRow.state.in_([str(TherapyState.HELD), str(TherapyState.MISSED)]),
    and_(
        TherapySessionRow.state == str(TherapyState.PLANNED),
        TherapySessionRow.planned_on < bindparam("today"),
    ),
)
_THERAPY = (
    select(
        _key(TherapySessionRow.course_id),
        func.sum(case((TherapySessionRow.state == str(TherapyState.HELD), 1), else_=0)),
        func.sum(case((_WAS_DUE, 1), else_=0)),
    )
    .where(TherapySessionRow.clinic_id == _CLINIC)
    .group_by(TherapySessionRow.course_id)
)
_PROTOCOLS = select(
    _key(ProtocolRow.id).label("id"), ProtocolRow.name, ProtocolRow.definition
).where(ProtocolRow.clinic_id == _CLINIC)
