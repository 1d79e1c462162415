"""Response and remission as an instrument's definition states them, operator included."""

from __future__ import annotations

from decimal import Decimal

from tracker.domain.instruments import OutcomeKind, OutcomeRule, Scale
from tracker.domain.progress.change import burden


def is_reached(
    scale: Scale, outcome: OutcomeRule, *, baseline: Decimal | None, latest: Decimal
) -> bool | None:
    """Whether the latest score fulfils the rule. None where a percentage is asked for and there is
    no baseline, or one so near to the best score that a percentage would mean nothing.
    """
    if outcome.kind is OutcomeKind.SCORE:
        return outcome.operator.holds(latest, outcome.value)
    percent = percent_gone(scale, baseline, latest)
    return None if percent is None else outcome.operator.holds(percent, outcome.value)


def percent_gone(scale: Scale, baseline: Decimal | None, latest: Decimal) -> Decimal | None:
    """(baseline - latest) / baseline in percent of the distance from the best score; negative for
    a worsening. None without a baseline, at the best score, or under the definition's floor.
    """
    if baseline is None:
        return None
    start = burden(scale, baseline)
    if start <= 0 or start < (scale.percent_floor or 0):
        return None
    return 100 * (start - burden(scale, latest)) / start
