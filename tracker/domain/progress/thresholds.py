"""The scores at which a change since the baseline gets its name: lines to draw on a chart."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.instruments import Direction, Scale
from tracker.domain.progress.change import burden, percent_better, worsening_reference
from tracker.domain.progress.marks import ChangeMark
from tracker.domain.progress.rules import Basis, ChangeRules


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """From this score on (in the mark's direction) a change is called so."""

    mark: ChangeMark
    score: Decimal


def thresholds(scale: Scale, baseline: Decimal, rules: ChangeRules) -> tuple[Threshold, ...]:
    """Where response and worsening begin, both or neither side left out.

    A threshold outside of the scale is left out, and so is a response that has no percent. Only
    for rules in percent; a rule in points draws a band around the baseline.
    """
    if rules.basis is not Basis.PERCENT or rules.large is None or rules.small is None:
        return ()
    start = burden(scale, baseline)
    worse = start + rules.small * worsening_reference(scale, baseline) / 100
    found = [(ChangeMark.WORSE, worse)]
    if percent_better(scale, baseline, baseline, rules) is not None:
        found.insert(0, (ChangeMark.RESPONSE, start - rules.large * start / 100))
    extent = scale.maximum - scale.minimum
    return tuple(
        Threshold(mark=mark, score=_score(scale, distance))
        for mark, distance in found
        if 0 <= distance <= extent
    )


def _score(scale: Scale, distance: Decimal) -> Decimal:
    lower = scale.direction is Direction.LOWER_IS_BETTER
    return scale.minimum + distance if lower else scale.maximum - distance
