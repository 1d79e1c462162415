"""What scoring one set of answers gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.instruments import Band, Direction, SafetyRule, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """A number on one scale; ``value`` is None where too few items were answered to give one.

    ``value`` is whole unless it was prorated (mean of the answered items x number of items, to
    two places) or is a mean. ``answered`` of ``of`` items were answered, ``of`` being those that
    were asked; a skipped item never counts as 0.
    """

    scale: str
    label: str
    value: Decimal | None
    answered: int
    of: int
    prorated: bool
    direction: Direction
    minimum: int
    maximum: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """Everything that a definition says of one set of answers, by the ids of the definition.

    A band goes with its score, prorated or not. Counts, cut-points, findings and categories are
    never decided on a prorated score: where filling in a skipped answer could turn them, they are
    None or "undetermined".
    """

    scores: tuple[Score, ...]
    bands: Mapping[str, Band | None]
    cuts: Mapping[str, Verdict]
    counts: Mapping[str, int | None]
    findings: Mapping[str, Verdict]
    categories: Mapping[str, str]
    raised: tuple[SafetyRule, ...]
    answered: int
    asked: int
    not_asked: tuple[str, ...]
    """Items that the other answers leave out: neither skipped nor 0."""
    contradictions: tuple[str, ...]
    """Items that were answered though the other answers leave them out."""

    @property
    def is_complete(self) -> bool:
        """Whether every item that was asked was answered."""
        return self.answered == self.asked

    def score_on(self, scale_id: str) -> Score:
        """KeyError for an unknown scale."""
        return {score.scale: score for score in self.scores}[scale_id]
