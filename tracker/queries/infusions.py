"""Planned infusions: what is looked at before one starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.course_review import AgreedDose
from tracker.domain.courses import CourseState, PlannedState
from tracker.domain.drawn_drug import Drawn
from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.domain.protocol import Protocol
from tracker.domain.run_sheet_stages import Stage
from tracker.domain.weight_basis import WeightBasis
from tracker.models import course_reviews, planning, sheet_facts
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.drawn_drug import drawn_for
from tracker.models.infusions import GivenInfusionRow
from tracker.models.patients import PatientRow
from tracker.models.run_sheets import RunSheetRow, VitalSignsRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Bearer:
    """Whose record it is: what stands on every page about a patient."""

    patient_id: UUID
    given_name: str
    family_name: str
    born_on: date
    record_number: str
    allergies: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """A planned infusion in its course."""

    id: UUID
    course_id: UUID
    course_state: CourseState
    number: int
    infusion_count: int
    is_booster: bool
    state: PlannedState
    planned_on: date
    planned_time: time
    room: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LastDose:
    """What was given at the infusion before: to be read, never to be taken over unread."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    weight_kg: Decimal
    weight_basis: WeightBasis
    dosing_weight_kg: Decimal
    dose_mg_per_kg: Decimal
    ordered_mg: Decimal
    given_mg: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StartSheet:
    """Everything that is looked at before the infusion of a run sheet starts.

    `version` is the run sheet's; `measured_at` is when vital signs were last taken on it; `agreed`
    is the dose that a review of the course changed to; `drawn` is what the drug ledger says was
    drawn for it, `checked_weight_kg` the weight in the checks before the start.
    """

    run_sheet_id: UUID
    stage: Stage
    version: int
    bearer: Bearer
    appointment: Appointment
    protocol: Protocol
    agreed: AgreedDose | None
    last: LastDose | None
    measured_at: datetime | None
    drawn: tuple[Drawn, ...] = ()
    checked_weight_kg: Decimal | None = None

    @property
    def proposed_mg_per_kg(self) -> Decimal:
        """The dose to begin with: what a review agreed on, else the protocol's."""
        rules = self.protocol.dose
        return self.agreed.dose_mg_per_kg if self.agreed else rules.dose_mg_per_kg


APPOINTMENT_COLUMNS = (
    PatientRow.id.label("patient_id"),
    PatientRow.given_name,
    PatientRow.family_name,
    PatientRow.born_on,
    PatientRow.record_number,
    PatientRow.allergies,
    CourseRow.state.label("course_state"),
    CourseRow.infusion_count,
    CourseRow.protocol_id,
    PlannedInfusionRow.id.label("planned_infusion_id"),
    PlannedInfusionRow.course_id,
    PlannedInfusionRow.number,
    PlannedInfusionRow.is_booster,
    PlannedInfusionRow.state.label("planned_state"),
    PlannedInfusionRow.planned_on,
    PlannedInfusionRow.planned_time,
    PlannedInfusionRow.room,
)


def get_appointment(
    db: Session, who: Person, planned_infusion_id: UUID
) -> tuple[Bearer, Appointment]:
    """A planned infusion and whose it is. Raises `NotFound`. One statement."""
    row = db.execute(
        select(*APPOINTMENT_COLUMNS)
        .join(CourseRow, CourseRow.id == PlannedInfusionRow.course_id)
        .join(PatientRow, PatientRow.id == CourseRow.patient_id)
        .where(
            PlannedInfusionRow.id == planned_infusion_id,
            PlannedInfusionRow.clinic_id == who.clinic_id,
        )
    ).one_or_none()
    if row is None:
        raise NotFound("planned infusion")
    return read_bearer(row), read_appointment(row)


