"""Nurses do whatever comes to mind, in any order: steps, entries, draws, accounts, a signature.

What the rules allow is stored, everything else is refused and changes nothing. The stages stay
legal, the ledger balances, and a signed sheet takes nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, text

from tests.make.accounts import make_colleague
from tests.make.drug_ledger import WITNESS, make_account, make_draw, make_vial
from tests.make.infusions import (
    course_of_today,
    make_checks,
    make_end,
    make_move,
    make_sheet,
    make_vital_signs,
    planned_id,
    start_of,
)
from tests.make.patients import NOW, make_patient
from tests.make.signed import SIGNING_KEY
from tracker.actions import identity, infusions, sheet_notes, signatures
from tracker.actions.signatures import SignOff
from tracker.domain.errors import Refused, StaleForm
from tracker.domain.people import Person
from tracker.domain.run_sheet_stages import MOVES, OVER, Move, Stage
from tracker.domain.sheet_log import CheckPhase
from tracker.domain.signing import Meaning, RecordKind
from tracker.models import signed_content
from tracker.models.drug_ledger import VialEntryRow
from tracker.models.infusions import GivenInfusionRow
from tracker.models.run_sheets import RunSheetMoveRow, RunSheetRow

pytestmark = pytest.mark.fault

TABLES = (
    "run_sheets",
    "given_infusions",
    "run_sheet_moves",
    "sheet_checks",
    "vital_signs",
    "sheet_notes",
    "vial_entries",
    "draw_accounts",
    "signatures",
)
PLAIN = (Move.FINISH_CHECKS, Move.REOPEN_CHECKS, Move.PAUSE, Move.RESUME, Move.BE_READY)
LATER = (Move.BACK_TO_RECOVERY, Move.LEAVE, Move.CANCEL)


@dataclass(frozen=True, kw_only=True)
class Ward:
    db: Any
    nurse: Person


class AnyOrder(RuleBasedStateMachine):
    ward: ClassVar[Ward]
    done: ClassVar[dict[str, int]]

    @initialize(far=st.integers(0, 4))
    def begin(self, far: int) -> None:
        """Somebody is here; some of the way is done already."""
        db, who = self.ward.db, self.ward.nurse
        self.now = NOW
        patient_id = make_patient(db, who)
        planned = planned_id(db, course_of_today(db, who, patient_id))
        self.sheet: UUID = make_sheet(db, who, planned)
        self.vial = make_vial(db, who, first_label=uuid4().hex)
        self.drawn: list[tuple[UUID, int]] = []
        self.balance = 200_000
        ways = (self.be_checked, self.start, self.end, self.leave)
        for way in ways[:far]:
            way()

    def be_checked(self) -> None:
        self.checks(CheckPhase.BEFORE)
        self.move(Move.FINISH_CHECKS)

    def leave(self) -> None:
        self.now += timedelta(hours=2)
        self.checks(CheckPhase.DISCHARGE)
        self.move(Move.BE_READY)
        self.move(Move.LEAVE)

    def attempt(self, what: str, act: Callable[[], Any]) -> Any:
        """Do it; refused, it has changed nothing. On a signed sheet it is always refused."""
        self.now += timedelta(minutes=1)
        before, signed = self.written(), self.is_signed()
        try:
            found = act()
        except (Refused, StaleForm):
            assert self.written() == before, what
            return None
        assert not signed, f"{what} on a signed sheet"
        self.done[what] = self.done.get(what, 0) + 1
        return found or True

    @rule(move=st.sampled_from((*PLAIN, *LATER)))
    def move(self, move: Move) -> None:
        stage = self.stage()
        took = self.attempt(
            move,
            lambda: (
                make_move(
                    self.ward.db,
                    self.ward.nurse,
                    self.sheet,
                    move,
                    at=self.now,
                    now=self.now,
                    reason="so it was",
                    left_with="A friend",
                )
                or True
            ),
        )
        assert not took or self.stage() == MOVES[stage][move]

    @rule(phase=st.sampled_from(CheckPhase))
    def checks(self, phase: CheckPhase) -> None:
        act = lambda: make_checks(  # noqa: E731
            self.ward.db, self.ward.nurse, self.sheet, phase, now=self.now
        )
        self.attempt(f"checks {phase}", act)

    @rule()
    def start(self) -> None:
        wanted = start_of(started_at=self.now + timedelta(minutes=1))
        self.attempt(
            "start",
            lambda: infusions.start_infusion(
                self.ward.db, self.ward.nurse, self.sheet, wanted, submission=None, now=self.now
            ),
        )

    @rule()
    def end(self) -> None:
        version = self.ward.db.scalar(
            select(GivenInfusionRow.version).where(GivenInfusionRow.id == self.sheet)
        )
        if version is None:
            return
        self.attempt(
            "end",
            lambda: make_end(
                self.ward.db, self.ward.nurse, self.sheet, now=self.now, version=version
            ),
        )

    @rule(rate=st.integers(60, 90))
    def measure(self, rate: int) -> None:
        self.attempt(
            "vital signs",
            lambda: make_vital_signs(
                self.ward.db, self.ward.nurse, self.sheet, now=self.now, heart_rate_bpm=rate
            ),
        )

    @rule()
    def note(self) -> None:
        self.attempt(
            "note",
            lambda: sheet_notes.record_note(
                self.ward.db,
                self.ward.nurse,
                self.sheet,
                "calm",
                noted_at=self.now,
                submission=None,
                now=self.now,
            ),
        )

    @rule(amount_ug=st.sampled_from((1, 40_000, 60_000, 200_001)))
    def draw(self, amount_ug: int) -> None:
        found = self.attempt(
            "draw",
            lambda: make_draw(
                self.ward.db,
                self.ward.nurse,
                self.sheet,
                self.vial,
                amount_ug=amount_ug,
                now=self.now,
                reason="as ordered",
            ),
        )
        if found:
            self.drawn.append((found, amount_ug))
            self.balance -= amount_ug

    @rule(off_by=st.sampled_from((0, 0, 1)))
    def account(self, off_by: int) -> None:
        if not self.drawn:
            return
        entry, amount = self.drawn[-1]
        took = self.attempt(
            "account",
            lambda: make_account(
                self.ward.db,
                self.ward.nurse,
                entry,
                given_ug=amount // 2,
                wasted_ug=amount - amount // 2 + off_by,
                now=self.now,
                witness=WITNESS,
            ),
        )
        assert not (took and off_by)

    @rule()
    def sign(self) -> None:
        db, who, kind = self.ward.db, self.ward.nurse, RecordKind.RUN_SHEET
        seen = signed_content.collect(db, who.clinic_id, kind, self.sheet).content_hash
        wanted = SignOff(
            kind=kind,
            record_id=self.sheet,
            meaning=Meaning.PERFORMED,
            seen_hash=seen,
            password="",
            gaps_reason="On paper",
        )
        took = self.attempt(
            "sign",
            lambda: signatures.sign(
                db, who, wanted, key=SIGNING_KEY, submission=None, now=self.now
            ),
        )
        assert not took or self.stage() in OVER

    def stage(self) -> Stage:
        found = self.ward.db.scalar(select(RunSheetRow.stage).where(RunSheetRow.id == self.sheet))
        self.ward.db.rollback()
        return Stage(found)

    def is_signed(self) -> bool:
        statement = text("SELECT count(*) FROM signatures WHERE run_sheet_id = :sheet")
        found = self.ward.db.scalar(statement, {"sheet": self.sheet.hex})
        self.ward.db.rollback()
        return bool(found)

    def written(self) -> Any:
        db = self.ward.db
        db.rollback()
        found = [db.execute(text(f"SELECT * FROM {name} ORDER BY 1")).all() for name in TABLES]
        db.rollback()
        return found

    @invariant()
    def every_step_was_legal(self) -> None:
        if not hasattr(self, "sheet"):
            return
        rows = self.ward.db.execute(
            select(RunSheetMoveRow.move, RunSheetMoveRow.to_stage)
            .where(RunSheetMoveRow.run_sheet_id == self.sheet)
            .order_by(RunSheetMoveRow.seq)
        ).all()
        stage = Stage.PLANNED
        for row in rows:
            stage = MOVES[stage][Move(row.move)]
            assert row.to_stage == stage
        assert self.stage() == stage

    @invariant()
    def the_ledger_balances(self) -> None:
        if not hasattr(self, "sheet"):
            return
        db = self.ward.db
        amounts = db.scalars(
            select(VialEntryRow.amount_ug).where(VialEntryRow.vial_id == self.vial)
        ).all()
        assert sum(amounts) == self.balance >= 0
        unbalanced = text(
            "SELECT count(*) FROM draw_accounts AS account JOIN vial_entries AS entry"
            " ON entry.id = account.entry_id"
            " WHERE account.given_ug + account.wasted_ug <> -entry.amount_ug"
        )
        assert db.scalar(unbalanced) == 0
        db.rollback()


def test_no_order_of_work_leads_to_an_illegal_record(
    db: Any, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a password is right is another test's: here it takes no time."""
    colleague = make_colleague(db, world.a.clinic.id)
    monkeypatch.setattr(identity, "confirm_own", lambda *_a, **_k: None)
    monkeypatch.setattr(identity, "confirm_colleague", lambda *_a, **_k: colleague)

    class Here(AnyOrder):
        pass

    Here.ward, Here.done = Ward(db=db, nurse=world.a.clinician), {}
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {"draw", "account", "vital signs", "sign", Move.PAUSE, "end"} <= set(Here.done)
