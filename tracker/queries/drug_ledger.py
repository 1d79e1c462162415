"""The controlled-drug ledger: vials with their balance, and what was drawn for a run sheet.

Every answer takes a fixed number of statements. Amounts are whole micrograms.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.drug_ledger import EntryKind
from tracker.domain.errors import NotFound
from tracker.domain.people import Person
from tracker.models.accounts import UserRow
from tracker.models.courses import CourseRow, PlannedInfusionRow
from tracker.models.database import read_rows
from tracker.models.drug_ledger import DrawAccountRow, VialEntryRow, VialRow
from tracker.models.patients import PatientRow
from tracker.models.run_sheets import RunSheetRow
from tracker.models.vials import latest_label

PER_PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawAccount:
    """What became of a drawn amount. `witness` is empty when nothing was wasted."""

    given_ug: int
    wasted_ug: int
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    witness: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawFor:
    """Whose infusion a draw was for."""

    run_sheet_id: UUID
    patient_name: str
    record_number: str
    infusion_number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerLine:
    """One entry of a vial's ledger with the balance after it.

    `drawn_for` is None for anything but a draw; its `account` is None as long as it is open.
    """

    id: UUID
    vial_id: UUID
    vial_label: str
    lot: str
    mg_per_ml: Decimal
    seq: int
    kind: EntryKind
    amount_ug: int
    balance_after_ug: int
    counted_ug: int | None
    reason: str
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    witness: str
    drawn_for: DrawFor | None
    account: DrawAccount | None

    @property
    def is_open_draw(self) -> bool:
        return self.kind is EntryKind.DRAWN and self.account is None


@dataclass(frozen=True, kw_only=True, slots=True)
class VialLine:
    """One vial and what it holds.

    `differs`: the latest count found something else, and nobody adjusted it since.
    """

    id: UUID
    label: str
    drug: str
    lot: str
    expires_on: date
    mg_per_ml: Decimal
    volume_ml: Decimal
    balance_ug: int
    differs: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """The ledger's first page: what is in stock, what is open, the newest entries."""

    vials: tuple[VialLine, ...]
    open_draws: tuple[LedgerLine, ...]
    newest: tuple[LedgerLine, ...]
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Vial:
    """One vial with the whole chain of its entries, oldest first."""

    line: VialLine
    ndc: str
    supplier: str
    invoice: str
    received_at: datetime
    lines: tuple[LedgerLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetDrug:
    """What was drawn for a run sheet, in order, and what became of it."""

    draws: tuple[LedgerLine, ...]

    @property
    def drawn_ug(self) -> int:
        return -sum(each.amount_ug for each in self.draws)

    @property
    def given_ug(self) -> int:
        return sum(each.account.given_ug for each in self.draws if each.account)

    @property
    def wasted_ug(self) -> int:
        return sum(each.account.wasted_ug for each in self.draws if each.account)

    @property
    def open_draws(self) -> tuple[LedgerLine, ...]:
        """What was drawn and is not accounted for yet: nothing to sign before that."""
        return tuple(each for each in self.draws if each.is_open_draw)


_Witness, _Accountant, _AccountWitness = aliased(UserRow), aliased(UserRow), aliased(UserRow)


def entry_lines(*conditions: Any) -> Any:
    """The statement behind every list of entries."""
    return (
        select(
            VialEntryRow.id,
            VialEntryRow.vial_id,
            VialRow.label.label("vial_label"),
            VialRow.lot,
            VialRow.mg_per_ml,
            VialEntryRow.seq,
            VialEntryRow.kind,
            VialEntryRow.amount_ug,
            VialEntryRow.balance_after_ug,
            VialEntryRow.counted_ug,
            VialEntryRow.reason,
            VialEntryRow.occurred_at,
            VialEntryRow.recorded_at,
            VialEntryRow.run_sheet_id,
            UserRow.name.label("recorded_by"),
            _Witness.name.label("witness"),
            DrawAccountRow.given_ug,
            DrawAccountRow.wasted_ug,
            DrawAccountRow.occurred_at.label("accounted_at"),
            DrawAccountRow.recorded_at.label("account_recorded_at"),
            _Accountant.name.label("accounted_by"),
            _AccountWitness.name.label("account_witness"),
            PatientRow.given_name,
            PatientRow.family_name,
            PatientRow.record_number,
            PlannedInfusionRow.number.label("infusion_number"),
        )
        .join(VialRow, VialRow.id == VialEntryRow.vial_id)
        .join(UserRow, UserRow.id == VialEntryRow.recorded_by)
        .outerjoin(_Witness, _Witness.id == VialEntryRow.witness_id)
        .outerjoin(DrawAccountRow, DrawAccountRow.entry_id == VialEntryRow.id)
        .outerjoin(_Accountant, _Accountant.id == DrawAccountRow.recorded_by)
        .outerjoin(_AccountWitness, _AccountWitness.id == DrawAccountRow.witness_id)
        .outerjoin(RunSheetRow, RunSheetRow.id == VialEntryRow.run_sheet_id)
        .outerjoin(PlannedInfusionRow, PlannedInfusionRow.id == RunSheetRow.planned_infusion_id)
        .outerjoin(CourseRow, CourseRow.id == RunSheetRow.course_id)
        .outerjoin(PatientRow, PatientRow.id == CourseRow.patient_id)
        .where(VialEntryRow.clinic_id == bindparam("clinic_id"), *conditions)
    )


def read_line(row: Any) -> LedgerLine:
    """The entry of a row that was selected with `entry_lines`."""
    return LedgerLine(
        id=row.id,
        vial_id=row.vial_id,
        vial_label=row.vial_label,
        lot=row.lot,
        mg_per_ml=row.mg_per_ml,
        seq=row.seq,
        kind=EntryKind(row.kind),
        amount_ug=row.amount_ug,
        balance_after_ug=row.balance_after_ug,
        counted_ug=row.counted_ug,
        reason=row.reason,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        witness=row.witness or "",
        drawn_for=_drawn_for(row),
        account=_account(row),
    )


def _drawn_for(row: Any) -> DrawFor | None:
    if row.run_sheet_id is None:
        return None
    return DrawFor(
        run_sheet_id=row.run_sheet_id,
        patient_name=f"{row.given_name} {row.family_name}".strip(),
        record_number=row.record_number,
        infusion_number=row.infusion_number,
    )


def _account(row: Any) -> DrawAccount | None:
    if row.given_ug is None:
        return None
    return DrawAccount(
        given_ug=row.given_ug,
        wasted_ug=row.wasted_ug,
        occurred_at=row.accounted_at,
        recorded_at=row.account_recorded_at,
        recorded_by=row.accounted_by,
        witness=row.account_witness or "",
    )


_later = aliased(VialEntryRow)
_IS_LAST = ~(
    select(_later.id)
    .where(_later.vial_id == VialEntryRow.vial_id, _later.seq > VialEntryRow.seq)
    .exists()
)
_counted, _settled = aliased(VialEntryRow), aliased(VialEntryRow)
_DIFFERS = (
    select(_counted.id)
    .where(
        _counted.vial_id == VialRow.id,
        _counted.kind == EntryKind.COUNTED,
        _counted.counted_ug != _counted.balance_after_ug,
        ~select(_settled.id)
        .where(
            _settled.vial_id == _counted.vial_id,
            _settled.seq > _counted.seq,
            _settled.kind.in_((EntryKind.COUNTED, EntryKind.ADJUSTED)),
        )
        .exists(),
    )
    .exists()
    .label("differs")
)
_VIALS = (
    select(
        VialRow.id,
        VialRow.label,
        VialRow.drug,
        VialRow.lot,
        VialRow.expires_on,
        VialRow.mg_per_ml,
        VialRow.volume_ml,
        VialEntryRow.balance_after_ug.label("balance_ug"),
        _DIFFERS,
    )
    .join(VialEntryRow, VialEntryRow.vial_id == VialRow.id)
    .where(VialRow.clinic_id == bindparam("clinic_id"), _IS_LAST)
)
_IN_STOCK = _VIALS.where((VialEntryRow.balance_after_ug > 0) | _DIFFERS).order_by(
    VialRow.expires_on, VialRow.label, VialRow.id
)
_DRAWABLE = _VIALS.where(
    (VialEntryRow.balance_after_ug > 0) | (VialRow.id == bindparam("chosen", type_=VialRow.id.type))
).order_by(VialRow.expires_on, VialRow.label, VialRow.id)
_OPEN = entry_lines(
    VialEntryRow.kind == EntryKind.DRAWN, DrawAccountRow.entry_id.is_(None)
).order_by(VialEntryRow.occurred_at, VialEntryRow.id)
_NEWEST = (
    entry_lines()
    .order_by(VialEntryRow.occurred_at.desc(), VialEntryRow.seq.desc(), VialEntryRow.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_TOTAL = select(func.count()).where(VialEntryRow.clinic_id == bindparam("clinic_id"))
_OF_SHEET = entry_lines(VialEntryRow.run_sheet_id == bindparam("run_sheet_id")).order_by(
    VialEntryRow.occurred_at, VialEntryRow.recorded_at, VialEntryRow.id
)
_OF_VIAL = entry_lines(VialEntryRow.vial_id == bindparam("vial_id")).order_by(VialEntryRow.seq)
_ONE = entry_lines(VialEntryRow.id == bindparam("entry_id"), VialEntryRow.kind == EntryKind.DRAWN)
_VIAL = (
    select(VialRow.ndc, VialRow.supplier, VialRow.invoice, VialRow.received_at)
    .add_columns(*_VIALS.selected_columns)
    .join(VialEntryRow, VialEntryRow.vial_id == VialRow.id)
    .where(VialRow.clinic_id == bindparam("clinic_id"), VialRow.id == bindparam("vial_id"))
    .where(_IS_LAST)
)


def get_ledger(db: Session, who: Person, *, offset: int = 0, limit: int = PER_PAGE) -> Ledger:
    """What is in stock, what is open, and the newest entries. Four statements."""
    of = {"clinic_id": who.clinic_id}
    newest = read_rows(db, _NEWEST, of | {"offset": offset, "limit": limit})
    return Ledger(
        vials=list_stock(db, who),
        open_draws=tuple(read_line(row) for row in read_rows(db, _OPEN, of)),
        newest=tuple(read_line(row) for row in newest),
        total=read_rows(db, _TOTAL, of).scalar_one(),
    )


def list_stock(db: Session, who: Person) -> tuple[VialLine, ...]:
    """The vials that hold something or differ from a count, by expiry. One statement."""
    rows = read_rows(db, _IN_STOCK, {"clinic_id": who.clinic_id})
    return tuple(VialLine(**row._mapping) for row in rows)


def list_drawable(db: Session, who: Person, *, chosen: UUID | None) -> tuple[VialLine, ...]:
    """The vials that hold something, and the one that was chosen already. One statement.

    The chosen one stays in the list when its last drop was drawn: the same form may come twice.
    """
    rows = read_rows(db, _DRAWABLE, {"clinic_id": who.clinic_id, "chosen": chosen})
    return tuple(VialLine(**row._mapping) for row in rows)


def get_vial(db: Session, who: Person, vial_id: UUID) -> Vial:
    """One vial with all its entries. Raises `NotFound`. Two statements."""
    asked = {"clinic_id": who.clinic_id, "vial_id": vial_id}
    row = read_rows(db, _VIAL, asked).one_or_none()
    if row is None:
        raise NotFound("vial")
    names = VialLine.__dataclass_fields__
    return Vial(
        line=VialLine(**{name: value for name, value in row._mapping.items() if name in names}),
        ndc=row.ndc,
        supplier=row.supplier,
        invoice=row.invoice,
        received_at=row.received_at,
        lines=tuple(read_line(each) for each in read_rows(db, _OF_VIAL, asked)),
    )


def for_sheet(db: Session, who: Person, run_sheet_id: UUID) -> SheetDrug:
    """What was drawn for a run sheet, with what became of it. One statement."""
    rows = read_rows(db, _OF_SHEET, {"clinic_id": who.clinic_id, "run_sheet_id": run_sheet_id})
    return SheetDrug(draws=tuple(read_line(row) for row in rows))


def get_draw(db: Session, who: Person, vial_entry_id: UUID) -> LedgerLine:
    """One draw. Raises `NotFound`. One statement."""
    asked = {"clinic_id": who.clinic_id, "entry_id": vial_entry_id}
    row = read_rows(db, _ONE, asked).one_or_none()
    if row is None:
        raise NotFound("draw")
    return read_line(row)


def find_latest_label(db: Session, who: Person) -> str:
    """The label that was given last; empty before the first vial."""
    return latest_label(db, who.clinic_id)


def sheet_of(line: LedgerLine) -> UUID:
    """The run sheet that a draw was for. Raises `NotFound` for an entry that is no draw."""
    if line.drawn_for is None:
        raise NotFound("draw")
    return line.drawn_for.run_sheet_id
