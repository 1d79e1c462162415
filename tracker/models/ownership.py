"""Whose is it? The one lookup behind every address that carries an id.

A row of another clinic, or for a patient of another patient, is not found: the same answer as for
an id that never existed.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.models.case_history import PriorTreatmentRow
from tracker.models.check_in_links import CheckInLinkRow
from tracker.models.check_ins import CheckInRow, SafetyAlertRow
from tracker.models.clinics import ProtocolRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import read_rows
from tracker.models.drug_ledger import VialEntryRow, VialRow
from tracker.models.instrument_wordings import InstrumentWordingRow
from tracker.models.patients import PatientRow
from tracker.models.prepared import Prepared
from tracker.models.report_batches import ReportBatchRow
from tracker.models.run_sheets import (
    InfusionEventRow,
    MedicineGivenRow,
    RateChangeRow,
    RecoveryScoreRow,
    RunSheetMoveRow,
    RunSheetRow,
    SheetCheckRow,
    SheetNoteRow,
    VitalSignsRow,
)
from tracker.models.signed_reports import SignedReportRow
from tracker.models.therapy_sessions import TherapySessionRow
from tracker.models.treatment_decisions import CourseReviewRow, MedicineChangeRow


def _of_course(row: Any) -> Select[UUID]:
    return select(CourseRow.patient_id).join(row, row.course_id == CourseRow.id)


def _of_sheet(row: Any) -> Select[UUID]:
    return _of_course(RunSheetRow).join(row, row.run_sheet_id == RunSheetRow.id)


def _scoped(row: Any, statement: Select[UUID]) -> Prepared:
    # Built once, with the values bound at each call: building costs more than the look-up.
    return Prepared(
        statement.where(row.id == bindparam("object_id"), row.clinic_id == bindparam("clinic_id"))
    )


_PATIENT_OF: dict[str, Prepared] = {
    "patient": _scoped(PatientRow, select(PatientRow.id)),
    "course": _scoped(CourseRow, select(CourseRow.patient_id)),
    "planned_infusion": _scoped(PlannedInfusionRow, _of_course(PlannedInfusionRow)),
    "infusion": _scoped(RunSheetRow, _of_course(RunSheetRow)),
    "vital_signs": _scoped(VitalSignsRow, _of_sheet(VitalSignsRow)),
    "infusion_event": _scoped(InfusionEventRow, _of_sheet(InfusionEventRow)),
    "medicine_given": _scoped(MedicineGivenRow, _of_sheet(MedicineGivenRow)),
    "rate_change": _scoped(RateChangeRow, _of_sheet(RateChangeRow)),
    "recovery_score": _scoped(RecoveryScoreRow, _of_sheet(RecoveryScoreRow)),
    "sheet_note": _scoped(SheetNoteRow, _of_sheet(SheetNoteRow)),
    "sheet_check": _scoped(SheetCheckRow, _of_sheet(SheetCheckRow)),
    "run_sheet_move": _scoped(RunSheetMoveRow, _of_sheet(RunSheetMoveRow)),
    "medicine_change": _scoped(MedicineChangeRow, select(MedicineChangeRow.patient_id)),
    "prior_treatment": _scoped(PriorTreatmentRow, select(PriorTreatmentRow.patient_id)),
    "course_review": _scoped(CourseReviewRow, _of_course(CourseReviewRow)),
    "vial_entry": _scoped(VialEntryRow, _of_sheet(VialEntryRow)),
    "signed_report": _scoped(SignedReportRow, select(SignedReportRow.patient_id)),
    "therapy_session": _scoped(TherapySessionRow, _of_course(TherapySessionRow)),
    "check_in": _scoped(CheckInRow, select(CheckInRow.patient_id)),
    "check_in_link": _scoped(CheckInLinkRow, select(CheckInLinkRow.patient_id)),
    "alert": _scoped(SafetyAlertRow, select(SafetyAlertRow.patient_id)),
}

_OF_CLINIC: dict[str, Prepared] = {
    "protocol": _scoped(ProtocolRow, select(ProtocolRow.id)),
    "report_batch": _scoped(ReportBatchRow, select(ReportBatchRow.id)),
    "vial": _scoped(VialRow, select(VialRow.id)),
    "wording": _scoped(InstrumentWordingRow, select(InstrumentWordingRow.id)),
}

OF_NO_PATIENT = frozenset(_OF_CLINIC)
"""Records that belong to the clinic and to no patient: its people may know of them."""
KINDS = frozenset(_PATIENT_OF) | OF_NO_PATIENT


def patient_of(db: Session, who: Person, kind: str, object_id: UUID) -> UUID | None:
    """The patient that a record belongs to, if this person may know of it.

    None for a record that belongs to the clinic alone. Raises `NotFound` for a record of another
    clinic and, to a patient, of anybody else.
    """
    if kind in OF_NO_PATIENT:
        _check_of_clinic(db, who, kind, object_id)
        return None
    asked = {"object_id": object_id, "clinic_id": who.clinic_id}
    found: UUID | None = read_rows(db, _PATIENT_OF[kind], asked).scalar_one_or_none()
    if found is None or (not who.is_staff and found != who.patient_id):
        raise NotFound(kind)
    return found


def _check_of_clinic(db: Session, who: Person, kind: str, object_id: UUID) -> None:
    asked = {"object_id": object_id, "clinic_id": who.clinic_id}
    found = read_rows(db, _OF_CLINIC[kind], asked).scalar_one_or_none()
    if found is None or not who.is_staff:
        raise NotFound(kind)
