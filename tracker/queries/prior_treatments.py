"""What was tried before a course."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.domain.prior_treatments import (
    Adequacy,
    TreatmentKind,
    Trial,
    TrialEnd,
    TrialEntry,
    TrialOutcome,
)
from tracker.models.accounts import UserRow
from tracker.models.case_history import PriorTreatmentRow as Row

_ENTRIES = select(
    Row.__table__,
    UserRow.name.label("written_by"),
).join(UserRow, UserRow.id == Row.recorded_by)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnedTrial:
    """An entry and whose it is."""

    patient_id: UUID
    entry: TrialEntry


def list_trials(db: Session, who: Person, patient_id: UUID) -> tuple[TrialEntry, ...]:
    """Every entry about a patient, corrections and strikes too, as they were written.

    `domain.prior_treatments.standing_trials` says which of them stand.
    """
    rows = db.execute(
        _ENTRIES.where(Row.clinic_id == who.clinic_id, Row.patient_id == patient_id).order_by(
            Row.recorded_at, Row.id
        )
    )
    return tuple(_entry(row) for row in rows)


def get_trial(db: Session, who: Person, prior_treatment_id: UUID) -> OwnedTrial:
    """One entry. Raises `NotFound`."""
    row = db.execute(
        _ENTRIES.where(Row.clinic_id == who.clinic_id, Row.id == prior_treatment_id)
    ).one_or_none()
    if row is None:
        raise NotFound("prior treatment")
    return OwnedTrial(patient_id=row.patient_id, entry=_entry(row))


def _entry(row: Any) -> TrialEntry:
    return TrialEntry(
        id=row.id,
        trial=Trial(
            kind=TreatmentKind(row.kind),
            treatment=row.treatment,
            treatment_class=row.treatment_class,
            dose=row.dose,
            started_on=row.started_on,
            ended_on=row.ended_on,
            weeks=row.weeks,
            taken_percent=row.taken_percent,
            adequacy=Adequacy(row.adequacy),
            outcome=TrialOutcome(row.outcome),
            ended_because=TrialEnd(row.ended_because),
            note=row.note,
        ),
        recorded_at=row.recorded_at,
        recorded_by=row.written_by,
        corrects_id=row.corrects_id,
        correction_reason=row.correction_reason,
        is_struck=row.is_struck,
    )
