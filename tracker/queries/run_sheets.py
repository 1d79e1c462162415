"""One run sheet: whose it is, where it stands, and all that was logged on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.courses import GivenState
from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.domain.protocol import Protocol
from tracker.domain.run_sheet_stages import Stage
from tracker.domain.signing import Meaning
from tracker.domain.weight_basis import IdealWeightFor, WeightBasis
from tracker.models import planning
from tracker.models.accounts import UserRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import read_rows
from tracker.models.infusions import GivenInfusionRow
from tracker.models.patients import PatientRow
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
from tracker.models.signatures import SignatureRow
from tracker.queries.infusions import (
    APPOINTMENT_COLUMNS,
    Appointment,
    Bearer,
    read_appointment,
    read_bearer,
)
from tracker.queries.sheet_entries import LoggedMove, SheetEntries, VitalSet, list_entries


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What was ordered at the start and, once ended, what was given. Times are UTC."""

    state: GivenState
    started_at: datetime
    ended_at: datetime | None
    weight_kg: Decimal
    weight_basis: WeightBasis
    dosing_weight_kg: Decimal
    height_cm: int | None
    ideal_weight_for: IdealWeightFor | None
    dose_mg_per_kg: Decimal
    ordered_mg: Decimal
    given_mg: Decimal | None
    planned_minutes: int
    vial_mg_per_ml: Decimal | None
    total_ml: Decimal | None
    infused_ml: Decimal | None
    dose_reason: str
    course_of_infusion: str
    stop_reason: str
    recorded_at: datetime
    recorded_by: str
    end_recorded_at: datetime | None
    end_recorded_by: str
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSheet:
    """One run sheet with all that was logged on it. `given` is None before the start.

    `signed_at` is when somebody signed that it was performed; from then on it is closed.
    """

    id: UUID
    bearer: Bearer
    appointment: Appointment
    protocol: Protocol
    stage: Stage
    version: int
    opened_at: datetime
    given: Given | None
    entries: SheetEntries
    signed_at: datetime | None

    @property
    def standing_sets(self) -> tuple[VitalSet, ...]:
        """The sets that were neither corrected nor struck out."""
        return tuple(each for each in self.entries.vital_sets if each.stands)

    @property
    def steps(self) -> tuple[LoggedMove, ...]:
        """The steps in their order, each with its latest time."""
        return tuple(sorted((each for each in self.entries.moves if each.stands), key=_seq))

    @property
    def began_at(self) -> datetime:
        """The start of the infusion or, before it, the patient's arrival."""
        return self.given.started_at if self.given else self.opened_at

    @property
    def ended_at(self) -> datetime | None:
        """The end of the infusion; None while it runs and before it starts."""
        return self.given.ended_at if self.given else None

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


def _seq(step: LoggedMove) -> int:
    return step.seq


