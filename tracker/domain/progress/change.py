"""Change of one score since the baseline, with the direction of its scale minded throughout.

"Burden" is the distance of a score from the best score of its scale. It makes one rule serve both
directions: less burden is better, whichever way the numbers run.
"""

from __future__ import annotations

import math
from decimal import Decimal

from tracker.domain.instruments import Direction, Scale
from tracker.domain.progress.marks import ChangeMark
from tracker.domain.progress.rules import Basis, ChangeRules

HALF = Decimal("0.5")


def change(baseline: Decimal, latest: Decimal) -> Decimal:
    """In points of the scale, with the sign of the numbers: 58 to 41 is -17."""
    return latest - baseline


def burden(scale: Scale, value: Decimal) -> Decimal:
    """The distance from the best score, in points; 0 is best."""
    lower = scale.direction is Direction.LOWER_IS_BETTER
    return value - scale.minimum if lower else scale.maximum - value


def percent_better(
    scale: Scale, baseline: Decimal, latest: Decimal, rules: ChangeRules
) -> Decimal | None:
    """How much of the burden at baseline is gone, in percent; negative when it grew.

    Where 0 is best this is (baseline - latest) / baseline. None where the baseline is at the best
    score or nearer to it than the rules' floor: a percentage of next to nothing means nothing.
    """
    start = burden(scale, baseline)
    if start <= 0 or start < _floor(scale, rules):
        return None
    return 100 * (start - burden(scale, latest)) / start


def is_response(
    scale: Scale, baseline: Decimal, latest: Decimal, rules: ChangeRules
) -> bool | None:
    """Whether the percent reached the response threshold (50 by default; no official value exists
    for trauma symptom scales). None where there is no percent.
    """
    percent = percent_better(scale, baseline, latest, rules)
    return None if percent is None else percent >= rules.response_percent


def reliable_change_index(sd: float, reliability: float, z: float = 1.96) -> float:
    """The smallest change, in points, that measurement error alone rarely makes.

    z x SD at baseline x sqrt(2) x sqrt(1 - reliability) (Jacobson and Truax 1991). Raises
    ValueError unless the SD is above 0 and the reliability from 0 to 1.
    """
    if not sd > 0 or not 0 <= reliability <= 1:
        raise ValueError("the SD must be above 0 and the reliability from 0 to 1")
    return z * sd * math.sqrt(2) * math.sqrt(1 - reliability)


def mark(scale: Scale, baseline: Decimal, latest: Decimal, rules: ChangeRules) -> ChangeMark:
    """What the change is called under the rules; `NOT_JUDGED` where they set no threshold."""
    if rules.large is None or rules.small is None:
        return ChangeMark.NOT_JUDGED
    better = burden(scale, baseline) - burden(scale, latest)
    if rules.basis is Basis.POINTS and not rules.is_reliable_change:
        return _by_what_matters(better, rules.large)
    if rules.basis is Basis.POINTS:
        return _by_points(scale, baseline, latest, better, rules.large, rules.small, rules.end_cut)
    if better <= 0:
        return _worse_by_percent(scale, baseline, -better, rules.large, rules.small)
    percent = percent_better(scale, baseline, latest, rules)
    if percent is None:
        return ChangeMark.NOT_JUDGED
    return _better_by_percent(percent, rules.large, rules.small)


def _by_what_matters(better: Decimal, large: Decimal) -> ChangeMark:
    if abs(better) < large:
        return ChangeMark.NO_CLEAR_CHANGE
    return ChangeMark.BETTER if better > 0 else ChangeMark.WORSE


def _by_points(
    scale: Scale,
    baseline: Decimal,
    latest: Decimal,
    better: Decimal,
    large: Decimal,
    small: Decimal,
    end_cut: Decimal | None,
) -> ChangeMark:
    if better >= large:
        significant = end_cut is not None and _crossed(scale, baseline, latest, end_cut)
        return ChangeMark.CLINICALLY_SIGNIFICANT if significant else ChangeMark.RELIABLY_IMPROVED
    if better >= small:
        return ChangeMark.MINIMALLY_IMPROVED
    if better > -small:
        return ChangeMark.NO_RELIABLE_CHANGE
    return ChangeMark.POSSIBLY_WORSE if better > -large else ChangeMark.RELIABLY_WORSE


def _crossed(scale: Scale, baseline: Decimal, latest: Decimal, end_cut: Decimal) -> bool:
    # who started on the good side of the cut cannot be said to have reached it
    return burden(scale, latest) <= burden(scale, end_cut) < burden(scale, baseline)


def _better_by_percent(percent: Decimal, large: Decimal, small: Decimal) -> ChangeMark:
    if percent >= large:
        return ChangeMark.RESPONSE
    return ChangeMark.PARTIAL_RESPONSE if percent >= small else ChangeMark.NO_CLEAR_CHANGE


def _worse_by_percent(
    scale: Scale, baseline: Decimal, worse: Decimal, large: Decimal, small: Decimal
) -> ChangeMark:
    percent = 100 * worse / worsening_reference(scale, baseline)
    if percent >= large:
        return ChangeMark.MUCH_WORSE
    return ChangeMark.WORSE if percent >= small else ChangeMark.NO_CLEAR_CHANGE


def worsening_reference(scale: Scale, baseline: Decimal) -> Decimal:
    """What a worsening is a percentage of, in points.

    Worsening is judged wherever it starts, so it cannot hide behind the floor or the ceiling: the
    percent is of the baseline's burden, but of at least a quarter and at most half the range.
    """
    extent = Decimal(scale.maximum - scale.minimum)
    return min(max(burden(scale, baseline), extent / 4), extent * HALF)


def _floor(scale: Scale, rules: ChangeRules) -> Decimal:
    return (scale.maximum - scale.minimum) * rules.percent_floor / 100
