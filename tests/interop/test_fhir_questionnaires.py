"""Reading FHIR Questionnaires: what is asked, in its order, and hostile files with a message."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.questionnaires import ORDINAL, coding, question, questionnaire
from tracker.domain.wordings import Copy, UnreadableCopy
from tracker.interop.fhir_questionnaires import LARGEST_BYTES, MOST_ELEMENTS, read_questionnaire


def read(resource: Any) -> Copy:
    return read_questionnaire(json.dumps(resource).encode())


def test_questions_come_in_their_order_with_codes_and_ordinal_values():
    copy = read(questionnaire(["Red", "Green"], labels=["Never", "Often"], codes=["1-8", "2-6"]))
    assert [(item.number, item.text, item.code) for item in copy.items] == [
        (1, "Red", "1-8"),
        (2, "Green", "2-6"),
    ]
    for item in copy.items:
        assert [(each.value, each.label) for each in item.answers] == [(0, "Never"), (1, "Often")]
    assert copy.code == "99-9"
    assert copy.language == "en"


def test_groups_are_opened_and_texts_before_the_first_question_introduce_it():
    copy = read(
        {
            "resourceType": "Questionnaire",
            "item": [
                {"linkId": "0", "type": "display", "text": "About\n\tcolours."},
                {
                    "linkId": "g",
                    "type": "group",
                    "text": "In the past week,",
                    "item": [
                        {"linkId": "h", "type": "group", "item": [question("1", "Red")]},
                        {"linkId": "d", "type": "display", "text": "Go on."},
                        question("2", "Green"),
                    ],
                },
                {"linkId": "s", "type": "string", "text": "Anything else?"},
                question("t", "Total", type="integer", readOnly=True),
            ],
        }
    )
    assert [item.text for item in copy.items] == ["Red", "Green"]
    assert copy.introduction == "About colours. In the past week,"
    assert [(each.place, each.text) for each in copy.leftovers] == [
        ("element d", "Go on."),
        ("element s", "Anything else?"),
        ("element t", "Total"),
    ]


def test_answers_come_from_a_contained_value_set():
    concepts = [
        {"code": "LA1-8", "display": "Never", "extension": [{"url": ORDINAL, "valueDecimal": 0}]},
        {"code": "LA2-6", "display": "Often", "extension": [{"url": ORDINAL, "valueDecimal": 1.0}]},
    ]
    copy = read(
        {
            "resourceType": "Questionnaire",
            "contained": [
                {
                    "resourceType": "ValueSet",
                    "id": "a",
                    "compose": {"include": [{"system": "http://loinc.org", "concept": concepts}]},
                }
            ],
            "item": [{"linkId": "1", "type": "choice", "text": "Red", "answerValueSet": "#a"}],
        }
    )
    found = [(each.value, each.label, each.code) for each in copy.items[0].answers]
    assert found == [(0, "Never", "LA1-8"), (1, "Often", "LA2-6")]


def test_answers_may_be_numbers_or_plain_words():
    options = [{"valueInteger": 0}, {"valueInteger": 1}]
    words = [{"valueString": "Never"}, {"valueString": "Often"}]
    copy = read(
        {
            "resourceType": "Questionnaire",
            "item": [
                {"linkId": "1", "type": "choice", "text": "Red", "answerOption": options},
                {"linkId": "2", "type": "choice", "text": "Green", "answerOption": words},
                {"linkId": "3", "type": "boolean", "text": "Blue"},
            ],
        }
    )
    assert [[(a.value, a.label) for a in item.answers] for item in copy.items] == [
        [(0, "0"), (1, "1")],
        [(None, "Never"), (None, "Often")],
        [],
    ]


def with_item(**fields: Any) -> dict[str, Any]:
    item = {"linkId": "1", "type": "choice", "text": "Red"} | fields
    return {"resourceType": "Questionnaire", "item": [item]}


def nested(levels: int) -> dict[str, Any]:
    element = question("q", "Red")
    for level in range(levels):
        element = {"linkId": f"g{level}", "type": "group", "item": [element]}
    return {"resourceType": "Questionnaire", "item": [element]}


HOSTILE = [
    (b"", "not JSON"),
    (b"{", "not JSON"),
    (b"\xff\xfe{}", "not in UTF-8"),
    (b"[" * 100_000, "levels deep"),
    (b'{"a":' * 5000 + b"1" + b"}" * 5000, "levels deep"),
    (b"x" * (LARGEST_BYTES + 1), "at most 256 KB"),
    (b'{"resourceType": "Questionnaire", "item": NaN}', "NaN is no number"),
    (b'{"resourceType": "Questionnaire", "resourceType": "Patient"}', "stands twice"),
    (b"[]", "something else"),
    (b"null", "something else"),
    (b'{"resourceType": "Patient"}', "but a Patient"),
    ({"resourceType": "Questionnaire"}, "no question"),
    ({"resourceType": "Questionnaire", "item": {}}, "must be a list"),
    ({"resourceType": "Questionnaire", "item": ["x"]}, "must be an object"),
    (nested(40), "levels deep"),
    (with_item(text=["Red"]), "must be text"),
    (with_item(linkId=7), "must be text"),
    (with_item(answerOption="x"), "must be a list"),
    (with_item(answerOption=[{}]), "no text and no number"),
    (with_item(answerOption=[{"valueInteger": True}]), "whole number"),
    (with_item(answerOption=[coding("a", "A", 1.5)]), "whole number"),
    (with_item(answerOption=[coding("a", "A", 10**400)]), "whole number"),
    (with_item(answerOption=[{"valueInteger": n} for n in range(31)]), "more than 30 answers"),
    (with_item(answerValueSet="http://example.org/set"), "in another file"),
    (with_item(answerValueSet="#missing"), "in another file"),
    (with_item(text="x" * 3000), "Question 1 has"),
    (
        {"resourceType": "Questionnaire", "item": [question("1", "Red"), question("1", "Red")]},
        "Two elements",
    ),
    (
        {
            "resourceType": "Questionnaire",
            "item": [{"linkId": f"{n}", "type": "display"} for n in range(MOST_ELEMENTS + 1)],
        },
        "more than 500 elements",
    ),
    (questionnaire([f"Red {n}" for n in range(101)], labels=["A", "B"]), "more than 100 questions"),
]


@pytest.mark.parametrize(("hostile", "says"), HOSTILE, ids=[says for _, says in HOSTILE])
def test_a_hostile_file_is_refused_with_what_is_wrong(hostile, says):
    raw = hostile if isinstance(hostile, bytes) else json.dumps(hostile).encode()
    with pytest.raises(UnreadableCopy, match=says):
        read_questionnaire(raw)


def test_a_file_with_a_byte_order_mark_is_read():
    assert read_questionnaire(b"\xef\xbb\xbf" + json.dumps(with_item()).encode()).items


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "resourceType", "item", "linkId", "type", "text", "answerOption", "extension",
                    "valueCoding", "valueInteger", "code", "system", "display", "contained",
                    "compose", "include", "concept", "answerValueSet", "url", "valueDecimal", "id",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)  # fmt: skip


@given(st.one_of(st.binary(max_size=200), json_values))
def test_any_file_is_read_or_refused_with_a_sentence(junk):
    raw = junk if isinstance(junk, bytes) else json.dumps(junk).encode()
    check_read_or_refused(raw)


@given(
    fields=st.dictionaries(st.sampled_from(["text", "answerOption", "item", "code"]), json_values)
)
def test_junk_inside_a_questionnaire_is_read_or_refused_with_a_sentence(fields):
    check_read_or_refused(json.dumps(with_item(**fields)).encode())


def check_read_or_refused(raw: bytes) -> None:
    try:
        assert read_questionnaire(raw).items
        refusal = "."
    except UnreadableCopy as problem:
        refusal = str(problem)
    assert refusal.endswith((".", "?"))
