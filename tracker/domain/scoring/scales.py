"""A scale of a definition, compiled: a row of values in, a number out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.domain.instruments import Instrument, Method, Scale
from tracker.domain.scoring.values import NOT_ASKED, Values, picker, places

Number = int | Decimal


class Reading(NamedTuple):
    """The number of a scale, of how many answers it is made, and whether it was prorated."""

    value: Number | None
    answered: int
    asked: int
    prorated: bool


Reader = Callable[[Values, bool], Reading]
"""Takes a row, and whether nothing in it is skipped or left out."""
Bounds = Callable[[Values], tuple[Number, Number]]
"""The lowest and highest value that a scale can take, however the skipped items are filled in."""


def reader(instrument: Instrument, scale: Scale) -> Reader:
    """How the scale is read from a row."""
    where = places(instrument)
    pick = picker([where[name] for name in scale.items])
    if scale.method is Method.DOMAIN_MAXIMA:
        return _domain_reader(instrument, scale)
    size, total, factor = len(scale.items), _total(scale), scale.multiplier
    is_sum = scale.method is Method.SUM

    def read(values: Values, is_full: bool) -> Reading:
        picked = pick(values)
        if is_full or (None not in picked and NOT_ASKED not in picked):
            number = sum(picked) * factor if is_sum else total(picked, size)
            return Reading(number, size, size, False)
        return _partial(scale, picked, total)

    return read


def _total(scale: Scale) -> Callable[[Sequence[int], int], Number]:
    """From numbers to the score of ``size`` such items, prorated if there are fewer numbers."""
    factor, is_mean = scale.multiplier, scale.method is Method.MEAN

    def total(numbers: Sequence[int], size: int) -> Number:
        if is_mean:
            return _share(sum(numbers) * factor, len(numbers))
        if len(numbers) == size:
            return sum(numbers) * factor
        return _share(sum(numbers) * size * factor, len(numbers))

    return total


def _share(amount: int, parts: int) -> Number:
    """``amount`` (0 or more) by ``parts``, halves rounded up to two places; whole where it is."""
    hundredths = (200 * amount + parts) // (2 * parts)
    return Decimal(hundredths) / 100 if hundredths % 100 else hundredths // 100


def _partial(
    scale: Scale, picked: tuple[Any, ...], total: Callable[[Sequence[int], int], Number]
) -> Reading:
    """With skipped items: prorated where the definition's rule allows it, otherwise no value.

    An item that was not asked adds nothing and is not missing.
    """
    numbers = [value for value in picked if type(value) is int]
    asked = len(picked) - picked.count(NOT_ASKED)
    if len(numbers) == asked:
        nothing = 0 if scale.method is Method.SUM else None
        return Reading(total(numbers, asked) if asked else nothing, asked, asked, False)
    barred = scale.never_prorated and any(
        value is None and name in scale.never_prorated
        for name, value in zip(scale.items, picked, strict=True)
    )
    if barred or len(numbers) < scale.least_answered:
        return Reading(None, len(numbers), asked, False)
    return Reading(total(numbers, asked), len(numbers), asked, True)


def _domain_reader(instrument: Instrument, scale: Scale) -> Reader:
    """Each domain's highest answer. A skipped item leaves it open unless another is at the top."""
    where, limits = places(instrument), bounds(instrument, scale)
    pick = picker([where[name] for name in scale.items])

    def read(values: Values, is_full: bool) -> Reading:
        picked = pick(values)
        asked = len(picked) - picked.count(NOT_ASKED)
        numbers = asked - picked.count(None)
        low, high = limits(values)
        return Reading(low if low == high else None, numbers, asked, False)

    return read


def bounds(instrument: Instrument, scale: Scale) -> Bounds:
    """Between which values the scale lies, however the skipped items are filled in."""
    where = places(instrument)
    ends = {}
    for name in scale.items:
        offered = instrument.answer_scale(instrument.item(name))
        ends[where[name]] = (offered.lowest, offered.highest)
    together = scale.method is Method.DOMAIN_MAXIMA
    domains = scale.domains if together else tuple((name,) for name in scale.items)
    shares = [[where[name] for name in domain] for domain in domains]

    def limits(values: Values) -> tuple[Number, Number]:
        lows, highs = [], []
        for share in shares:
            known = [each for place in share if type(each := values[place]) is int]
            open_ones = [place for place in share if values[place] is None]
            if known or open_ones:
                lows.append(max(known + [ends[place][0] for place in open_ones]))
                highs.append(max(known + [ends[place][1] for place in open_ones]))
        return _spread(scale, lows), _spread(scale, highs)

    return limits


def _spread(scale: Scale, parts: Sequence[int]) -> Number:
    if scale.method is Method.MEAN:
        return _share(sum(parts) * scale.multiplier, len(parts)) if parts else 0
    return sum(parts) * scale.multiplier
