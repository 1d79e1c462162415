"""What was left undone after an infusion: sheets without a signature, drug without an account.

The lists of the board look back over a bounded time, so that it costs the same in a clinic with a
long past. All that is not signed, however old, is counted and has a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from tracker.domain.drug_ledger import EntryKind
from tracker.domain.people import Person
from tracker.domain.run_sheet_stages import OVER, Stage
from tracker.domain.signing import Meaning
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import is_one_of, read_rows
from tracker.models.drug_ledger import DrawAccountRow, VialEntryRow
from tracker.models.patients import PatientRow
from tracker.models.performers import signers_of
from tracker.models.prepared import Prepared
from tracker.models.run_sheets import RunSheetRow
from tracker.models.signatures import PERFORMED_ON_A_SHEET, SignatureRow

LOOKS_BACK_DAYS = 45
DUTIES_LISTED = 20
UNSIGNED_ON_BOARD = 3
UNSIGNED_LISTED = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """A run sheet on which something is left to do. `drawn_ug` is 0 when it is the signature.

    `signers` are those who can sign it as performed.
    """

    run_sheet_id: UUID
    patient_name: str
    born_on: date
    record_number: str
    number: int
    is_booster: bool
    planned_on: date
    drawn_ug: int = 0
    signers: frozenset[UUID] = frozenset()

    def may_be_signed_by(self, who: Person) -> bool:
        """Whether they have something on the sheet to sign for, or nobody has any more."""
        return not self.signers or who.user_id in self.signers


_WHOSE = (
    RunSheetRow.id,
    PatientRow.given_name,
    PatientRow.family_name,
    PatientRow.born_on,
    PatientRow.record_number,
    PlannedInfusionRow.number,
    PlannedInfusionRow.is_booster,
    PlannedInfusionRow.planned_on,
)
_NOBODY_SIGNED = (
    is_one_of(RunSheetRow.stage, sorted(OVER)),
    ~select(SignatureRow.id)
    .where(SignatureRow.run_sheet_id == RunSheetRow.id, SignatureRow.meaning == Meaning.PERFORMED)
    .exists(),
)
_IS_UNSIGNED = (PlannedInfusionRow.clinic_id == bindparam("clinic_id"), *_NOBODY_SIGNED)
_SHEETS = (
    select(*_WHOSE)
    .select_from(PlannedInfusionRow)
    .join(RunSheetRow, RunSheetRow.planned_infusion_id == PlannedInfusionRow.id)
    .join(CourseRow, CourseRow.id == PlannedInfusionRow.course_id)
    .join(PatientRow, PatientRow.id == CourseRow.patient_id)
    .order_by(PlannedInfusionRow.planned_on, RunSheetRow.id)
)
_EARLIER = _SHEETS.where(*_IS_UNSIGNED, PlannedInfusionRow.planned_on < bindparam("today"))
_UNSIGNED = Prepared(
    _EARLIER.where(PlannedInfusionRow.planned_on >= bindparam("first_day")).limit(UNSIGNED_ON_BOARD)
)
_EVERY_UNSIGNED = Prepared(_EARLIER.limit(UNSIGNED_LISTED))
_HOW_MANY = Prepared(
    select(
        select(func.count())
        .where(
            RunSheetRow.clinic_id == bindparam("clinic_id"),
            is_one_of(RunSheetRow.stage, sorted(OVER)),
        )
        .scalar_subquery()
        .label("over"),
        select(func.count())
        .where(SignatureRow.clinic_id == bindparam("clinic_id"), PERFORMED_ON_A_SHEET)
        .scalar_subquery()
        .label("signed"),
        select(func.count())
        .select_from(PlannedInfusionRow)
        .join(RunSheetRow, RunSheetRow.planned_infusion_id == PlannedInfusionRow.id)
        .where(*_IS_UNSIGNED, PlannedInfusionRow.planned_on >= bindparam("today"))
        .scalar_subquery()
        .label("unsigned_since_today"),
    )
)
"""Three counts in indexes. Only a sheet that is over is signed, and once signed it stays so."""
# The clinic is asked of the course: asked of the sheets, it would lead through all of the clinic's.
_UNSIGNED_OF_COURSE = Prepared(
    _SHEETS.where(
        CourseRow.clinic_id == bindparam("clinic_id"),
        PlannedInfusionRow.course_id == bindparam("course_id"),
        *_NOBODY_SIGNED,
    )
)
_OPEN_DRAWS = Prepared(
    select(*_WHOSE, VialEntryRow.amount_ug)
    .select_from(VialEntryRow)
    .join(RunSheetRow, RunSheetRow.id == VialEntryRow.run_sheet_id)
    .join(PlannedInfusionRow, PlannedInfusionRow.id == RunSheetRow.planned_infusion_id)
    .join(CourseRow, CourseRow.id == RunSheetRow.course_id)
    .join(PatientRow, PatientRow.id == CourseRow.patient_id)
    .where(
        VialEntryRow.clinic_id == bindparam("clinic_id"),
        VialEntryRow.occurred_at >= bindparam("first_moment"),
        VialEntryRow.kind == EntryKind.DRAWN,
        is_one_of(RunSheetRow.stage, (Stage.RECOVERY, Stage.READY, Stage.LEFT, Stage.CANCELLED)),
        ~select(DrawAccountRow.entry_id).where(DrawAccountRow.entry_id == VialEntryRow.id).exists(),
    )
    .order_by(VialEntryRow.occurred_at, VialEntryRow.id)
    .limit(DUTIES_LISTED)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsigned:
    """The oldest sheets of the last weeks that nobody signed, and how many there are of any day."""

    oldest: tuple[Duty, ...]
    count: int


def list_unsigned(db: Session, who: Person, *, today: date) -> Unsigned:
    """Sheets that were over on an earlier day and nobody signed, no-shows too. Three statements."""
    wanted = {"clinic_id": who.clinic_id, "today": today, "first_day": _first_day(today)}
    oldest = _with_signers(db, who, read_rows(db, _UNSIGNED, wanted).all())
    return Unsigned(oldest=oldest, count=count_unsigned(db, who, today=today))


def list_every_unsigned(db: Session, who: Person, *, today: date) -> tuple[Duty, ...]:
    """The same of any earlier day, however long ago, the oldest 200. Two statements."""
    wanted = {"clinic_id": who.clinic_id, "today": today}
    return _with_signers(db, who, read_rows(db, _EVERY_UNSIGNED, wanted).all())


def count_unsigned(db: Session, who: Person, *, today: date) -> int:
    """How many those are. One statement, which steps over indexes and reads no sheet."""
    found = read_rows(db, _HOW_MANY, {"clinic_id": who.clinic_id, "today": today}).one()
    return int(found.over - found.signed - found.unsigned_since_today)


def list_unsigned_of_course(db: Session, who: Person, course_id: UUID) -> tuple[Duty, ...]:
    """The same of one course, of any day, today's too. One statement."""
    wanted = {"clinic_id": who.clinic_id, "course_id": course_id}
    return tuple(_duty(row) for row in read_rows(db, _UNSIGNED_OF_COURSE, wanted))


