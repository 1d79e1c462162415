"""Medicines that may be given beside an infusion: names to choose from, never doses.

Doses are orders of the site. The list follows what infusion programmes keep at hand; it suggests
nothing for anybody, and any other name can be typed.
"""

from __future__ import annotations

import re

from tracker.domain.errors import Refused

NAMES: tuple[str, ...] = (
    "Ondansetron",
    "Labetalol",
    "Hydralazine",
    "Clonidine",
    "Midazolam",
    "Lorazepam",
    "Oxygen",
    "Fluids",
    "Naloxone",
    "Epinephrine",
    "Glycopyrrolate",
)

ROUTES: tuple[str, ...] = (
    "into a vein",
    "by mouth",
    "under the tongue",
    "into a muscle",
    "into the nose",
    "inhaled",
)

_AMOUNT = re.compile(r"\d")
_UNIT = re.compile(r"[^\W\d_]|%")


def check_dose(dose: str) -> None:
    """Raise `Refused` for a dose that is not an amount with its unit, such as "4 mg"."""
    if not dose:
        raise Refused("Enter the dose with its unit, such as 4 mg.", field="dose")
    if not _AMOUNT.search(dose) or not _UNIT.search(dose):
        raise Refused("Enter the amount and its unit, such as 4 mg.", field="dose")
