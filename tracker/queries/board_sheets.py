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
from math import inf
from typing import Any
from uuid import UUID

from sqlalchemy import Row, String, bindparam, func, select, type_coerce
from sqlalchemy.orm import Session, aliased

from tracker.domain.elapsed import TIMED_MOVES
from tracker.domain.notice_log import SetNotice, waiting_notices
from tracker.domain.people import Person
from tracker.domain.protocol import Bound, Protocol
from tracker.domain.run_sheet_stages import OPEN_STAGES, Move, Stage
from tracker.domain.sheet_log import CheckPhase
from tracker.domain.vital_limits import STAGES_OF, Phase
from tracker.domain.vital_signs import Measure, VitalSigns
from tracker.models.database import read_rows
from tracker.models.infusions import GivenInfusionRow
from tracker.models.run_sheets import (
    NoticeAcknowledgementRow,
    RunSheetMoveRow,
    RunSheetRow,
    SheetCheckRow,
    VitalSignsRow,
)
from tracker.models.standing_sets import StandingSet

SheetKey = Any
"""The id of a sheet as the driver gives it: only compared, so it need not become a UUID."""


def sheet_key(column: Any) -> Any:
    """A column with ids of sheets, read as keys."""
    return type_coerce(column, String).label("sheet_key")


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
    key: SheetKey
    stage: Stage
    protocol: Protocol
    started_at: datetime | None


def read_facts(db: Session, who: Person, sheets: Iterable[OpenSheet]) -> dict[SheetKey, SheetFacts]:
    """The facts of every open sheet by its key. Three statements, five when a limit was reached."""
    wanted = {each.key: each for each in sheets}
    if not wanted:
        return {}
    asked = {"clinic_id": who.clinic_id}
    moves = _moves(db, asked)
    answered = _answered(db, asked)
    extremes = _extremes(db, asked)
    protocols = {id(each.protocol): each.protocol for each in wanted.values()}
    quiet = {key: _quiet(protocol) for key, protocol in protocols.items()}
    loud = [
        each
        for each in wanted.values()
        if each.key in extremes and _may_have_notices(extremes[each.key], quiet[id(each.protocol)])
    ]
    waiting = _waiting(db, who, loud) if loud else {}
    return {
        key: SheetFacts(
            moves=tuple(moves[key]),
            last_set_at=_last_at(extremes[key]) if key in extremes else None,
            checks_answered=frozenset(answered[key]),
            waiting=waiting.get(key, ()),
        )
        for key in wanted
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
    .add_columns(
        sheet_key(RunSheetMoveRow.run_sheet_id), RunSheetMoveRow.move, RunSheetMoveRow.occurred_at
    )
    .where(
        RunSheetMoveRow.move.in_(sorted(TIMED_MOVES))
        | RunSheetRow.stage.in_((Stage.ARRIVED, Stage.CHECKED, Stage.READY))
    )
    .order_by(RunSheetMoveRow.run_sheet_id, RunSheetMoveRow.seq)
)
"""Steps that the minutes are counted from, and the last one where they do not tell the stage."""
_ANSWERED = (
    _on_open_sheets(SheetCheckRow)
    .add_columns(sheet_key(SheetCheckRow.run_sheet_id), SheetCheckRow.item_key)
    .where(SheetCheckRow.phase == CheckPhase.BEFORE, RunSheetRow.stage == Stage.ARRIVED)
)
_VALUES = VitalSignsRow.__table__.c
_IS_BEFORE = GivenInfusionRow.id.is_(None) | (
    VitalSignsRow.occurred_at <= GivenInfusionRow.occurred_at
)
_EXTREMES = (
    _on_open_sheets(VitalSignsRow)
    .outerjoin(GivenInfusionRow, GivenInfusionRow.id == VitalSignsRow.run_sheet_id)
    .add_columns(
        sheet_key(VitalSignsRow.run_sheet_id),
        _IS_BEFORE.label("is_before"),
        func.max(VitalSignsRow.occurred_at).label("last_at"),
        *(
            make(_VALUES[measure.value]).label(f"{name}_{measure.value}")
            for measure in Measure
            for name, make in (("low", func.min), ("high", func.max))
        ),
    )
    .group_by(VitalSignsRow.run_sheet_id, _IS_BEFORE)
)


