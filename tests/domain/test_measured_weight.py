"""The weight of the checks: a number, and asked about when the start has another one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.checklist import CheckAnswer, check_answer
from tracker.domain.checklists import WEIGHT, CheckItem
from tracker.domain.errors import Refused
from tracker.domain.measured_weight import checked_weight_question, read_weight
from tracker.domain.sheet_log import CheckResult

ITEM = CheckItem(key=WEIGHT, words="Weight measured today", asks="Weight")


@pytest.mark.parametrize(
    ("words", "kilograms"),
    [
        ("84", "84"),
        (" 84,5 ", "84.5"),
        ("84.25 kg", "84.25"),
        ("84kg", "84"),
        ("20", "20"),
        ("19.99", None),
        ("400", "400"),
        ("401", None),
        ("", None),
        ("about 84", None),
        ("84 lb", None),
        ("8 4", None),
        ("٨٤", None),
    ],
)
def test_a_weight_is_read_from_what_was_noted(words, kilograms):
    assert read_weight(words) == (Decimal(kilograms) if kilograms else None)


@given(st.decimals(20, 400, places=2))
def test_every_weight_is_read_as_it_was_typed(kilograms):
    assert read_weight(f"{kilograms:f}") == kilograms


def test_a_note_of_the_weight_is_a_number_or_nothing():
    def note(words, result=CheckResult.DONE):
        check_answer(ITEM, CheckAnswer(result=result, words=words), field="words_0")

    note("84.5")
    note("")
    note("Scales are broken", CheckResult.OVERRIDDEN)
    with pytest.raises(Refused, match="weight in kg, from 20 to 400") as problem:
        note("a bit more than last time")
    assert problem.value.field == "words_0"


def test_another_weight_than_in_the_checks_is_asked_about():
    assert checked_weight_question(Decimal(84), None) is None
    assert checked_weight_question(Decimal("84.0"), Decimal(84)) is None
    question = checked_weight_question(Decimal(48), Decimal(84))
    assert question is not None
    assert question.words == (
        "The weight is 48 kg here, and 84 kg in the checks before the start. Is 48 kg right?"
    )
