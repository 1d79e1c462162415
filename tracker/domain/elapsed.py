"""How long an infusion ran: the time on the drip, with the pauses counted apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol as Shape

from tracker.domain.run_sheet_stages import Move


class _Stretch(Enum):
    """What follows a step."""

    RUNNING = 1
    PAUSED = 2
    OVER = 3


_STRETCHES = {
    Move.START: _Stretch.RUNNING,
    Move.RESUME: _Stretch.RUNNING,
    Move.PAUSE: _Stretch.PAUSED,
    Move.END: _Stretch.OVER,
    Move.STOP_EARLY: _Stretch.OVER,
}


TIMED_MOVES = frozenset(_STRETCHES)
"""The steps that begin or end a stretch of running or of pause."""


class Timed(Shape):
    """A step of a run sheet with its time."""

    @property
    def move(self) -> Move: ...

    @property
    def occurred_at(self) -> datetime: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Elapsed:
    """Time on the drip and time paused, so far or, once ended, altogether."""

    running: timedelta
    paused: timedelta
    is_paused: bool
    is_over: bool

    @property
    def running_minutes(self) -> int:
        return int(self.running.total_seconds() // 60)

    @property
    def paused_minutes(self) -> int:
        return int(self.paused.total_seconds() // 60)


def elapsed(moves: Iterable[Timed], *, now: datetime) -> Elapsed | None:
    """The time that an infusion took by the steps of its sheet in order; None before its start."""
    steps = [each for each in moves if each.move in _STRETCHES]
    if not steps:
        return None
    ends = [each.occurred_at for each in steps[1:]] + [max(now, steps[-1].occurred_at)]
    spent = {stretch: timedelta() for stretch in _Stretch}
    for each, end in zip(steps, ends, strict=True):
        spent[_STRETCHES[each.move]] += end - each.occurred_at
    last = _STRETCHES[steps[-1].move]
    return Elapsed(
        running=spent[_Stretch.RUNNING],
        paused=spent[_Stretch.PAUSED],
        is_paused=last is _Stretch.PAUSED,
        is_over=last is _Stretch.OVER,
    )
