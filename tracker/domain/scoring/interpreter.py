"""Scores and results of one set of answers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar

from tracker.domain.instruments import (
    Answers,
    Band,
    Category,
    Count,
    CutPoint,
    Finding,
    Instrument,
    SafetyRule,
    Scale,
    Verdict,
)
from tracker.domain.scoring.logic import Facts
from tracker.domain.scoring.program import Program, program_of
from tracker.domain.scoring.results import Results, Score
from tracker.domain.scoring.scales import Number, Reading, bounds
from tracker.domain.scoring.values import NOT_ASKED

T = TypeVar("T")
Named = Iterable[Count | Finding | Category]


def score(instrument: Instrument, answers: Answers) -> tuple[Score, ...]:
    """Every scale of the instrument, in its order, undetermined ones included.

    Raises ValueError when the answers belong to another instrument or version.
    """
    return _scores(instrument, _facts(program_of(instrument), answers))


def results(instrument: Instrument, answers: Answers) -> Results:
    """Everything that the definition says of the answers. Raises ValueError as `score` does."""
    program = program_of(instrument)
    facts = _facts(program, answers)
    scores = _scores(instrument, facts)
    answered, asked = program.answered(facts)
    names = [item.id for item in instrument.items]
    return Results(
        scores=scores,
        bands=MappingProxyType(
            {
                scale.id: band_of(scale, made.value)
                for scale, made in zip(instrument.scales, scores, strict=True)
                if scale.bands
            }
        ),
        cuts=MappingProxyType(_cuts(instrument, facts)),
        counts=_by_id(
            instrument.counts, [low if low == high else None for low, high in facts.counts]
        ),
        findings=_by_id(instrument.findings, [Verdict.of(known) for known in facts.findings]),
        categories=_by_id(instrument.categories, facts.categories),
        raised=program.raised(facts),
        answered=answered,
        asked=asked,
        not_asked=tuple(
            name for name, value in zip(names, facts.values, strict=True) if value is NOT_ASKED
        ),
        contradictions=tuple(names[place] for place in facts.contradictions),
    )


def _by_id(parts: Named, found: Sequence[T]) -> Mapping[str, T]:
    names = [part.id for part in parts]
    return MappingProxyType(dict(zip(names, found, strict=True)))


def raised_rules(instrument: Instrument, answers: Answers) -> tuple[SafetyRule, ...]:
    """The safety rules that the answers meet, in the order of the definition."""
    program = program_of(instrument)
    return program.raised(_facts(program, answers))


def _facts(program: Program, answers: Answers) -> Facts:
    instrument = program.instrument
    if (answers.instrument_key, answers.instrument_version) != (instrument.key, instrument.version):
        raise ValueError(
            f"answers to {answers.instrument_key} version {answers.instrument_version} "
            f"cannot be scored as {instrument.key} version {instrument.version}"
        )
    return program.run([answers[item.id] for item in instrument.items])


def _scores(instrument: Instrument, facts: Facts) -> tuple[Score, ...]:
    return tuple(
        _score(scale, reading)
        for scale, reading in zip(instrument.scales, facts.scales, strict=True)
    )


def _score(scale: Scale, reading: Reading) -> Score:
    return Score(
        scale=scale.id,
        label=scale.label,
        value=None if reading.value is None else Decimal(reading.value),
        answered=reading.answered,
        of=reading.asked,
        prorated=reading.prorated,
        direction=scale.direction,
        minimum=scale.minimum,
        maximum=scale.maximum,
    )


def band_of(scale: Scale, value: Number | None) -> Band | None:
    """The band of a score. One between two bands, as prorating makes, is in the lower one."""
    if value is None or not scale.bands:
        return None
    return scale.bands[bisect_right([band.lowest for band in scale.bands], value) - 1]


def _cuts(instrument: Instrument, facts: Facts) -> dict[str, Verdict]:
    found = {}
    for scale in instrument.scales:
        if scale.cut_points:
            low, high = bounds(instrument, scale)(facts.values)
            for cut in scale.cut_points:
                found[cut.id] = _side(cut, low, high)
    return found


def _side(cut: CutPoint, low: Number, high: Number) -> Verdict:
    at_low, at_high = (cut.operator.holds(end, cut.value) for end in (low, high))
    return Verdict.of(at_low if at_low == at_high else None)
