"""The infusions of the board: today's appointments, and every patient who is still in the house."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, bindparam, select, union_all
from sqlalchemy.orm import Session

from tracker.domain.checklist import ANSWERS_ITSELF
from tracker.domain.courses import GivenState, PlannedState
from tracker.domain.elapsed import elapsed
from tracker.domain.notice_log import SetNotice
from tracker.domain.people import Person
from tracker.domain.protocol import Protocol
from tracker.domain.run_sheet_stages import AFTER_END, ON_THE_DRIP, OPEN_STAGES, Stage
from tracker.domain.signing import Meaning
from tracker.domain.vital_limits import NextSet, next_set
from tracker.models import planning
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import is_one_of, read_rows
from tracker.models.infusions import GivenInfusionRow
from tracker.models.patients import PatientRow
from tracker.models.prepared import Prepared
from tracker.models.raw_rows import RawColumns
from tracker.models.run_sheets import RunSheetRow
from tracker.models.signatures import SignatureRow
from tracker.queries.board_sheets import ENTRY_COUNTS, OpenSheet, SheetFacts, read_facts


class Spent(NamedTuple):
    """Whole minutes on the drip and in pauses."""

    running_minutes: int
    paused_minutes: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BoardInfusion:
    """One infusion of today, or one whose patient is still in the house.

    Times are UTC, ``planned_time`` local. ``since`` is when the sheet came to its stage,
    ``elapsed`` how long it is on the drip; ``checks`` are answered and asked while they are done;
    ``waiting`` are notices that nobody acknowledged. As long as all of it stands it is the same
    object: what is made of it may be remembered by it.
    """

    planned_infusion_id: UUID
    run_sheet_id: UUID | None
    course_id: UUID
    patient_id: UUID
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
    elapsed: Spent | None
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
_COLUMNS = RawColumns(
    id=PlannedInfusionRow.id,
    course_id=PlannedInfusionRow.course_id,
    number=PlannedInfusionRow.number,
    is_booster=PlannedInfusionRow.is_booster,
    planned_on=PlannedInfusionRow.planned_on,
    planned_time=PlannedInfusionRow.planned_time,
    room=PlannedInfusionRow.room,
    state=PlannedInfusionRow.state,
    infusion_count=CourseRow.infusion_count,
    protocol_id=CourseRow.protocol_id,
    run_sheet_id=RunSheetRow.id,
    stage=RunSheetRow.stage,
    given_state=GivenInfusionRow.state,
    started_at=GivenInfusionRow.occurred_at,
    ended_at=GivenInfusionRow.ended_at,
    patient_id=PatientRow.id,
    born_on=PatientRow.born_on,
    given_name=PatientRow.given_name,
    family_name=PatientRow.family_name,
    record_number=PatientRow.record_number,
    is_signed=_SIGNED,
    **ENTRY_COUNTS,
)
_OF_TODAY = (
    select(*_COLUMNS.columns)
    .select_from(PlannedInfusionRow)
    .join(CourseRow, CourseRow.id == PlannedInfusionRow.course_id)
    .join(PatientRow, PatientRow.id == CourseRow.patient_id)
    .outerjoin(RunSheetRow, RunSheetRow.planned_infusion_id == PlannedInfusionRow.id)
    .outerjoin(GivenInfusionRow, GivenInfusionRow.id == RunSheetRow.id)
    .where(
        PlannedInfusionRow.clinic_id == bindparam("clinic_id"),
        PlannedInfusionRow.planned_on
        == bindparam("today", type_=PlannedInfusionRow.planned_on.type),
    )
)
_STILL_OPEN = (
    select(*_COLUMNS.columns)
    .select_from(RunSheetRow)
    .join(PlannedInfusionRow, PlannedInfusionRow.id == RunSheetRow.planned_infusion_id)
    .join(CourseRow, CourseRow.id == RunSheetRow.course_id)
    .join(PatientRow, PatientRow.id == CourseRow.patient_id)
    .outerjoin(GivenInfusionRow, GivenInfusionRow.id == RunSheetRow.id)
    .where(
        RunSheetRow.clinic_id == bindparam("clinic_id"),
        is_one_of(RunSheetRow.stage, sorted(OPEN_STAGES)),
        PlannedInfusionRow.planned_on
        != bindparam("today", type_=PlannedInfusionRow.planned_on.type),
    )
)
_IN_THE_HOUSE = Prepared(union_all(_OF_TODAY, _STILL_OPEN))


class _Standing:
    """What one row says, with what was made of it when it was last looked at."""

    __slots__ = ("facts", "made", "made_for", "protocol", "row", "stage")

    def __init__(self, row: Any, protocol: Protocol) -> None:
        self.row = row
        self.protocol = protocol
        self.stage = Stage(row.stage) if row.stage else Stage.PLANNED
        self.facts = _NOTHING
        self.made: BoardInfusion | None = None
        self.made_for: Any = None

    def at(self, now: datetime) -> BoardInfusion:
        """The infusion at this moment: the same object as before while the same is to be said."""
        clocked = _spent(self, now), _next(self, now)
        made = self.made
        if made is None or self.made_for != clocked:
            made = _infusion(self, *clocked)
            self.made, self.made_for = made, clocked
        return made


_NOTHING = SheetFacts()
_WATCHED = ON_THE_DRIP | AFTER_END

_known: WeakKeyDictionary[Engine | Connection, dict[UUID, dict[Any, _Standing]]]
_known = WeakKeyDictionary()
"""By database and clinic: what the rows said that were there when the board was last asked for.

