"""What must be true of every definition, whatever it measures."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tracker.domain.instruments import (
    AnswerKind,
    BrokenInstrument,
    Instrument,
    Item,
    Standing,
    WordingState,
    canonical,
    check_answers,
    from_json,
    get,
    to_json,
    versions,
)
from tracker.domain.instruments.loinc import is_loinc_code
from tracker.domain.scoring import Results, results, score

EVERY = list(versions().values())
Raw = dict[str, Any]


def of_version(instrument: Instrument) -> str:
    return f"{instrument.key}.v{instrument.version}"


every = pytest.mark.parametrize("instrument", EVERY, ids=of_version)


def offered(instrument: Instrument, item: Item) -> list[Any]:
    """Some answers to an item, the lowest and the highest among them."""
    answers = instrument.answer_scale(item)
    if answers.kind is AnswerKind.SEVERAL:
        return [(str(choice.value),) for choice in answers.choices]
    if answers.highest - answers.lowest > 10:
        return [answers.lowest, (answers.lowest + answers.highest) // 2, answers.highest]
    return list(range(answers.lowest, answers.highest + 1))


def is_asked(item: Item, raw: Raw) -> bool:
    when = item.ask_when
    return when is None or raw.get(when.item) is None or raw[when.item] in when.answers


def any_raw(instrument: Instrument, draw: st.DrawFn) -> Raw:
    """Answers, some skipped; nothing is answered that the others leave out."""
    raw: Raw = {}
    for item in instrument.items:
        answers = st.none() | st.sampled_from(offered(instrument, item))
        raw[item.id] = draw(answers) if is_asked(item, raw) else None
    return raw


@st.composite
def answered(draw: st.DrawFn) -> tuple[Instrument, Raw]:
    instrument = draw(st.sampled_from(EVERY))
    return instrument, any_raw(instrument, draw)


@st.composite
def nearly_whole(draw: st.DrawFn, most: int = 3) -> tuple[Instrument, Raw]:
    """Answers with at most ``most`` skipped, so that every way of filling them in can be tried."""
    instrument = draw(st.sampled_from(EVERY))
    skipped = draw(st.sets(st.sampled_from([item.id for item in instrument.items]), max_size=most))
    raw: Raw = {}
    for item in instrument.items:
        left_out = item.id in skipped or not is_asked(item, raw)
        raw[item.id] = None if left_out else draw(st.sampled_from(offered(instrument, item)))
    return instrument, raw


def found(instrument: Instrument, raw: Raw) -> Results:
    return results(instrument, check_answers(instrument, raw))


def decided(said: Results) -> dict[str, object]:
    """Everything that is decided by rules, never by proration; None and the like left out."""
    every_rule = {**said.findings, **said.categories, **said.cuts, **said.counts}
    return {name: made for name, made in every_rule.items() if made not in (None, "undetermined")}


def completions(instrument: Instrument, raw: Raw) -> Iterator[Raw]:
    """Every way of answering what was asked and skipped, branches followed."""
    missing = [
        item
        for item in instrument.items
        if raw[item.id] is None and item.id not in found(instrument, raw).not_asked
    ]
    if not missing:
        yield raw
        return
    for answer in offered(instrument, missing[0]):
        yield from completions(instrument, raw | {missing[0].id: answer})


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


@given(answered())
def test_scores_stay_inside_their_range(case: tuple[Instrument, Raw]) -> None:
    instrument, raw = case
    for made in score(instrument, check_answers(instrument, raw)):
        assert made.value is None or made.minimum <= made.value <= made.maximum
        assert 0 <= made.answered <= made.of
        assert not (made.prorated and made.answered == made.of)
        assert made.value is None or made.value == round(made.value, 2)


@given(answered(), st.randoms())
def test_results_do_not_depend_on_the_order_of_answers(
    case: tuple[Instrument, Raw], chance: random.Random
) -> None:
    instrument, raw = case
    names = list(raw)
    chance.shuffle(names)
    assert found(instrument, {name: raw[name] for name in names}) == found(instrument, raw)


@given(answered(), st.data())
def test_scores_never_fall_when_an_answer_rises(
    case: tuple[Instrument, Raw], data: st.DataObject
) -> None:
    instrument, raw = case
    deciders = {item.ask_when.item for item in instrument.items if item.ask_when}
    can_rise = [
        item.id
        for item in instrument.items
        if type(raw[item.id]) is int
        and raw[item.id] < instrument.answer_scale(item).highest
        and item.id not in deciders
    ]
    if not can_rise:
        return
    name = data.draw(st.sampled_from(can_rise))
    lower = score(instrument, check_answers(instrument, raw))
    higher = score(instrument, check_answers(instrument, raw | {name: raw[name] + 1}))
    for scale, less, more in zip(instrument.scales, lower, higher, strict=True):
        if less.value is not None:
            assert more.value is not None
            assert less.value <= more.value
            assert less.value == more.value or name in scale.items


@given(answered())
def test_a_skipped_item_is_never_counted_as_0(case: tuple[Instrument, Raw]) -> None:
    instrument, raw = case
    said = found(instrument, raw)
    lowest = {
        item.id: instrument.answer_scale(item).lowest
        for item in instrument.items
        if raw[item.id] is None
        and item.id not in said.not_asked
        and instrument.answer_scale(item).kind is not AnswerKind.SEVERAL
    }
    filled = found(instrument, raw | lowest)
    for left, right in zip(said.scores, filled.scores, strict=True):
        assert left.answered <= right.answered
        assert left.value is None or right.value is None or left.value >= right.value
    extra = {item.id for item in instrument.items if item.is_extra}
    assert said.is_complete == (not said_skipped(instrument, raw, said) - extra)


def said_skipped(instrument: Instrument, raw: Raw, said: Results) -> set[str]:
    return {name for name, value in raw.items() if value is None} - set(said.not_asked)


@every
def test_nothing_answered_is_no_score_no_verdict_and_no_0(instrument: Instrument) -> None:
    said = found(instrument, {})
    assert all(made.value is None for made in said.scores)
    assert not any(said.bands.values())
    assert decided(said) == {}
    assert said.answered == 0


@every
def test_lowest_and_highest_answers_reach_both_ends_of_every_scale(instrument: Instrument) -> None:
    for number, pick in ((0, "lowest"), (1, "highest")):
        raw = {
            item.id: getattr(instrument.answer_scale(item), pick)
            for item in instrument.items
            if instrument.answer_scale(item).kind is not AnswerKind.SEVERAL
        }
        for item in instrument.items:
            if not is_asked(item, raw):
                del raw[item.id]
        for scale, made in zip(instrument.scales, found(instrument, raw).scores, strict=True):
            assert made.value == Decimal((scale.minimum, scale.maximum)[number])


@every
def test_definition_is_the_same_when_stored_and_read_back(instrument: Instrument) -> None:
    again = from_json(to_json(instrument), "stored copy")
    assert again == instrument
    assert canonical(again) == canonical(instrument)


@every
def test_no_wording_of_somebody_else_is_in_a_definition(instrument: Instrument) -> None:
    if instrument.wording is WordingState.OWN:
        return
    for item in instrument.items:
        assert (item.text, item.low_words, item.high_words, item.before) == ("", "", "", "")
        assert len(item.topic.split()) <= 5
    for answers in instrument.answer_scales:
        for choice in answers.choices:
            assert choice.label in {str(choice.value), "No", "Yes"}
    assert {page.lead for page in instrument.pages} == {""}


@every
def test_definition_says_where_it_comes_from_and_what_needs_review(instrument: Instrument) -> None:
    assert instrument.licence
    assert instrument.attribution
    for scale in instrument.scales:
        known = (*scale.bands, *scale.cut_points, *scale.changes, *scale.outcomes)
        for each in known:
            assert each.source
            if "not seen" in each.source:
                assert each.status is not Standing.PUBLISHED
        if scale.prorates and instrument.wording is not WordingState.OWN:
            assert scale.missing_source


CONFIRMED_CODES = """
101697-1 101698-9 44249-1 44261-6 44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3
44260-8 69722-7 LA6568-5 LA6569-3 LA6570-1 LA6571-9 55757-9 55758-7 69737-5 70274-6 69725-0 68509-9
69733-4 69734-2 69735-9 69689-8 69736-7 93373-9 93374-7 93246-7 93247-5 93248-3 93249-1 93250-9
"""


@every
def test_only_confirmed_codes_are_used(instrument: Instrument) -> None:
    codes = {instrument.loinc, *(item.loinc for item in instrument.items)}
    codes |= {part.loinc for part in (*instrument.scales, *instrument.categories)}
    codes |= {choice.loinc for each in instrument.answer_scales for choice in each.choices}
    assert codes - {""} <= set(CONFIRMED_CODES.split())


def test_weekly_pcl_5_has_no_code() -> None:
    assert "loinc" not in canonical(get("pcl-5-week"))


def test_a_code_is_told_by_its_check_digit() -> None:
    assert all(map(is_loinc_code, CONFIRMED_CODES.split()))
    assert not any(map(is_loinc_code, ["101697-2", "89214-x", "LA6568-4", "44249", "", "44249-10"]))
