"""The board of today: who comes, who is on the drip, who waits for an answer, who is behind.

A fixed number of statements whatever the size of the clinic, each over an index of the clinic's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from tracker.domain.check_ins import behind_after_days
from tracker.domain.clinic import Clinic
from tracker.domain.courses import PlannedState, TherapyKind, TherapyState
from tracker.domain.people import Person
from tracker.domain.protocol import Protocol
from tracker.models import planning
from tracker.models.accounts import UserRow
from tracker.models.clinics import ProtocolRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import read_rows
from tracker.models.patients import PatientRow
from tracker.models.therapy_sessions import TherapySessionRow
from tracker.queries import alerts, behind, board_duties
from tracker.queries.alerts import AlertLine
from tracker.queries.behind import Behind
from tracker.queries.board_duties import Duty, Unsigned
from tracker.queries.board_infusions import BoardInfusion, list_infusions
from tracker.queries.reviews_due import CourseToReview, list_reviews_due

ALERTS_LISTED = 20


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
    unsigned: Unsigned
    open_draws: tuple[Duty, ...]
    reviews_due: tuple[CourseToReview, ...]
    next_day: NextDay | None


def get_board(db: Session, who: Person, clinic: Clinic, *, now: datetime) -> Board:
    """The board of the clinic's today. Ten statements, one more when somebody is behind, four
    more once a sheet has changed.
    """
    today = clinic.date_of(now)
    protocols = _protocols(db, who)
    infusions = list_infusions(db, who, today, protocols, now)
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
            days={each: behind_after_days(rules.instruments) for each, rules in protocols.items()},
            today=today,
        ),
        unsigned=board_duties.list_unsigned(db, who, today=today),
        open_draws=board_duties.list_open_draws(db, who, now=now),
        reviews_due=list_reviews_due(
            db,
            who,
            rules={each: rules.review_after_infusions for each, rules in protocols.items()},
        ),
        next_day=_next_day(db, who, today) if is_empty else None,
    )


def get_room_view(
    db: Session, who: Person, clinic: Clinic, *, now: datetime
) -> tuple[BoardInfusion, ...]:
    """The infusions alone, for a screen that others can see. Three statements, or seven."""
    return list_infusions(db, who, clinic.date_of(now), _protocols(db, who), now)


_PROTOCOLS = select(ProtocolRow.id, *planning.PROTOCOL_COLUMNS).where(
    ProtocolRow.clinic_id == bindparam("clinic_id")
)


def _protocols(db: Session, who: Person) -> dict[UUID, Protocol]:
    """The protocol versions of the clinic: a handful."""
    rows = read_rows(db, _PROTOCOLS, {"clinic_id": who.clinic_id})
    return {row.id: planning.protocol_from(row) for row in rows}


_WHOSE = (PatientRow.given_name, PatientRow.family_name, PatientRow.record_number)
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