_Ender = aliased(UserRow)
_GIVEN = (
    GivenInfusionRow.state,
    GivenInfusionRow.occurred_at.label("started_at"),
    GivenInfusionRow.ended_at,
    GivenInfusionRow.weight_kg,
    GivenInfusionRow.weight_basis,
    GivenInfusionRow.dosing_weight_kg,
    GivenInfusionRow.height_cm,
    GivenInfusionRow.ideal_weight_for,
    GivenInfusionRow.dose_mg_per_kg,
    GivenInfusionRow.ordered_mg,
    GivenInfusionRow.given_mg,
    GivenInfusionRow.planned_minutes,
    GivenInfusionRow.vial_mg_per_ml,
    GivenInfusionRow.total_ml,
    GivenInfusionRow.infused_ml,
    GivenInfusionRow.dose_reason,
    GivenInfusionRow.course_of_infusion,
    GivenInfusionRow.stop_reason,
    GivenInfusionRow.recorded_at,
    GivenInfusionRow.end_recorded_at,
    GivenInfusionRow.version,
    UserRow.name.label("recorded_by"),
    _Ender.name.label("end_recorded_by"),
)
_SIGNED_AT = (
    select(func.min(SignatureRow.signed_at))
    .where(SignatureRow.run_sheet_id == RunSheetRow.id, SignatureRow.meaning == Meaning.PERFORMED)
    .scalar_subquery()
    .label("signed_at")
)
_RUN_SHEET = (
    select(
        *APPOINTMENT_COLUMNS,
        RunSheetRow.id,
        RunSheetRow.stage,
        RunSheetRow.version.label("sheet_version"),
        RunSheetRow.recorded_at.label("opened_at"),
        _SIGNED_AT,
        *_GIVEN,
    )
    .join(PlannedInfusionRow, PlannedInfusionRow.id == RunSheetRow.planned_infusion_id)
    .join(CourseRow, CourseRow.id == RunSheetRow.course_id)
    .join(PatientRow, PatientRow.id == CourseRow.patient_id)
    .outerjoin(GivenInfusionRow, GivenInfusionRow.id == RunSheetRow.id)
    .outerjoin(UserRow, UserRow.id == GivenInfusionRow.recorded_by)
    .outerjoin(_Ender, _Ender.id == GivenInfusionRow.end_recorded_by)
    .where(RunSheetRow.id == bindparam("run_sheet_id"))
    .where(RunSheetRow.clinic_id == bindparam("clinic_id"))
)


def get_run_sheet(db: Session, who: Person, run_sheet_id: UUID) -> RunSheet:
    """One run sheet with everything on it. Raises `NotFound`. Eleven statements."""
    row = read_rows(
        db, _RUN_SHEET, {"run_sheet_id": run_sheet_id, "clinic_id": who.clinic_id}
    ).one_or_none()
    if row is None:
        raise NotFound("run sheet")
    entries = list_entries(db, who, run_sheet_id)
    return RunSheet(
        id=row.id,
        bearer=read_bearer(row),
        appointment=read_appointment(row),
        protocol=planning.find_protocol(db, who.clinic_id, row.protocol_id),
        stage=Stage(row.stage),
        version=row.sheet_version,
        opened_at=min((each.occurred_at for each in entries.moves), default=row.opened_at),
        given=_given(row) if row.started_at is not None else None,
        entries=entries,
        signed_at=row.signed_at,
    )


def _given(row: Any) -> Given:
    names = [column.key for column in _GIVEN]
    values = {name: row._mapping[name] for name in names}
    ideal_for = values["ideal_weight_for"]
    return Given(
        **values
        | {
            "state": GivenState(values["state"]),
            "weight_basis": WeightBasis(values["weight_basis"]),
            "ideal_weight_for": IdealWeightFor(ideal_for) if ideal_for else None,
            "end_recorded_by": values["end_recorded_by"] or "",
        }
    )


def find_run_sheet_id(db: Session, who: Person, planned_infusion_id: UUID) -> UUID | None:
    """The run sheet of an appointment, once somebody arrived for it. One statement."""
    return db.scalars(
        select(RunSheetRow.id).where(
            RunSheetRow.planned_infusion_id == planned_infusion_id,
            RunSheetRow.clinic_id == who.clinic_id,
        )
    ).one_or_none()


ENTRY_ROWS = {
    "run_sheet_move": RunSheetMoveRow,
    "sheet_check": SheetCheckRow,
    "vital_signs": VitalSignsRow,
    "infusion_event": InfusionEventRow,
    "medicine_given": MedicineGivenRow,
    "rate_change": RateChangeRow,
    "sheet_note": SheetNoteRow,
    "recovery_score": RecoveryScoreRow,
}


def get_run_sheet_of(db: Session, who: Person, kind: str, entry_id: UUID) -> RunSheet:
    """The run sheet on which an entry stands. Raises `NotFound`. Twelve statements."""
    row: Any = ENTRY_ROWS[kind]
    run_sheet_id = db.scalars(
        select(row.run_sheet_id).where(row.id == entry_id, row.clinic_id == who.clinic_id)
    ).one_or_none()
    if run_sheet_id is None:
        raise NotFound(kind)
    return get_run_sheet(db, who, run_sheet_id)
