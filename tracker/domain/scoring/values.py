"""The answers of one set as a row of values in the order of the items, branches followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from operator import itemgetter
from typing import Any

from tracker.domain.instruments import Instrument


class NotAsked(Enum):
    """The mark of an item that the other answers leave out."""

    NOT_ASKED = "not asked"


NOT_ASKED = NotAsked.NOT_ASKED

Value = int | tuple[str, ...] | NotAsked | None
"""None is a skipped item."""
Values = Sequence[Value]
Branches = Callable[[Values], tuple[list[Value], list[int]]]


def places(instrument: Instrument) -> dict[str, int]:
    """Where each item stands in a row."""
    return {item.id: place for place, item in enumerate(instrument.items)}


def picker(where: Sequence[int]) -> Callable[[Values], tuple[Any, ...]]:
    """Picks some places of a row as a tuple, quickly."""
    if len(where) == 1:
        only = where[0]
        return lambda values: (values[only],)
    return itemgetter(*where)


def branches(instrument: Instrument) -> Branches | None:
    """Marks what was not asked and finds what was answered all the same (as places).

    None where everything is always asked. An item whose deciding answer was skipped stays
    skipped: nobody knows whether it had to be asked.
    """
    where = places(instrument)
    hanging = [
        (where[item.id], where[item.ask_when.item], frozenset(item.ask_when.answers))
        for item in instrument.items
        if item.ask_when is not None
    ]
    groups = [[where[name] for name in group] for group in instrument.alternatives]
    if not hanging and not groups:
        return None

    def follow(values: Values) -> tuple[list[Value], list[int]]:
        row, contradictions = list(values), []
        for place, decider, answers in hanging:
            decided = row[decider]
            if decided is None or decided in answers:
                continue
            if row[place] is None:
                row[place] = NOT_ASKED
            else:
                contradictions.append(place)
        for group in groups:
            _leave_out_others(row, group)
        return row, contradictions

    return follow


def _leave_out_others(row: list[Value], group: Sequence[int]) -> None:
    """One answer of a group is enough: the others were then not asked."""
    if any(row[place] is not None for place in group):
        for place in group:
            row[place] = NOT_ASKED if row[place] is None else row[place]
