"""What holds for the safety rules of every instrument that ships."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.instruments import AnswerKind, Instrument, Item, check_answers, versions
from tracker.domain.safety import concerns, concerns_so_far, met_by

WITH_RULES = [each for each in versions().values() if each.safety_rules]
NAMES = [f"{each.key} {each.version}" for each in WITH_RULES]


def offered(instrument: Instrument, item: Item) -> list[int]:
    scale = instrument.answer_scale(item)
    if scale.kind is AnswerKind.NUMBER:
        return list(range(scale.lowest, scale.highest + 1))
    return sorted(each.value for each in scale.choices if isinstance(each.value, int))


def answered(instrument: Instrument) -> st.SearchStrategy[dict[str, int | None]]:
    """Any answers; those to a list of words are left out, no rule asks for them."""
    return st.fixed_dictionaries(
        {
            item.id: st.one_of(st.none(), st.sampled_from(choices))
            for item in instrument.items
            if (choices := offered(instrument, item))
        }
    )


def level(instrument: Instrument, given_answers: Mapping[str, int | None]) -> int:
    found = concerns(instrument, check_answers(instrument, given_answers))
    return max((concern.level for concern in found), default=0)


@pytest.mark.parametrize("instrument", WITH_RULES, ids=NAMES)
@given(data=st.data())
def test_a_worse_answer_never_lowers_the_level(instrument: Instrument, data: st.DataObject) -> None:
    answers = {
        name: value if value is not None else 0
        for name, value in data.draw(answered(instrument)).items()
    }
    item = data.draw(st.sampled_from([each for each in instrument.items if each.id in answers]))
    levels = [level(instrument, answers | {item.id: value}) for value in offered(instrument, item)]
    assert all(less <= more for less, more in pairwise(levels)), item.id


@pytest.mark.parametrize("instrument", WITH_RULES, ids=NAMES)
@given(data=st.data())
def test_a_skipped_question_never_lowers_the_level(
    instrument: Instrument, data: st.DataObject
) -> None:
    """Beside the lowest answer, which says the least."""
    answers = data.draw(answered(instrument))
    filled = {name: 0 if value is None else value for name, value in answers.items()}
    assert level(instrument, answers) >= level(instrument, filled)


@pytest.mark.parametrize("instrument", WITH_RULES, ids=NAMES)
@given(data=st.data())
def test_what_is_kept_raises_no_less_than_it_says_and_sending_no_less_than_that(
    instrument: Instrument, data: st.DataObject
) -> None:
    answers = data.draw(answered(instrument))
    reached = data.draw(st.integers(0, len(answers)))
    kept = dict(list(answers.items())[:reached])
    so_far = max((each.level for each in concerns_so_far(instrument, kept)), default=0)
    said = {name: value for name, value in kept.items() if value is not None}
    filled = {name: said.get(name, 0) for name in answers}
    assert so_far >= level(instrument, filled)
    assert level(instrument, answers) >= so_far


@pytest.mark.parametrize("instrument", WITH_RULES, ids=NAMES)
@given(data=st.data())
def test_what_met_a_rule_meets_it_when_it_is_read_again(
    instrument: Instrument, data: st.DataObject
) -> None:
    answers = check_answers(instrument, data.draw(answered(instrument)))
    for concern in concerns(instrument, answers):
        again = check_answers(instrument, met_by(concern, answers))
        assert concern.rule in {each.rule for each in concerns(instrument, again)}


def test_a_page_of_a_triage_raises_what_it_says_already() -> None:
    """Thoughts of a method, kept and not gone on with: at least moderate, whatever comes after."""
    screener = versions()["c-ssrs-screener", 1]
    kept = {"q1": 1, "q2": 1, "q3": 1, "q4": 0, "q5": 0}
    assert [each.rule for each in concerns_so_far(screener, kept)] == ["triage-moderate"]
    assert [each.rule for each in concerns_so_far(screener, {"q1": 0, "q2": 0})] == []
    sent = check_answers(screener, kept | {"q6": None})
    assert "triage-moderate" in {each.rule for each in concerns(screener, sent)}
