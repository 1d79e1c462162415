"""The controlled-drug ledger: vials, and an unbroken chain of entries for each of them.

Amounts are whole micrograms, so that sums are exact. The database itself holds that

- every entry goes on from the balance that the entry before it left, and no balance is negative;
- what was drawn is given or wasted, to the microgram;
- waste and adjustments name a second person.

Entries are append-only (`triggers.py`).
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.drug_ledger import EntryKind
from tracker.models.base import (
    Base,
    Key,
    Line,
    Milligrams,
    Words,
    between,
    one_of,
    same_clinic,
    table,
    target_of_clinic,
)


class VialRow(Base):
    """One vial as it was received. `label` is the clinic's own running number."""

    __tablename__ = "vials"
    __table_args__ = table(
        target_of_clinic(),
        UniqueConstraint("clinic_id", "label"),
        between("mg_per_ml", 1, 1000),
        between("volume_ml", 0.1, 1000),
        CheckConstraint("length(lot) > 0", name="lot_given"),
        Index(None, "clinic_id", "lot"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    label: Mapped[Words]
    drug: Mapped[Words]
    lot: Mapped[Words]
    ndc: Mapped[Words] = mapped_column(default="")
    expires_on: Mapped[date]
    mg_per_ml: Mapped[Milligrams]
    volume_ml: Mapped[Milligrams]
    supplier: Mapped[Line] = mapped_column(default="")
    invoice: Mapped[Words] = mapped_column(default="")
    received_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class VialEntryRow(Base):
    """One line of a vial's ledger. `amount_ug` is negative when drug leaves the vial."""

    __tablename__ = "vial_entries"
    __table_args__ = table(
        target_of_clinic(),
        same_clinic("vial_id", "vials"),
        same_clinic("run_sheet_id", "run_sheets"),
        same_clinic("witness_id", "users"),
        UniqueConstraint("vial_id", "seq"),
        UniqueConstraint("vial_id", "seq", "balance_after_ug"),
        UniqueConstraint("id", "kind", "amount_ug"),
        ForeignKeyConstraint(
            ["vial_id", "previous_seq", "balance_before_ug"],
            ["vial_entries.vial_id", "vial_entries.seq", "vial_entries.balance_after_ug"],
            name="fk_vial_entries_goes_on",
        ),
        one_of("kind", EntryKind),
        CheckConstraint("balance_after_ug = balance_before_ug + amount_ug", name="adds_up"),
        CheckConstraint("balance_after_ug >= 0", name="not_negative"),
        CheckConstraint("(seq = 0) = (previous_seq IS NULL)", name="first_has_none_before"),
        CheckConstraint("previous_seq IS NULL OR previous_seq = seq - 1", name="no_gap"),
        CheckConstraint("seq > 0 OR balance_before_ug = 0", name="begins_empty"),
        CheckConstraint("(seq = 0) = (kind = 'received')", name="received_first"),
        CheckConstraint("kind <> 'received' OR amount_ug > 0", name="received_something"),
        CheckConstraint(
            "(kind = 'drawn') = (run_sheet_id IS NOT NULL)", name="drawn_for_a_run_sheet"
        ),
        CheckConstraint("kind NOT IN ('drawn', 'wasted') OR amount_ug < 0", name="leaves_the_vial"),
        CheckConstraint(
            "kind NOT IN ('wasted', 'adjusted') OR (witness_id IS NOT NULL AND length(reason) > 0)",
            name="witnessed",
        ),
        CheckConstraint("witness_id IS NULL OR witness_id <> recorded_by", name="two_people"),
        CheckConstraint("(kind = 'counted') = (counted_ug IS NOT NULL)", name="count_given"),
        CheckConstraint("kind <> 'counted' OR amount_ug = 0", name="count_changes_nothing"),
        CheckConstraint("counted_ug IS NULL OR counted_ug >= 0", name="counted_range"),
        Index(None, "clinic_id", "occurred_at"),
        Index(None, "run_sheet_id"),
    )

    id: Mapped[Key]
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    vial_id: Mapped[UUID]
    seq: Mapped[int]
    previous_seq: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(8))
    amount_ug: Mapped[int]
    balance_before_ug: Mapped[int]
    balance_after_ug: Mapped[int]
    counted_ug: Mapped[int | None]
    run_sheet_id: Mapped[UUID | None]
    reason: Mapped[Line] = mapped_column(default="")
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    witness_id: Mapped[UUID | None]


class DrawAccountRow(Base):
    """What became of a drawn amount: given plus wasted is what was drawn."""

    __tablename__ = "draw_accounts"
    __table_args__ = table(
        same_clinic("witness_id", "users"),
        ForeignKeyConstraint(
            ["entry_id", "entry_kind", "entry_amount_ug"],
            ["vial_entries.id", "vial_entries.kind", "vial_entries.amount_ug"],
        ),
        CheckConstraint("entry_kind = 'drawn'", name="of_a_draw"),
        ForeignKeyConstraint(
            ["clinic_id", "entry_id"], ["vial_entries.clinic_id", "vial_entries.id"]
        ),
        CheckConstraint("given_ug >= 0", name="given_range"),
        CheckConstraint("wasted_ug >= 0", name="wasted_range"),
        CheckConstraint("given_ug + wasted_ug = -entry_amount_ug", name="adds_up"),
        CheckConstraint("wasted_ug = 0 OR witness_id IS NOT NULL", name="waste_witnessed"),
        CheckConstraint("witness_id IS NULL OR witness_id <> recorded_by", name="two_people"),
    )

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id"))
    entry_kind: Mapped[str] = mapped_column(String(8), default=EntryKind.DRAWN)
    entry_amount_ug: Mapped[int]
    given_ug: Mapped[int]
    wasted_ug: Mapped[int]
    witness_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
