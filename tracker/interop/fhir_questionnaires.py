"""FHIR R4 Questionnaires: the questions and answers of one, as a clinic's copy.

Taken from an uploaded resource: questions in the order in which they stand (groups are only
opened), their LOINC codes, the answers offered with their ordinal values, and the texts before the
first question. Whatever else can be seen by who answers is named as a leftover.
See https://hl7.org/fhir/R4/questionnaire.html; plain dictionaries, nothing of the resource is run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tracker.domain.wordings import CopiedItem, Copy, Leftover, UnreadableCopy, check_lengths
from tracker.domain.wordings.copies import MOST_ITEMS
from tracker.interop.fhir_answers import AnswerSets, answers_of
from tracker.interop.fhir_values import LOINC, a_list, an_object, code_in, text_of
from tracker.interop.json_documents import UnreadableJson, read_json

LARGEST_BYTES = 256 * 1024
DEEPEST = 32
MOST_ELEMENTS = 500
"""Items of every kind, groups and display texts included."""

_QUESTIONS = frozenset({"choice", "open-choice", "coding", "boolean", "integer", "decimal"})
_CALCULATED = (
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
)


def read_questionnaire(raw: bytes) -> Copy:
    """The copy in a FHIR Questionnaire (JSON, UTF-8). Raises `UnreadableCopy`."""
    try:
        document = read_json(raw, most_bytes=LARGEST_BYTES, most_depth=DEEPEST)
    except UnreadableJson as problem:
        raise UnreadableCopy(str(problem)) from None
    if not isinstance(document, Mapping) or document.get("resourceType") != "Questionnaire":
        raise UnreadableCopy(f"The file is not a FHIR Questionnaire but {_kind(document)}.")
    reader = _Reader(document)
    reader.take(a_list(document.get("item"), "item"))
    return reader.copy()


def _kind(document: Any) -> str:
    kind = document.get("resourceType") if isinstance(document, Mapping) else None
    return f"a {kind[:40]}" if isinstance(kind, str) and kind else "something else"


class _Reader:
    """Walks through the elements of one resource, in their order."""

    def __init__(self, resource: Mapping[str, Any]) -> None:
        self.resource = resource
        self.sets = AnswerSets(resource)
        self.items: list[CopiedItem] = []
        self.introduction: list[str] = []
        self.leftovers: list[Leftover] = []
        self.seen = 0
        self.link_ids: set[str] = set()

    def take(self, elements: list[Any]) -> None:
        for element in elements:
            self.seen += 1
            if self.seen > MOST_ELEMENTS:
                raise UnreadableCopy(f"The file has more than {MOST_ELEMENTS} elements.")
            self._take_one(an_object(element, "an element of item"))

    def _take_one(self, element: Mapping[str, Any]) -> None:
        link_id = text_of(element.get("linkId"), "linkId") or f"element {self.seen}"
        if link_id in self.link_ids:
            raise UnreadableCopy(f"Two elements have the linkId “{link_id[:60]}”.")
        self.link_ids.add(link_id)
        words = text_of(element.get("text"), f"text of {link_id[:60]}")
        if _is_question(element):
            self._take_question(element, link_id, words)
        elif words:
            self._take_words(link_id, words)
        self.take(a_list(element.get("item"), f"item of {link_id[:60]}"))

    def _take_question(self, element: Mapping[str, Any], link_id: str, words: str) -> None:
        if len(self.items) >= MOST_ITEMS:
            raise UnreadableCopy(f"The file has more than {MOST_ITEMS} questions.")
        self.items.append(
            CopiedItem(
                number=len(self.items) + 1,
                text=words,
                answers=answers_of(element, self.sets, link_id),
                code=code_in(element.get("code"), LOINC),
            )
        )

    def _take_words(self, link_id: str, words: str) -> None:
        if self.items:
            self.leftovers.append(Leftover(place=f"element {link_id[:60]}", text=words))
        else:
            self.introduction.append(words)

    def copy(self) -> Copy:
        if not self.items:
            raise UnreadableCopy("The Questionnaire has no question with answers to choose from.")
        made = Copy(
            items=tuple(self.items),
            introduction=" ".join(self.introduction),
            leftovers=tuple(self.leftovers),
            code=code_in(self.resource.get("code"), LOINC),
            language=text_of(self.resource.get("language"), "language")[:10],
        )
        check_lengths(made)
        return made


def _is_question(element: Mapping[str, Any]) -> bool:
    """Something that is answered: a total that the form works out by itself is not."""
    if element.get("type") not in _QUESTIONS or element.get("readOnly") is True:
        return False
    return not any(_is_calculated(each) for each in _extensions(element))


def _extensions(element: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (an_object(each, "extension") for each in a_list(element.get("extension"), "extension"))


def _is_calculated(extension: Mapping[str, Any]) -> bool:
    return extension.get("url") == _CALCULATED
