"""Whether anything on a run sheet has changed since it was shown, without reading it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.domain.infusion_hold import HOLDS_FROM
from tracker.domain.people import Person
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import read_rows
from tracker.models.infusions import GivenInfusionRow
from tracker.models.patients import PatientRow
from tracker.models.run_sheets import RunSheetRow
from tracker.models.signatures import AmendmentRow, SignatureRow
from tracker.models.signed_content import ROWS_ON_SHEET

ROWS_ADDED: tuple[Any, ...] = (*ROWS_ON_SHEET, SignatureRow, AmendmentRow)
"""Everything that is only ever added to a sheet: as many rows mean the same rows."""


def _count(row: Any) -> Any:
    of_sheet = row.run_sheet_id == bindparam("run_sheet_id")
    return select(func.count()).select_from(row).where(of_sheet).scalar_subquery()


_HOLDS = (
    select(func.count())
    .select_from(SafetyAlertRow)
    .where(
        SafetyAlertRow.patient_id == CourseRow.patient_id,
        SafetyAlertRow.closed_at.is_(None),
        SafetyAlertRow.level >= int(HOLDS_FROM),
    )
    .scalar_subquery()
)
_VERSION = (
    select(
        RunSheetRow.version.label("sheet"),
        GivenInfusionRow.version.label("given"),
        PlannedInfusionRow.version.label("planned"),
        PatientRow.version.label("patient"),
        _HOLDS.label("holds"),
        *(_count(row).label(row.__tablename__) for row in ROWS_ADDED),
    )
    .join(PlannedInfusionRow, PlannedInfusionRow.id == RunSheetRow.planned_infusion_id)
    .join(CourseRow, CourseRow.id == RunSheetRow.course_id)
    .join(PatientRow, PatientRow.id == CourseRow.patient_id)
    .outerjoin(GivenInfusionRow, GivenInfusionRow.id == RunSheetRow.id)
    .where(RunSheetRow.id == bindparam("run_sheet_id"))
    .where(RunSheetRow.clinic_id == bindparam("clinic_id"))
)


def sheet_version(db: Session, who: Person, run_sheet_id: UUID) -> tuple[int | None, ...]:
    """Numbers that differ once anything on the sheet does. Raises `NotFound`. One statement."""
    values = {"run_sheet_id": run_sheet_id, "clinic_id": who.clinic_id}
    row = read_rows(db, _VERSION, values).one_or_none()
    if row is None:
        raise NotFound("run sheet")
    return tuple(row)
