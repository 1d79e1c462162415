"""Times without vital signs stay visible."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.gaps import Gap, gaps_between_sets
from tracker.domain.protocol import default_protocol

RULES = default_protocol().monitoring
START = datetime(2026, 11, 23, 15, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def gaps(*measured: float, ended: float | None = None, until: float) -> tuple[Gap, ...]:
    return gaps_between_sets(
        RULES,
        started_at=START,
        ended_at=None if ended is None else at(ended),
        measured_at=[at(minute) for minute in measured],
        until=at(until),
    )


def spans(found: tuple[Gap, ...]) -> list[tuple[float, float, int]]:
    return [
        (
            (each.began_at - START).total_seconds() / 60,
            (each.ended_at - START).total_seconds() / 60,
            each.asked_minutes,
        )
        for each in found
    ]


@pytest.mark.parametrize(
    ("measured", "ended", "until", "expected"),
    [
        ((10, 20, 30), None, 35, []),
        ((12, 24, 36), None, 40, []),
        ((10, 20, 34), None, 35, [(20, 34, 10)]),
        ((-5, 0, 10), None, 24, [(10, 24, 10)]),
        ((10, 20), 40, 50, [(20, 40, 10)]),
        ((10, 20, 30), 40, 60, [(40, 60, 15)]),
        ((10, 20, 30, 55, 70, 85, 100, 115), 40, 400, []),
        ((10, 20, 30, 55, 70), 40, 400, [(70, 120, 15)]),
        ((10, 20, 30, 55, 70), 40, 80, []),
        ((), None, 11, []),
    ],
)
def test_a_gap_is_what_is_longer_than_asked(measured, ended, until, expected) -> None:
    assert spans(gaps(*measured, ended=ended, until=until)) == expected


def test_a_gap_is_open_while_no_set_came() -> None:
    assert [each.is_open for each in gaps(10, until=24)] == [True]
    assert [each.is_open for each in gaps(10, 24, until=25)] == [False]
    assert [each.is_open for each in gaps(10, 24, until=24)] == [False]
    assert [each.is_open for each in gaps(10, 20, 30, ended=40, until=60)] == [True]
    assert [each.is_open for each in gaps(10, 20, 30, ended=40, until=130)] == [False]


def test_a_gap_says_its_minutes() -> None:
    (gap,) = gaps(10, 20, 44, until=45)
    assert (gap.minutes, gap.asked_minutes) == (24, 10)


def test_nothing_is_asked_before_the_start() -> None:
    assert not gaps_between_sets(
        RULES, started_at=None, ended_at=None, measured_at=[], until=at(90)
    )


@given(st.lists(st.integers(-30, 200), max_size=20), st.integers(1, 60), st.integers(0, 240))
def test_gaps_hold_no_set_and_do_not_overlap(measured, ended, until) -> None:
    found = spans(gaps(*measured, ended=ended, until=max(until, ended)))
    for began, over, asked in found:
        assert over - began > asked
        assert not [minute for minute in measured if began < minute < over]
    assert all(one[1] <= two[0] for one, two in zip(found, found[1:], strict=False))
