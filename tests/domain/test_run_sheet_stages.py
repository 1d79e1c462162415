"""The table of moves is complete: every stage and every move either leads on or is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tracker.domain.errors import Refused
from tracker.domain.run_sheet_stages import (
    MOVE_WORDS,
    MOVES,
    ON_THE_DRIP,
    OPEN_STAGES,
    OVER,
    STAGE_WORDS,
    CannotMove,
    Move,
    Stage,
    settle,
    stage_after,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def reachable(start: Stage) -> set[Stage]:
    found, waiting = {start}, [start]
    while waiting:
        for stage in MOVES[waiting.pop()].values():
            if stage not in found:
                found.add(stage)
                waiting.append(stage)
    return found


@pytest.mark.parametrize(("stage", "move"), list(product(Stage, Move)))
def test_every_pair_leads_to_a_stage_or_is_refused(stage, move):
    if move in MOVES[stage]:
        assert stage_after(stage, move) in Stage
    else:
        with pytest.raises(CannotMove) as raised:
            stage_after(stage, move)
        assert STAGE_WORDS[stage] in str(raised.value)
        assert MOVE_WORDS[move] in str(raised.value)


def test_the_table_names_every_stage_and_every_move():
    assert set(MOVES) == set(Stage) == set(STAGE_WORDS)
    assert {move for moves in MOVES.values() for move in moves} == set(Move) == set(MOVE_WORDS)


def test_every_stage_is_reached_from_the_appointment():
    assert reachable(Stage.PLANNED) == set(Stage)


@pytest.mark.parametrize("stage", sorted(OPEN_STAGES | {Stage.PLANNED}))
def test_an_end_is_reached_from_every_open_stage(stage):
    assert reachable(stage) & OVER


@pytest.mark.parametrize("stage", sorted(OVER))
def test_no_way_leads_out_of_an_end(stage):
    assert reachable(stage) == {stage}


@pytest.mark.parametrize("stage", sorted(ON_THE_DRIP))
def test_what_was_started_is_never_cancelled(stage):
    assert reachable(stage) & OVER == {Stage.LEFT}


def test_every_stage_is_open_over_or_planned():
    assert {Stage.PLANNED} | OPEN_STAGES | OVER == set(Stage)
    assert not OPEN_STAGES & OVER


def test_a_time_in_the_minute_of_its_neighbour_is_the_neighbours():
    before = NOON + timedelta(seconds=32)
    after = NOON + timedelta(minutes=9, seconds=10)
    assert settle(NOON, previous_at=before, next_at=None) == before
    late = NOON + timedelta(minutes=9, seconds=40)
    assert settle(late, previous_at=before, next_at=after) == after


@given(at=st.integers(-300, 900), before=st.none() | st.integers(0, 300), gap=st.integers(0, 300))
def test_a_settled_time_lies_between_its_neighbours(at, before, gap):
    previous = None if before is None else NOON + timedelta(seconds=before)
    following = None if before is None else NOON + timedelta(seconds=before + gap)
    try:
        found = settle(NOON + timedelta(seconds=at), previous_at=previous, next_at=following)
    except Refused:
        return
    assert previous is None or previous <= found
    assert following is None or found <= following


class Sheet(RuleBasedStateMachine):
    """Any sequence of moves: a sheet is always where its accepted moves lead."""

    @initialize()
    def plan(self) -> None:
        self.stage = Stage.PLANNED
        self.taken: list[Move] = []

    @rule(move=st.sampled_from(Move))
    def try_a_move(self, move: Move) -> None:
        was = self.stage
        try:
            self.stage = stage_after(was, move)
        except CannotMove:
            assert move not in MOVES[was]
            return
        self.taken.append(move)

    @invariant()
    def the_stage_is_the_fold_of_the_moves(self) -> None:
        stage = Stage.PLANNED
        for move in self.taken:
            stage = stage_after(stage, move)
        assert stage is self.stage

    @invariant()
    def it_starts_once_and_ends_once(self) -> None:
        ends = self.taken.count(Move.END) + self.taken.count(Move.STOP_EARLY)
        assert ends <= self.taken.count(Move.START) <= 1


TestSheet = Sheet.TestCase
