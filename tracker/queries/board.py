"""The board of today: who comes, who is on the drip, who waits for an answer, who is behind.

A fixed number of statements whatever the size of the clinic, each over an index of the clinic's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from tracker.domain.clinic import Clinic
from tracker.domain.courses import PlannedState, TherapyState
from tracker.domain.people import Person
from tracker.models.courses import PlannedInfusionRow
from tracker.models.database import read_rows
from tracker.models.therapy_sessions import TherapySessionRow
from tracker.queries import alerts
from tracker.queries.alerts import FirstOpen
from tracker.queries.behind import Behind, with_reminders
from tracker.queries.board_duties import Duty, Unsigned
from tracker.queries.board_infusions import BoardInfusion, list_infusions
from tracker.queries.board_kept import read_kept, read_protocols
from tracker.queries.board_therapy import BoardTherapy
from tracker.queries.infusion_holds import held_by
from tracker.queries.reviews_due import CourseToReview

ALERTS_LISTED = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class NextDay:
    """The first day after today with visits."""

    on: date
    visits: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """Everything that the board shows. `held` are patients whose next infusion an alert holds."""

    today: date
    infusions: tuple[BoardInfusion, ...]
    therapy: tuple[BoardTherapy, ...]
    alerts: FirstOpen
    held: frozenset[UUID]
    behind: tuple[Behind, ...]
    unsigned: Unsigned
    open_draws: tuple[Duty, ...]
    reviews_due: tuple[CourseToReview, ...]
    next_day: NextDay | None


def get_board(db: Session, who: Person, clinic: Clinic, *, now: datetime) -> Board:
    """The board of the clinic's today. Three statements, one more when somebody is behind, one
    more when not all alerts are listed, four more once a sheet has changed, seven more once
    anything but a set was written.
    """
    today, kept = clinic.date_of(now), read_kept(db, who, clinic, now=now)
    infusions = list_infusions(db, who, today, kept.protocols, now)
    is_empty = not infusions and not kept.therapy
    first = alerts.list_first_open(db, who, most=ALERTS_LISTED, now=now)
    return Board(
        today=today,
        infusions=infusions,
        therapy=kept.therapy,
        alerts=first,
        held=held_by(db, who, first),
        behind=with_reminders(db, who, clinic, kept.silent, today=today),
        unsigned=kept.unsigned,
        open_draws=kept.open_draws,
        reviews_due=kept.reviews_due,
        next_day=_next_day(db, who, today) if is_empty else None,
    )


def get_room_view(
    db: Session, who: Person, clinic: Clinic, *, now: datetime
) -> tuple[BoardInfusion, ...]:
    """The infusions alone, for a screen that others can see. Two statements, or six."""
    return list_infusions(db, who, clinic.date_of(now), read_protocols(db, who), now)


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
