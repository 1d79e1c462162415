"""Whether the scales of a definition make sense, and what it says of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from tracker.domain.instruments.basics import AnswerKind
from tracker.domain.instruments.definition import AnswerScale, Instrument
from tracker.domain.instruments.scales import (
    ChangeThreshold,
    CutPoint,
    Method,
    OutcomeKind,
    OutcomeRule,
    Scale,
)

Faults = Iterator[str]


def scale_faults(instrument: Instrument) -> Faults:
    """Items, range and the missing-answer rule of every scale."""
    known = {item.id: item for item in instrument.items}
    for scale in instrument.scales:
        missing = [name for name in scale.items if name not in known]
        if missing or not scale.items or len(set(scale.items)) != len(scale.items):
            yield f"scale {scale.id!r} needs items of this instrument, each once {missing or ''}"
            return
        yield from _shape(scale)
        yield from _range(instrument, scale)
        yield from _missing_rule(scale)
        yield from (
            f"scale {scale.id!r} cannot be prorated: {name!r} may not be asked"
            for name in scale.items
            if scale.prorates and known[name].ask_when is not None
        )
    if instrument.total and instrument.total not in {scale.id for scale in instrument.totals}:
        yield f"the total {instrument.total!r} is no scale here, or a group of another"


def _shape(scale: Scale) -> Faults:
    if not 1 <= scale.multiplier <= 100:
        yield f"scale {scale.id!r}: multiplier must be 1 to 100"
    if scale.method is Method.DOMAIN_MAXIMA:
        shared = [name for domain in scale.domains for name in domain]
        if sorted(shared) != sorted(scale.items) or not all(scale.domains):
            yield f"the domains of {scale.id!r} must share out its items, each once"
        if scale.prorates:
            yield f"scale {scale.id!r}: a sum of domain maxima cannot be prorated"
    elif scale.domains:
        yield f"scale {scale.id!r} has domains but is no sum of domain maxima"


def _range(instrument: Instrument, scale: Scale) -> Faults:
    offered = {name: instrument.answer_scale(instrument.item(name)) for name in scale.items}
    if any(answers.kind is AnswerKind.SEVERAL for answers in offered.values()):
        yield f"scale {scale.id!r} cannot be scored from a list of several answers"
        return
    lowest, highest = _reach(scale, offered)
    if (scale.minimum, scale.maximum) != (lowest, highest):
        yield (
            f"scale {scale.id!r} says {scale.minimum} to {scale.maximum}, "
            f"its items give {lowest} to {highest}"
        )
    if scale.prorates and len({(each.lowest, each.highest) for each in offered.values()}) > 1:
        yield f"scale {scale.id!r} cannot be prorated: its items offer different answers"


def _reach(scale: Scale, offered: dict[str, AnswerScale]) -> tuple[int, int]:
    """The lowest and the highest score that the items can give."""
    if scale.method is Method.DOMAIN_MAXIMA:
        lows = [max(offered[name].lowest for name in domain) for domain in scale.domains]
        highs = [max(offered[name].highest for name in domain) for domain in scale.domains]
    else:
        lows = [answers.lowest for answers in offered.values()]
        highs = [answers.highest for answers in offered.values()]
    parts = len(lows) if scale.method is Method.MEAN else 1
    return sum(lows) * scale.multiplier // parts, sum(highs) * scale.multiplier // parts


def _missing_rule(scale: Scale) -> Faults:
    if not 1 <= scale.least_answered_percent <= 100:
        yield f"scale {scale.id!r}: least_answered_percent must be 1 to 100"
    least = scale.least_answered_count
    if least is not None and scale.least_answered_percent != 100:
        yield f"scale {scale.id!r} has two missing-answer rules, a count and a percentage"
    if least is not None and not 1 <= least <= len(scale.items):
        yield f"scale {scale.id!r}: least_answered_count must be 1 to {len(scale.items)}"
    if not set(scale.never_prorated) <= set(scale.items):
        yield f"scale {scale.id!r}: never_prorated names items that are not in it"


def group_faults(instrument: Instrument) -> Faults:
    """Whether the groups of a total share out its items and run its way."""
    totals = {scale.id: scale for scale in instrument.scales if scale.part_of is None}
    for scale in instrument.scales:
        if scale.part_of is not None and scale.part_of not in totals:
            yield f"scale {scale.id!r} is part of {scale.part_of!r}, which is no total here"
    for total in totals.values():
        groups = instrument.groups_of(total.id)
        shared = [name for group in groups for name in group.items]
        if groups and sorted(shared) != sorted(total.items):
            yield f"the groups of {total.id!r} must share out its items, each once"
        if any(group.direction is not total.direction for group in groups):
            yield f"the groups of {total.id!r} must run in its direction"


def knowledge_faults(instrument: Instrument) -> Faults:
    """Bands, cut-points, change thresholds and outcomes: inside the scale, and with a source."""
    for scale in instrument.scales:
        yield from _bands(scale)
        for cut in scale.cut_points:
            yield from _cut(scale, cut)
        for change in scale.changes:
            yield from _change(scale, change)
        for outcome in scale.outcomes:
            yield from _outcome(scale, outcome)
        floor = scale.percent_floor
        if floor is not None and not scale.minimum < floor <= scale.maximum:
            yield f"scale {scale.id!r}: percent_floor must be inside its range"


def _bands(scale: Scale) -> Faults:
    if not scale.bands:
        return
    ends = [(band.lowest, band.highest) for band in scale.bands]
    joined = all(before[1] + 1 == after[0] for before, after in pairwise(ends))
    whole = (ends[0][0], ends[-1][1]) == (scale.minimum, scale.maximum)
    if not joined or not whole or any(low > high for low, high in ends):
        yield f"the bands of {scale.id!r} must cover its range without gap or overlap"
    if any(not band.label.strip() or not band.source.strip() for band in scale.bands):
        yield f"the bands of {scale.id!r} need a label and a source each"


def _cut(scale: Scale, cut: CutPoint) -> Faults:
    if not cut.meaning.strip() or not cut.source.strip():
        yield f"cut-point {cut.id!r} needs a meaning and a source"
    if not scale.minimum <= cut.value <= scale.maximum:
        yield f"cut-point {cut.id!r} is outside of {scale.id!r}"
    low, high = cut.zone_lowest, cut.zone_highest
    if (low is None) != (high is None):
        yield f"cut-point {cut.id!r} needs both ends of its zone"
    elif low is not None and high is not None and not low <= cut.value <= high:
        yield f"cut-point {cut.id!r} must lie in its zone"


def _change(scale: Scale, change: ChangeThreshold) -> Faults:
    if not change.source.strip():
        yield f"change threshold {change.id!r} needs a source"
    extent = scale.maximum - scale.minimum
    sizes = [each for each in (change.value, change.strict, change.highest) if each is not None]
    if any(not math.isfinite(size) or not 0 < size <= extent for size in sizes):
        yield f"change threshold {change.id!r} is no size of a change on {scale.id!r}"
    elif min(sizes) != change.value:
        yield f"change threshold {change.id!r}: strict and highest must not be below its value"


def _outcome(scale: Scale, outcome: OutcomeRule) -> Faults:
    if not outcome.label.strip() or not outcome.source.strip():
        yield f"outcome {outcome.id!r} needs a label and a source"
    percent = outcome.kind is OutcomeKind.PERCENT_BETTER
    low, high = (1, 100) if percent else (scale.minimum, scale.maximum)
    if not low <= outcome.value <= high:
        yield f"outcome {outcome.id!r} must be {low} to {high}, not {outcome.value}"
