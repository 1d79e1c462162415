"""The weekly cadence of therapy sessions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracker.domain.therapy_due import therapy_due

START = date(2026, 11, 2)


def on(*days):
    return [START + timedelta(days=day) for day in days]


@pytest.mark.parametrize(
    ("held", "today", "counts", "next_day", "overdue"),
    [
        ((), 0, (0, 0), 7, 0),
        ((), 7, (0, 1), 7, 0),
        ((), 9, (0, 1), 7, 2),
        ((3, 10), 21, (2, 3), 17, 4),
        ((3, 10, 17), 21, (3, 3), 24, 0),
        ((-4, 3), 8, (1, 1), 10, 0),
    ],
)
def test_the_next_is_due_a_week_after_the_last_held(held, today, counts, next_day, overdue):
    (day,) = on(today)
    found = therapy_due(started_on=START, held_on=on(*held), every_days=7, today=day)
    assert (found.held, found.due) == counts
    assert found.next_by == on(next_day)[0]
    assert found.overdue_days == overdue
    assert found.words == f"{counts[0]} of {counts[1]} due held"


@pytest.mark.parametrize(
    ("held", "today", "words"),
    [
        ((3, 5), 8, "2 held, 1 was due by now"),
        ((1,), 2, "1 held, none was due by now"),
        ((3, 5, 9), 15, "3 held, 2 were due by now"),
        ((3, 10), 15, "2 of 2 due held"),
    ],
)
def test_more_held_than_was_due_is_no_share(held, today, words):
    found = therapy_due(started_on=START, held_on=on(*held), every_days=7, today=on(today)[0])
    assert found is not None
    assert found.words == words


def test_nothing_is_due_before_the_first_infusion():
    early = {"held_on": (), "every_days": 7, "today": START}
    assert therapy_due(started_on=None, **early) is None
    assert therapy_due(started_on=START + timedelta(days=1), **early) is None