A row counts what was entered on its sheet, and entries are only ever added: as many are the same
ones. No version of a protocol is ever changed. So a row with the same values says the same.
"""


def list_infusions(
    db: Session, who: Person, today: date, protocols: Mapping[UUID, Protocol], now: datetime
) -> tuple[BoardInfusion, ...]:
    """By date and time. One statement, five when something was entered on an open sheet."""
    wanted = {"clinic_id": who.clinic_id, "today": today}
    rows = [*map(tuple, read_rows(db, _IN_THE_HOUSE, wanted))]
    of_database = _known.setdefault(db.get_bind(), {})
    known = of_database.get(who.clinic_id, {})
    standing = {row: known.get(row) for row in rows}
    new = [row for row, found in standing.items() if found is None]
    if new:
        standing |= _read_new(db, who, new, protocols)
    of_database[who.clinic_id] = standing  # type: ignore[assignment]  # each was read by now
    found = [each.at(now) for each in standing.values() if each is not None]
    return tuple(sorted(found, key=_place))


def _place(each: BoardInfusion) -> tuple[date, time, int]:
    return each.planned_on, each.planned_time, each.planned_infusion_id.int


def _read_new(
    db: Session, who: Person, rows: Iterable[Any], protocols: Mapping[UUID, Protocol]
) -> dict[Any, _Standing]:
    dialect = db.get_bind().dialect
    found = {}
    for raw in rows:
        row = _COLUMNS.read(raw, dialect)
        protocol = protocols.get(row.protocol_id)
        if protocol is None:  # its version was stored after those were read
            protocol = planning.find_protocol(db, who.clinic_id, row.protocol_id)
        found[raw] = _Standing(row, protocol)
    sheets = {each.row.run_sheet_id: each for each in found.values() if each.stage in OPEN_STAGES}
    opened = (
        OpenSheet(id=each_id, protocol=each.protocol, started_at=each.row.started_at)
        for each_id, each in sheets.items()
    )
    for sheet_id, facts in read_facts(db, who, opened).items():
        sheets[sheet_id].facts = facts
    return found


def _infusion(
    standing: _Standing, spent: Spent | None, next_vital_signs: NextSet | None
) -> BoardInfusion:
    row, stage, facts = standing.row, standing.stage, standing.facts
    return BoardInfusion(
        planned_infusion_id=row.id,
        run_sheet_id=row.run_sheet_id,
        course_id=row.course_id,
        patient_id=row.patient_id,
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
        elapsed=spent,
        since=facts.moves[-1].occurred_at if facts.moves else None,
        checks=_checks(standing.protocol, facts) if stage is Stage.ARRIVED else (0, 0),
        last_vital_signs_at=facts.last_set_at,
        next_vital_signs=next_vital_signs,
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


def _spent(standing: _Standing, now: datetime) -> Spent | None:
    """How long somebody is on the drip."""
    if standing.stage not in ON_THE_DRIP:
        return None
    found = elapsed(standing.facts.moves, now=now)
    return Spent(found.running_minutes, found.paused_minutes) if found else None


def _next(standing: _Standing, now: datetime) -> NextSet | None:
    """The next set of somebody on the drip, paused too, or watched after it."""
    row = standing.row
    if standing.stage not in _WATCHED or row.started_at is None:
        return None
    return next_set(
        standing.protocol.monitoring,
        started_at=row.started_at,
        ended_at=row.ended_at,
        last_measured_at=standing.facts.last_set_at,
        now=now,
    )