def get_start_sheet(db: Session, who: Person, run_sheet_id: UUID) -> StartSheet:
    """What is looked at before an infusion starts. Raises `NotFound`. Six statements."""
    newer = aliased(VitalSignsRow)
    measured_at = (
        select(func.max(VitalSignsRow.occurred_at))
        .where(
            VitalSignsRow.run_sheet_id == RunSheetRow.id,
            ~VitalSignsRow.is_struck,
            ~select(newer.id).where(newer.corrects_id == VitalSignsRow.id).exists(),
        )
        .scalar_subquery()
        .label("measured_at")
    )
    row = db.execute(
        select(*APPOINTMENT_COLUMNS, RunSheetRow.stage, RunSheetRow.version, measured_at)
        .join(CourseRow, CourseRow.id == PlannedInfusionRow.course_id)
        .join(PatientRow, PatientRow.id == CourseRow.patient_id)
        .join(RunSheetRow, RunSheetRow.planned_infusion_id == PlannedInfusionRow.id)
        .where(RunSheetRow.id == run_sheet_id, RunSheetRow.clinic_id == who.clinic_id)
    ).one_or_none()
    if row is None:
        raise NotFound("run sheet")
    return StartSheet(
        run_sheet_id=run_sheet_id,
        stage=Stage(row.stage),
        version=row.version,
        bearer=read_bearer(row),
        appointment=read_appointment(row),
        protocol=planning.find_protocol(db, who.clinic_id, row.protocol_id),
        agreed=course_reviews.agreed_dose(db, who.clinic_id, row.course_id),
        last=_find_last_dose(db, who, row.course_id, before=row.planned_infusion_id),
        measured_at=row.measured_at,
        drawn=drawn_for(db, who.clinic_id, run_sheet_id),
        checked_weight_kg=sheet_facts.checked_weight_kg(db, run_sheet_id),
    )


def _find_last_dose(db: Session, who: Person, course_id: UUID, *, before: UUID) -> LastDose | None:
    row = db.execute(
        select(
            PlannedInfusionRow.number,
            GivenInfusionRow.occurred_at,
            GivenInfusionRow.ended_at,
            GivenInfusionRow.weight_kg,
            GivenInfusionRow.weight_basis,
            GivenInfusionRow.dosing_weight_kg,
            GivenInfusionRow.dose_mg_per_kg,
            GivenInfusionRow.ordered_mg,
            GivenInfusionRow.given_mg,
        )
        .join(PlannedInfusionRow, PlannedInfusionRow.id == GivenInfusionRow.planned_infusion_id)
        .where(
            GivenInfusionRow.course_id == course_id,
            GivenInfusionRow.clinic_id == who.clinic_id,
            GivenInfusionRow.planned_infusion_id != before,
        )
        .order_by(GivenInfusionRow.occurred_at.desc(), PlannedInfusionRow.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return LastDose(
        number=row.number,
        started_at=row.occurred_at,
        ended_at=row.ended_at,
        weight_kg=row.weight_kg,
        weight_basis=WeightBasis(row.weight_basis),
        dosing_weight_kg=row.dosing_weight_kg,
        dose_mg_per_kg=row.dose_mg_per_kg,
        ordered_mg=row.ordered_mg,
        given_mg=row.given_mg,
    )


def read_bearer(row: Any) -> Bearer:
    """Whose record a row is about; selected with `APPOINTMENT_COLUMNS`."""
    return Bearer(
        patient_id=row.patient_id,
        given_name=row.given_name,
        family_name=row.family_name,
        born_on=row.born_on,
        record_number=row.record_number,
        allergies=row.allergies,
    )


def read_appointment(row: Any) -> Appointment:
    """The planned infusion of a row that was selected with `APPOINTMENT_COLUMNS`."""
    return Appointment(
        id=row.planned_infusion_id,
        course_id=row.course_id,
        course_state=CourseState(row.course_state),
        number=row.number,
        infusion_count=row.infusion_count,
        is_booster=row.is_booster,
        state=PlannedState(row.planned_state),
        planned_on=row.planned_on,
        planned_time=row.planned_time,
        room=row.room,
    )
