"""Which weight a dose is computed from."""

from __future__ import annotations

from enum import StrEnum


class WeightBasis(StrEnum):
    """The weight measured today, Devine's ideal weight, or the measured one up to a site's cap."""

    ACTUAL = "actual"
    IDEAL = "ideal"
    CAPPED = "capped"


class IdealWeightFor(StrEnum):
    """Devine's formula has two constants."""

    MAN = "man"
    WOMAN = "woman"
