"""The infusions of the board: today's appointments, and every patient who is still in the house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tracker.domain.checklist import ANSWERS_ITSELF
from tracker.domain.courses import GivenState, PlannedState
from tracker.domain.elapsed import Elapsed, elapsed
from tracker.domain.notice_log import SetNotice
from tracker.domain.people import Person
from tracker.domain.protocol import Protocol
from tracker.domain.run_sheet_stages import AFTER_END, ON_THE_DRIP, OPEN_STAGES, Stage
from tracker.domain.signing import Meaning
from tracker.domain.vital_limits import NextSet, next_set
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import read_rows
from tracker.models.infusions import GivenInfusionRow
from tracker.models.patients import PatientRow
from tracker.models.run_sheets import RunSheetRow
from tracker.models.signatures import SignatureRow
from tracker.queries.board_sheets import (
    ENTRY_COUNTS,
    OpenSheet,
    SheetFacts,
    read_facts,
    sheet_key,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardInfusion:
    """One infusion of today, or one whose patient is still in the house.

    Times are UTC, ``planned_time`` local. ``since`` is when the sheet came to its stage,
    ``elapsed`` how long it is on the drip; ``checks`` are answered and asked while they are done;
    ``waiting`` are notices that nobody acknowledged.
    """

    planned_infusion_id: UUID
    run_sheet_id: UUID | None
    course_id: UUID
    given_name: str
    family_name: str
    record_number: str
    born_on: date
    number: int
    of: int
    is_booster: bool
    planned_on: date
    planned_time: time
    room: str
    state: PlannedState
    stage: Stage
    given_state: GivenState | None
    elapsed: Elapsed | None
    since: datetime | None
    checks: tuple[int, int]
    last_vital_signs_at: datetime | None
    next_vital_signs: NextSet | None
    waiting: tuple[SetNotice, ...]
    is_signed: bool

    @property
    def patient_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


# Statements are built once: building one takes longer than running it.
_SIGNED = (
    select(SignatureRow.id)
    .where(SignatureRow.run_sheet_id == RunSheetRow.id, SignatureRow.meaning == Meaning.PERFORMED)
    .exists()
    .label("is_signed")
)
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
    RunSheetRow.id.label("run_sheet_id"),
    sheet_key(RunSheetRow.id),
    RunSheetRow.stage,
    GivenInfusionRow.state.label("given_state"),
    GivenInfusionRow.occurred_at.label("started_at"),
    GivenInfusionRow.ended_at,
    PatientRow.born_on,
    PatientRow.given_name,
    PatientRow.family_name,
    PatientRow.record_number,
    _SIGNED,
    *ENTRY_COUNTS,
)
_OF_TODAY = (
    _INFUSION.select_from(PlannedInfusionRow)
    .join(CourseRow, CourseRow.id == PlannedInfusionRow.course_id)
    .join(PatientRow, PatientRow.id == CourseRow.patient_id)
    .outerjoin(RunSheetRow, RunSheetRow.planned_infusion_id == PlannedInfusionRow.id)
    .outerjoin(GivenInfusionRow, GivenInfusionRow.id == RunSheetRow.id)
    .where(
        PlannedInfusionRow.clinic_id == bindparam("clinic_id"),
        PlannedInfusionRow.planned_on == bindparam("today"),
    )
)
_STILL_OPEN = (
    _INFUSION.select_from(RunSheetRow)
    .join(PlannedInfusionRow, PlannedInfusionRow.id == RunSheetRow.planned_infusion_id)
    .join(CourseRow, CourseRow.id == RunSheetRow.course_id)
    .join(PatientRow, PatientRow.id == CourseRow.patient_id)
    .outerjoin(GivenInfusionRow, GivenInfusionRow.id == RunSheetRow.id)
    .where(
        RunSheetRow.clinic_id == bindparam("clinic_id"),
        RunSheetRow.stage.in_(sorted(OPEN_STAGES)),
        PlannedInfusionRow.planned_on != bindparam("today"),
    )
)


def list_infusions(
    db: Session, who: Person, today: date, protocols: Mapping[UUID, Protocol], now: datetime
) -> tuple[BoardInfusion, ...]:
    """By date and time. Two statements, six when something was entered on an open sheet."""
    wanted = {"clinic_id": who.clinic_id, "today": today}
    rows = [*read_rows(db, _OF_TODAY, wanted), *read_rows(db, _STILL_OPEN, wanted)]
    facts = read_facts(db, who, (_open(row, protocols) for row in rows if row.stage in OPEN_STAGES))
    found = [
        _infusion(row, protocols[row.protocol_id], facts.get(row.sheet_key, _NOTHING), now)
        for row in rows
    ]
    return tuple(
        sorted(found, key=lambda one: (one.planned_on, one.planned_time, one.planned_infusion_id))
    )


_NOTHING = SheetFacts()
_WATCHED = ON_THE_DRIP | AFTER_END


def _open(row: Any, protocols: Mapping[UUID, Protocol]) -> OpenSheet:
    return OpenSheet(
        id=row.run_sheet_id,
        key=row.sheet_key,
        entries=tuple(row[-len(ENTRY_COUNTS) :]),
        protocol_id=row.protocol_id,
        protocol=protocols[row.protocol_id],
        started_at=row.started_at,
    )


def _infusion(row: Any, protocol: Protocol, facts: SheetFacts, now: datetime) -> BoardInfusion:
    stage = Stage(row.stage) if row.stage else Stage.PLANNED
    return BoardInfusion(
        planned_infusion_id=row.id,
        run_sheet_id=row.run_sheet_id,
        course_id=row.course_id,
        given_name=row.given_name,
        family_name=row.family_name,
        record_number=row.record_number,
        born_on=row.born_on,
        number=row.number,
        of=row.infusion_count,
        is_booster=row.is_booster,
        planned_on=row.planned_on,
        planned_time=row.planned_time,
        room=row.room,
        state=PlannedState(row.state),
        stage=stage,
        given_state=GivenState(row.given_state) if row.given_state else None,
        elapsed=elapsed(facts.moves, now=now) if stage in ON_THE_DRIP else None,
        since=facts.moves[-1].occurred_at if facts.moves else None,
        checks=_checks(protocol, facts) if stage is Stage.ARRIVED else (0, 0),
        last_vital_signs_at=facts.last_set_at,
        next_vital_signs=_next(row, stage, protocol, facts, now),
        waiting=facts.waiting,
        is_signed=bool(row.is_signed),
    )


def _checks(protocol: Protocol, facts: SheetFacts) -> tuple[int, int]:
    """How many of the checks before the start are answered; some the sheet answers itself."""
    keys = {item.key for item in protocol.checks_before}
    done = {key for key in keys if key in facts.checks_answered}
    if facts.last_set_at is not None:
        done |= keys & ANSWERS_ITSELF
    return len(done), len(keys)


def _next(
    row: Any, stage: Stage, protocol: Protocol, facts: SheetFacts, now: datetime
) -> NextSet | None:
    """The next set of somebody on the drip, paused too, or watched after it."""
    if stage not in _WATCHED or row.started_at is None:
        return None
    return next_set(
        protocol.monitoring,
        started_at=row.started_at,
        ended_at=row.ended_at,
        last_measured_at=facts.last_set_at,
        now=now,
    )
