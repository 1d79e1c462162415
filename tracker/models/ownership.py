"""Whose is it? The one lookup behind every address that carries an id.

A row of another clinic, or for a patient of another patient, is not found: the same answer as for
an id that never existed.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.domain.restrictions import RecordRestricted
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
from tracker.models.proxies import ProxyRow
from tracker.models.report_batches import ReportBatchRow
from tracker.models.restrictions import is_barred
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


def _of_patient(row: Any, statement: Select[UUID]) -> Prepared:
    """The patient, and whether the record is restricted to others than who asks."""
    patient_id = statement.selected_columns[0].label("patient_id")
    barred = is_barred(statement.selected_columns[0], bindparam("user_id", type_=Uuid()))
    return _scoped(row, statement.with_only_columns(patient_id, barred.label("is_barred")))


_PATIENT_OF: dict[str, Prepared] = {
    "patient": _of_patient(PatientRow, select(PatientRow.id)),
    "proxy": _of_patient(ProxyRow, select(ProxyRow.patient_id)),
    "course": _of_patient(CourseRow, select(CourseRow.patient_id)),
    "planned_infusion": _of_patient(PlannedInfusionRow, _of_course(PlannedInfusionRow)),
    "infusion": _of_patient(RunSheetRow, _of_course(RunSheetRow)),
    "vital_signs": _of_patient(VitalSignsRow, _of_sheet(VitalSignsRow)),
    "infusion_event": _of_patient(InfusionEventRow, _of_sheet(InfusionEventRow)),
    "medicine_given": _of_patient(MedicineGivenRow, _of_sheet(MedicineGivenRow)),
    "rate_change": _of_patient(RateChangeRow, _of_sheet(RateChangeRow)),
    "recovery_score": _of_patient(RecoveryScoreRow, _of_sheet(RecoveryScoreRow)),
    "sheet_note": _of_patient(SheetNoteRow, _of_sheet(SheetNoteRow)),
    "sheet_check": _of_patient(SheetCheckRow, _of_sheet(SheetCheckRow)),
    "run_sheet_move": _of_patient(RunSheetMoveRow, _of_sheet(RunSheetMoveRow)),
    "medicine_change": _of_patient(MedicineChangeRow, select(MedicineChangeRow.patient_id)),
    "prior_treatment": _of_patient(PriorTreatmentRow, select(PriorTreatmentRow.patient_id)),
    "course_review": _of_patient(CourseReviewRow, _of_course(CourseReviewRow)),
    "vial_entry": _of_patient(VialEntryRow, _of_sheet(VialEntryRow)),
    "signed_report": _of_patient(SignedReportRow, select(SignedReportRow.patient_id)),
    "therapy_session": _of_patient(TherapySessionRow, _of_course(TherapySessionRow)),
    "check_in": _of_patient(CheckInRow, select(CheckInRow.patient_id)),
    "check_in_link": _of_patient(CheckInLinkRow, select(CheckInLinkRow.patient_id)),
    "alert": _of_patient(SafetyAlertRow, select(SafetyAlertRow.patient_id)),
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


def patient_of(
    db: Session, who: Person, kind: str, object_id: UUID, *, even_restricted: bool = False
) -> UUID | None:
    """The patient that a record belongs to, if this person may know of it.

    None for a record that belongs to the clinic alone. Raises `NotFound` for a record of another
    clinic and, to a patient, of anybody else; `RecordRestricted` for a restricted one that
    somebody else is named for, unless they opened it all the same.
    """
    if kind in OF_NO_PATIENT:
        _check_of_clinic(db, who, kind, object_id)
        return None
    asked = {"object_id": object_id, "clinic_id": who.clinic_id, "user_id": who.user_id}
    found = read_rows(db, _PATIENT_OF[kind], asked).one_or_none()
    if found is None or (not who.is_staff and found.patient_id != who.patient_id):
        raise NotFound(kind)
    patient_id: UUID = found.patient_id
    is_shut = bool(found.is_barred) and who.is_staff and patient_id not in who.opened
    if is_shut and not even_restricted:
        raise RecordRestricted(patient_id)
    return patient_id


def _check_of_clinic(db: Session, who: Person, kind: str, object_id: UUID) -> None:
    asked = {"object_id": object_id, "clinic_id": who.clinic_id}
    found = read_rows(db, _OF_CLINIC[kind], asked).scalar_one_or_none()
    if found is None or not who.is_staff:
        raise NotFound(kind)
