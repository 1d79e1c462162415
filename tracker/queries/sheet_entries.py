"""What was logged on a run sheet: each entry as it was stored, and what replaced it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.people import Person
from tracker.domain.run_sheet_stages import Move, Stage
from tracker.domain.sheet_log import CheckPhase, CheckResult, RecoveryScale, Relatedness
from tracker.domain.vital_signs import VitalSigns
from tracker.models.accounts import UserRow
from tracker.models.run_sheets import (
    InfusionEventRow,
    MedicineGivenRow,
    NoticeAcknowledgementRow,
    RateChangeRow,
    RecoveryScoreRow,
    RunSheetMoveRow,
    SheetCheckRow,
    SheetNoteRow,
    VitalSignsRow,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What every entry has. `corrected_by` is the entry that replaces it or strikes it out."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    corrects_id: UUID | None
    correction_reason: str
    is_struck: bool
    corrected_by: UUID | None

    @property
    def stands(self) -> bool:
        """Neither replaced, nor struck out, nor the strike itself."""
        return self.corrected_by is None and not self.is_struck


@dataclass(frozen=True, kw_only=True, slots=True)
class LoggedMove(Entry):
    """One step of the sheet; a corrected time has the `seq` of its step."""

    seq: int
    move: Move
    to_stage: Stage
    reason: str
    left_with: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LoggedCheck(Entry):
    phase: CheckPhase
    item_key: str
    item_words: str
    result: CheckResult
    reason: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VitalSet(Entry):
    signs: VitalSigns


@dataclass(frozen=True, kw_only=True, slots=True)
class InfusionEvent(Entry):
    """`occurred_at` is the onset."""

    term: str
    grade: int | None
    relatedness: Relatedness | None
    is_serious: bool
    ended_at: datetime | None
    action: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MedicineGiven(Entry):
    medicine: str
    dose: str
    route: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RateChange(Entry):
    rate_ml_per_h: Decimal | None
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetNote(Entry):
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecoveryScore(Entry):
    scale: RecoveryScale
    items: tuple[int, ...]  # five of 0 to 2; empty for a strike

    @property
    def total(self) -> int:
        return sum(self.items)


@dataclass(frozen=True, kw_only=True, slots=True)
class Acknowledgement:
    """What was done when a set reached a limit."""

    vital_signs_id: UUID
    notice_key: str
    notice_words: str
    action: str
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetEntries:
    """Everything on one sheet, each kind in the order of its time."""

    moves: tuple[LoggedMove, ...]
    checks: tuple[LoggedCheck, ...]
    vital_sets: tuple[VitalSet, ...]
    events: tuple[InfusionEvent, ...]
    medicines: tuple[MedicineGiven, ...]
    rates: tuple[RateChange, ...]
    notes: tuple[SheetNote, ...]
    recovery_scores: tuple[RecoveryScore, ...]
    acknowledgements: tuple[Acknowledgement, ...]


Kind = TypeVar("Kind", bound=Entry)


def list_entries(db: Session, who: Person, run_sheet_id: UUID) -> SheetEntries:
    """Everything that was logged on a sheet of this clinic. Nine statements."""
    clinic_id = who.clinic_id
    found = _Reader(db, clinic_id, run_sheet_id)
    return SheetEntries(
        moves=found.all(RunSheetMoveRow, LoggedMove, _move),
        checks=found.all(SheetCheckRow, LoggedCheck, _check),
        vital_sets=found.all(VitalSignsRow, VitalSet, _vital_set),
        events=found.all(InfusionEventRow, InfusionEvent, _event),
        medicines=found.all(MedicineGivenRow, MedicineGiven, dict),
        rates=found.all(RateChangeRow, RateChange, dict),
        notes=found.all(SheetNoteRow, SheetNote, dict),
        recovery_scores=found.all(RecoveryScoreRow, RecoveryScore, _recovery_score),
        acknowledgements=_acknowledgements(db, clinic_id, run_sheet_id),
    )


_LOGGED = (
    "id",
    "occurred_at",
    "recorded_at",
    "corrects_id",
    "correction_reason",
    "is_struck",
)
_NOT_OWN = {*_LOGGED, "clinic_id", "run_sheet_id", "recorded_by"}


@dataclass(frozen=True)
class _Reader:
    db: Session
    clinic_id: UUID
    run_sheet_id: UUID

    def all(self, row: Any, kind: type[Kind], own: Any) -> tuple[Kind, ...]:
        """Every entry of one table; `own` makes the kind's own fields of the columns."""
        names = [column.name for column in row.__table__.columns if column.name not in _NOT_OWN]
        found = [dict(each) for each in self._rows(row, names)]
        corrected_by = {each["corrects_id"]: each["id"] for each in found if each["corrects_id"]}
        return tuple(
            kind(
                **{name: each[name] for name in _LOGGED},
                recorded_by=each["recorded_by"],
                corrected_by=corrected_by.get(each["id"]),
                **own({name: each[name] for name in names}),
            )
            for each in found
        )

    def _rows(self, row: Any, names: list[str]) -> Iterator[Any]:
        columns = [row.__table__.c[name] for name in (*_LOGGED, *names)]
        return (
            self.db.execute(
                select(*columns, UserRow.name.label("recorded_by"))
                .join(UserRow, UserRow.id == row.recorded_by)
                .where(row.run_sheet_id == self.run_sheet_id, row.clinic_id == self.clinic_id)
                .order_by(row.occurred_at, row.recorded_at, row.id)
            )
            .mappings()
            .__iter__()
        )


def _move(own: dict[str, Any]) -> dict[str, Any]:
    return own | {"move": Move(own["move"]), "to_stage": Stage(own["to_stage"])}


def _check(own: dict[str, Any]) -> dict[str, Any]:
    return own | {"phase": CheckPhase(own["phase"]), "result": CheckResult(own["result"])}


def _vital_set(own: dict[str, Any]) -> dict[str, Any]:
    return {"signs": VitalSigns(**own)}


def _event(own: dict[str, Any]) -> dict[str, Any]:
    related = own["relatedness"]
    return own | {"relatedness": Relatedness(related) if related else None}


def _recovery_score(own: dict[str, Any]) -> dict[str, Any]:
    items = tuple(own[f"item_{number}"] for number in range(1, 6))
    return {
        "scale": RecoveryScale(own["scale"]),
        "items": () if None in items else items,
    }


def _acknowledgements(
    db: Session, clinic_id: UUID, run_sheet_id: UUID
) -> tuple[Acknowledgement, ...]:
    rows = db.execute(
        select(
            NoticeAcknowledgementRow.vital_signs_id,
            NoticeAcknowledgementRow.notice_key,
            NoticeAcknowledgementRow.notice_words,
            NoticeAcknowledgementRow.action,
            NoticeAcknowledgementRow.occurred_at,
            NoticeAcknowledgementRow.recorded_at,
            UserRow.name.label("recorded_by"),
        )
        .join(UserRow, UserRow.id == NoticeAcknowledgementRow.recorded_by)
        .where(
            NoticeAcknowledgementRow.run_sheet_id == run_sheet_id,
            NoticeAcknowledgementRow.clinic_id == clinic_id,
        )
        .order_by(NoticeAcknowledgementRow.recorded_at, NoticeAcknowledgementRow.id)
    )
    return tuple(Acknowledgement(**row._mapping) for row in rows)
