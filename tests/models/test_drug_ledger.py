"""The ledger's invariants where they are held: in the database, on both engines.

Whatever an action forgets, and whoever writes SQL by hand, a vial's chain has no gap, no balance
is negative, and what was drawn is given or wasted to the microgram.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.make.accounts import make_colleague
from tests.make.drug_ledger import (
    WITNESS,
    make_account,
    make_draw,
    make_ledger_infusion,
    make_vial,
)
from tests.make.patients import NOW
from tests.make.trail import with_trail
from tests.make.world import make_world
from tracker.actions import drug_counts, identity, vials
from tracker.actions.drug_counts import Adjustment, Counted
from tracker.actions.vials import Waste
from tracker.domain.errors import Refused
from tracker.domain.people import Person
from tracker.models import schema
from tracker.models.database import prepare_sqlite, sqlite_driver
from tracker.models.drug_ledger import DrawAccountRow, VialEntryRow

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@dataclass(frozen=True, kw_only=True)
class Room:
    """A running infusion, a nurse and a colleague, on a database of its own."""

    db: Session
    nurse: Person
    colleague: Person
    sheet: UUID


@pytest.fixture(params=ENGINES)
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    engine = _engine(request, tmp_path)
    schema.upgrade(engine)
    with Session(engine) as db:
        world = make_world(db, now=NOW)
        nurse = world.a.clinician
        colleague = make_colleague(db, nurse.clinic_id)
        sheet = make_ledger_infusion(db, nurse, world.a.patient_id)
        yield Room(db=db, nurse=nurse, colleague=colleague, sheet=sheet)
    if request.param == "sqlite":
        engine.dispose()


def _engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    if request.param == "postgresql":
        found: Engine = request.getfixturevalue("postgres_engine")
        return found
    made = create_engine(f"sqlite:///{tmp_path / 'l.db'}", module=sqlite_driver())
    prepare_sqlite(made)
    return with_trail(made)


def entry(room: Room, vial: UUID, **changes: Any) -> dict[str, Any]:
    """The next entry of a vial that holds 160 mg after its receipt and one draw of 40 mg."""
    values: dict[str, Any] = {
        "id": uuid4(),
        "clinic_id": room.nurse.clinic_id,
        "vial_id": vial,
        "seq": 2,
        "previous_seq": 1,
        "kind": "wasted",
        "amount_ug": -10_000,
        "balance_before_ug": 160_000,
        "balance_after_ug": 150_000,
        "counted_ug": None,
        "run_sheet_id": None,
        "reason": "spilled",
        "occurred_at": NOW,
        "recorded_at": NOW,
        "recorded_by": room.nurse.user_id,
        "witness_id": room.colleague.user_id,
    }
    return values | changes


WRONG_ENTRIES = {
    "more than there is": {"amount_ug": -160_001, "balance_after_ug": -1},
    "a sum that is wrong": {"balance_after_ug": 155_000},
    "a balance that nobody left": {"balance_before_ug": 170_000, "balance_after_ug": 160_000},
    "a gap in the chain": {"seq": 3},
    "a link to no entry": {"seq": 8, "previous_seq": 7},
    "a branch of the chain": {"seq": 1, "previous_seq": 0, "balance_before_ug": 200_000}
    | {"balance_after_ug": 190_000},
    "a chain that starts again": {"seq": 0, "previous_seq": None, "kind": "received"}
    | {"amount_ug": 5000, "balance_before_ug": 0, "balance_after_ug": 5000},
    "a second receipt": {"kind": "received", "amount_ug": 5000, "balance_after_ug": 165_000},
    "waste without a witness": {"witness_id": None},
    "waste without a reason": {"reason": ""},
    "waste that adds": {"amount_ug": 10_000, "balance_after_ug": 170_000},
    "an adjustment without a witness": {"kind": "adjusted", "witness_id": None},
    "an adjustment without a reason": {"kind": "adjusted", "reason": ""},
    "a draw for nobody": {"kind": "drawn"},
    "a count without a number": {"kind": "counted", "amount_ug": 0, "balance_after_ug": 160_000},
    "a count that changes something": {"kind": "counted", "counted_ug": 150_000},
    "a negative count": {"kind": "counted", "counted_ug": -1, "amount_ug": 0}
    | {"balance_after_ug": 160_000},
    "an unknown kind": {"kind": "lost"},
}


@pytest.fixture
def vial(room: Room) -> UUID:
    found = make_vial(room.db, room.nurse)
    make_draw(room.db, room.nurse, room.sheet, found)
    return found


def refused(room: Room, statement: Any, values: dict[str, Any]) -> None:
    room.db.rollback()
    with pytest.raises(DBAPIError):
        room.db.execute(statement, values)
    room.db.rollback()


def test_the_entry_that_the_wrong_ones_differ_from_is_stored(room: Room, vial: UUID) -> None:
    room.db.execute(insert(VialEntryRow), entry(room, vial))
    room.db.commit()


@pytest.mark.parametrize("changes", WRONG_ENTRIES.values(), ids=WRONG_ENTRIES)
def test_an_entry_is_refused_by_the_database_when_it_is(
    room: Room, vial: UUID, changes: dict[str, Any]
) -> None:
    refused(room, insert(VialEntryRow), entry(room, vial, **changes))


def test_nobody_is_their_own_witness_in_the_database(room: Room, vial: UUID) -> None:
    refused(room, insert(VialEntryRow), entry(room, vial, witness_id=room.nurse.user_id))


def draw_of(room: Room, vial: UUID) -> Any:
    found = room.db.execute(
        select(VialEntryRow.id, VialEntryRow.amount_ug).where(
            VialEntryRow.vial_id == vial, VialEntryRow.kind == "drawn"
        )
    ).one()
    room.db.rollback()
    return found


def account(room: Room, vial: UUID, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "entry_id": draw_of(room, vial).id,
        "clinic_id": room.nurse.clinic_id,
        "entry_kind": "drawn",
        "entry_amount_ug": -40_000,
        "given_ug": 30_000,
        "wasted_ug": 10_000,
        "witness_id": room.colleague.user_id,
        "occurred_at": NOW,
        "recorded_at": NOW,
        "recorded_by": room.nurse.user_id,
    }
    return values | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"wasted_ug": 9_999},
        {"given_ug": 50_000, "wasted_ug": -10_000},
        {"given_ug": -1, "wasted_ug": 40_001},
        {"entry_amount_ug": -30_000, "given_ug": 20_000},
        {"witness_id": None},
        {"entry_kind": "wasted"},
        {"entry_id": uuid4()},
    ],
)
def test_an_account_is_refused_by_the_database_when_it_does_not_add_up(
    room: Room, vial: UUID, changes: dict[str, Any]
) -> None:
    refused(room, insert(DrawAccountRow), account(room, vial, **changes))


def test_only_a_draw_is_accounted_for_and_only_once(room: Room, vial: UUID) -> None:
    wasted = entry(room, vial)
    room.db.execute(insert(VialEntryRow), wasted)
    room.db.commit()
    of_waste = {"entry_id": wasted["id"], "entry_amount_ug": -10_000, "given_ug": 0}
    for kind in ("drawn", "wasted"):
        refused(room, insert(DrawAccountRow), account(room, vial, **of_waste, entry_kind=kind))
    right = account(room, vial)
    refused(room, insert(DrawAccountRow), right | {"witness_id": room.nurse.user_id})
    room.db.execute(insert(DrawAccountRow), right)
    room.db.commit()
    refused(room, insert(DrawAccountRow), right)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE vial_entries SET amount_ug = 0",
        "UPDATE vial_entries SET witness_id = NULL",
        "UPDATE vials SET lot = 'other'",
        "UPDATE draw_accounts SET given_ug = 40000, wasted_ug = 0",
        "DELETE FROM draw_accounts",
        "DELETE FROM vial_entries WHERE kind = 'drawn'",
        "DELETE FROM vials",
    ],
)
def test_nothing_written_is_changed_or_removed(room: Room, vial: UUID, statement: str) -> None:
    entry_id = draw_of(room, vial).id
    make_account(room.db, room.nurse, entry_id, given_ug=30_000, wasted_ug=10_000, witness=WITNESS)
    refused(room, text(statement), {})


amounts = st.one_of(st.integers(-5, 250_000), st.sampled_from([1, 1000, 40_000, 200_000]))


class Keeping(RuleBasedStateMachine):
    """Nurses do whatever comes to mind, in any order; what is refused changes nothing."""

    room: Room
    held = Bundle("held")
    open_draws = Bundle("open_draws")

    def __init__(self) -> None:
        super().__init__()
        self.balances: dict[UUID, int] = {}

    @rule(target=held)
    def receive(self) -> UUID:
        vial = make_vial(self.room.db, self.room.nurse, first_label=uuid4().hex)
        self.balances[vial] = 200_000
        return vial

    @rule(target=open_draws, vial=held, amount=amounts)
    def draw(self, vial: UUID, amount: int) -> Any:
        room = self.room
        try:
            found = make_draw(room.db, room.nurse, room.sheet, vial, amount_ug=amount)
        except Refused:
            assert not 0 < amount <= self.balances[vial]
            return multiple()
        self.balances[vial] -= amount
        return (found, amount)

    @rule(draw=consumes(open_draws), given=st.floats(0, 1), off_by=st.sampled_from([0, 0, 1, -1]))
    def account(self, draw: tuple[UUID, int], given: float, off_by: int) -> None:
        room, (entry_id, drawn) = self.room, draw
        given_ug = int(drawn * given)
        wasted_ug = drawn - given_ug + off_by
        try:
            make_account(
                room.db,
                room.nurse,
                entry_id,
                given_ug=given_ug,
                wasted_ug=wasted_ug,
                witness=WITNESS,
            )
        except Refused:
            assert off_by != 0

    @rule(vial=held, amount=amounts)
    def waste(self, vial: UUID, amount: int) -> None:
        room = self.room
        wanted = Waste(amount_ug=amount, occurred_at=NOW, reason="spilled")
        try:
            vials.waste_rest(
                room.db, room.nurse, vial, wanted, witness=WITNESS, submission=None, now=NOW
            )
        except Refused:
            assert not 0 < amount <= self.balances[vial]
        else:
            self.balances[vial] -= amount

    @rule(vial=held, found=amounts)
    def count_and_adjust(self, vial: UUID, found: int) -> None:
        room, seen = self.room, self.balances[vial]
        counted = [Counted(vial_id=vial, found_ug=found)]
        try:
            drug_counts.count(
                room.db, room.nurse, counted, occurred_at=NOW, submission=None, now=NOW
            )
            drug_counts.adjust(
                room.db,
                room.nurse,
                vial,
                Adjustment(found_ug=found, reason="found so", occurred_at=NOW),
                seen_balance_ug=seen,
                witness=WITNESS,
                submission=None,
                now=NOW,
            )
        except Refused:
            assert found < 0 or found == seen
        else:
            self.balances[vial] = found

    @invariant()
    def the_ledger_balances(self) -> None:
        for vial, balance in self.balances.items():
            rows = self.room.db.execute(
                select(VialEntryRow.seq, VialEntryRow.amount_ug, VialEntryRow.balance_after_ug)
                .where(VialEntryRow.vial_id == vial)
                .order_by(VialEntryRow.seq)
            ).all()
            assert [row.seq for row in rows] == list(range(len(rows)))
            running = 0
            for row in rows:
                running += row.amount_ug
                assert row.balance_after_ug == running >= 0
            assert running == balance
        unbalanced = self.room.db.execute(
            select(DrawAccountRow.entry_id)
            .join(VialEntryRow, VialEntryRow.id == DrawAccountRow.entry_id)
            .where(DrawAccountRow.given_ug + DrawAccountRow.wasted_ug != -VialEntryRow.amount_ug)
        ).all()
        assert unbalanced == []
        self.room.db.rollback()


def test_the_ledger_balances_whatever_is_done_to_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a password is right is another test's: here it takes no time."""
    monkeypatch.setattr(identity, "confirm_colleague", lambda *_a, **_k: room.colleague)

    class Here(Keeping):
        pass

    Here.room = room
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
