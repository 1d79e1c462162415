"""Asking once, on the same page, before something unusual is stored.

A question's key holds the values that it is about: whoever confirms 200/110 and then types 210/120
is asked again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tracker.domain.errors import Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Something unusual: `words` end in "is this right?" or say what is confirmed."""

    key: str
    words: str


class NeedsConfirmation(Refused):
    """Nothing is wrong, but somebody has to say that it is meant. Nothing was stored."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self.questions = tuple(questions)
        super().__init__("Check what is asked here, then confirm it.", field="confirmed")


def check_confirmed(questions: Iterable[Question], confirmed: Collection[str]) -> None:
    """Raise `NeedsConfirmation` with all the questions unless each was confirmed."""
    asked = tuple(questions)
    if any(question.key not in confirmed for question in asked):
        raise NeedsConfirmation(asked)
