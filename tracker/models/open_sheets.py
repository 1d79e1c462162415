"""The run sheet to which an action adds something, locked until its transaction ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.errors import NotFound, Refused
from tracker.domain.run_sheet_stages import BEFORE_START, Stage
from tracker.domain.signing import Meaning
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.infusions import GivenInfusionRow
from tracker.models.run_sheets import RunSheetMoveRow, RunSheetRow
from tracker.models.signatures import SignatureRow

IS_SIGNED = (
    "This run sheet is signed. What is still to be said goes into an amendment, with its reason."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenSheet:
    """Where a run sheet stands, when it ran, and whose it is."""

    id: UUID
    clinic_id: UUID
    course_id: UUID
    planned_infusion_id: UUID
    protocol_id: UUID
    patient_id: UUID
    stage: Stage
    version: int
    opened_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def began_at(self) -> datetime:
        """The start of the infusion or, before it, the patient's arrival."""
        return self.started_at or self.opened_at


_FIRST = (
    select(func.min(RunSheetMoveRow.occurred_at))
    .where(RunSheetMoveRow.run_sheet_id == RunSheetRow.id)
    .scalar_subquery()
)
_SHEET = (
    select(
        RunSheetRow.course_id,
        RunSheetRow.planned_infusion_id,
        RunSheetRow.stage,
        RunSheetRow.version,
        RunSheetRow.recorded_at,
        CourseRow.protocol_id,
        CourseRow.patient_id,
        _FIRST.label("opened_at"),
        GivenInfusionRow.occurred_at.label("started_at"),
        GivenInfusionRow.ended_at,
        SignatureRow.id.label("signature_id"),
    )
    .join(CourseRow, CourseRow.id == RunSheetRow.course_id)
    .outerjoin(GivenInfusionRow, GivenInfusionRow.id == RunSheetRow.id)
    .outerjoin(
        SignatureRow,
        (SignatureRow.run_sheet_id == RunSheetRow.id) & (SignatureRow.meaning == Meaning.PERFORMED),
    )
)


def lock_sheet(db: Session, clinic_id: UUID, run_sheet_id: UUID) -> OpenSheet:
    """A run sheet that still takes entries.

    Raises `NotFound` for another clinic's, `Refused` for one that is signed.
    """
    row = db.execute(
        _SHEET.where(RunSheetRow.id == run_sheet_id, RunSheetRow.clinic_id == clinic_id)
        .limit(1)
        .with_for_update(of=RunSheetRow)
    ).one_or_none()
    if row is None:
        raise NotFound("run sheet")
    if row.signature_id is not None:
        raise Refused(IS_SIGNED)
    return OpenSheet(
        id=run_sheet_id,
        clinic_id=clinic_id,
        course_id=row.course_id,
        planned_infusion_id=row.planned_infusion_id,
        protocol_id=row.protocol_id,
        patient_id=row.patient_id,
        stage=Stage(row.stage),
        version=row.version,
        opened_at=row.opened_at or row.recorded_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def number_of_arrived(db: Session, course_id: UUID) -> int | None:
    """The infusion of a course for which the patient has arrived and that has not started."""
    return db.scalars(
        select(PlannedInfusionRow.number)
        .join(RunSheetRow, RunSheetRow.planned_infusion_id == PlannedInfusionRow.id)
        .where(RunSheetRow.course_id == course_id, RunSheetRow.stage.in_(BEFORE_START))
        .order_by(PlannedInfusionRow.number)
        .limit(1)
    ).one_or_none()


def has_arrived(number: int) -> Refused:
    """Why an appointment cannot be planned otherwise now."""
    return Refused(
        f"The patient has arrived for infusion {number}. Start it, or cancel it on its run sheet; "
        "then change the plan."
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class LoggedMove:
    """A step that stands on a run sheet: its number, what it was and when it happened."""

    id: UUID
    seq: int
    move: str
    occurred_at: datetime


def standing_moves(db: Session, run_sheet_id: UUID) -> list[LoggedMove]:
    """The steps of a run sheet in their order, each with its latest time."""
    newer = aliased(RunSheetMoveRow)
    rows = db.execute(
        select(
            RunSheetMoveRow.id,
            RunSheetMoveRow.seq,
            RunSheetMoveRow.move,
            RunSheetMoveRow.occurred_at,
        )
        .where(
            RunSheetMoveRow.run_sheet_id == run_sheet_id,
            ~select(newer.id).where(newer.corrects_id == RunSheetMoveRow.id).exists(),
        )
        .order_by(RunSheetMoveRow.seq)
    )
    return [LoggedMove(**row._mapping) for row in rows]
