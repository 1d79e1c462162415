"""A clinic's copy against the definition: what fits becomes a wording, all else is named."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.questionnaires import questionnaire
from tests.make.wordings import labels_of, nonsense, pasted
from tracker.domain import instruments, scoring
from tracker.domain.instruments import AnswerKind, check_answers, worded
from tracker.domain.wordings import UnreadableCopy, fit, read_answers, read_pasted
from tracker.interop.fhir_questionnaires import read_questionnaire

TO_LOAD = sorted(key for key, each in instruments.definitions().items() if not each.has_wording)
IN_WORDS = [
    key
    for key in TO_LOAD
    if all(each.kind is AnswerKind.WORDS for each in instruments.get(key).answer_scales)
]
GAD = instruments.get("gad-7")
TEXTS = [nonsense(number) for number in range(1, 8)]
ROW = "0 = Never; 1 = Hardly; 2 = Mostly; 3 = Ever"


def numbered(texts: list[str], first: str = ROW) -> str:
    return "\n".join([first, *(f"{number}. {text}" for number, text in enumerate(texts, 1))])


@pytest.mark.parametrize("key", IN_WORDS)
def test_a_copy_of_every_instrument_fits_when_it_is_whole(key):
    instrument = instruments.get(key)
    found = fit(instrument, read_pasted(pasted(instrument)), language="en")
    assert found.faults == ()
    assert found.warnings == ()
    asked = worded(instrument, found.wording)
    assert [item.text for item in asked.items] == [
        nonsense(number) for number in range(1, len(instrument.items) + 1)
    ]
    for scale in asked.answer_scales:
        assert [each.label for each in scale.choices] == labels_of(instrument, scale.id)


@pytest.mark.parametrize("key", IN_WORDS)
def test_topics_printed_as_numbered_text_read_back(key):
    instrument = instruments.get(key)
    topics = [item.topic for item in instrument.items]
    copy = read_pasted("\n".join(f"{n}. {topic}" for n, topic in enumerate(topics, 1)))
    assert [item.text for item in copy.items] == topics
    assert copy.leftovers == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (numbered(TEXTS[:6]), "The copy has 6 questions, GAD-7 has 7 questions."),
        (numbered(TEXTS[:6]), "Nothing in the copy is left for “"),
        (numbered([*TEXTS, "More?"]), "Question 8 is one too many: “More?”."),
        (numbered(TEXTS, "0 = Never; 1 = Ever"), "The copy has 2 answers, 4 are asked for."),
        (numbered(TEXTS, ""), "The words of the 4 answers to 7 questions were not found."),
        (
            numbered(TEXTS, "1 = Never; 2 = Hardly; 3 = Mostly; 4 = Ever"),
            "The answers count 1, 2, 3, 4, not 0, 1, 2, 3.",
        ),
        (numbered(TEXTS).replace("5. ", "6. ", 1), "Question 5 of the copy is numbered 6."),
        (
            f"1. Red\n{ROW}\n2. Green\n0 = A; 1 = B; 2 = C; 3 = D\n",
            "Questions 1, 2 offer different answers; they must be the same.",
        ),
        (
            f"1. Red\n{ROW}\n2. Green\n0 = A; 1 = B; 2 = C; 3 = D\n3. Blue\n{ROW}\n",
            "Question 2 offers other answers than the rest; they must be the same.",
        ),
        (numbered(TEXTS, f"{ROW}\n0 = A; 1 = B; 2 = C; 3 = D"), "There is more than one row of 4"),
    ],
)
def test_whatever_does_not_fit_is_named(text, says):
    found = fit(GAD, read_pasted(text), language="en")
    assert found.wording is None
    assert any(fault.startswith(says) for fault in found.faults), found.faults


def test_answers_go_by_their_numbers_and_their_other_order_is_pointed_out():
    row = "3 = Ever; 2 = Mostly; 1 = Hardly; 0 = Never"
    found = fit(GAD, read_pasted(numbered(TEXTS, row)), language="en")
    assert [each.label for each in found.answers[0].choices] == [
        "Never",
        "Hardly",
        "Mostly",
        "Ever",
    ]
    assert "put in the order of their numbers" in found.warnings[0]
    assert found.wording is not None


def test_answers_may_be_given_apart_from_the_copy():
    typed = {GAD.answer_scales[0].id: read_answers("Never\nHardly\nMostly\nEver")}
    found = fit(GAD, read_pasted(numbered(TEXTS, "")), language="es", typed=typed)
    assert found.wording is not None
    assert found.wording.language == "es"
    assert [each.label for each in found.answers[0].choices] == [
        "Never",
        "Hardly",
        "Mostly",
        "Ever",
    ]


def test_a_long_scale_may_have_words_for_some_of_its_numbers_only():
    wsas = instruments.get("wsas")
    texts = [nonsense(number) for number in range(1, 6)]
    found = fit(
        wsas, read_pasted(numbered(texts, "0 = Never; 4 = Mostly; 8 = Ever")), language="en"
    )
    assert found.faults == ()
    labels = [each.label for each in found.answers[0].choices]
    assert labels == ["0: Never", "1", "2", "3", "4: Mostly", "5", "6", "7", "8: Ever"]
    assert found.warnings == (
        "Only some answers have words in the copy; the others show their number.",
    )


def test_everything_that_was_left_out_is_pointed_out():
    text = numbered(TEXTS, f"A\tB\n{ROW}") + "\n\nPrinted by nobody."
    found = fit(GAD, read_pasted(text), language="en")
    assert found.wording is not None
    assert any("Printed by nobody." in each for each in found.warnings)
    assert any("“A, B”" in each for each in found.warnings)


def resource(texts=TEXTS, **changes):
    made = {"labels": ["Never", "Hardly", "Mostly", "Ever"], **changes}
    found = questionnaire(texts, **made)
    found["code"] = [{"system": "http://loinc.org", "code": GAD.loinc}]
    return found


def read(found):
    return read_questionnaire(json.dumps(found).encode())


CODES = [item.loinc for item in GAD.items]


def test_a_fhir_questionnaire_fits_by_its_codes():
    assert all(CODES)
    found = fit(GAD, read(resource(codes=CODES)), language="en")
    assert found.faults == ()
    assert found.warnings == ()


def test_codes_in_another_order_are_a_misfit():
    swapped = [CODES[1], CODES[0], *CODES[2:]]
    found = fit(GAD, read(resource(codes=swapped)), language="en")
    assert found.wording is None
    assert sum("the order is another one" in fault for fault in found.faults) == 2


def test_unknown_codes_and_another_language_are_pointed_out():
    found = fit(GAD, read(resource(codes=["1-8", *CODES[1:]], language="fr")), language="es")
    assert found.wording is not None
    assert any("carries the code 1-8" in each for each in found.warnings)
    assert any("“fr”" in each for each in found.warnings)


def test_the_code_of_another_questionnaire_is_a_misfit():
    other = resource() | {"code": [{"system": "http://loinc.org", "code": "44249-1"}]}
    found = fit(GAD, read(other), language="en")
    assert any("it is another questionnaire" in fault for fault in found.faults)


def test_ordinal_values_that_count_otherwise_are_a_misfit():
    found = fit(GAD, read(resource(ordinals=[1, 2, 3, 4])), language="en")
    assert any("count 1, 2, 3, 4, not 0, 1, 2, 3" in fault for fault in found.faults)


@given(chosen=st.lists(st.integers(0, 3), min_size=7, max_size=7), order=st.permutations(range(4)))
def test_the_sum_of_ordinal_values_is_the_score(chosen, order):
    """The file's own arithmetic: whoever answers by label gets the sum of the ordinal values."""
    labels = ["Never", "Hardly", "Mostly", "Ever"]
    file = resource(labels=[labels[n] for n in order], ordinals=list(order))
    options = file["item"][0]["answerOption"]
    ordinals = {
        each["valueCoding"]["display"]: each["extension"][0]["valueDecimal"] for each in options
    }
    found = fit(GAD, read(file), language="en")
    asked = worded(GAD, found.wording)
    by_label = {each.label: each.value for each in asked.answer_scales[0].choices}
    raw = {item.id: by_label[labels[n]] for item, n in zip(asked.items, chosen, strict=True)}
    scored = scoring.score(GAD, check_answers(GAD, raw))
    total = next(each for each in scored if each.scale == GAD.total)
    assert total.value == sum(ordinals[labels[n]] for n in chosen)


@given(st.sampled_from(TO_LOAD), st.text(max_size=300), st.text(max_size=80))
def test_any_text_ends_in_a_wording_or_in_sentences(key, text, answers):
    instrument = instruments.get(key)
    try:
        copy = read_pasted("1. a\n" + text)
    except UnreadableCopy:
        return
    typed = {each.id: read_answers(answers) for each in instrument.answer_scales if each.choices}
    found = fit(instrument, copy, language="en", typed=typed)
    assert (found.wording is None) == bool(found.faults)
    assert all(each.strip().endswith((".", "first.")) for each in found.faults), found.faults


def test_every_part_of_a_copy_shows_beside_its_topic():
    copy = read_pasted(numbered(TEXTS[:3]))
    pairs = fit(GAD, copy, language="en").pairs
    assert [pair.copied for pair in pairs] == [*copy.items, None, None, None, None]
    assert fit(GAD, replace(copy, items=()), language="en").wording is None


def test_an_introduction_that_is_too_long_is_named_and_not_cut():
    found = fit(GAD, read_pasted("So it is. " * 300 + "\n" + numbered(TEXTS)), language="en")
    assert any("longer than" in fault for fault in found.faults)
