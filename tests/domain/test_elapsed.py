"""How long an infusion ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.elapsed import elapsed
from tracker.domain.run_sheet_stages import Move

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    move: Move
    occurred_at: datetime


def steps(*moves):
    return [Step(move, START + timedelta(minutes=minute)) for move, minute in moves]


def took(*moves, now):
    return elapsed(steps(*moves), now=START + timedelta(minutes=now))


def test_nothing_ran_before_the_start():
    assert took((Move.ARRIVE, -20), (Move.FINISH_CHECKS, -5), now=0) is None


def test_pauses_are_counted_apart():
    found = took((Move.START, 0), (Move.PAUSE, 10), (Move.RESUME, 14), now=26)
    assert (found.running_minutes, found.paused_minutes) == (22, 4)
    assert (found.is_paused, found.is_over) == (False, False)


def test_a_pause_goes_on_until_now():
    found = took((Move.START, 0), (Move.PAUSE, 10), now=13)
    assert (found.running_minutes, found.paused_minutes, found.is_paused) == (10, 3, True)


def test_nothing_is_added_after_the_end():
    found = took((Move.START, 0), (Move.END, 40), (Move.BE_READY, 120), now=500)
    assert (found.running_minutes, found.paused_minutes, found.is_over) == (40, 0, True)


def test_an_infusion_that_is_stopped_in_a_pause_ran_until_the_pause():
    found = took((Move.START, 0), (Move.PAUSE, 10), (Move.STOP_EARLY, 15), now=60)
    assert (found.running_minutes, found.paused_minutes) == (10, 5)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12), st.integers(0, 60))
def test_running_and_paused_make_up_the_whole_time(gaps, still):
    at, moves, move = 0, [(Move.START, 0)], Move.PAUSE
    for gap in gaps:
        at += gap
        moves.append((move, at))
        move = Move.RESUME if move is Move.PAUSE else Move.PAUSE
    found = took(*moves, now=at + still)
    assert found.running + found.paused == timedelta(minutes=at + still)
