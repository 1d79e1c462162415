"""Our own three instruments in every language that patients are spoken to in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tracker.domain import instruments
from tracker.domain.instruments import Instrument, check_answers
from tracker.domain.languages import Language

OURS = ("daily", "after-infusion", "weekly")
OTHERS = [language for language in Language if language is not Language.ENGLISH]
THE_SAME = {"No", "Flashbacks"} | {str(number) for number in range(11)}


def texts(instrument: Instrument) -> Iterator[str]:
    yield from (instrument.title, instrument.introduction, instrument.recall)
    yield instrument.attribution
    for page in instrument.pages:
        yield from (page.heading, page.lead)
    for item in instrument.items:
        yield from (item.topic, item.text, item.low_words, item.high_words, item.before)
    for scale in instrument.answer_scales:
        yield from (choice.label for choice in scale.choices)
    for each in instrument.scales:
        yield from (each.label, each.in_sentence)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("key", OURS)
def test_every_text_is_there_and_none_is_left_in_english(key: str, language: Language) -> None:
    english = instruments.get(key)
    other = instruments.in_language(english, language)
    assert other.language == language
    for here, there in zip(texts(english), texts(other), strict=True):
        assert bool(here) == bool(there), here
        assert not here or here != there or here in THE_SAME, here
        assert here.endswith("?") == there.endswith("?"), here
        assert there.count("?") == there.count("¿"), there


@pytest.mark.parametrize("key", OURS)
def test_only_texts_differ_and_the_answers_say_what_was_read(key: str) -> None:
    english = instruments.get(key)
    spanish = instruments.in_language(english, Language.SPANISH)
    assert spanish.safety_rules == english.safety_rules
    assert [item.id for item in spanish.items] == [item.id for item in english.items]
    for one, two in zip(spanish.answer_scales, english.answer_scales, strict=True):
        assert [(each.value, each.alone) for each in one.choices] == [
            (each.value, each.alone) for each in two.choices
        ]
    assert check_answers(english, {}).language == "en"
    assert check_answers(spanish, {}).language == "es"


@pytest.mark.parametrize("key", OURS)
def test_an_answer_that_a_hint_names_is_called_as_it_is_offered(key: str) -> None:
    english = instruments.get(key)
    spanish = instruments.in_language(english, Language.SPANISH)
    for here, there in zip(english.items, spanish.items, strict=True):
        labels = [choice.label for choice in english.answer_scale(here).choices]
        for quoted in re.findall("“([^”]+)”", here.before):
            offered = spanish.answer_scale(there).choices[labels.index(quoted)].label
            assert f"“{offered}”" in there.before, here.before


def test_a_form_whose_words_do_not_ship_stays_as_it_is() -> None:
    published = instruments.get("phq-8")
    assert instruments.in_language(published, Language.SPANISH) is published