def list_open_draws(db: Session, who: Person, *, now: datetime) -> tuple[Duty, ...]:
    """Drug that was drawn for an infusion that is over, and not accounted for, oldest first."""
    wanted = {
        "clinic_id": who.clinic_id,
        "first_moment": now - timedelta(days=LOOKS_BACK_DAYS),
    }
    rows = read_rows(db, _OPEN_DRAWS, wanted)
    return tuple(_duty(row, drawn_ug=-row.amount_ug) for row in rows)


def _with_signers(db: Session, who: Person, rows: Sequence[Any]) -> tuple[Duty, ...]:
    signers = signers_of(db, who.clinic_id, [row.id for row in rows]) if rows else {}
    return tuple(_duty(row, signers=frozenset(signers.get(row.id, ()))) for row in rows)


def _first_day(today: date) -> date:
    return today - timedelta(days=LOOKS_BACK_DAYS)


def _duty(row: Any, *, drawn_ug: int = 0, signers: frozenset[UUID] = frozenset()) -> Duty:
    return Duty(
        run_sheet_id=row.id,
        patient_name=f"{row.given_name} {row.family_name}".strip(),
        born_on=row.born_on,
        record_number=row.record_number,
        number=row.number,
        is_booster=row.is_booster,
        planned_on=row.planned_on,
        drawn_ug=drawn_ug,
        signers=signers,
    )
