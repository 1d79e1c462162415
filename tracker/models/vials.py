"""A vial as an action needs it: what it holds, locked until the transaction ends."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.drug_ledger import EntryKind, VialState
from tracker.domain.errors import NotFound
from tracker.models.drug_ledger import VialEntryRow, VialRow


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedVial:
    """A vial and the last link of its chain."""

    id: UUID
    clinic_id: UUID
    last_seq: int
    state: VialState


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenDraw:
    """An amount that was drawn for a run sheet and not accounted for yet."""

    id: UUID
    vial_id: UUID
    run_sheet_id: UUID
    drawn_ug: int


def lock_vial(db: Session, clinic_id: UUID, vial_id: UUID) -> LockedVial:
    """The vial with its balance. Raises `NotFound`.

    Transactions that write follow each other; the lock and the chain hold it a second time.
    """
    row = db.execute(
        select(
            VialRow.label,
            VialRow.expires_on,
            VialRow.mg_per_ml,
            VialRow.received_at,
            VialEntryRow.seq,
            VialEntryRow.balance_after_ug,
        )
        .join(VialEntryRow, VialEntryRow.vial_id == VialRow.id)
        .where(VialRow.id == vial_id, VialRow.clinic_id == clinic_id)
        .order_by(VialEntryRow.seq.desc())
        .limit(1)
        .with_for_update(of=VialRow)
    ).one_or_none()
    if row is None:
        raise NotFound("vial")
    return LockedVial(
        id=vial_id,
        clinic_id=clinic_id,
        last_seq=row.seq,
        state=VialState(
            label=row.label,
            expires_on=row.expires_on,
            mg_per_ml=row.mg_per_ml,
            received_at=row.received_at,
            balance_ug=row.balance_after_ug,
        ),
    )


def find_draw(db: Session, clinic_id: UUID, entry_id: UUID) -> OpenDraw:
    """A draw by the id of its entry. Raises `NotFound`."""
    row = db.execute(
        select(VialEntryRow.vial_id, VialEntryRow.run_sheet_id, VialEntryRow.amount_ug).where(
            VialEntryRow.id == entry_id,
            VialEntryRow.clinic_id == clinic_id,
            VialEntryRow.kind == EntryKind.DRAWN,
        )
    ).one_or_none()
    if row is None:
        raise NotFound("draw")
    return OpenDraw(
        id=entry_id,
        vial_id=row.vial_id,
        run_sheet_id=row.run_sheet_id,
        drawn_ug=-row.amount_ug,
    )


def latest_label(db: Session, clinic_id: UUID) -> str:
    """The label that was given last; empty before the first vial."""
    latest = select(func.max(VialRow.recorded_at)).where(VialRow.clinic_id == clinic_id)
    found = db.scalars(
        select(VialRow.label)
        .where(VialRow.clinic_id == clinic_id, VialRow.recorded_at == latest.scalar_subquery())
        .order_by(func.length(VialRow.label).desc(), VialRow.label.desc())
        .limit(1)
    ).one_or_none()
    return found or ""
