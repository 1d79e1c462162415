"""Two nurses with two tablets on one infusion, in any order: nothing is overwritten or lost.

Each opens forms, lets them lie, and sends them when the other has written meanwhile. A form that
is out of date by then stores nothing and comes back with what its nurse typed and with what stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.browsing import Browser
from tests.conftest import START, SettableClock
from tests.make.accounts import make_colleague
from tests.make.infusions import (
    course_of_today,
    make_end,
    make_infusion,
    make_vital_signs,
    planned_id,
)
from tests.make.patients import make_patient
from tests.make.sessions import plain_rows
from tests.make.world import World
from tracker.domain.run_sheet_stages import MOVE_WORDS, MOVES, STAGE_WORDS, Move, Stage

pytestmark = pytest.mark.fault

RUNS, STEPS = 24, 25
INTERLEAVINGS = 200
"""So many saves at least, each into whatever order of opening and saving came before it."""
ENTRIES = ("vital_signs", "note")
SAVES = (*ENTRIES, "step", "end", "set", "start", "discharge")
OFTEN = (*SAVES, "step", "step", "step", "discharge")
"""An end is final: what can come before it and after it is tried more often."""


@dataclass(frozen=True)
class House:
    """What every run shares."""

    db: Any
    clock: SettableClock
    world: World
    sign_in: Callable[[], tuple[Browser, Browser]]


@dataclass
class Held:
    """A form that somebody has open: what was in it, and how the record stood at that time."""

    kind: str
    path: str
    fields: dict[str, Any]
    stood: Any


@dataclass
class Tally:
    """What happened over all runs: a test of conflicts that met none would prove nothing."""

    saved: dict[str, int] = field(default_factory=dict)
    stale: dict[str, int] = field(default_factory=dict)

    def count(self, kept: dict[str, int], kind: str) -> None:
        kept[kind] = kept.get(kind, 0) + 1


class TwoClients(RuleBasedStateMachine):
    """The record as the rules say that it must be, beside the real one."""

    house: ClassVar[House]
    tally: ClassVar[Tally]

    @initialize(is_over=st.sampled_from((False, False, False, True)))
    def begin(self, is_over: bool) -> None:
        house, who = self.house, self.house.world.a.clinician
        house.clock.set(START)
        self.nurses = house.sign_in()  # a clock that is set back ends what was open
        patient_id = make_patient(house.db, who)
        course_id = course_of_today(house.db, who, patient_id)
        self.sheet: UUID = make_infusion(house.db, who, planned_id(house.db, course_id))
        house.clock.forward(minutes=30)
        make_vital_signs(house.db, who, self.sheet, now=house.clock(), heart_rate_bpm=41)
        if is_over:
            make_end(house.db, who, self.sheet, now=house.clock())
        self.held: dict[tuple[int, str], Held] = {}
        self.number = 0
        self.typed: dict[str, list[str]] = {kind: [] for kind in SAVES}

    @rule(client=st.sampled_from((0, 1)), kind=st.sampled_from(OFTEN))
    def open(self, client: int, kind: str) -> None:
        """Open a form and let it lie; a form that is open already is opened anew."""
        page = self.nurses[client].get_page(self.address(kind))
        form = self.find(page, kind)
        if form is not None:
            path = form["action"] or self.address(kind)
            self.held[client, kind] = Held(kind, path, form["fields"], self.stands(kind))

    @rule(kind=st.sampled_from(OFTEN), first=st.sampled_from((0, 1)))
    def open_both_and_send_one(self, kind: str, first: int) -> None:
        """The form of the other lies on, and is out of date from now."""
        self.open(0, kind)
        self.open(1, kind)
        self.send_held(first, kind)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        """Send something that lies open."""
        self.send_held(*data.draw(st.sampled_from(sorted(self.held))))

    def send_held(self, client: int, kind: str) -> None:
        """Send it, whatever the other nurse did meanwhile."""
        held = self.held.pop((client, kind), None)
        if held is None:
            return
        self.house.clock.forward(minutes=1)
        self.number += 1
        words = f"words number {self.number}"
        before, stands = self.written(), self.stands(kind)
        answer = self.post(client, held, self.answers(kind, held, words))
        if kind in ENTRIES or held.stood == stands:
            self.check_saved(kind, words, answer)
        else:
            self.check_stale(kind, words, answer, before)

    def check_saved(self, kind: str, words: str, answer: Any) -> None:
        assert answer.status_code == 303, f"{kind}: {answer.status_code} {answer.text}"
        self.typed[kind].append(words)
        self.tally.count(self.tally.saved, kind)

    def check_stale(self, kind: str, words: str, answer: Any, before: Any) -> None:
        """Both versions are shown; entries are corrected once, and their form itself comes back."""
        assert answer.status_code == 409, f"{kind}: {answer.status_code} {answer.text}"
        if words_are_typed(kind, answer):
            assert words in answer.text, kind
        for stored in self.shown(kind):
            assert stored in answer.text, f"{kind}: {stored}"
        assert self.written() == before, kind
        self.tally.count(self.tally.stale, kind)

    def shown(self, kind: str) -> list[str]:
        """What stands already, as a form that came too late has to show it."""
        if kind == "step":
            return [STAGE_WORDS[Stage(self.stage())]]
        if kind == "end":
            return self.typed["end"] or ["running"]
        if kind == "discharge":
            return self.typed["discharge"][-1:]
        return ["was corrected before"]

    def address(self, kind: str) -> str:
        sheet = f"/infusions/{self.sheet}"
        if kind == "set":
            return f"/vital-signs/{self.standing('vital_signs')[0]}/correct"
        if kind == "start":
            return f"/run-sheet-moves/{self.standing('run_sheet_moves', MOVE_START)[0]}/correct"
        return {
            "note": f"{sheet}/notes/new",
            "end": f"{sheet}/end",
            "discharge": f"{sheet}/discharge",
        }.get(kind, sheet)

    def find(self, page: Any, kind: str) -> Any:
        wanted = {
            "vital_signs": lambda form: form["action"].endswith("/vital-signs"),
            "note": lambda form: "note" in form["fields"],
            "step": lambda form: form["action"].endswith(("/moves/pause", "/moves/resume")),
            "end": lambda form: "given_mg" in form["fields"],
            "discharge": lambda form: "words_0" in form["fields"],
        }.get(kind, lambda form: "correction_reason" in form["fields"])
        return next((form for form in page.forms if wanted(form)), None)

    def answers(self, kind: str, held: Held, words: str) -> dict[str, Any]:
        own: dict[str, Any] = {
            "vital_signs": {"heart_rate_bpm": 50 + self.number},
            "note": {"note": words},
            "step": {"reason": words} if "reason" in held.fields else {},
            "end": {"given_mg": "40", "course_of_infusion": words},
            "set": {"heart_rate_bpm": 50 + self.number, "correction_reason": words},
            "start": {"moved_time": f"10:{self.number:02}", "correction_reason": words},
            "discharge": {"result_0": "overridden", "words_0": words, "correction_reason": "new"},
        }[kind]
        return own

    def post(self, client: int, held: Held, answers: dict[str, Any]) -> Any:
        """Send it; what is only asked about is confirmed."""
        nurse = self.nurses[client]
        answer = nurse.client_post(held.path, held.fields | answers)
        asked = re.findall(r'name="confirmed"[^>]*value="([^"]+)"', answer.text)
        if answer.status_code == 422 and asked:
            answer = nurse.client_post(held.path, held.fields | answers | {"confirmed": asked})
        return answer

    def ask(self, statement: str) -> list[Any]:
        db = self.house.db
        db.rollback()
        found = plain_rows(db, statement, sheet=self.sheet.hex)
        db.rollback()
        return found

    def standing(self, table: str, which: str = "") -> list[UUID]:
        """The entries that no other one replaces."""
        rows = self.ask(
            f"SELECT id FROM {table} AS own WHERE run_sheet_id = :sheet {which} AND NOT EXISTS"
            f" (SELECT 1 FROM {table} AS newer WHERE newer.corrects_id = own.id)"
            " ORDER BY recorded_at, id"
        )
        return [UUID(row.id) for row in rows]

    def stage(self) -> str:
        found: str = self.ask("SELECT stage FROM run_sheets WHERE id = :sheet")[0].stage
        return found

    def stands(self, kind: str) -> Any:
        """What a form of this kind is about, as it is now: another value means out of date."""
        if kind == "step":
            return self.ask("SELECT version FROM run_sheets WHERE id = :sheet")
        if kind == "end":
            return self.ask("SELECT version, state FROM given_infusions WHERE id = :sheet")
        if kind == "discharge":
            return self.standing("sheet_checks", FIRST_ITEM)
        if kind == "set":
            return self.standing("vital_signs")[0]
        if kind == "start":
            return self.standing("run_sheet_moves", MOVE_START)
        return None

    def written(self) -> Any:
        """Everything that stands on the sheet, to the last column."""
        sheet = [
            self.ask("SELECT * FROM run_sheets WHERE id = :sheet"),
            self.ask("SELECT * FROM given_infusions WHERE id = :sheet"),
        ]
        entries = ("run_sheet_moves", "vital_signs", "sheet_notes", "sheet_checks")
        return sheet + [
            self.ask(f"SELECT * FROM {table} WHERE run_sheet_id = :sheet ORDER BY id")
            for table in entries
        ]

    def teardown(self) -> None:
        """Nothing that was acknowledged is missing, and every step was a legal one."""
        if not hasattr(self, "typed"):
            return
        notes = self.ask("SELECT note FROM sheet_notes WHERE run_sheet_id = :sheet")
        assert sorted(row.note for row in notes) == sorted(self.typed["note"])
        sets = self.ask("SELECT heart_rate_bpm FROM vital_signs WHERE run_sheet_id = :sheet")
        sent = [int(w.split()[-1]) + 50 for w in self.typed["vital_signs"] + self.typed["set"]]
        assert sorted(row.heart_rate_bpm for row in sets) == sorted([41, *sent])
        checks = self.ask(
            f"SELECT reason FROM sheet_checks AS own WHERE run_sheet_id = :sheet {FIRST_ITEM}"
        )
        assert {row.reason for row in checks} == set(self.typed["discharge"])
        self.check_steps()

    def check_steps(self) -> None:
        steps = self.ask(
            "SELECT move, to_stage, seq FROM run_sheet_moves WHERE run_sheet_id = :sheet"
            " AND corrects_id IS NULL ORDER BY seq"
        )
        stage = Stage.PLANNED
        for number, step in enumerate(steps, start=1):
            assert step.seq == number
            stage = MOVES[stage][Move(step.move)]
            assert step.to_stage == stage
        assert self.stage() == stage
        taken = [step.move for step in steps if step.move in {"pause", "resume"}]
        assert len(taken) == len(self.typed["step"])


MOVE_START = "AND own.move = 'start'"
FIRST_ITEM = "AND own.phase = 'discharge' AND own.reason LIKE 'words%'"


def words_are_typed(kind: str, answer: Any) -> bool:
    """A resumed infusion has no words of its own: its step is named instead."""
    if kind != "step":
        return True
    resumed = MOVE_WORDS[Move.RESUME] in answer.text and "Reason" not in answer.text
    return not resumed


@pytest.fixture
def house(app: Any, db: Any, world: World, browser: Any, clock: Any) -> House:
    colleague = make_colleague(db, world.a.clinic.id)

    def sign_in() -> tuple[Browser, Browser]:
        return browser(world.a.clinician), browser(colleague)

    return House(db=db, clock=clock, world=world, sign_in=sign_in)


@pytest.mark.fault
def test_two_clients_on_one_infusion_never_overwrite_each_other(house: House) -> None:
    class Here(TwoClients):
        pass

    Here.house, Here.tally = house, Tally()
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    tally = Here.tally
    assert sum(tally.saved.values()) + sum(tally.stale.values()) >= INTERLEAVINGS
    assert set(tally.saved) == set(SAVES)
    assert set(tally.stale) == set(SAVES) - set(ENTRIES)
