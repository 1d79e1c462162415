"""The sets of vital signs that stand on a run sheet: neither corrected nor struck out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tracker.domain.vital_signs import Measure, VitalSigns
from tracker.models.run_sheets import VitalSignsRow


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingSet:
    """One set with the moment at which it was measured."""

    id: UUID
    occurred_at: datetime
    signs: VitalSigns


def standing_sets(db: Session, clinic_id: UUID, run_sheet_id: UUID) -> tuple[StandingSet, ...]:
    """The standing sets of one sheet in the order of their time."""
    newer = aliased(VitalSignsRow)
    measured = [getattr(VitalSignsRow, measure.value) for measure in Measure]
    rows = db.execute(
        select(VitalSignsRow.id, VitalSignsRow.occurred_at, *measured)
        .where(
            VitalSignsRow.run_sheet_id == run_sheet_id,
            VitalSignsRow.clinic_id == clinic_id,
            ~VitalSignsRow.is_struck,
            ~select(newer.id).where(newer.corrects_id == VitalSignsRow.id).exists(),
        )
        .order_by(VitalSignsRow.occurred_at, VitalSignsRow.recorded_at, VitalSignsRow.id)
    )
    return tuple(
        StandingSet(
            id=row.id,
            occurred_at=row.occurred_at,
            signs=VitalSigns(**{each.value: getattr(row, each.value) for each in Measure}),
        )
        for row in rows
    )
