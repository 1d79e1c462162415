"""Reading pasted text: every notation, everything else named, and never an exception."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.wordings import (
    LONGEST_PASTED,
    Copy,
    UnreadableCopy,
    read_answers,
    read_pasted,
)
from tracker.domain.wordings.copies import MOST_ITEMS

ROW = "0 = Never, 1 = Some days; 2 = Always"


def texts(copy: Copy) -> list[str]:
    return [item.text for item in copy.items]


def labels(answers: tuple) -> list[tuple[int | None, str]]:
    return [(answer.value, answer.label) for answer in answers]


@pytest.mark.parametrize(
    "text",
    [
        "1. Red\n2. Green",
        "1) Red\n2) Green",
        "(1) Red\n(2) Green",
        "[1] Red\n[2] Green",
        "1: Red\n2: Green",
        "1 - Red\n2 – Green",
        "1 Red\n2 Green",
        "1\tRed\n2\tGreen",
        "Q1 Red\nQ2 Green",
        "q1. Red\r\nq2. Green",
        "Question 1: Red\nQuestion 2: Green",
        "Pregunta 1. Red\nPregunta 2. Green",
        "• 1. Red\n• 2. Green",
        "- 1. Red\n- 2. Green",
        "1.\u00a0Red\n2.\u202fGreen",
        "\ufeff1. R\u200bed\n\n\n2. Green\u00ad",
        "1. Red   0 1 2 3\n2. Green   0 1 2 3",
        "1. Red\t4\t3\t2\t1\t0\n2. Green\t4\t3\t2\t1\t0",
        "1. Red ☐ ☐ ☐\n2. Green [ ] [ ] [ ]",
        "1. Red ____\n2. Green ____",
        "1. Red\n0 1 2 3\n2. Green\n0 1 2 3",
    ],
)
def test_every_notation_of_numbers_is_read(text):
    copy = read_pasted(text)
    assert texts(copy) == ["Red", "Green"]
    assert [item.number for item in copy.items] == [1, 2]
    assert copy.leftovers == ()


def test_a_question_runs_on_over_lines_also_when_a_line_begins_with_a_number():
    copy = read_pasted("1. How red was it in the past\n7 days, or the\nlast 2-3 weeks?\n2. Green")
    assert texts(copy) == ["How red was it in the past 7 days, or the last 2-3 weeks?", "Green"]


@pytest.mark.parametrize(
    "text",
    [
        f"{ROW}\n1. Red\n2. Green",
        f"1. Red\n2. Green\n\n{ROW}",
        "0 = Never\n1 = Some days\n2 = Always\n\n1. Red\n2. Green",
        "0. Never\n1. Some days\n2. Always\n1. Red\n2. Green",
        "1. Red\n2. Green\n\n0 - Never\n1 - Some days\n2 - Always",
        "Never (0)  Some days (1)  Always (2)\n1. Red\n2. Green",
    ],
)
def test_answers_that_stand_apart_are_common_to_all_questions(text):
    copy = read_pasted(text)
    assert texts(copy) == ["Red", "Green"]
    assert [labels(block) for block in copy.common] == [
        [(0, "Never"), (1, "Some days"), (2, "Always")]
    ]
    assert not any(item.answers for item in copy.items)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1. Red\n0 Never\n1 Always\n2. Green\n0 Never\n1 Always", (0, 1)),
        ("1. Red\n0. Never\n1. Always\n2) Green\n0. Never\n1. Always", (0, 1)),
        ("1. Red\n- Never\n- Always\n2. Green\n- Never\n- Always", (None, None)),
        ("1. Red\n☐ Never\n☐ Always\n2. Green\n☐ Never\n☐ Always", (None, None)),
        ("1. Red\na) Never\nb) Always\n2. Green\na) Never\nb) Always", (None, None)),
        ("1. Red\n\n1 = Always\n0 = Never\n2. Green\n\n1 = Always\n0 = Never", (1, 0)),
        ("1\tRed\tNever\tAlways\n2\tGreen\tNever\tAlways", (None, None)),
    ],
)
def test_answers_under_a_question_are_its_own(text, values):
    copy = read_pasted(text)
    assert texts(copy) == ["Red", "Green"]
    wanted = ["Never", "Always"] if values != (1, 0) else ["Always", "Never"]
    for item in copy.items:
        assert labels(item.answers) == list(zip(values, wanted, strict=True))
    assert copy.common == ()


def test_a_tables_head_is_read_as_answers_and_its_repetition_once():
    copy = read_pasted(
        "In the past month, how often was it so, as you remember?\tNever\tOften\tAlways\n"
        "1. Red\n2. Green\nNever\tOften\tAlways\n3. Blue"
    )
    assert labels(copy.common[0]) == [(None, "Never"), (None, "Often"), (None, "Always")]
    assert copy.items[1].answers == copy.common[0]
    assert texts(copy) == ["Red", "Green", "Blue"]


def test_what_stands_before_the_first_question_is_the_introduction():
    copy = read_pasted(f"Colours-2\nIn the past 7 days, how\noften?\n{ROW}\n1. Red\n2. Green")
    assert copy.introduction == "Colours-2 In the past 7 days, how often?"


def test_every_line_that_belongs_to_nothing_is_named_with_its_place():
    copy = read_pasted("1. Red\n\nA heading\n2. Green\n\nPrinted by nobody.\nPage 1")
    assert [(each.place, each.text) for each in copy.leftovers] == [
        ("line 3", "A heading"),
        ("line 6", "Printed by nobody."),
        ("line 7", "Page 1"),
    ]


def test_a_missing_number_stays_visible():
    assert [item.number for item in read_pasted("1. Red\n3. Blue\n4. Grey").items] == [1, 3, 4]


@pytest.mark.parametrize("text", ["", " \n ", "Just words.", "0 1 2 3", "☐ ☐", "0 = Never"])
def test_a_text_without_questions_is_refused_with_what_to_do(text):
    with pytest.raises(UnreadableCopy, match="Number them"):
        read_pasted(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1. " + "x" * LONGEST_PASTED, "characters"),
        ("1. " + "x " * 1500, "Question 1 has"),
        ("1. Red\n0 = " + "x" * 600, "An answer has"),
        ("\n".join(f"{number}. Red" for number in range(1, MOST_ITEMS + 2)), "more than 100"),
    ],
)
def test_what_is_too_large_is_refused_with_its_size(text, says):
    with pytest.raises(UnreadableCopy, match=says):
        read_pasted(text)


@pytest.mark.parametrize(
    "text",
    ["Never\nOften\nAlways", "0 = Never; 1 = Often; 2 = Always", "0 Never\n1 Often\n2 Always"],
)
def test_answers_typed_by_themselves_are_read_in_their_order(text):
    assert [answer.label for answer in read_answers(text)] == ["Never", "Often", "Always"]


LINES = st.sampled_from(
    [
        "", "1.", "1. a", "2) b", "Q3 c", "0 = d", "1 = e", "0 1 2", "☐ ☐", "- f", "\tg\th",
        "0 = i, 1 = j", "k (0) l (1)", "(", "99. m", "999 n", "= 1 = 2", "1. 2. 3.", "\x00", "a=b",
    ]
)  # fmt: skip


@given(st.one_of(st.text(max_size=400), st.lists(LINES, max_size=30).map("\n".join)))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    copy = read_or_refused(text)
    if copy is None:
        return
    assert 1 <= len(copy.items) <= MOST_ITEMS
    for item in copy.items:
        assert item.text.strip()
        assert all(unicodedata.category(each) not in {"Cc", "Cf"} for each in item.text)


def read_or_refused(text: str) -> Copy | None:
    try:
        return read_pasted(text)
    except UnreadableCopy as problem:
        refusal = str(problem)
    assert refusal.endswith((".", "?"))
    return None


_LETTERS = "abcdefghijklmnopqrstuvwxyzáéñ¿"
WORDS = st.lists(st.text(_LETTERS, min_size=2, max_size=9), min_size=1, max_size=12).map(" ".join)
TEXTS = WORDS.filter(lambda words: not words.startswith(("item", "question", "pregunta")))


@given(
    questions=st.lists(TEXTS, min_size=1, max_size=25),
    answers=st.lists(TEXTS, min_size=2, max_size=6),
    introduction=TEXTS,
    mark=st.sampled_from(["{}. ", "{}) ", "({}) ", "Q{} ", "{}\t", "{}: "]),
    space=st.sampled_from([" ", "\u00a0"]),
)
def test_what_is_printed_as_text_reads_back_as_it_was(
    questions, answers, introduction, mark, space
):
    lines = [introduction, *(f"{n} = {label}" for n, label in enumerate(answers)), ""]
    lines += [mark.format(n) + text for n, text in enumerate(questions, 1)]
    copy = read_pasted("\n".join(lines).replace(" ", space))
    assert texts(copy) == questions
    assert labels(copy.common[0]) == list(enumerate(answers))
    assert copy.introduction == introduction
    assert copy.leftovers == ()
