"""What is open on a checklist, and which answers an item takes."""

from __future__ import annotations

import pytest

from tracker.domain.checklist import (
    ANSWERS_ITSELF,
    CheckAnswer,
    check_all_done,
    check_answer,
    list_items,
    open_items,
)
from tracker.domain.checklists import BASELINE_VITAL_SIGNS, CheckItem
from tracker.domain.discharge import ComputedKey
from tracker.domain.errors import Refused
from tracker.domain.protocol import Protocol
from tracker.domain.sheet_log import CheckPhase, CheckResult

ESCORT = CheckItem(key="escort", words="Escort is here")
TEST = CheckItem(key="pregnancy", words="Test", may_not_apply=True)
BASELINE = CheckItem(key=BASELINE_VITAL_SIGNS, words="Vital signs")


def test_what_has_no_answer_is_open_in_the_order_of_the_list():
    assert open_items((ESCORT, TEST, BASELINE), {"pregnancy": 1}) == (
        "Escort is here",
        "Vital signs",
    )
    assert open_items((ESCORT, BASELINE), {"escort": 1}, {BASELINE_VITAL_SIGNS}) == ()


@pytest.mark.parametrize(
    ("item", "answer", "words"),
    [
        (ESCORT, CheckAnswer(result=CheckResult.OVERRIDDEN), "is overridden"),
        (ESCORT, CheckAnswer(result=CheckResult.NOT_APPLICABLE), "applies to everybody"),
        (BASELINE, CheckAnswer(result=CheckResult.DONE), "answers this itself"),
    ],
)
def test_an_answer_that_an_item_does_not_take_is_refused(item, answer, words):
    with pytest.raises(Refused, match=words) as raised:
        check_answer(item, answer, field="words_3")
    assert raised.value.field == "words_3"


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        (ESCORT, CheckAnswer(result=CheckResult.DONE)),
        (ESCORT, CheckAnswer(result=CheckResult.OVERRIDDEN, words="Taxi, agreed")),
        (TEST, CheckAnswer(result=CheckResult.NOT_APPLICABLE)),
        (BASELINE, CheckAnswer(result=CheckResult.OVERRIDDEN, words="On paper")),
    ],
)
def test_an_answer_that_fits_is_taken(item, answer):
    check_answer(item, answer, field="x")
    assert answer.words in {answer.reason, answer.note}


def test_the_words_of_an_override_are_its_reason_and_of_a_done_item_its_note():
    assert CheckAnswer(result=CheckResult.DONE, words="Jo").note == "Jo"
    assert CheckAnswer(result=CheckResult.OVERRIDDEN, words="Jo").reason == "Jo"


def test_the_refusal_names_what_is_open():
    with pytest.raises(Refused, match="Not yet. Still open: a; b."):
        check_all_done(("a", "b"), what="Not yet.")
    check_all_done((), what="Not yet.")


def test_the_list_before_leaving_has_the_computed_items_first():
    items = list_items(Protocol(), CheckPhase.DISCHARGE)
    assert [item.key for item in items[:4]] == [str(key) for key in ComputedKey]
    assert {item.key for item in items} & ANSWERS_ITSELF == set(ComputedKey)
