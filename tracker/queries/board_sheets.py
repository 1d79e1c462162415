"""What the run sheets of people in the house say, read for all of them at once.

A board reads only the sheets on which something was entered since it was last asked for.
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
from tracker.domain.protocol import Protocol
from tracker.domain.run_sheet_stages import Move
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
    """A sheet whose facts are wanted, with all that they depend on beside its entries."""

    id: UUID
    protocol: Protocol
    started_at: datetime | None


def read_facts(db: Session, who: Person, sheets: Iterable[OpenSheet]) -> dict[UUID, SheetFacts]:
    """The facts of open sheets by their ids. Four statements, or none for no sheet."""
    wanted = list(sheets)
    if not wanted:
        return {}
    asked = {"clinic_id": who.clinic_id, "sheet_ids": [each.id for each in wanted]}
    moves = _by_sheet(db, _MOVES, asked)
    answered = _by_sheet(db, _ANSWERED, asked)
    sets = _by_sheet(db, _SETS, asked)
    acknowledged = _by_sheet(db, _ACKNOWLEDGED, asked)
    return {
        each.id: _facts(
            each, moves[each.id], answered[each.id], sets[each.id], acknowledged[each.id]
        )
        for each in wanted
    }


def _stands(row: Any) -> Any:
    """Neither struck out, nor a strike, nor replaced."""
    newer = aliased(row)
    return ~row.is_struck & ~select(newer.id).where(newer.corrects_id == row.id).exists()


def _of_sheets(row: Any, *columns: Any) -> Any:
    return select(row.run_sheet_id, *columns).where(
        row.clinic_id == bindparam("clinic_id"),
        row.run_sheet_id.in_(bindparam("sheet_ids", expanding=True)),
    )


def _count(row: Any) -> Any:
    counted = select(func.count()).select_from(row).where(row.run_sheet_id == RunSheetRow.id)
    return counted.scalar_subquery()


ENTRY_COUNTS = {
    f"{row.__tablename__}_entered": _count(row)
    for row in (RunSheetMoveRow, SheetCheckRow, VitalSignsRow, NoticeAcknowledgementRow)
}
"""For a statement about run sheets: how many entries each has that its facts are made of."""

_VALUES = VitalSignsRow.__table__.c
_NAMES = tuple(measure.value for measure in Measure)
_MOVES = (
    _of_sheets(RunSheetMoveRow, RunSheetMoveRow.move, RunSheetMoveRow.occurred_at)
    .where(_stands(RunSheetMoveRow))
    .order_by(RunSheetMoveRow.run_sheet_id, RunSheetMoveRow.seq)
)
_ANSWERED = _of_sheets(SheetCheckRow, SheetCheckRow.item_key).where(
    SheetCheckRow.phase == CheckPhase.BEFORE, _stands(SheetCheckRow)
)
_SETS = (
    _of_sheets(
        VitalSignsRow,
        VitalSignsRow.id,
        VitalSignsRow.occurred_at,
        *(_VALUES[name] for name in _NAMES),
    )
    .where(_stands(VitalSignsRow))
    .order_by(VitalSignsRow.occurred_at, VitalSignsRow.recorded_at, VitalSignsRow.id)
)
_ACKNOWLEDGED = _of_sheets(
    NoticeAcknowledgementRow,
    NoticeAcknowledgementRow.vital_signs_id,
    NoticeAcknowledgementRow.notice_key,
)


def _by_sheet(db: Session, statement: Any, asked: Mapping[str, Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in read_rows(db, statement, asked):
        found[row.run_sheet_id].append(row)
    return found


def _facts(
    sheet: OpenSheet,
    moves: list[Any],
    answered: list[Any],
    sets: list[Any],
    acknowledged: list[Any],
) -> SheetFacts:
    standing = [_set(row) for row in sets]
    return SheetFacts(
        moves=tuple(BoardMove(move=Move(row.move), occurred_at=row.occurred_at) for row in moves),
        last_set_at=standing[-1].occurred_at if standing else None,
        checks_answered=frozenset(row.item_key for row in answered),
        waiting=waiting_notices(
            standing, acknowledged, sheet.protocol, started_at=sheet.started_at
        ),
    )


def _set(row: Any) -> StandingSet:
    signs = VitalSigns(**dict(zip(_NAMES, row[-len(_NAMES) :], strict=True)))
    return StandingSet(id=row.id, occurred_at=row.occurred_at, signs=signs)
