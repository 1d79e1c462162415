"""How far a therapy session lies from the nearest infusion."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracker.domain.therapy_timing import Nearest, StartedInfusion, nearest_infusion

START = datetime(2026, 11, 23, 15, tzinfo=UTC)
COURSE = [
    StartedInfusion(number=5, started_at=START + timedelta(days=4)),
    StartedInfusion(number=4, started_at=START),
]


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (27, "27 h after infusion 4"),
        (-2, "2 h before infusion 4"),
        (95, "60 min before infusion 5"),
        (0, "at the start of infusion 4"),
        (1.5, "90 min after infusion 4"),
        (24 * 10, "6 days after infusion 5"),
        (48, "48 h after infusion 4"),
    ],
)
def test_distance_is_said_with_its_side(hours: float, words: str) -> None:
    found = nearest_infusion(START + timedelta(hours=hours), COURSE)
    assert found is not None
    assert found.words == words


def test_minutes_carry_the_sign() -> None:
    found = nearest_infusion(START - timedelta(minutes=90), COURSE)
    assert found == Nearest(number=4, minutes=-90)


def test_nothing_is_near_before_the_first_infusion_started() -> None:
    assert nearest_infusion(START, []) is None