_SETS = (
    select(
        sheet_key(VitalSignsRow.run_sheet_id),
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
    sheet_key(NoticeAcknowledgementRow.run_sheet_id),
    NoticeAcknowledgementRow.vital_signs_id,
    NoticeAcknowledgementRow.notice_key,
).where(
    NoticeAcknowledgementRow.clinic_id == bindparam("clinic_id"),
    NoticeAcknowledgementRow.run_sheet_id.in_(bindparam("sheet_ids", expanding=True)),
)


def _moves(db: Session, asked: Mapping[str, Any]) -> dict[SheetKey, list[BoardMove]]:
    found: dict[SheetKey, list[BoardMove]] = defaultdict(list)
    for row in read_rows(db, _MOVES, asked):
        step = BoardMove(move=Move(row.move), occurred_at=row.occurred_at)
        found[row.sheet_key].append(step)
    return found


def _answered(db: Session, asked: Mapping[str, Any]) -> dict[SheetKey, list[str]]:
    found: dict[SheetKey, list[str]] = defaultdict(list)
    for row in read_rows(db, _ANSWERED, asked):
        found[row.sheet_key].append(row.item_key)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Extremes:
    """The lowest and highest values of a sheet: in the order of the measures, None unmeasured."""

    before: Row[Any] | None = None
    during: Row[Any] | None = None


def _extremes(db: Session, asked: Mapping[str, Any]) -> dict[SheetKey, _Extremes]:
    found: dict[SheetKey, _Extremes] = {}
    for row in read_rows(db, _EXTREMES, asked):
        known = found.get(row.sheet_key, _NO_SETS)
        found[row.sheet_key] = (
            _Extremes(before=row, during=known.during)
            if row.is_before
            else _Extremes(before=known.before, during=row)
        )
    return found


_NO_SETS = _Extremes()
_FIRST_VALUE = 3
"""The columns of `_EXTREMES` before the lowest and highest values."""


def _last_at(extremes: _Extremes) -> datetime:
    rows = (extremes.before, extremes.during)
    latest: datetime = max(row.last_at for row in rows if row is not None)
    return latest


Bounds = tuple[tuple[float, float], ...]
"""For each measure the highest value that reaches a low limit, the lowest that reaches a high."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Quiet:
    """Where no limit of a protocol can be met, before the start and from it on."""

    before: Bounds
    during: Bounds
    rise_percent: int


def _quiet(protocol: Protocol) -> _Quiet:
    return _Quiet(
        before=_bounds(protocol, Phase.BEFORE),
        during=_bounds(protocol, Phase.DURING),
        rise_percent=protocol.monitoring.notify_rise_percent,
    )


def _bounds(protocol: Protocol, phase: Phase) -> Bounds:
    low = dict.fromkeys(Measure, -inf)
    high = dict.fromkeys(Measure, inf)
    for limit in protocol.vital_limits:
        measure = Measure(limit.measure)
        if limit.stage not in STAGES_OF[phase]:
            continue
        if limit.bound in (Bound.AT_LEAST, Bound.ABOVE):
            high[measure] = min(limit.value, high[measure])
        else:
            low[measure] = max(limit.value, low[measure])
    return tuple((low[measure], high[measure]) for measure in Measure)


def _may_have_notices(extremes: _Extremes, quiet: _Quiet) -> bool:
    """Whether a sheet with these values may have reached a limit or a rise."""
    before, during = extremes.before, extremes.during
    return (
        (before is not None and _leaves(before, quiet.before))
        or (during is not None and _leaves(during, quiet.during))
        or (before is not None and during is not None and _rises(before, during, quiet))
    )


def _leaves(row: Row[Any], bounds: Bounds) -> bool:
    values = row[_FIRST_VALUE:]
    return any(
        lowest is not None and (lowest <= low or highest >= high)
        for lowest, highest, (low, high) in zip(values[::2], values[1::2], bounds, strict=True)
    )


def _rises(before: Row[Any], during: Row[Any], quiet: _Quiet) -> bool:
    """The set before the start was at least the lowest one: a rise above it shows here too."""
    pairs = (
        (before.low_systolic_mmhg, during.high_systolic_mmhg),
        (before.low_diastolic_mmhg, during.high_diastolic_mmhg),
    )
    return any(
        None not in (first, highest) and highest * 100 >= first * (100 + quiet.rise_percent)
        for first, highest in pairs
    )


_NAMES = tuple(measure.value for measure in Measure)


def _waiting(
    db: Session, who: Person, loud: list[OpenSheet]
) -> dict[SheetKey, tuple[SetNotice, ...]]:
    """What nobody has acknowledged yet on these sheets. Two statements."""
    asked = {"clinic_id": who.clinic_id, "sheet_ids": [each.id for each in loud]}
    sets: dict[SheetKey, list[StandingSet]] = defaultdict(list)
    for row in read_rows(db, _SETS, asked):
        signs = VitalSigns(**dict(zip(_NAMES, row[3:], strict=True)))
        found = StandingSet(id=row.id, occurred_at=row.occurred_at, signs=signs)
        sets[row.sheet_key].append(found)
    done: dict[SheetKey, list[Any]] = defaultdict(list)
    for row in read_rows(db, _ACKNOWLEDGED, asked):
        done[row.sheet_key].append(row)
    return {
        each.key: waiting_notices(
            sets[each.key], done[each.key], each.protocol, started_at=each.started_at
        )
        for each in loud
    }
