"""When a change is called a change: thresholds with their sources, printed on every report."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Basis(StrEnum):
    """In what a change is measured to be judged."""

    POINTS = "points"
    """Points of the scale, against a published reliable-change value."""
    PERCENT = "percent"
    """Percent of the distance between the baseline and the best possible score."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeRules:
    """The thresholds of one scale.

    ``large`` and ``small`` are in the unit of ``basis`` and judge worsening with the same weight
    as improvement; without ``large`` nothing is judged. ``end_cut`` is the score that a reliable
    improvement must reach, from beyond it, to be clinically significant. ``percent_floor`` is in
    percent of the scale's range: a baseline nearer than that to the best score has no percent.
    """

    name: str
    source: str
    basis: Basis
    large: Decimal | None = None
    small: Decimal | None = None
    end_cut: Decimal | None = None
    response_percent: Decimal = Decimal(50)
    percent_floor: Decimal = Decimal(25)
    is_site_setting: bool = False
    is_reliable_change: bool = True
    """Whether ``large`` in points is what measurement error alone rarely makes. Otherwise it is
    the smallest difference that matters, which says nothing of chance."""

    def __post_init__(self) -> None:
        if (self.large is None) != (self.small is None):
            raise ValueError("a rule needs both thresholds or neither")
        if self.large is not None and self.small is not None and not 0 < self.small <= self.large:
            raise ValueError("the small threshold must be above 0 and at most the large one")
        if not 0 < self.response_percent <= 100 or not 0 < self.percent_floor <= 50:
            raise ValueError("response must be 1 to 100 percent and the floor 1 to 50")


_PCL5_SOURCE = (
    "Marx et al. 2022, Psychological Assessment 34:197 (reliable change 15 and 18 in two samples "
    "of male veterans, end score 28 or below, month form); 10 to 14 points: project default, "
    "needs clinical review"
)

PCL5_RULES = ChangeRules(
    name="PCL-5, reliable change 15",
    source=_PCL5_SOURCE,
    basis=Basis.POINTS,
    large=Decimal(15),
    small=Decimal(10),
    end_cut=Decimal(28),
)
"""The floor of 25 % of the range is 20 of 80 points (project default)."""

PCL5_STRICT_RULES = ChangeRules(
    name="PCL-5, reliable change 18 (strict)",
    source=_PCL5_SOURCE,
    basis=Basis.POINTS,
    large=Decimal(18),
    small=Decimal(10),
    end_cut=Decimal(28),
)


def own_scale_rules(response_percent: int = 50, worse_percent: int = 30) -> ChangeRules:
    """Rules for the project's own scales with a protocol's percentages.

    ``worse_percent`` is also where a partial response begins: both sides weigh the same.
    Raises ValueError when it is above ``response_percent``.
    """
    return ChangeRules(
        name="Percent since the baseline",
        source=(
            f"Site setting, needs clinical review: {response_percent} % is a response, "
            f"{worse_percent} % a partial one or a worsening; the project's own scales have no "
            "published reliable-change value"
        ),
        basis=Basis.PERCENT,
        large=Decimal(response_percent),
        small=Decimal(worse_percent),
        response_percent=Decimal(response_percent),
        is_site_setting=True,
    )


OWN_SCALE_RULES = own_scale_rules()
