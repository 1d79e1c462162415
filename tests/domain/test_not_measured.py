"""What is missing for a better answer, in the order in which it is said."""

from __future__ import annotations

from datetime import date

import pytest

from tests.make.course_record import infusion, progress, record, weekly
from tracker.domain.course_change import course_change, course_effects
from tracker.domain.not_measured import not_measured

BEFORE, AFTER, LATER = date(2026, 10, 23), date(2026, 11, 6), date(2026, 11, 20)
WEEKLY = "Weekly trauma symptoms"


def said(given_count: int, *ratings: object) -> list[str]:
    series = [infusion(number, is_given=number <= given_count) for number in range(1, 7)]
    found = progress(record(series, list(ratings)))  # type: ignore[arg-type]
    scales = course_change(found, ()).scales
    return list(not_measured(found, scales, course_effects(found)))


@pytest.mark.parametrize(
    ("given_count", "labels"),
    [
        (1, "Infusion 1"),
        (2, "Infusion 1, Infusion 2"),
        (3, "Infusion 1 to Infusion 3"),
        (5, "Infusion 1 to Infusion 5"),
    ],
)
def test_three_unrated_infusions_in_a_row_are_told_by_their_first_and_last(
    given_count: int, labels: str
) -> None:
    words = said(given_count)
    assert words[0].startswith("No score in this course: ")
    assert words[-1] == f"Daily rating just before or the day after: missing at {labels}."


def test_each_scale_says_what_it_lacks() -> None:
    assert f"{WEEKLY}: no score before infusion 1, so no change can be told." in said(
        3, weekly(AFTER, 24)
    )
    assert f"{WEEKLY}: no score since infusion 1." in said(3, weekly(BEFORE, 60))
    assert not any("since infusion 1" in each for each in said(0, weekly(BEFORE, 60)))
    old = f"{WEEKLY}: the last score is 17 days old."
    assert old in said(3, weekly(BEFORE, 60), weekly(AFTER, 24))
    assert not any("days old" in each for each in said(3, weekly(BEFORE, 60), weekly(LATER, 24)))
