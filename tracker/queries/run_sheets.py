"""Given infusions: one run sheet with all that was logged on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tracker.domain.courses import GivenState
from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.domain.protocol import Protocol
from tracker.domain.vital_signs import VitalSigns
from tracker.models import planning
from tracker.models.accounts import UserRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.infusions import GivenInfusionRow, InfusionEventRow, VitalSignsRow
from tracker.models.patients import PatientRow
from tracker.queries.infusions import (
    APPOINTMENT_COLUMNS,
    Appointment,
    Bearer,
    read_appointment,
    read_bearer,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class VitalSet:
    """One set as it was stored. `corrected_by` is the set that replaces it."""

    id: UUID
    signs: VitalSigns
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    corrects_id: UUID | None
    correction_reason: str
    corrected_by: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class InfusionEvent:
    """Something that happened, as it was stored."""

    id: UUID
    term: str
    grade: int | None
    action: str
    note: str
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSheet:
    """One infusion with all that was logged. Sets and events are in the order of their time."""

    id: UUID
    bearer: Bearer
    appointment: Appointment
    protocol: Protocol
    state: GivenState
    started_at: datetime
    ended_at: datetime | None
    weight_kg: Decimal
    dose_mg_per_kg: Decimal
    ordered_mg: Decimal
    given_mg: Decimal | None
    planned_minutes: int
    dose_reason: str
    course_of_infusion: str
    stop_reason: str
    recorded_at: datetime
    recorded_by: str
    end_recorded_at: datetime | None
    end_recorded_by: str
    version: int
    vital_sets: tuple[VitalSet, ...]
    events: tuple[InfusionEvent, ...]

    @property
    def standing_sets(self) -> tuple[VitalSet, ...]:
        """The sets that were not corrected by another."""
        return tuple(each for each in self.vital_sets if each.corrected_by is None)


_Ender = aliased(UserRow)

_RUN_SHEET = (
    select(
        *APPOINTMENT_COLUMNS,
        GivenInfusionRow.id,
        GivenInfusionRow.state,
        GivenInfusionRow.occurred_at,
        GivenInfusionRow.ended_at,
        GivenInfusionRow.weight_kg,
        GivenInfusionRow.dose_mg_per_kg,
        GivenInfusionRow.ordered_mg,
        GivenInfusionRow.given_mg,
        GivenInfusionRow.planned_minutes,
        GivenInfusionRow.dose_reason,
        GivenInfusionRow.course_of_infusion,
        GivenInfusionRow.stop_reason,
        GivenInfusionRow.recorded_at,
        GivenInfusionRow.end_recorded_at,
        GivenInfusionRow.version,
        UserRow.name.label("recorded_by"),
        _Ender.name.label("end_recorded_by"),
    )
    .join(PlannedInfusionRow, PlannedInfusionRow.id == GivenInfusionRow.planned_infusion_id)
    .join(CourseRow, CourseRow.id == GivenInfusionRow.course_id)
    .join(PatientRow, PatientRow.id == CourseRow.patient_id)
    .join(UserRow, UserRow.id == GivenInfusionRow.recorded_by)
    .outerjoin(_Ender, _Ender.id == GivenInfusionRow.end_recorded_by)
)


def get_run_sheet(db: Session, who: Person, infusion_id: UUID) -> RunSheet:
    """One infusion with its vital signs and events. Raises `NotFound`. Four statements."""
    row = db.execute(
        _RUN_SHEET.where(
            GivenInfusionRow.id == infusion_id, GivenInfusionRow.clinic_id == who.clinic_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("infusion")
    return RunSheet(
        id=row.id,
        bearer=read_bearer(row),
        appointment=read_appointment(row),
        protocol=planning.find_protocol(db, who.clinic_id, row.protocol_id),
        state=GivenState(row.state),
        started_at=row.occurred_at,
        ended_at=row.ended_at,
        weight_kg=row.weight_kg,
        dose_mg_per_kg=row.dose_mg_per_kg,
        ordered_mg=row.ordered_mg,
        given_mg=row.given_mg,
        planned_minutes=row.planned_minutes,
        dose_reason=row.dose_reason,
        course_of_infusion=row.course_of_infusion,
        stop_reason=row.stop_reason,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        end_recorded_at=row.end_recorded_at,
        end_recorded_by=row.end_recorded_by or "",
        version=row.version,
        vital_sets=_list_vital_sets(db, who, infusion_id),
        events=_list_events(db, who, infusion_id),
    )


def get_run_sheet_of_set(db: Session, who: Person, vital_signs_id: UUID) -> RunSheet:
    """The run sheet on which a set stands. Raises `NotFound`. Five statements."""
    infusion_id = db.scalars(
        select(VitalSignsRow.given_infusion_id).where(
            VitalSignsRow.id == vital_signs_id, VitalSignsRow.clinic_id == who.clinic_id
        )
    ).one_or_none()
    if infusion_id is None:
        raise NotFound("vital signs")
    return get_run_sheet(db, who, infusion_id)


def _list_vital_sets(db: Session, who: Person, infusion_id: UUID) -> tuple[VitalSet, ...]:
    rows = db.execute(
        select(
            VitalSignsRow.id,
            VitalSignsRow.systolic_mmhg,
            VitalSignsRow.diastolic_mmhg,
            VitalSignsRow.heart_rate_bpm,
            VitalSignsRow.spo2_percent,
            VitalSignsRow.respiration_per_minute,
            VitalSignsRow.rass,
            VitalSignsRow.occurred_at,
            VitalSignsRow.recorded_at,
            VitalSignsRow.corrects_id,
            VitalSignsRow.correction_reason,
            UserRow.name.label("recorded_by"),
        )
        .join(UserRow, UserRow.id == VitalSignsRow.recorded_by)
        .where(
            VitalSignsRow.given_infusion_id == infusion_id,
            VitalSignsRow.clinic_id == who.clinic_id,
        )
        .order_by(VitalSignsRow.occurred_at, VitalSignsRow.recorded_at, VitalSignsRow.id)
    ).all()
    corrected_by = {row.corrects_id: row.id for row in rows if row.corrects_id is not None}
    return tuple(_vital_set(row, corrected_by.get(row.id)) for row in rows)


def _vital_set(row: Any, corrected_by: UUID | None) -> VitalSet:
    return VitalSet(
        id=row.id,
        signs=VitalSigns(
            systolic_mmhg=row.systolic_mmhg,
            diastolic_mmhg=row.diastolic_mmhg,
            heart_rate_bpm=row.heart_rate_bpm,
            spo2_percent=row.spo2_percent,
            respiration_per_minute=row.respiration_per_minute,
            rass=row.rass,
        ),
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        corrects_id=row.corrects_id,
        correction_reason=row.correction_reason,
        corrected_by=corrected_by,
    )


def _list_events(db: Session, who: Person, infusion_id: UUID) -> tuple[InfusionEvent, ...]:
    rows: Sequence[Any] = db.execute(
        select(
            InfusionEventRow.id,
            InfusionEventRow.term,
            InfusionEventRow.grade,
            InfusionEventRow.action,
            InfusionEventRow.note,
            InfusionEventRow.occurred_at,
            InfusionEventRow.recorded_at,
            UserRow.name.label("recorded_by"),
        )
        .join(UserRow, UserRow.id == InfusionEventRow.recorded_by)
        .where(
            InfusionEventRow.given_infusion_id == infusion_id,
            InfusionEventRow.clinic_id == who.clinic_id,
        )
        .order_by(InfusionEventRow.occurred_at, InfusionEventRow.recorded_at, InfusionEventRow.id)
    ).all()
    return tuple(InfusionEvent(**row._mapping) for row in rows)
