"""What is signed: every column of every row that stands on a record, read as it is stored.

The sign-off hashes it, and whoever verifies reads it again the same way.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from tracker.domain.errors import NotFound
from tracker.domain.signing import RecordContent, RecordKind
from tracker.models.clinics import ProtocolRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import read_rows
from tracker.models.drug_ledger import DrawAccountRow, VialEntryRow
from tracker.models.infusions import GivenInfusionRow
from tracker.models.run_sheets import (
    InfusionEventRow,
    MedicineGivenRow,
    NoticeAcknowledgementRow,
    RateChangeRow,
    RecoveryScoreRow,
    RunSheetMoveRow,
    RunSheetRow,
    SheetCheckRow,
    SheetNoteRow,
    VitalSignsRow,
)
from tracker.models.therapy_sessions import TherapySessionRow
from tracker.models.treatment_decisions import CourseReviewRow
from tracker.models.triggers import KEYS
from tracker.models.types import FixedPoint


class ContentUnreadable(Exception):
    """A stored value is not even of its column's kind any more; names the table."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


def _columns(row: Any) -> Any:
    """Every column; decimals as they are stored, so that no rounding hides a change."""
    for column in row.__table__.columns:
        raw = type_coerce(column, NullType()) if isinstance(column.type, FixedPoint) else column
        yield raw.label(column.name)


def _rows(row: Any, own: Any) -> Select[Any]:
    return (
        select(*_columns(row))
        .where(own == bindparam("record_id"), row.clinic_id == bindparam("clinic_id"))
        .order_by(*row.__table__.primary_key.columns)
    )


ROWS_ON_SHEET: tuple[Any, ...] = (
    RunSheetMoveRow,
    SheetCheckRow,
    VitalSignsRow,
    InfusionEventRow,
    MedicineGivenRow,
    RateChangeRow,
    SheetNoteRow,
    RecoveryScoreRow,
    NoticeAcknowledgementRow,
    VialEntryRow,
)
"""Everything that is entered on a sheet, each with `run_sheet_id` and `recorded_by`."""
_DRAWN_FOR = select(VialEntryRow.run_sheet_id).where(VialEntryRow.id == DrawAccountRow.entry_id)

_STATEMENTS: dict[RecordKind, dict[str, Select[Any]]] = {
    RecordKind.RUN_SHEET: {
        "run_sheets": _rows(RunSheetRow, RunSheetRow.id),
        "given_infusions": _rows(GivenInfusionRow, GivenInfusionRow.id),
        **{row.__tablename__: _rows(row, row.run_sheet_id) for row in ROWS_ON_SHEET},
        "draw_accounts": _rows(DrawAccountRow, _DRAWN_FOR.scalar_subquery()),
    },
    RecordKind.THERAPY_SESSION: {
        "therapy_sessions": _rows(TherapySessionRow, TherapySessionRow.id)
    },
    RecordKind.COURSE_REVIEW: {"course_reviews": _rows(CourseReviewRow, CourseReviewRow.id)},
}
SIGNED_TABLES = {kind: tuple(tables) for kind, tables in _STATEMENTS.items()}
"""The tables whose rows are signed with each kind of record; the first has the record itself."""


def _about(row: Any, *more: Any) -> Select[Any]:
    return (
        select(
            CourseRow.id.label("course_id"),
            CourseRow.patient_id,
            CourseRow.protocol_id,
            ProtocolRow.name.label("protocol_name"),
            ProtocolRow.version.label("protocol_version"),
            *more,
        )
        .select_from(row)
        .outerjoin(CourseRow, CourseRow.id == row.course_id)  # also when a key was changed by hand
        .outerjoin(ProtocolRow, ProtocolRow.id == CourseRow.protocol_id)
        .where(row.id == bindparam("record_id"), row.clinic_id == bindparam("clinic_id"))
    )


_ABOUT: dict[RecordKind, Select[Any]] = {
    RecordKind.RUN_SHEET: _about(
        RunSheetRow,
        PlannedInfusionRow.id.label("planned_infusion_id"),
        PlannedInfusionRow.number.label("infusion_number"),
        PlannedInfusionRow.is_booster,
    ).outerjoin(PlannedInfusionRow, PlannedInfusionRow.id == RunSheetRow.planned_infusion_id),
    RecordKind.THERAPY_SESSION: _about(TherapySessionRow),
    RecordKind.COURSE_REVIEW: _about(CourseReviewRow),
}


def collect(db: Session, clinic_id: UUID, kind: RecordKind, record_id: UUID) -> RecordContent:
    """All that stands on a record of this clinic, as it is stored now.

    Raises `NotFound`, and `ContentUnreadable` for a value that somebody broke in the database.
    Fourteen statements for a run sheet, two for the others.
    """
    asked = {"record_id": record_id, "clinic_id": clinic_id}
    about = read_rows(db, _ABOUT[kind], asked).mappings().one_or_none()
    if about is None:
        raise NotFound(kind)
    return RecordContent(
        kind=kind,
        record_id=record_id,
        about=dict(about),
        tables={
            table: _read(db, table, statement, asked)
            for table, statement in _STATEMENTS[kind].items()
        },
    )


def _read(
    db: Session, table: str, statement: Select[Any], asked: dict[str, UUID]
) -> dict[str, dict[str, Any]]:
    key = KEYS.get(table, "id")
    try:
        rows = read_rows(db, statement, asked).mappings().all()
    except (ValueError, TypeError, AttributeError):
        raise ContentUnreadable(table) from None
    return {str(row[key]): {name: _exact(value) for name, value in row.items()} for row in rows}


def _exact(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value
