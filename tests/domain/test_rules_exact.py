"""Rules are exact: undetermined where two ways of filling in differ, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tests.make.answers import Raw, completions, decided, found, nearly_whole, offered
from tracker.domain.instruments import BrokenInstrument, Instrument, from_json, get, to_json


@given(nearly_whole())
@settings(deadline=None, max_examples=150)
def test_a_rule_is_undetermined_exactly_when_two_completions_differ(
    case: tuple[Instrument, Raw],
) -> None:
    instrument, raw = case
    said = found(instrument, raw)
    ways = [decided(found(instrument, whole)) for whole in completions(instrument, raw)]
    names = {**said.findings, **said.categories, **said.cuts, **said.counts}
    assert all(set(way) == set(names) for way in ways), "a whole set of answers decides everything"
    for name in names:
        outcomes = {way[name] for way in ways}
        if len(outcomes) == 1:
            assert decided(said)[name] in outcomes
        else:
            assert name not in decided(said)


def all_sets(instrument: Instrument) -> list[Raw]:
    """Every set of answers that there can be, skipped ones included."""
    sets: list[Raw] = [{}]
    for item in instrument.items:
        choices = [None, *offered(instrument, item)]
        sets = [raw | {item.id: answer} for raw in sets for answer in choices]
    return sets


def check_against_completions(instrument: Instrument, raw: Raw) -> None:
    said = found(instrument, raw)
    if said.contradictions:
        return
    ways = [decided(found(instrument, whole)) for whole in completions(instrument, raw)]
    for name in {**said.findings, **said.categories, **said.cuts}:
        outcomes = {way[name] for way in ways}
        assert (len(outcomes) == 1) == (name in decided(said)), (name, raw)


@pytest.mark.parametrize("key", ["c-ssrs-screener", "pc-ptsd-5", "phq-2", "gad-2"])
def test_rules_of_a_small_instrument_agree_with_every_completion_of_every_set(key: str) -> None:
    for raw in all_sets(get(key)):
        check_against_completions(get(key), raw)


bounds = st.one_of(
    st.builds(lambda n: {"at_least": n}, st.integers(1, 2)),
    st.builds(lambda n: {"at_most": n}, st.integers(0, 1)),
)
atoms = st.one_of(
    st.builds(lambda n, b: {"item": f"q{n}", **b}, st.integers(1, 4), bounds),
    st.builds(lambda b: {"count": "some", **b}, bounds),
    st.builds(lambda n: {"scale": "sum", "at_least": n}, st.integers(1, 8)),
)
conditions = st.recursive(
    atoms,
    lambda inner: st.builds(
        lambda form, parts: {form: parts},
        st.sampled_from(["all", "any", "none"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)


def made_up(first: Any, second: Any) -> dict[str, Any]:
    """Four items, a count over two of them, and any rules."""
    data = to_json(get("phq-2"))
    item = data["items"][0] | {"loinc": "", "answers": "three"}
    scale = data["scales"][0] | {"id": "sum", "maximum": 8, "cut_points": [], "loinc": ""}
    names = ["q1", "q2", "q3", "q4"]
    said = {"source": "x", "status": "published", "label": "x"}
    outcomes = [{"key": "a", "label": "A", "when": first}, {"key": "b", "label": "B"}]
    outcomes.insert(1, {"key": "c", "label": "C", "when": {"finding": "yes"}})
    return data | {
        "items": [item | {"id": name} for name in names],
        "answer_scales": [
            {
                "id": "three",
                "kind": "words",
                "choices": [{"value": n, "label": str(n)} for n in range(3)],
            }
        ],
        "scales": [scale | {"items": names}],
        "total": "sum",
        "counts": [{"id": "some", "label": "x", "items": ["q1", "q2"], "at_least": 1}],
        "findings": [{"id": "yes", "when": second, **said}],
        "categories": [{"id": "which", "outcomes": outcomes, **said}],
    }


@given(conditions, conditions)
@settings(deadline=None, max_examples=40)
def test_any_rules_that_load_are_exact(first: Any, second: Any) -> None:
    try:
        instrument = from_json(made_up(first, second), "made up")
    except BrokenInstrument:
        reject()  # an item pulls a rule both ways, or a bound decides nothing
    for raw in all_sets(instrument):
        check_against_completions(instrument, raw)


@given(nearly_whole(most=6), st.data())
@settings(deadline=None)
def test_an_answer_more_never_moves_what_was_determined(
    case: tuple[Instrument, Raw], data: st.DataObject
) -> None:
    instrument, raw = case
    before = found(instrument, raw)
    open_items = [
        item
        for item in instrument.items
        if raw[item.id] is None and item.id not in before.not_asked
    ]
    if not open_items:
        return
    item = data.draw(st.sampled_from(open_items))
    answer = data.draw(st.sampled_from(offered(instrument, item)))
    after = decided(found(instrument, raw | {item.id: answer}))
    assert {name: after.get(name) for name in decided(before)} == decided(before)
