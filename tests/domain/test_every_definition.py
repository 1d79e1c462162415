"""What must be true of every definition, whatever it measures."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.answers import EVERY, Raw, answered, decided, found, is_asked, of_version
from tracker.domain.instruments import (
    AnswerKind,
    Instrument,
    Standing,
    WordingState,
    canonical,
    check_answers,
    from_json,
    get,
    to_json,
)
from tracker.domain.instruments.loinc import is_loinc_code
from tracker.domain.scoring import Results, score

every = pytest.mark.parametrize("instrument", EVERY, ids=of_version)


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
