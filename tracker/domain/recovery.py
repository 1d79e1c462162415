"""Two scores of recovery, each five items of 0 to 2, in short words of our own.

Modified Aldrete (activity, breathing, circulation, consciousness, oxygen saturation) and PADSS
(vital signs, walking, nausea, pain, bleeding), each in its version of ten points. Other
versions exist (an Aldrete of twelve points; PADSS differs by source): the version is stored with
every score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.errors import Refused
from tracker.domain.sheet_log import RecoveryScale

POINTS = (0, 1, 2)
HIGHEST = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class RecoveryItem:
    """One item; `words` say what 0, 1 and 2 stand for."""

    label: str
    words: tuple[str, str, str]


SCALE_NAMES: dict[RecoveryScale, str] = {
    RecoveryScale.ALDRETE: "Modified Aldrete, 10 points",
    RecoveryScale.PADSS: "PADSS, 10 points",
}

SCALE_ITEMS: dict[RecoveryScale, tuple[RecoveryItem, ...]] = {
    RecoveryScale.ALDRETE: (
        RecoveryItem(
            label="Movement",
            words=("moves no limb when asked", "moves two limbs", "moves all four limbs"),
        ),
        RecoveryItem(
            label="Breathing",
            words=("does not breathe unaided", "shallow or laboured", "deep, and coughs freely"),
        ),
        RecoveryItem(
            label="Circulation",
            words=(
                "pressure more than 50 mmHg from before",
                "pressure 20 to 50 mmHg from before",
                "pressure within 20 mmHg of before",
            ),
        ),
        RecoveryItem(
            label="Wakefulness",
            words=("does not respond", "wakes when called", "fully awake"),
        ),
        RecoveryItem(
            label="Oxygen saturation",
            words=(
                "below 90 % even with oxygen",
                "needs oxygen to stay above 90 %",
                "above 92 % on room air",
            ),
        ),
    ),
    RecoveryScale.PADSS: (
        RecoveryItem(
            label="Pressure and pulse",
            words=(
                "more than 40 % from before",
                "20 to 40 % from before",
                "within 20 % of before",
            ),
        ),
        RecoveryItem(
            label="Walking",
            words=("cannot walk, or is dizzy", "walks with help", "walks steadily"),
        ),
        RecoveryItem(
            label="Nausea and vomiting",
            words=("goes on despite treatment", "moderate, treated", "little or none"),
        ),
        RecoveryItem(
            label="Pain",
            words=("severe", "moderate", "little or none"),
        ),
        RecoveryItem(
            label="Bleeding where the line was",
            words=("heavy", "moderate", "little or none"),
        ),
    ),
}


def check_items(items: Sequence[int]) -> None:
    """Raise `Refused` unless there are five items of 0, 1 or 2."""
    for number in range(1, 6):
        if number > len(items) or items[number - 1] not in POINTS:
            raise Refused("Choose one of the three.", field=f"item_{number}")


def total(items: Sequence[int]) -> int:
    """The sum of five items, 0 to 10."""
    check_items(items)
    return sum(items)
