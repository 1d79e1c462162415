"""What stands in a clinic's copy of a questionnaire, whatever it came as."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_ITEMS = 100
"""More questions than any definition has: a copy with more is not a questionnaire."""
LONGEST_LABEL = 500
"""Characters of one answer."""
LONGEST_ITEM = 2000
"""Characters of one question."""


class WordingSource(StrEnum):
    """How a copy came in."""

    PASTED = "pasted"
    FHIR = "fhir"
    FILE = "file"


class UnreadableCopy(ValueError):
    """A copy in which no questionnaire can be found. The text says why and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CopiedAnswer:
    """One answer in the order of the copy. ``value`` is None where the copy gives no number."""

    label: str
    value: int | None = None
    code: str = ""
    """A LOINC answer code (LA…), where the copy has one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CopiedItem:
    """One question. ``answers`` are its own; empty where it shares the common ones."""

    number: int
    """As the copy counts it, from 1."""
    text: str
    answers: tuple[CopiedAnswer, ...] = ()
    code: str = ""
    """The LOINC code of the question, where the copy has one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Leftover:
    """Something in the copy that belongs to no question and no answer."""

    place: str
    """Where it stands: "line 12", or the link id of an element."""
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """One copy, as read. ``common`` holds every set of answers that stands apart from questions."""

    items: tuple[CopiedItem, ...]
    common: tuple[tuple[CopiedAnswer, ...], ...] = ()
    introduction: str = ""
    leftovers: tuple[Leftover, ...] = ()
    code: str = ""
    """The LOINC code of the whole, where the copy has one."""
    language: str = ""
    """As the copy says, where it says so."""


def check_lengths(copy: Copy) -> None:
    """Raise `UnreadableCopy` for a question or an answer that is longer than any is."""
    for item in copy.items:
        if len(item.text) > LONGEST_ITEM:
            raise UnreadableCopy(
                f"Question {item.number} has {len(item.text)} characters, at most {LONGEST_ITEM} "
                "are taken. Does each question begin on a new line with its number?"
            )
    blocks = [*copy.common, *(item.answers for item in copy.items)]
    if any(len(answer.label) > LONGEST_LABEL for block in blocks for answer in block):
        raise UnreadableCopy(f"An answer has more than {LONGEST_LABEL} characters.")
