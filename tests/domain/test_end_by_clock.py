"""What is entered as given against the rates and the time that the infusion ran."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.end_by_clock import clock_questions
from tracker.domain.rates import Flow, Pause, RateStep
from tracker.domain.run_sheet import End

START = datetime(2026, 11, 23, 15, tzinfo=UTC)
ORDERED = Decimal("35.5")


def at(minute):
    return START + timedelta(minutes=minute)


def flow(**changes):
    return Flow(**({"started_at": START, "planned_minutes": 40, "total_ml": Decimal(50)} | changes))


def asked(minute, mg="35.5", ml=None, **changes):
    end = End(
        ended_at=at(minute), given_mg=Decimal(mg), infused_ml=None if ml is None else Decimal(ml)
    )
    return [each.words for each in clock_questions(end, flow(**changes), ordered_mg=ORDERED)]


def test_the_whole_bag_in_one_minute_is_asked_about():
    assert asked(1, ml="50") == [
        "By the rates and the time it ran, 1.25 mL of 50 mL ran in; 50 mL are entered. "
        "Is this right?"
    ]


def test_without_millilitres_the_milligrams_are_held_against_the_clock():
    assert asked(1) == [
        "By the rates and the time it ran, 0.9 mg of 35.5 mg ran in; 35.5 mg are entered. "
        "Is this right?"
    ]
    assert asked(0, mg="0") == []


@pytest.mark.parametrize(
    ("ml", "is_asked"), [("27.5", False), ("27.51", True), ("22.5", False), ("22.49", True)]
)
def test_a_difference_of_more_than_ten_percent_is_asked_about(ml, is_asked):
    assert bool(asked(20, ml=ml)) is is_asked


def test_the_whole_after_the_planned_time_or_later_asks_nothing():
    assert asked(40, ml="50") == asked(55, ml="50") == asked(40) == []


def test_pauses_and_changes_of_rate_count():
    paused = (Pause(from_at=at(5), to_at=at(25)),)
    assert asked(40, ml="25", pauses=paused) == []
    assert asked(40, ml="50", pauses=paused)
    slower = (RateStep(from_at=at(20), ml_per_h=Decimal(30)),)
    assert asked(40, ml="35", changes=slower) == []
    assert asked(40, ml="50", changes=slower)


def test_an_end_in_a_pause_counts_up_to_the_pause():
    assert asked(60, ml="25", pauses=(Pause(from_at=at(20)),)) == []


@given(minute=st.integers(0, 90), total=st.decimals("0.5", "500", places=2))
def test_what_the_rates_give_is_never_asked_about(minute, total):
    running = flow(total_ml=total)
    exact = running.share_run(at(minute)) * 500
    end = End(ended_at=at(minute), given_mg=Decimal(exact.numerator) / exact.denominator)
    assert clock_questions(end, running, ordered_mg=Decimal(500)) == ()
    twice = End(ended_at=at(minute), given_mg=2 * end.given_mg)
    assert bool(clock_questions(twice, running, ordered_mg=Decimal(500))) is (minute > 0)
