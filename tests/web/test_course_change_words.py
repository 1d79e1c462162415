"""What stands beside each definition of relapse on the page of a course."""

from __future__ import annotations

from datetime import date

import pytest

from tests.make.course_record import ASKED_DAILY, infusion, progress, record, weekly
from tracker.domain.course_change import course_change
from tracker.web.course_change_words import change_part

SERIES = [infusion(number, is_given=number < 4) for number in range(1, 7)]
RATINGS = [weekly(date(2026, 10, 23), 60)]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "Not asked since infusion 1"),
        (2, "Since Wed 18 Nov, after infusion 3"),
        (
            3,
            "Since Wed 18 Nov, after infusion 3. A yes to the daily question stands for 14 days",
        ),
    ],
)
def test_a_yes_that_a_no_did_not_take_back_is_explained(count: int, words: str) -> None:
    found = progress(record(SERIES, RATINGS, check_ins=ASKED_DAILY[:count]))
    rows = change_part(course_change(found, ()), found).relapse.rows
    (row,) = (each for each in rows if each[0].startswith("Suicidal thoughts"))
    assert row[-1] == words
