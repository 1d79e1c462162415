"""Who falls behind with their check-ins."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.domain.due_courses import Story, given, moment
from tracker.domain.falling_behind import answered_of_due, missed_in_a_row
from tracker.domain.instrument_uses import Daily, InstrumentUse

DAILY = [InstrumentUse(key="daily", rules=(Daily(),))]


def story(*answered_on: str) -> Story:
    answered = {f"daily:{day}": moment(f"{day}T20:00") for day in answered_on}
    return Story(given(3), DAILY, answered=answered)


@pytest.mark.parametrize(
    ("answered_on", "missed"),
    [
        (("2026-11-09",), 0),
        (("2026-11-08",), 1),
        (("2026-11-05",), 4),
        ((), 15),
    ],
)
def test_missed_in_a_row_counts_back_to_the_last_answer(answered_on, missed):
    due = story(*answered_on).due(moment("2026-11-10T12:00"))
    assert missed_in_a_row(due) == missed


def test_what_is_still_open_is_not_missed():
    due = story("2026-11-08").due(moment("2026-11-10T02:00"))  # the 9th can be sent until three
    assert missed_in_a_row(due) == 0


def test_answered_is_counted_over_the_last_days():
    due = story("2026-11-04", "2026-11-06", "2026-11-09").due(moment("2026-11-10T12:00"))
    assert answered_of_due(due, date(2026, 11, 10) - timedelta(days=7)) == (3, 7)
    assert answered_of_due(due, date(2026, 11, 10)) == (0, 0)
