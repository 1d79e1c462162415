"""What else a patient takes and took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.domain.medicines import Change, MedicineEntry
from tracker.domain.people import Person
from tracker.domain.treatment_decisions import MedicineChange
from tracker.models.accounts import UserRow
from tracker.models.database import read_rows
from tracker.models.prepared import Prepared
from tracker.models.treatment_decisions import MedicineChangeRow as Row

# Statements are built once: building one takes longer than running it.
_ENTRIES = select(
    Row.id,
    Row.patient_id,
    Row.medicine,
    Row.change,
    Row.dose,
    Row.changed_on,
    Row.note,
    Row.recorded_at,
    Row.corrects_id,
    Row.correction_reason,
    Row.is_struck,
    UserRow.name.label("recorded_by"),
).join(UserRow, UserRow.id == Row.recorded_by)
_OF_PATIENT = Prepared(
    _ENTRIES.where(
        Row.clinic_id == bindparam("clinic_id"), Row.patient_id == bindparam("patient_id")
    ).order_by(Row.changed_on, Row.recorded_at, Row.id)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnedEntry:
    """An entry and whose it is."""

    patient_id: UUID
    entry: MedicineEntry


def list_changes(db: Session, who: Person, patient_id: UUID) -> tuple[MedicineEntry, ...]:
    """Every entry about a patient, corrections and strikes too, by day. One statement.

    `domain.medicines` says what is taken now (`taken_now`) and what a chart shows (`marks`).
    """
    rows = read_rows(db, _OF_PATIENT, {"clinic_id": who.clinic_id, "patient_id": patient_id})
    return tuple(_entry(row) for row in rows)


def get_change(db: Session, who: Person, medicine_change_id: UUID) -> OwnedEntry:
    """One entry. Raises `NotFound`."""
    row = db.execute(
        _ENTRIES.where(Row.clinic_id == who.clinic_id, Row.id == medicine_change_id)
    ).one_or_none()
    if row is None:
        raise NotFound("medicine change")
    return OwnedEntry(patient_id=row.patient_id, entry=_entry(row))


def _entry(row: Any) -> MedicineEntry:
    return MedicineEntry(
        id=row.id,
        change=Change(
            medicine=row.medicine,
            change=MedicineChange(row.change),
            changed_on=row.changed_on,
            dose=row.dose,
            note=row.note,
        ),
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        corrects_id=row.corrects_id,
        correction_reason=row.correction_reason,
        is_struck=row.is_struck,
    )
