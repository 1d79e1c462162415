"""The instant that a form means."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from tracker.domain.errors import Refused
from tracker.web.moments import typed_moment

NOW = datetime(2026, 11, 24, 5, 10, tzinfo=UTC)  # ten past midnight in New York
TAKEN = datetime(2026, 11, 24, 4, 50, tzinfo=UTC)  # ten to midnight: the day before


@pytest.fixture
def moment(world):
    def read(day=None, at=None, *, taken_at=None):
        return typed_moment(
            day, at, clinic=world.a.clinic, now=NOW, field="time", taken_at=taken_at
        )

    return read


def test_an_entry_is_of_now_when_nothing_was_typed(moment):
    assert moment() == NOW


def test_an_entry_is_of_the_time_it_was_taken_when_it_waited(moment):
    assert moment(taken_at=TAKEN) == TAKEN


def test_a_typed_time_is_of_the_day_the_entry_was_taken_when_it_waited_over_midnight(moment):
    assert moment(at=time(23, 45), taken_at=TAKEN) == datetime(2026, 11, 24, 4, 45, tzinfo=UTC)


def test_a_typed_day_comes_before_the_day_the_entry_was_taken(moment):
    found = moment(date(2026, 11, 22), time(23, 45), taken_at=TAKEN)
    assert found == datetime(2026, 11, 23, 4, 45, tzinfo=UTC)


def test_a_day_without_a_time_is_refused_when_it_is_another_day(moment):
    with pytest.raises(Refused, match="Enter the time too"):
        moment(date(2026, 11, 22), taken_at=TAKEN)
