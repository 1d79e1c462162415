"""Why a course ended: one of a few kinds, then what whoever ended it added.

Both are stored as one line, "Side effects: nausea at every infusion". A letter to somebody who
needs the minimum names the kind alone. A line from before the kinds has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.courses import CourseState
from tracker.domain.languages import to_say


class EndKind(StrEnum):
    """The kinds. This project's own short list (default, needs clinical review)."""

    AS_PLANNED = "as_planned"
    ENOUGH = "enough"
    NO_BENEFIT = "no_benefit"
    WORSE = "worse"
    SIDE_EFFECTS = "side_effects"
    MEDICAL = "medical"
    PATIENT_CHOICE = "patient_choice"
    ACCESS = "access"
    OTHER = "other"

    @property
    def words(self) -> str:
        """For staff pages and letters to professionals."""
        return _WORDS[self]


_WORDS = {
    EndKind.AS_PLANNED: "Completed as planned",
    EndKind.ENOUGH: "Well enough",
    EndKind.NO_BENEFIT: "Too little benefit",
    EndKind.WORSE: "Symptoms got worse",
    EndKind.SIDE_EFFECTS: "Side effects",
    EndKind.MEDICAL: "Another medical reason",
    EndKind.PATIENT_CHOICE: "The patient's choice",
    EndKind.ACCESS: "Cost, travel or a move",
    EndKind.OTHER: "Other",
}
_BY_WORDS = {words: kind for kind, words in _WORDS.items()}

KIND_WORDS = {
    EndKind.ENOUGH: to_say("You and your team found that you are well enough."),
    EndKind.NO_BENEFIT: to_say("It did not help enough. That is not your fault."),
    EndKind.WORSE: to_say("Things got harder for you. That is not your fault."),
    EndKind.SIDE_EFFECTS: to_say("It had side effects that were too hard on you."),
    EndKind.MEDICAL: to_say("Your health came first."),
    EndKind.PATIENT_CHOICE: to_say("You chose to stop. That is your right."),
    EndKind.ACCESS: to_say("The costs or the way here stood against it."),
}
"""For the patient: plain and kind."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EndReason:
    """A reason as it was given; ``kind`` is None where nobody chose one."""

    kind: EndKind | None = None
    details: str = ""

    @property
    def line(self) -> str:
        """As it is stored and printed for colleagues."""
        if self.kind is None:
            return self.details
        return f"{self.kind.words}: {self.details}" if self.details else self.kind.words


def read_reason(line: str) -> EndReason:
    """The kind and the rest of a stored line."""
    begins, colon, rest = line.partition(":")
    kind = _BY_WORDS.get(begins.strip())
    if kind is None:
        return EndReason(details=line.strip())
    return EndReason(kind=kind, details=rest.strip() if colon else "")


def end_words(state: CourseState, when: str, given: int, planned: int) -> str:
    """ "Course stopped on 12 Nov 2026, after 4 of 6 infusions."."""
    infusions = "infusion" if planned == 1 else "infusions"
    return f"Course {state} on {when}, after {given} of {planned} {infusions}."
