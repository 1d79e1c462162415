"""Wordings: texts of one definition in one language, held against it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.instruments import (
    BrokenInstrument,
    Wording,
    WordingMisfit,
    WordingState,
    check_answers,
    definitions,
    get,
    languages,
    misfits,
    to_json,
    versions,
    worded,
    wording_from_json,
    wording_of,
    wordings,
)
from tracker.domain.instruments.catalogue import load_wording
from tracker.domain.scoring import results

PHQ2 = get("phq-2")


def phq_2_words() -> dict[str, Any]:
    """A made-up wording: the published one is nobody's to put here."""
    return {
        "key": "phq-2",
        "version": 1,
        "language": "en",
        "items": [{"id": "q1", "text": "First line"}, {"id": "q2", "text": "Second line"}],
        "answer_scales": [
            {
                "id": "zero_to_three",
                "choices": [{"value": n, "label": f"answer {n}"} for n in range(4)],
            }
        ],
    }


def made(**changes: Any) -> Wording:
    return wording_from_json(phq_2_words() | changes, "x")


def test_a_wording_puts_its_texts_into_the_definition_and_leaves_the_scores() -> None:
    asked = worded(PHQ2, made(title="Two lines", recall="lately"))
    assert [item.text for item in asked.items] == ["First line", "Second line"]
    assert [item.topic for item in asked.items] == [item.topic for item in PHQ2.items]
    assert asked.answer_scales[0].label_of(3) == "answer 3"
    assert (asked.title, asked.recall, asked.language) == ("Two lines", "lately", "en")
    assert asked.wording is WordingState.LOADED
    assert asked.has_wording
    assert not PHQ2.has_wording
    answers = {"q1": 3, "q2": 1}
    assert results(asked, check_answers(asked, answers)) == results(
        PHQ2, check_answers(PHQ2, answers)
    )


@pytest.mark.parametrize("instrument", definitions().values(), ids=definitions())
def test_the_texts_of_a_definition_are_a_wording_that_fits_it(instrument: Any) -> None:
    if instrument.has_wording:
        assert worded(instrument, wording_of(instrument)) == instrument
    again = wording_from_json(to_json(wording_of(instrument)), "stored copy")
    assert again == wording_of(instrument)


Change = Callable[[dict[str, Any]], object]
MISFITS: dict[str, tuple[Change, list[str]]] = {
    "another instrument": (
        lambda d: d.update(key="phq-9"),
        ["The wording is of phq-9 version 1, not of phq-2 version 1."],
    ),
    "another version": (
        lambda d: d.update(version=2),
        ["The wording is of phq-2 version 2, not of phq-2 version 1."],
    ),
    "a question less": (
        lambda d: d["items"].pop(),
        ["It has 1 questions, the definition has 2.", "The question 'q2' is missing."],
    ),
    "a question more": (
        lambda d: d["items"].append({"id": "q3", "text": "x"}),
        [
            "It has 3 questions, the definition has 2.",
            "The question 'q3' is not in the definition.",
        ],
    ),
    "a question twice": (
        lambda d: d["items"][1].update(id="q1"),
        ["The question 'q1' stands there 2 times.", "The question 'q2' is missing."],
    ),
    "another order": (
        lambda d: d["items"].reverse(),
        ["The questions are in another order than in the definition."],
    ),
    "no text": (
        lambda d: d["items"][0].update(text=" "),
        ["Question 'q1' has no text."],
    ),
    "an answer less": (
        lambda d: d["answer_scales"][0]["choices"].pop(),
        [
            "Answer scale 'zero_to_three': It has 3 answers, the definition has 4.",
            "Answer scale 'zero_to_three': The answer 3 is missing.",
        ],
    ),
    "answers upside down": (
        lambda d: d["answer_scales"][0]["choices"].reverse(),
        ["Answer scale 'zero_to_three': The answers are in another order than in the definition."],
    ),
    "an answer without words": (
        lambda d: d["answer_scales"][0]["choices"][1].update(label=""),
        ["Answer scale 'zero_to_three': the answer 1 has no words."],
    ),
    "no answers": (
        lambda d: d.update(answer_scales=[]),
        [
            "It has 0 answer scales, the definition has 1.",
            "The answer scale 'zero_to_three' is missing.",
        ],
    ),
    "other answers": (
        lambda d: d["answer_scales"].append({"id": "x", "choices": []}),
        [
            "It has 2 answer scales, the definition has 1.",
            "The answer scale 'x' is not in the definition.",
        ],
    ),
    "a page too many": (
        lambda d: d.update(pages=[{"number": 1, "heading": "a"}, {"number": 2, "heading": ""}]),
        [
            "It has 2 pages, the definition has 1.",
            "The page 2 is not in the definition.",
            "Page 2 has no heading.",
        ],
    ),
    "an unknown scale": (
        lambda d: d.update(scales=[{"id": "x", "label": "", "in_sentence": ""}]),
        [
            "The scale 'x' is not in the definition.",
            "The scale 'x' needs a label and a name in sentences.",
        ],
    ),
    "a book": (
        lambda d: d["items"][0].update(text="x" * 2001),
        ["A text is longer than 2000 characters."],
    ),
}


