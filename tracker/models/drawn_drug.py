"""What the drug ledger says was drawn for a run sheet."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.drawn_drug import Drawn
from tracker.domain.drug_ledger import EntryKind
from tracker.models.drug_ledger import DrawAccountRow, VialEntryRow, VialRow


def drawn_for(db: Session, clinic_id: UUID, run_sheet_id: UUID) -> tuple[Drawn, ...]:
    """The draws for one run sheet in their order, less what of them was wasted. One statement.

    A draw that was wasted whole is left out: none of it can be given any more.
    """
    wasted_ug = func.coalesce(DrawAccountRow.wasted_ug, 0)
    rows = db.execute(
        select(VialRow.label, VialRow.mg_per_ml, VialEntryRow.amount_ug, wasted_ug)
        .join(VialRow, VialRow.id == VialEntryRow.vial_id)
        .outerjoin(DrawAccountRow, DrawAccountRow.entry_id == VialEntryRow.id)
        .where(
            VialEntryRow.run_sheet_id == run_sheet_id,
            VialEntryRow.clinic_id == clinic_id,
            VialEntryRow.kind == EntryKind.DRAWN,
        )
        .order_by(VialEntryRow.occurred_at, VialEntryRow.recorded_at, VialEntryRow.id)
    )
    return tuple(
        Drawn(vial_label=label, mg_per_ml=mg_per_ml, amount_ug=-amount_ug - wasted)
        for label, mg_per_ml, amount_ug, wasted in rows
        if -amount_ug > wasted
    )
