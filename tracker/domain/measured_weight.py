"""The weight that the checks before an infusion wrote down, held against the one of its start."""

from __future__ import annotations

import re
from decimal import Decimal

from tracker.domain.confirmation import Question
from tracker.domain.dosing_weight import WEIGHT_KG
from tracker.domain.errors import Refused
from tracker.domain.numbers_in_words import plain

_KILOGRAMS = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?)(?: ?kg)?")


def read_weight(words: str) -> Decimal | None:
    """The kilograms in "84", "84,5" or "84.5 kg"; None when it is no weight of an adult."""
    found = _KILOGRAMS.fullmatch(words.strip())
    if found is None:
        return None
    kilograms = Decimal(found[1].replace(",", "."))
    low, high = WEIGHT_KG
    return kilograms if low <= kilograms <= high else None


def check_weight_words(words: str, *, field: str) -> None:
    """Raise `Refused` for a note of the weight that is no number; it may be left empty."""
    if words and read_weight(words) is None:
        low, high = WEIGHT_KG
        raise Refused(f"Enter the weight in kg, from {low} to {high}, such as 84.5.", field=field)


def checked_weight_question(now_kg: Decimal, checked_kg: Decimal | None) -> Question | None:
    """What to ask when the start is typed with another weight than the checks have."""
    if checked_kg is None or now_kg == checked_kg:
        return None
    return Question(
        key=f"checked {plain(now_kg)} {plain(checked_kg)}",
        words=f"The weight is {plain(now_kg)} kg here, and {plain(checked_kg)} kg in the checks "
        f"before the start. Is {plain(now_kg)} kg right?",
    )
