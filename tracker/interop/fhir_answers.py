"""The answers that a question of a FHIR Questionnaire offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker.domain.wordings import CopiedAnswer, UnreadableCopy
from tracker.interop.fhir_values import (
    LOINC,
    a_list,
    an_object,
    concepts_in,
    ordinal_of,
    text_of,
    whole_number,
)

MOST_ANSWERS = 30


class AnswerSets:
    """The value sets that a resource carries within itself. Others are not fetched."""

    def __init__(self, resource: Mapping[str, Any]) -> None:
        contained = [an_object(each, "contained") for each in a_list(resource.get("contained"), "")]
        self._by_id = {
            f"#{each.get('id')}": each
            for each in contained
            if each.get("resourceType") == "ValueSet"
        }

    def answers(self, reference: str, link_id: str) -> tuple[CopiedAnswer, ...]:
        """The answers of one contained set. Raises `UnreadableCopy` where it is not contained."""
        if reference not in self._by_id:
            raise UnreadableCopy(
                f"The answers of element {link_id[:60]} are in another file "
                f"({reference[:100]}). Use a Questionnaire that contains them."
            )
        concepts = concepts_in(self._by_id[reference])
        return tuple(_of_coding({**concept, "system": system}) for system, concept in concepts)


def answers_of(
    element: Mapping[str, Any], sets: AnswerSets, link_id: str
) -> tuple[CopiedAnswer, ...]:
    """The answers of one question in their order; empty where any number or yes and no may be
    answered. Raises `UnreadableCopy`.
    """
    options = a_list(element.get("answerOption"), "answerOption")
    reference = text_of(element.get("answerValueSet"), "answerValueSet")
    if options:
        found = tuple(_of_option(an_object(each, "answerOption"), link_id) for each in options)
    else:
        found = sets.answers(reference, link_id) if reference else ()
    if len(found) > MOST_ANSWERS:
        raise UnreadableCopy(f"Element {link_id[:60]} offers more than {MOST_ANSWERS} answers.")
    return found


def _of_option(option: Mapping[str, Any], link_id: str) -> CopiedAnswer:
    if "valueCoding" in option:
        return _of_coding(an_object(option["valueCoding"], "valueCoding"), option)
    if "valueInteger" in option:
        value = whole_number(option["valueInteger"], "valueInteger")
        ordinal = ordinal_of(option)
        return CopiedAnswer(label=str(value), value=value if ordinal is None else ordinal)
    if "valueString" in option:
        label = text_of(option["valueString"], "valueString")
        return CopiedAnswer(label=label, value=ordinal_of(option))
    raise UnreadableCopy(f"Element {link_id[:60]} offers an answer that is no text and no number.")


def _of_coding(coding: Mapping[str, Any], option: Mapping[str, Any] | None = None) -> CopiedAnswer:
    code = text_of(coding.get("code"), "code")
    return CopiedAnswer(
        label=text_of(coding.get("display"), "display") or code,
        value=ordinal_of(option or {}, coding),
        code=code[:40] if coding.get("system") == LOINC else "",
    )
