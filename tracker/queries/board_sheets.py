"""What the run sheets of everybody in the house say, read for all of them at once.

A board with sixty sheets of twelve sets each would spend its time on holding sets against limits
that none of them reached. So the database first tells the lowest and the highest value of each
sheet, and only sheets whose values leave the range in which no limit can be met are read whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.notice_log import SetNotice, waiting_notices
from tracker.domain.people import Person
from tracker.domain.protocol import Bound, Protocol
from tracker.domain.run_sheet_stages import OPEN_STAGES, Move, Stage
from tracker.domain.sheet_log import CheckPhase
from tracker.domain.vital_signs import Measure, VitalSigns
from tracker.models.database import read_rows
from tracker.models.run_sheets import (
    NoticeAcknowledgementRow,
    RunSheetMoveRow,
    RunSheetRow,
    SheetCheckRow,
    VitalSignsRow,
)
from tracker.models.standing_sets import StandingSet


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardMove:
    """A step that stands, with its latest time."""

    move: Move
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetFacts:
    """What the log of one open sheet says. `checks_answered` counts those before the start."""

    moves: tuple[BoardMove, ...] = ()
    last_set_at: datetime | None = None
    checks_answered: frozenset[str] = frozenset()
    waiting: tuple[SetNotice, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenSheet:
    """A sheet whose facts are wanted, with what its limits depend on."""

    id: UUID
    stage: Stage
    protocol: Protocol
    started_at: datetime | None


def read_facts(db: Session, who: Person, sheets: Iterable[OpenSheet]) -> dict[UUID, SheetFacts]:
    """The facts of every open sheet by its id. Three statements, five when a limit was reached."""
    wanted = {each.id: each for each in sheets}
    if not wanted:
        return {}
    asked = {"clinic_id": who.clinic_id}
    moves = _moves(db, asked)
    answered = _answered(db, asked)
    extremes = {row.run_sheet_id: row for row in read_rows(db, _EXTREMES, asked)}
    protocols = {id(each.protocol): each.protocol for each in wanted.values()}
    quiet = {key: _quiet(protocol) for key, protocol in protocols.items()}
    loud = [
        each
        for each in wanted.values()
        if each.id in extremes and _may_have_notices(extremes[each.id], quiet[id(each.protocol)])
    ]
    waiting = _waiting(db, who, loud) if loud else {}
    return {
        sheet_id: SheetFacts(
            moves=tuple(moves[sheet_id]),
            last_set_at=extremes[sheet_id].last_at if sheet_id in extremes else None,
            checks_answered=frozenset(answered[sheet_id]),
            waiting=waiting.get(sheet_id, ()),
        )
        for sheet_id in wanted
    }


def _stands(row: Any) -> Any:
    """Neither struck out, nor a strike, nor replaced."""
    newer = aliased(row)
    return ~row.is_struck & ~select(newer.id).where(newer.corrects_id == row.id).exists()


def _on_open_sheets(row: Any) -> Any:
    return (
        select()
        .join_from(RunSheetRow, row, row.run_sheet_id == RunSheetRow.id)
        .where(
            RunSheetRow.clinic_id == bindparam("clinic_id"),
            RunSheetRow.stage.in_(sorted(OPEN_STAGES)),
            _stands(row),
        )
    )


_MOVES = (
    _on_open_sheets(RunSheetMoveRow)
    .add_columns(RunSheetMoveRow.run_sheet_id, RunSheetMoveRow.move, RunSheetMoveRow.occurred_at)
    .order_by(RunSheetMoveRow.run_sheet_id, RunSheetMoveRow.seq)
)
_ANSWERED = (
    _on_open_sheets(SheetCheckRow)
    .add_columns(SheetCheckRow.run_sheet_id, SheetCheckRow.item_key)
    .where(SheetCheckRow.phase == CheckPhase.BEFORE, RunSheetRow.stage == Stage.ARRIVED)
)
_VALUES = VitalSignsRow.__table__.c
_EXTREMES = (
    _on_open_sheets(VitalSignsRow)
    .add_columns(
        VitalSignsRow.run_sheet_id,
        func.max(VitalSignsRow.occurred_at).label("last_at"),
        *(
            make(_VALUES[measure.value]).label(f"{name}_{measure.value}")
            for measure in Measure
            for name, make in (("low", func.min), ("high", func.max))
        ),
    )
    .group_by(VitalSignsRow.run_sheet_id)
)
_SETS = (
    select(
        VitalSignsRow.run_sheet_id,
        VitalSignsRow.id,
        VitalSignsRow.occurred_at,
        *(_VALUES[measure.value] for measure in Measure),
    )
    .where(
        VitalSignsRow.clinic_id == bindparam("clinic_id"),
        VitalSignsRow.run_sheet_id.in_(bindparam("sheet_ids", expanding=True)),
        _stands(VitalSignsRow),
    )
    .order_by(VitalSignsRow.occurred_at, VitalSignsRow.recorded_at, VitalSignsRow.id)
)
_ACKNOWLEDGED = select(
    NoticeAcknowledgementRow.run_sheet_id,
    NoticeAcknowledgementRow.vital_signs_id,
    NoticeAcknowledgementRow.notice_key,
).where(
    NoticeAcknowledgementRow.clinic_id == bindparam("clinic_id"),
    NoticeAcknowledgementRow.run_sheet_id.in_(bindparam("sheet_ids", expanding=True)),
)


def _moves(db: Session, asked: Mapping[str, Any]) -> dict[UUID, list[BoardMove]]:
    found: dict[UUID, list[BoardMove]] = defaultdict(list)
    for row in read_rows(db, _MOVES, asked):
        step = BoardMove(move=Move(row.move), occurred_at=row.occurred_at)
        found[row.run_sheet_id].append(step)
    return found


def _answered(db: Session, asked: Mapping[str, Any]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in read_rows(db, _ANSWERED, asked):
        found[row.run_sheet_id].append(row.item_key)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Quiet:
    """Where no limit of a protocol can be met, at any stage: between `low` and `high`."""

    low: dict[Measure, float]
    high: dict[Measure, float]
    rise_percent: int


def _quiet(protocol: Protocol) -> _Quiet:
    low: dict[Measure, float] = {}
    high: dict[Measure, float] = {}
    for limit in protocol.vital_limits:
        measure = Measure(limit.measure)
        if limit.bound in (Bound.AT_LEAST, Bound.ABOVE):
            high[measure] = min(limit.value, high.get(measure, limit.value))
        else:
            low[measure] = max(limit.value, low.get(measure, limit.value))
    return _Quiet(low=low, high=high, rise_percent=protocol.monitoring.notify_rise_percent)


def _may_have_notices(row: Any, quiet: _Quiet) -> bool:
    """Whether a sheet with these lowest and highest values may have reached a limit or a rise."""
    values = row._mapping
    for measure in Measure:
        lowest, highest = values[f"low_{measure}"], values[f"high_{measure}"]
        if lowest is None:
            continue
        if lowest <= quiet.low.get(measure, lowest - 1):
            return True
        if highest >= quiet.high.get(measure, highest + 1):
            return True
        if measure in _RISING and highest * 100 >= lowest * (100 + quiet.rise_percent):
            return True
    return False


_RISING = (Measure.SYSTOLIC, Measure.DIASTOLIC)


def _waiting(db: Session, who: Person, loud: list[OpenSheet]) -> dict[UUID, tuple[SetNotice, ...]]:
    """What nobody has acknowledged yet on these sheets. Two statements."""
    asked = {"clinic_id": who.clinic_id, "sheet_ids": [each.id for each in loud]}
    sets: dict[UUID, list[StandingSet]] = defaultdict(list)
    for row in read_rows(db, _SETS, asked):
        signs = VitalSigns(**{each.value: row._mapping[each.value] for each in Measure})
        found = StandingSet(id=row.id, occurred_at=row.occurred_at, signs=signs)
        sets[row.run_sheet_id].append(found)
    done: dict[UUID, list[Any]] = defaultdict(list)
    for row in read_rows(db, _ACKNOWLEDGED, asked):
        done[row.run_sheet_id].append(row)
    return {
        each.id: waiting_notices(
            sets[each.id], done[each.id], each.protocol, started_at=each.started_at
        )
        for each in loud
    }
