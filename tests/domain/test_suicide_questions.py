"""Which questionnaires ask about suicidal thoughts."""

from __future__ import annotations

from datetime import date

from tests.make.course_record import local, weekly
from tracker.domain import instruments
from tracker.domain.suicide_questions import asks_about_suicide, last_asked_at


def test_the_questionnaires_with_such_a_question_are_known_by_their_safety_rules() -> None:
    found = {key for key, each in instruments.definitions().items() if asks_about_suicide(each)}
    assert found == {"c-ssrs-screener", "daily", "phq-9", "qids-sr16"}


def test_the_last_of_those_that_asked_counts_and_no_other() -> None:
    days = (date(2026, 11, 9), date(2026, 11, 2))
    asked = [weekly(on, 10, instrument_key="phq-9")[0] for on in days]
    other = weekly(date(2026, 11, 16), 10)[0]
    assert last_asked_at([*asked, other]) == local(date(2026, 11, 9), 19)
    assert last_asked_at([other]) is None
