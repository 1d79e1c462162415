"""Scales: a number made from items, and what is known of the number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.instruments.basics import Direction, Operator, Standing
from tracker.domain.instruments.plain import later


class Method(StrEnum):
    """How a scale is made from its items."""

    SUM = "sum"
    MEAN = "mean"
    DOMAIN_MAXIMA = "domain_maxima"
    """The highest answer of each domain, added up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """A named part of a scale, both ends in it.

    A prorated score between two bands belongs to the lower one: 9.5 has not reached 10.
    """

    key: str
    label: str
    lowest: int
    highest: int
    source: str
    status: Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class CutPoint:
    """A score from which on something is said, such as "screen positive".

    Sources that disagree make a zone: ``value`` is the one that is used, ``zone_lowest`` to
    ``zone_highest`` is what a chart draws.
    """

    id: str
    operator: Operator
    value: int
    meaning: str
    source: str
    status: Standing
    zone_lowest: int | None = None
    zone_highest: int | None = None
    population: str = ""


class ChangeKind(StrEnum):
    """What a change threshold says."""

    RELIABLE = "reliable"
    """More than measurement error alone makes, in points."""
    MINIMAL = "minimal"
    """The smallest change that people notice, in points."""
    END_SCORE = "end_score"
    """The score that a reliable change must reach, from beyond it, to count clinically."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeThreshold:
    """A published (or supposed) size of change, in points of the scale.

    ``strict`` is the larger value of a second sample, ``highest`` the upper end of a range.
    """

    id: str
    kind: ChangeKind
    value: int | float
    source: str
    status: Standing
    strict: int | float | None = None
    highest: int | float | None = None
    population: str = ""


class OutcomeKind(StrEnum):
    """What a response or remission is measured by."""

    PERCENT_BETTER = "percent_better"
    """Percent of the baseline that is gone, (baseline - latest) / baseline."""
    SCORE = "score"


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeRule:
    """When a course is said to have brought a response, or a remission."""

    id: str
    label: str
    kind: OutcomeKind
    operator: Operator
    value: int
    source: str
    status: Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """A number made from items, prorated as mean x count where enough are answered.

    The missing-answer rule is a count (``least_answered_count``) or else a share
    (``least_answered_percent``): 80 for a total (16 of 20) and 75 for a group, below which there
    is no score. No published rule exists for the project's own instruments; this is its own
    choice, as for the 20-item forms that they resemble.
    ``part_of`` names the total that this scale is a group of; the groups of a total share out
    its items without overlap.
    """

    id: str
    label: str
    """For tables and charts, in the direction of the numbers: "Low mood" if lower is better."""
    in_sentence: str
    """How a sentence calls the number: "Your <in_sentence> went from 58 to 41."."""
    items: tuple[str, ...]
    minimum: int
    maximum: int
    direction: Direction
    least_answered_percent: int = 100
    part_of: str | None = None
    method: Method = later(Method.SUM)
    domains: tuple[tuple[str, ...], ...] = later(())
    """For domain maxima: the items again, domain by domain."""
    multiplier: int = later(1)
    least_answered_count: int | None = later(None)
    never_prorated: tuple[str, ...] = later(())
    """Without an answer to each of these there is no prorated score."""
    missing_source: str = later("")
    missing_status: Standing = later(Standing.SITE_DEFAULT)
    loinc: str = later("")
    bands: tuple[Band, ...] = later(())
    cut_points: tuple[CutPoint, ...] = later(())
    changes: tuple[ChangeThreshold, ...] = later(())
    outcomes: tuple[OutcomeRule, ...] = later(())
    percent_floor: int | None = later(None)
    """A baseline below this has no percent change: a percentage of next to nothing."""

    @property
    def least_answered(self) -> int:
        """How many items must be answered for a score."""
        if self.least_answered_count is not None:
            return self.least_answered_count
        return -(-len(self.items) * self.least_answered_percent // 100)

    @property
    def prorates(self) -> bool:
        """Whether a score is given although an item was skipped."""
        return self.least_answered < len(self.items)

    def change(self, change_id: str) -> ChangeThreshold:
        """KeyError for an unknown id."""
        return {each.id: each for each in self.changes}[change_id]

    def outcome(self, outcome_id: str) -> OutcomeRule:
        """KeyError for an unknown id."""
        return {each.id: each for each in self.outcomes}[outcome_id]
