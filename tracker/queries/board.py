"""The board of today: who comes, who is on the drip, who waits for an answer, who is behind.

A fixed number of statements whatever the size of the clinic, each over an index of the clinic's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from tracker.domain.check_ins import behind_after_days
from tracker.domain.clinic import Clinic
from tracker.domain.courses import GivenState, PlannedState, TherapyKind, TherapyState
from tracker.domain.people import Person
from tracker.domain.protocol import DEFAULT_INSTRUMENTS, InstrumentUse, Monitoring
from tracker.domain.vital_limits import NextSet, next_set
from tracker.models.accounts import UserRow
from tracker.models.clinics import ProtocolRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import read_rows
from tracker.models.infusions import GivenInfusionRow
from tracker.models.patients import PatientRow
from tracker.models.run_sheets import VitalSignsRow
from tracker.models.therapy_sessions import TherapySessionRow
from tracker.queries import alerts, behind
from tracker.queries.alerts import AlertLine
from tracker.queries.behind import Behind

ALERTS_LISTED = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardInfusion:
    """One infusion of today, or one that still runs. Times are UTC, ``planned_time`` local."""

    planned_infusion_id: UUID
    given_infusion_id: UUID | None
    course_id: UUID
    patient_name: str
    record_number: str
    born_on: date
    number: int
    of: int
    is_booster: bool
    planned_on: date
    planned_time: time
    room: str
    state: PlannedState
    given_state: GivenState | None
    started_at: datetime | None
    ended_at: datetime | None
    last_vital_signs_at: datetime | None
    next_vital_signs: NextSet | None


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardTherapy:
    """One therapy session of today; without a time it is some time today."""

    id: UUID
    course_id: UUID
    patient_name: str
    record_number: str
    born_on: date
    kind: TherapyKind
    state: TherapyState
    planned_time: time | None
    therapist: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NextDay:
    """The first day after today with visits."""

    on: date
    visits: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """Everything that the board shows."""

    today: date
    infusions: tuple[BoardInfusion, ...]
    therapy: tuple[BoardTherapy, ...]
    alerts: tuple[AlertLine, ...]
    behind: tuple[Behind, ...]
    next_day: NextDay | None


def get_board(db: Session, who: Person, clinic: Clinic, *, now: datetime) -> Board:
    """The board of the clinic's today. Seven statements, and two more on a day without visits."""
    today = clinic.date_of(now)
    protocols = _protocols(db, who)
    infusions = _infusions(db, who, today, protocols, now)
    therapy = _therapy(db, who, today)
    is_empty = not infusions and not therapy
    return Board(
        today=today,
        infusions=infusions,
        therapy=therapy,
        alerts=alerts.list_open(db, who, limit=ALERTS_LISTED),
        behind=behind.list_behind(
            db,
            who,
            clinic,
            days={each: rules.behind_after_days for each, rules in protocols.items()},
            today=today,
        ),
        next_day=_next_day(db, who, today) if is_empty else None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rules:
    monitoring: Monitoring
    behind_after_days: int | None


_PROTOCOLS = select(
    ProtocolRow.id,
    ProtocolRow.definition["monitoring"].label("monitoring"),
    ProtocolRow.definition["instruments"].label("uses"),
).where(ProtocolRow.clinic_id == bindparam("clinic_id"))


def _protocols(db: Session, who: Person) -> dict[UUID, _Rules]:
    """What the board needs of each protocol version of the clinic: a handful of rows."""
    found = {}
    for row in read_rows(db, _PROTOCOLS, {"clinic_id": who.clinic_id}):
        uses = [InstrumentUse(**use) for use in row.uses or ()] or DEFAULT_INSTRUMENTS
        found[row.id] = _Rules(
            monitoring=Monitoring(**(row.monitoring or {})),
            behind_after_days=behind_after_days(uses),
        )
    return found


# Statements are built once: building one takes longer than running it.
_LAST_SIGNS = (
    select(func.max(VitalSignsRow.occurred_at))
    .where(VitalSignsRow.run_sheet_id == GivenInfusionRow.id)
    .scalar_subquery()
)
_WHOSE = (PatientRow.given_name, PatientRow.family_name, PatientRow.record_number)
_INFUSION: Select[Any] = select(  # type: ignore[assignment]
    PlannedInfusionRow.id,
    PlannedInfusionRow.course_id,
    PlannedInfusionRow.number,
    PlannedInfusionRow.is_booster,
    PlannedInfusionRow.planned_on,
    PlannedInfusionRow.planned_time,
    PlannedInfusionRow.room,
    PlannedInfusionRow.state,
    CourseRow.infusion_count,
    CourseRow.protocol_id,
    GivenInfusionRow.id.label("given_id"),
    GivenInfusionRow.state.label("given_state"),
    GivenInfusionRow.occurred_at.label("started_at"),
    GivenInfusionRow.ended_at,
    _LAST_SIGNS.label("last_signs_at"),
    PatientRow.born_on,
    *_WHOSE,
)


_OF_TODAY = (
    _INFUSION.join(CourseRow, CourseRow.id == PlannedInfusionRow.course_id)
    .join(PatientRow, PatientRow.id == CourseRow.patient_id)
    .outerjoin(GivenInfusionRow, GivenInfusionRow.planned_infusion_id == PlannedInfusionRow.id)
    .where(
        PlannedInfusionRow.clinic_id == bindparam("clinic_id"),
        PlannedInfusionRow.planned_on == bindparam("today"),
    )
)
_RUNNING = (
    _INFUSION.select_from(GivenInfusionRow)
    .join(PlannedInfusionRow, PlannedInfusionRow.id == GivenInfusionRow.planned_infusion_id)
    .join(CourseRow, CourseRow.id == PlannedInfusionRow.course_id)
    .join(PatientRow, PatientRow.id == CourseRow.patient_id)
    .where(
        GivenInfusionRow.clinic_id == bindparam("clinic_id"),
        GivenInfusionRow.state == GivenState.RUNNING,
        PlannedInfusionRow.planned_on != bindparam("today"),
    )
)


def _infusions(
    db: Session, who: Person, today: date, protocols: dict[UUID, _Rules], now: datetime
) -> tuple[BoardInfusion, ...]:
    """Today's appointments, and whatever still runs from another day. Two statements."""
    wanted = {"clinic_id": who.clinic_id, "today": today}
    rows = [*read_rows(db, _OF_TODAY, wanted), *read_rows(db, _RUNNING, wanted)]
    found = [_infusion(row, protocols[row.protocol_id].monitoring, now) for row in rows]
    return tuple(
        sorted(found, key=lambda one: (one.planned_on, one.planned_time, one.planned_infusion_id))
    )


def _infusion(row: Any, monitoring: Monitoring, now: datetime) -> BoardInfusion:
    next_signs = None
    if row.started_at is not None:
        next_signs = next_set(
            monitoring,
            started_at=row.started_at,
            ended_at=row.ended_at,
            last_measured_at=row.last_signs_at,
            now=now,
        )
    return BoardInfusion(
        planned_infusion_id=row.id,
        given_infusion_id=row.given_id,
        course_id=row.course_id,
        patient_name=_name(row),
        record_number=row.record_number,
        born_on=row.born_on,
        number=row.number,
        of=row.infusion_count,
        is_booster=row.is_booster,
        planned_on=row.planned_on,
        planned_time=row.planned_time,
        room=row.room,
        state=PlannedState(row.state),
        given_state=GivenState(row.given_state) if row.given_state else None,
        started_at=row.started_at,
        ended_at=row.ended_at,
        last_vital_signs_at=row.last_signs_at,
        next_vital_signs=next_signs,
    )


_THERAPY = (
    select(
        TherapySessionRow.id,
        TherapySessionRow.course_id,
        TherapySessionRow.kind,
        TherapySessionRow.state,
        TherapySessionRow.planned_time,
        UserRow.name.label("therapist"),
        PatientRow.born_on,
        *_WHOSE,
    )
    .join(CourseRow, CourseRow.id == TherapySessionRow.course_id)
    .join(PatientRow, PatientRow.id == CourseRow.patient_id)
    .outerjoin(UserRow, UserRow.id == TherapySessionRow.therapist_id)
    .where(
        TherapySessionRow.clinic_id == bindparam("clinic_id"),
        TherapySessionRow.planned_on == bindparam("today"),
    )
    .order_by(TherapySessionRow.planned_time, TherapySessionRow.id)
)


def _therapy(db: Session, who: Person, today: date) -> tuple[BoardTherapy, ...]:
    rows = read_rows(db, _THERAPY, {"clinic_id": who.clinic_id, "today": today})
    return tuple(
        BoardTherapy(
            id=row.id,
            course_id=row.course_id,
            patient_name=_name(row),
            record_number=row.record_number,
            born_on=row.born_on,
            kind=TherapyKind(row.kind),
            state=TherapyState(row.state),
            planned_time=row.planned_time,
            therapist=row.therapist or "",
        )
        for row in rows
    )


_PLANNED_INFUSIONS = select(func.count()).where(
    PlannedInfusionRow.clinic_id == bindparam("clinic_id"),
    PlannedInfusionRow.state == PlannedState.PLANNED,
)
_PLANNED_THERAPY = select(func.count()).where(
    TherapySessionRow.clinic_id == bindparam("clinic_id"),
    TherapySessionRow.state == TherapyState.PLANNED,
)
_FIRST_DAYS = select(
    _PLANNED_INFUSIONS.with_only_columns(func.min(PlannedInfusionRow.planned_on))
    .where(PlannedInfusionRow.planned_on > bindparam("today"))
    .scalar_subquery(),
    _PLANNED_THERAPY.with_only_columns(func.min(TherapySessionRow.planned_on))
    .where(TherapySessionRow.planned_on > bindparam("today"))
    .scalar_subquery(),
)
_VISITS_ON = select(
    _PLANNED_INFUSIONS.where(PlannedInfusionRow.planned_on == bindparam("day")).scalar_subquery(),
    _PLANNED_THERAPY.where(TherapySessionRow.planned_on == bindparam("day")).scalar_subquery(),
)


def _next_day(db: Session, who: Person, today: date) -> NextDay | None:
    """The first day ahead with visits, and how many."""
    first = read_rows(db, _FIRST_DAYS, {"clinic_id": who.clinic_id, "today": today}).one()
    days = [day for day in first if day is not None]
    if not days:
        return None
    on = min(days)
    visits = read_rows(db, _VISITS_ON, {"clinic_id": who.clinic_id, "day": on}).one()
    return NextDay(on=on, visits=sum(visits))


def _name(row: Any) -> str:
    return f"{row.given_name} {row.family_name}".strip()
