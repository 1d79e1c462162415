"""The small values inside a FHIR resource, each checked for its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tracker.domain.wordings import UnreadableCopy
from tracker.domain.wordings.pasted_lines import clean_lines, one_space

LOINC = "http://loinc.org"
_ORDINALS = frozenset(
    {
        "http://hl7.org/fhir/StructureDefinition/ordinalValue",
        "http://hl7.org/fhir/StructureDefinition/itemWeight",
        "http://hl7.org/fhir/StructureDefinition/questionnaire-ordinalValue",
    }
)
_HIGHEST = 9999


def a_list(value: Any, place: str) -> list[Any]:
    """A list, empty where there is none. Raises `UnreadableCopy`."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise UnreadableCopy(f"“{place}” must be a list in the file.")
    return value


def an_object(value: Any, place: str) -> Mapping[str, Any]:
    """An object. Raises `UnreadableCopy`."""
    if not isinstance(value, Mapping):
        raise UnreadableCopy(f"“{place}” must be an object in the file.")
    return value


def text_of(value: Any, place: str) -> str:
    """Text in one line, without control characters; empty where there is none."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableCopy(f"“{place}” must be text in the file.")
    return one_space(" ".join(clean_lines(value)))


def code_in(codings: Any, system: str) -> str:
    """The code of one system among codings; empty where there is none."""
    for coding in a_list(codings, "code"):
        found = an_object(coding, "a code")
        if found.get("system") == system:
            return text_of(found.get("code"), "code")[:40]
    return ""


def ordinal_of(*holders: Mapping[str, Any]) -> int | None:
    """The number that an answer counts, from the first of its parts that has one."""
    for holder in holders:
        for extension in a_list(holder.get("extension"), "extension"):
            found = an_object(extension, "extension")
            if found.get("url") in _ORDINALS:
                return whole_number(found.get("valueDecimal"), "ordinalValue")
    return None


def whole_number(value: Any, place: str) -> int:
    """A whole number, also when it is written as 2.0. Raises `UnreadableCopy`."""
    is_number = type(value) in (int, float) and abs(value) <= _HIGHEST
    if not is_number or Decimal(value) != int(value):
        raise UnreadableCopy(f"“{place}” must be a whole number up to {_HIGHEST} in the file.")
    return int(value)


def concepts_in(value_set: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The concepts of a value set with the system of each: those listed, or those expanded."""
    compose = an_object(value_set.get("compose") or {}, "compose")
    for part in a_list(compose.get("include"), "include"):
        include = an_object(part, "include")
        system = include.get("system")
        for concept in a_list(include.get("concept"), "concept"):
            yield str(system), an_object(concept, "concept")
    expansion = an_object(value_set.get("expansion") or {}, "expansion")
    for each in a_list(expansion.get("contains"), "contains"):
        concept = an_object(each, "contains")
        yield str(concept.get("system")), concept