@pytest.mark.parametrize(("change", "faults"), MISFITS.values(), ids=MISFITS.keys())
def test_every_misfit_is_named(change: Change, faults: list[str]) -> None:
    data = phq_2_words()
    change(data)
    with pytest.raises(WordingMisfit) as refused:
        worded(PHQ2, wording_from_json(data, "x"))
    assert list(refused.value.faults) == faults


def test_a_rating_needs_words_for_both_ends() -> None:
    daily = get("daily")
    bare = replace(daily, items=tuple(replace(item, low_words="") for item in daily.items))
    words = wording_of(bare)
    assert "Question 'mood' needs words for both ends of its rating." in misfits(bare, words)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(field=st.sampled_from([*phq_2_words(), "pages", "scales", "title"]), value=junk)
def test_a_wording_is_refused_in_words_and_never_fails_otherwise(field: str, value: Any) -> None:
    with suppress(BrokenInstrument, WordingMisfit):
        worded(PHQ2, wording_from_json(phq_2_words() | {field: value}, "x"))


def test_every_wording_that_ships_fits_its_definition_and_is_whole() -> None:
    for key, version in versions():
        for language, words in wordings(key, version).items():
            asked = worded(get(key, version), words)
            assert asked.language == language
            assert words.title
            assert words.recall
            assert all(item.topic for item in words.items)


def test_languages_are_those_that_can_be_read_out() -> None:
    assert languages(get("daily"))[0] == "en"
    assert languages(get("pcl-5")) == ()
    assert wordings("pcl-5", 1) == {}


def write(folder: Path, data: dict[str, Any], name: str) -> Path:
    path = folder / name
    path.write_text(json.dumps(data))
    return path


@pytest.mark.parametrize(
    ("name", "changes", "fault"),
    [
        ("phq-2.v1.fr.json", {"language": "es"}, r"want the name phq-2\.v1\.es\.json"),
        ("phq-2.v9.es.json", {"language": "es", "version": 9}, "no definition that it words"),
        ("phq-2.v1.en.json", {}, "itself is in this language"),
        ("phq-2.v1.es.json", {"language": "es", "items": []}, "It has 0 questions"),
        ("phq-2.v1.e s.json", {"language": "e s"}, "must be like en or es"),
    ],
)
def test_a_wording_file_is_refused_with_its_name(
    tmp_path: Path, name: str, changes: dict[str, Any], fault: str
) -> None:
    path = write(tmp_path, phq_2_words() | changes, name)
    with pytest.raises(BrokenInstrument, match=fault) as refused:
        load_wording(path, versions())
    assert str(refused.value).startswith(f"{name}: ")


def test_a_wording_file_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, phq_2_words() | {"language": "es"}, "phq-2.v1.es.json")
    assert load_wording(path, versions()) == made(language="es")
