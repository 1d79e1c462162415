"""Which items are asked after which answers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import instruments
from tracker.domain.instruments import asked_items, check_answers
from tracker.domain.scoring import results

SCREENER = instruments.get("c-ssrs-screener")
BRANCHED = [each for each in instruments.definitions().values() if each.has_branches]


def ids(answered):
    return [item.id for item in asked_items(SCREENER, answered)]


def test_what_hangs_on_an_answer_is_asked_after_it_only():
    assert "q3" not in ids({})
    assert "q3" not in ids({"q1": 1, "q2": 0})
    assert {"q3", "q4", "q5"} <= set(ids({"q1": 0, "q2": 1}))
    assert "q6_recent" not in ids({"q6": 0})


def test_a_skipped_answer_opens_nothing():
    assert ids({"q2": None}) == ids({})


def test_without_branches_everything_is_asked():
    weekly = instruments.get("weekly")
    assert asked_items(weekly, {}) == weekly.items
    assert not weekly.has_branches


@given(st.data())
def test_what_is_not_asked_is_what_scoring_takes_as_not_asked(data):
    instrument = data.draw(st.sampled_from(BRANCHED))
    answers = {
        item.id: data.draw(
            st.sampled_from([each.value for each in instrument.answer_scale(item).choices])
        )
        for item in instrument.items
    }
    asked = {item.id for item in asked_items(instrument, answers)}
    given_only = {name: value for name, value in answers.items() if name in asked}
    left_out = set(results(instrument, check_answers(instrument, given_only)).not_asked)
    assert left_out == {item.id for item in instrument.items} - asked
