"""How a percentage is written: rounded half up, and never to the other side of a threshold.

What counts is judged on the exact value. A reader must see why: 49.6 % that is no response is
written "49.6", because "50" beside "no response" would contradict itself. The same holds for 0 and
100: who has some is not written as none, who has not all is not written as all.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

ALL = Decimal(100)
PLACES = (Decimal(1), Decimal("0.1"))


def percent_number(exact: Decimal, thresholds: Iterable[Decimal] = ()) -> str:
    """The size of a percentage without its sign: "67", near a threshold "49.6"."""
    size = abs(exact)
    edges = (*(abs(each) for each in thresholds), ALL)
    for place in PLACES:
        shown = size.quantize(place, ROUND_HALF_UP)
        if _tells_the_same(size, shown, edges):
            return f"{shown:f}"
    down = size.quantize(PLACES[-1], ROUND_DOWN)
    return f"{down or size.quantize(PLACES[-1], ROUND_UP):f}"


def _tells_the_same(size: Decimal, shown: Decimal, edges: Iterable[Decimal]) -> bool:
    if bool(size) is not bool(shown):
        return False
    return all((size >= edge) is (shown >= edge) for edge in edges)


def share_number(count: int, of: int) -> str:
    """Of a count and what it is out of: "60". Raises ZeroDivisionError where it is out of none."""
    return percent_number(Decimal(100 * count) / of)


def fraction_number(fraction: float) -> str:
    """Of a part of one that was computed with floating point: "47"."""
    return percent_number(Decimal(str(round(100 * fraction, 6))))
