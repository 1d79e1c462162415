"""Steps of a run sheet in any order, corrected at any time: the stored sheet always adds up."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.make.infusions import (
    course_of_today,
    make_checks,
    make_end,
    make_sheet,
    planned_id,
    start_of,
)
from tests.make.patients import NOW, make_patient
from tracker.actions import infusions, run_sheet_moves
from tracker.actions.run_sheet_moves import OWN_ACTIONS, Step
from tracker.domain.errors import Refused, StaleForm
from tracker.domain.run_sheet_stages import MOVES, CannotMove, Move, Stage, stage_after
from tracker.domain.sheet_log import CheckPhase
from tracker.models.infusions import GivenInfusionRow
from tracker.models.open_sheets import standing_moves
from tracker.models.run_sheets import RunSheetRow

ENDS = {Move.END: 40, Move.STOP_EARLY: 20}
"""The milligrams given, of 40 that were ordered."""


class RunSheetMachine(RuleBasedStateMachine):
    """What is expected stands beside what the database says."""

    db = who = None

    @initialize()
    def arrive(self):
        patient_id = make_patient(self.db, self.who, record_number=uuid4().hex[:12])
        planned = planned_id(self.db, course_of_today(self.db, self.who, patient_id))
        self.now, self.stage, self.version = NOW, Stage.ARRIVED, 1
        self.sheet_id = make_sheet(self.db, self.who, planned)

    @rule(seconds=st.integers(1, 900))
    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule(move=st.sampled_from(sorted(set(Move) - OWN_ACTIONS)), knows=st.booleans())
    def take(self, move, knows):
        """A step of the table is taken; any other is refused and changes nothing."""
        step = Step(move=move, occurred_at=self.now, reason="x", left_with="x")
        seen = self.version if knows else None
        if move not in MOVES[self.stage]:
            with pytest.raises(CannotMove):
                self._move(step, seen)
            return
        self._answer(move)
        self._move(step, seen)
        self._went(move)

    @precondition(lambda self: set(MOVES[self.stage]) - OWN_ACTIONS)
    @rule(place=st.integers(0, 3))
    def go_on(self, place):
        legal = sorted(set(MOVES[self.stage]) - OWN_ACTIONS - {Move.CANCEL})
        self.take(legal[place % len(legal)], knows=True)

    @rule(move=st.sampled_from(sorted(set(Move) - OWN_ACTIONS)))
    def take_from_an_old_page(self, move):
        with pytest.raises(StaleForm):
            self._move(Step(move=move, occurred_at=self.now, reason="x"), self.version + 1)

    @precondition(lambda self: self.stage is Stage.CHECKED)
    @rule()
    def start(self):
        start = start_of(started_at=self.now)
        infusions.start_infusion(
            self.db, self.who, self.sheet_id, start, submission=None, now=self.now
        )
        self._went(Move.START)

    @precondition(lambda self: self.stage in {Stage.RUNNING, Stage.PAUSED})
    @rule(move=st.sampled_from(sorted(ENDS)))
    def end(self, move):
        version = self.db.get(GivenInfusionRow, self.sheet_id).version
        self.db.rollback()
        wanted = {"version": version, "given_mg": ENDS[move], "stop_reason": "x"}
        make_end(self.db, self.who, self.sheet_id, now=self.now, **wanted)
        self._went(move)

    @rule(place=st.integers(0, 20), minutes=st.integers(-30, 30))
    def correct_time(self, place, minutes):
        """Any step, to any time that was: stored when it keeps the order, refused otherwise."""
        steps = standing_moves(self.db, self.sheet_id)
        self.db.rollback()
        wanted = steps[place % len(steps)]
        try:
            run_sheet_moves.correct_time(
                self.db,
                self.who,
                wanted.id,
                occurred_at=min(self.now, wanted.occurred_at + timedelta(minutes=minutes)),
                reason="Slow clock",
                submission=None,
                now=self.now,
            )
        except Refused:
            self.db.rollback()
        else:
            self.version += 1

    @invariant()
    def the_stage_is_where_the_steps_lead(self):
        row, steps = self._stored()
        folded = Stage.PLANNED
        for each in steps:
            folded = stage_after(folded, Move(each.move))
        assert row.stage == folded == self.stage
        assert row.version == self.version
        assert [each.seq for each in steps] == list(range(1, len(steps) + 1))

    @invariant()
    def times_are_in_order_and_the_infusion_has_the_same(self):
        _, steps = self._stored()
        times = [each.occurred_at for each in steps]
        assert times == sorted(times)
        at = {Move(each.move): each.occurred_at for each in steps}
        given = self.db.get(GivenInfusionRow, self.sheet_id)
        assert (given is None) == (Move.START not in at)
        if given is not None:
            ended = at.get(Move.END) or at.get(Move.STOP_EARLY)
            assert (given.occurred_at, given.ended_at) == (at[Move.START], ended)
        self.db.rollback()

    def _stored(self):
        self.db.rollback()
        found = self.db.get(RunSheetRow, self.sheet_id), standing_moves(self.db, self.sheet_id)
        self.db.expunge_all()
        self.db.rollback()
        return found

    def _answer(self, move):
        phase = {
            Move.FINISH_CHECKS: CheckPhase.BEFORE,
            Move.BE_READY: CheckPhase.DISCHARGE,
        }.get(move)
        if phase is not None:
            make_checks(self.db, self.who, self.sheet_id, phase, now=self.now)

    def _move(self, step, seen):
        run_sheet_moves.move_sheet(
            self.db,
            self.who,
            self.sheet_id,
            step,
            seen_version=seen,
            submission=None,
            now=self.now,
        )

    def _went(self, move):
        self.stage, self.version = stage_after(self.stage, move), self.version + 1


def test_any_sequence_of_steps_and_corrections_leaves_a_sheet_that_adds_up(db, world):
    machine = type("Machine", (RunSheetMachine,), {"db": db, "who": world.a.clinician})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
