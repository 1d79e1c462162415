"""Check-ins that were due and did not come, long runs of them put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from tracker.domain.due import DueCheckIn, DueState


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Check-ins in a row, none of which came."""

    first_on: date
    last_on: date
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """What was missed of one instrument. ``due`` counts those whose time is over."""

    instrument_key: str
    due: int
    runs: tuple[Run, ...]

    @property
    def count(self) -> int:
        return sum(run.count for run in self.runs)


def missed_check_ins(due: Iterable[DueCheckIn]) -> tuple[Missed, ...]:
    """One for each instrument of which any was missed, in the order in which they were due."""
    counted = [one for one in due if one.counts]
    found = []
    for key in dict.fromkeys(one.instrument_key for one in counted):
        mine = sorted(
            (one for one in counted if one.instrument_key == key),
            key=lambda one: (one.due_on, one.opens_at),
        )
        runs = tuple(_runs(mine))
        if runs:
            found.append(Missed(instrument_key=key, due=len(mine), runs=runs))
    return tuple(found)


def _runs(due: Iterable[DueCheckIn]) -> Iterator[Run]:
    for state, group in groupby(due, key=lambda one: one.state):
        if state is DueState.MISSED:
            days = [one.due_on for one in group]
            yield Run(first_on=days[0], last_on=days[-1], count=len(days))
