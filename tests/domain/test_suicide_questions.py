"""Which questionnaires ask about suicidal thoughts, and what their answers say."""

from __future__ import annotations

from datetime import date

import pytest

from tests.make.course_record import local, weekly
from tracker.domain import instruments
from tracker.domain.suicide_questions import (
    asks_about_suicide,
    find_asking,
    has_thoughts,
    last_asked_at,
)


def test_the_questionnaires_with_such_a_question_are_known_by_their_safety_rules() -> None:
    found = {key for key, each in instruments.definitions().items() if asks_about_suicide(each)}
    assert found == {"c-ssrs-screener", "daily", "phq-9", "qids-sr16"}


def test_the_last_of_those_that_asked_counts_and_no_other() -> None:
    days = (date(2026, 11, 9), date(2026, 11, 2))
    asked = [weekly(on, 10, instrument_key="phq-9")[0] for on in days]
    other = weekly(date(2026, 11, 16), 10)[0]
    assert last_asked_at([*asked, other]) == local(date(2026, 11, 9), 19)
    assert last_asked_at([other]) is None


@pytest.mark.parametrize(
    ("key", "answers", "expected"),
    [
        ("daily", {"self_harm": 1, "mood": 0}, True),
        ("daily", {"self_harm": 0, "mood": 10}, False),
        ("daily", {"self_harm": None}, None),
        ("phq-9", {"q9": 1}, True),
        ("phq-9", {"q8": 3, "q9": 0}, False),
        ("phq-9", {}, None),
        ("qids-sr16", {"q12": 1}, True),
        ("c-ssrs-screener", {"q1": 1, "q2": 0}, True),
        ("c-ssrs-screener", {"q1": 1, "q2": None}, True),
        ("c-ssrs-screener", {"q1": 0, "q2": 0, "q3": None, "q6": 1}, False),
        ("c-ssrs-screener", {"q1": 0, "q2": None}, None),
        ("weekly", {"dark_beliefs": 4}, None),
    ],
)
def test_an_answer_that_meets_a_rule_on_self_harm_tells_of_thoughts(
    key: str, answers: dict[str, int | None], expected: bool | None
) -> None:
    assert has_thoughts(instruments.get(key), answers) is expected


def test_a_definition_that_this_release_does_not_have_asks_nothing() -> None:
    assert find_asking("daily", 1) is not None
    assert find_asking("daily", 99) is None
    assert find_asking("weekly", 1) is None
