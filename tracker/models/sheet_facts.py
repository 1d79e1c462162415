"""What stands on a run sheet, as the rules about its next step need it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tracker.domain.checklist import CheckAnswer
from tracker.domain.checklists import WEIGHT
from tracker.domain.measured_weight import read_weight
from tracker.domain.rates import RateStep
from tracker.domain.sheet_log import CheckPhase, CheckResult
from tracker.domain.vital_signs import Measure, VitalSigns
from tracker.models.run_sheets import (
    RateChangeRow,
    RecoveryScoreRow,
    SheetCheckRow,
    VitalSignsRow,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingAnswer:
    """The latest answer to an item, and the id of its row."""

    id: UUID
    answer: CheckAnswer


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingVitalSigns:
    """A set that was neither corrected nor struck out."""

    id: UUID
    occurred_at: datetime
    signs: VitalSigns


def standing_answers(
    db: Session, run_sheet_id: UUID, phase: CheckPhase
) -> dict[str, StandingAnswer]:
    """The answers to one checklist, by the key of the item. One statement."""
    rows = db.execute(
        _standing(SheetCheckRow, run_sheet_id, "id", "item_key", "result", "reason", "note").where(
            SheetCheckRow.phase == phase
        )
    )
    return {
        row.item_key: StandingAnswer(
            id=row.id,
            answer=CheckAnswer(result=CheckResult(row.result), words=row.reason or row.note),
        )
        for row in rows
    }


def checked_weight_kg(db: Session, run_sheet_id: UUID) -> Decimal | None:
    """The weight that the checks before the start have, where it is a number. One statement."""
    found = standing_answers(db, run_sheet_id, CheckPhase.BEFORE).get(WEIGHT)
    return read_weight(found.answer.note) if found else None


def standing_sets(db: Session, run_sheet_id: UUID) -> tuple[StandingVitalSigns, ...]:
    """The sets of vital signs that stand, in order of time. One statement."""
    names = tuple(measure.value for measure in Measure)
    rows = db.execute(_standing(VitalSignsRow, run_sheet_id, "id", "occurred_at", *names))
    return tuple(
        StandingVitalSigns(
            id=row.id,
            occurred_at=row.occurred_at,
            signs=VitalSigns(**{name: getattr(row, name) for name in names}),
        )
        for row in rows
    )


def latest_recovery_total(db: Session, run_sheet_id: UUID) -> int | None:
    """The total of the latest recovery score; None when there is none. One statement."""
    names = tuple(f"item_{number}" for number in range(1, 6))
    rows = db.execute(_standing(RecoveryScoreRow, run_sheet_id, *names)).all()
    return sum(rows[-1]) if rows else None


def standing_rates(db: Session, run_sheet_id: UUID) -> tuple[RateStep, ...]:
    """The changes of rate that stand, in order of time. One statement."""
    rows = db.execute(_standing(RateChangeRow, run_sheet_id, "occurred_at", "rate_ml_per_h"))
    return tuple(RateStep(from_at=row.occurred_at, ml_per_h=row.rate_ml_per_h) for row in rows)


def _standing(row: Any, run_sheet_id: UUID, *names: str) -> Any:
    newer = aliased(row)
    return (
        select(*(getattr(row, name) for name in names))
        .where(
            row.run_sheet_id == run_sheet_id,
            ~row.is_struck,
            ~select(newer.id).where(newer.corrects_id == row.id).exists(),
        )
        .order_by(row.occurred_at, row.recorded_at, row.id)
    )
