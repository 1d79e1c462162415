"""How bad it is on a day, as a share of the worst: the curve under a story's answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from tracker.actions.demo.story import Way

_RELIEF = {Way.QUICK: 0.66, Way.SLOW: 0.55, Way.NONE: 0.06, Way.WORSE: -0.4, Way.RELAPSE: 0.62}
"""The share of the symptoms that is gone in the end. Invented, within published ranges."""

_HOLDS_DAYS = 9.0
_FADES_DAYS = {Way.RELAPSE: 13.0, Way.QUICK: 190.0, Way.SLOW: 150.0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """Severity over time: relief grows with every infusion, and fades or holds after the last."""

    way: Way
    at_start: float
    infusions_at: Sequence[datetime]
    expected_count: int

    def on(self, moment: datetime) -> float:
        """The severity at an instant, 0 to 1."""
        given = [start for start in self.infusions_at if start <= moment]
        if not given:
            return self.at_start
        days_since = (moment - given[-1]).total_seconds() / 86400
        relief = _RELIEF[self.way] * self._share(len(given)) * self._kept(days_since)
        lift = 0.08 * math.exp(-days_since / 1.5) if self.way is not Way.WORSE else 0.0
        return min(max(self.at_start * (1 - relief - lift), 0.04), 0.97)

    def _share(self, given: int) -> float:
        """How much of the whole relief this many infusions brought."""
        if self.way in (Way.QUICK, Way.RELAPSE):
            return 1 - 0.5**given
        return min(given / self.expected_count, 1.0)

    def _kept(self, days_since: float) -> float:
        fades = _FADES_DAYS.get(self.way)
        if fades is None or days_since <= _HOLDS_DAYS:
            return 1.0
        return math.exp(-(days_since - _HOLDS_DAYS) / fades)


def rated(level: float, highest: int, chance: Random, *, noise: float) -> int:
    """A rating from 0 to `highest` for a level from 0 to 1, with a person's unevenness."""
    return min(max(round(level * highest + chance.gauss(0, noise)), 0), highest)
