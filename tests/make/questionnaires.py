"""FHIR Questionnaires in made-up words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
LOINC = "http://loinc.org"


def coding(code: str, display: str, ordinal: float | None = None) -> dict[str, Any]:
    """One answer that may be chosen."""
    made: dict[str, Any] = {"valueCoding": {"system": LOINC, "code": code, "display": display}}
    if ordinal is not None:
        made["extension"] = [{"url": ORDINAL, "valueDecimal": ordinal}]
    return made


def question(link_id: str, text: str, **fields: Any) -> dict[str, Any]:
    """One question, of the kind "choice" unless told."""
    return {"linkId": link_id, "type": "choice", "text": text} | fields


def questionnaire(
    texts: Sequence[str],
    *,
    labels: Sequence[str],
    codes: Sequence[str] = (),
    ordinals: Sequence[float] | None = None,
    language: str = "en",
) -> dict[str, Any]:
    """A whole one: the same answers under each question, which count 0, 1, 2 … unless told."""
    values = range(len(labels)) if ordinals is None else ordinals
    options = [
        coding(f"LA{n}", label, value)
        for n, (label, value) in enumerate(zip(labels, values, strict=True))
    ]
    items = [question(f"q{n}", text, answerOption=options) for n, text in enumerate(texts, 1)]
    for item, code in zip(items, codes, strict=False):
        item["code"] = [{"system": LOINC, "code": code}]
    return {
        "resourceType": "Questionnaire",
        "language": language,
        "status": "active",
        "code": [{"system": LOINC, "code": "99-9"}],
        "item": items,
    }
