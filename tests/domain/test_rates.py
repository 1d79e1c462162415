"""What has run in by a moment: never more than there was, never less than before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import Refused
from tracker.domain.rates import (
    Flow,
    Pause,
    RateStep,
    check_rate,
    check_rate_time,
    pauses_of,
)
from tracker.domain.run_sheet_stages import Move, Stage

START = datetime(2026, 11, 23, 15, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def flow(**changes):
    return Flow(**({"started_at": START, "planned_minutes": 40, "total_ml": Decimal(50)} | changes))


@pytest.mark.parametrize(
    ("minute", "ml"), [(-5, "0"), (0, "0"), (20, "25"), (40, "50"), (55, "50")]
)
def test_it_runs_evenly_over_the_planned_minutes(minute, ml):
    assert flow().infused_ml(at(minute)) == Decimal(ml)


def test_a_change_of_rate_counts_from_its_time():
    changed = flow(changes=(RateStep(from_at=at(20), ml_per_h=Decimal(30)),))
    assert changed.infused_ml(at(30)) == Decimal(30)
    assert (changed.ml_per_h(at(19)), changed.ml_per_h(at(20))) == (Decimal(75), Decimal(30))


def test_nothing_runs_in_a_pause_and_after_the_end():
    stopped = flow(pauses=(Pause(from_at=at(10), to_at=at(15)),), ended_at=at(25))
    assert stopped.infused_ml(at(15)) == Decimal("12.5")
    assert stopped.infused_ml(at(25)) == stopped.infused_ml(at(90)) == Decimal(25)
    assert stopped.ml_per_h(at(12)) == stopped.ml_per_h(at(30)) == 0
    assert stopped.ml_per_h(at(15)) == Decimal(75)


def test_a_rate_set_in_a_pause_counts_from_its_end():
    set_in_pause = flow(
        pauses=(Pause(from_at=at(10), to_at=at(20)),),
        changes=(RateStep(from_at=at(12), ml_per_h=Decimal(30)),),
    )
    assert set_in_pause.infused_ml(at(30)) == Decimal("17.5")


def test_pauses_are_read_from_the_steps_of_the_sheet():
    steps = [
        (Move.START, at(0)),
        (Move.PAUSE, at(5)),
        (Move.RESUME, at(8)),
        (Move.PAUSE, at(10)),
    ]
    assert pauses_of(steps) == (Pause(from_at=at(5), to_at=at(8)), Pause(from_at=at(10)))
    ended = pauses_of([*steps, (Move.STOP_EARLY, at(12))])
    assert ended[-1] == Pause(from_at=at(10), to_at=at(12))


minutes = st.integers(-10, 120)
flows = st.builds(
    flow,
    planned_minutes=st.integers(1, 120),
    total_ml=st.decimals("0.1", "500", places=2),
    ended_at=st.none() | st.integers(0, 100).map(at),
    changes=st.lists(
        st.builds(RateStep, from_at=minutes.map(at), ml_per_h=st.decimals("0.1", "999", places=1)),
        max_size=4,
    ).map(tuple),
    pauses=st.lists(st.tuples(minutes, st.integers(0, 30)), max_size=3).map(
        lambda found: tuple(Pause(from_at=at(m), to_at=at(m + n)) for m, n in found)
    ),
)


@given(flow=flows, first=minutes, later=st.integers(0, 60))
def test_the_volume_never_falls_and_never_passes_the_whole(flow, first, later):
    before, after = flow.infused_ml(at(first)), flow.infused_ml(at(first + later))
    assert 0 <= before <= after
    assert after <= flow.total_ml + Decimal("0.05")


@given(flow=flows, minute=minutes)
def test_a_pause_adds_nothing(flow, minute):
    begin, end = at(minute), at(minute + 7)
    paused = Flow(
        started_at=flow.started_at,
        planned_minutes=flow.planned_minutes,
        total_ml=flow.total_ml,
        ended_at=flow.ended_at,
        changes=flow.changes,
        pauses=(*flow.pauses, Pause(from_at=begin, to_at=end)),
    )
    assert paused.infused_ml(begin) == paused.infused_ml(end)
    assert paused.infused_ml(at(120)) <= flow.infused_ml(at(120))


@pytest.mark.parametrize(("rate", "total"), [("0", "50"), ("5001", "50"), ("10", None)])
def test_a_rate_that_no_pump_runs_is_refused(rate, total):
    with pytest.raises(Refused):
        check_rate(Decimal(rate), total_ml=Decimal(total) if total else None)


@pytest.mark.parametrize(
    ("minute", "stage", "started", "ended"),
    [
        (5, Stage.CHECKED, None, None),
        (-2, Stage.RUNNING, START, None),
        (45, Stage.RECOVERY, START, at(40)),
    ],
)
def test_a_rate_outside_the_infusion_is_refused(minute, stage, started, ended):
    with pytest.raises(Refused):
        check_rate_time(at(minute), stage=stage, started_at=started, ended_at=ended)


def test_a_rate_inside_the_infusion_may_be_entered_after_its_end():
    check_rate_time(at(5), stage=Stage.RECOVERY, started_at=START, ended_at=at(40))
