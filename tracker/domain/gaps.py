"""Times without vital signs that were longer than the protocol asks for. They stay visible.

Nothing is filled in for anybody: a gap is a line of the log and of the printed sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.domain.protocol import Monitoring

ON_TIME_FOR = timedelta(minutes=2)
"""A set that comes this much later than it was due leaves no gap: this project's own choice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """From the set (or the start, or the end) before to the next one; open while none came."""

    began_at: datetime
    ended_at: datetime
    asked_minutes: int
    is_open: bool = False

    @property
    def minutes(self) -> int:
        return int((self.ended_at - self.began_at).total_seconds() // 60)


def gaps_between_sets(
    monitoring: Monitoring,
    *,
    started_at: datetime | None,
    ended_at: datetime | None,
    measured_at: Iterable[datetime],
    until: datetime,
) -> tuple[Gap, ...]:
    """The gaps of one infusion in the order of time, up to `until`: now, or when the patient left.

    During the infusion every `during_every_minutes` count, from its end on every
    `after_every_minutes` until the time of observation is over. Before the start none is asked.
    """
    if started_at is None:
        return ()
    times = sorted(measured_at)
    end = ended_at if ended_at is not None else until
    found = list(_gaps(times, started_at, end, monitoring.during_every_minutes))
    if ended_at is None:
        return _with_open_end(found, until, times)
    over = max(ended_at, started_at + timedelta(minutes=monitoring.observe_minutes))
    last = min(over, until)
    found += _gaps(times, ended_at, last, monitoring.after_every_minutes)
    return _with_open_end(found, until, times) if until < over else tuple(found)


def _gaps(
    times: list[datetime], first: datetime, last: datetime, every_minutes: int
) -> Iterator[Gap]:
    longest = timedelta(minutes=every_minutes) + ON_TIME_FOR
    stops = [first, *(at for at in times if first < at < last), last]
    for began, ended in zip(stops, stops[1:], strict=False):
        if ended - began > longest:
            yield Gap(began_at=began, ended_at=ended, asked_minutes=every_minutes)


def _with_open_end(found: list[Gap], until: datetime, times: list[datetime]) -> tuple[Gap, ...]:
    if not found or found[-1].ended_at != until or until in times:
        return tuple(found)
    last = found[-1]
    still = Gap(
        began_at=last.began_at, ended_at=until, asked_minutes=last.asked_minutes, is_open=True
    )
    return (*found[:-1], still)
