"""Scores: one small interpreter of what an instrument's definition says. No instrument has code."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tracker.domain.instruments import Answers, Direction, Instrument, Scale

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """A number on one scale; ``value`` is None where too few items were answered to give one.

    ``value`` is whole unless it was prorated (mean of the answered items x number of items, to
    two places). ``answered`` of ``of`` items were answered; a skipped item never counts as 0.
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


def score(instrument: Instrument, answers: Answers) -> tuple[Score, ...]:
    """Every scale of the instrument, in its order, undetermined ones included.

    Raises ValueError when the answers belong to another instrument or version.
    """
    if (answers.instrument_key, answers.instrument_version) != (instrument.key, instrument.version):
        raise ValueError(
            f"answers to {answers.instrument_key} version {answers.instrument_version} "
            f"cannot be scored as {instrument.key} version {instrument.version}"
        )
    return tuple(_score_on(scale, answers) for scale in instrument.scales)


def _score_on(scale: Scale, answers: Answers) -> Score:
    numbers = [number for item in scale.items if type(number := answers[item]) is int]
    return Score(
        scale=scale.id,
        label=scale.label,
        value=_value(scale, numbers),
        answered=len(numbers),
        of=len(scale.items),
        prorated=scale.least_answered <= len(numbers) < len(scale.items),
        direction=scale.direction,
        minimum=scale.minimum,
        maximum=scale.maximum,
    )


def _value(scale: Scale, numbers: list[int]) -> Decimal | None:
    """Sum, or mean x count when at least the scale's share is answered: 80 % of a total, 75 % of
    a group. The published forms of this shape state no rule for missing answers; these shares are
    the project's own, and a prorated score says that it is one.
    """
    if len(numbers) < scale.least_answered:
        return None
    total = Decimal(sum(numbers))
    if len(numbers) == len(scale.items):
        return total
    return (total * len(scale.items) / len(numbers)).quantize(HUNDREDTH, ROUND_HALF_UP)
