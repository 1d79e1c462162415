"""Every check-in that a course asks for at a moment, from its protocol's rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tracker.domain.due import at_infusions, keys, once, rhythms, spacing
from tracker.domain.due.course_dates import CourseDates
from tracker.domain.due.states import DueCheckIn, DueState
from tracker.domain.due.timeline import UPCOMING_DAYS, Rank, Slot, Timeline
from tracker.domain.instrument_uses import (
    DEFAULT_INSTRUMENTS,
    AfterInfusion,
    AskRule,
    BeforeInfusion,
    Daily,
    EndOfCourse,
    FollowUp,
    InstrumentUse,
    Intake,
    Maintenance,
    MidCourse,
    NextDay,
    Weekly,
)

_AROUND_DAYS = 14
_GENERATORS: Mapping[type[AskRule], Callable[[str, Any, Timeline], Iterator[Slot]]] = {
    Intake: once.intake,
    BeforeInfusion: at_infusions.before_infusions,
    AfterInfusion: at_infusions.after_infusions,
    NextDay: at_infusions.after_infusions,
    Daily: rhythms.daily,
    Weekly: rhythms.weekly,
    MidCourse: once.mid_course,
    EndOfCourse: once.end_of_course,
    FollowUp: once.follow_up,
    Maintenance: rhythms.maintenance,
}


def due_check_ins(
    course: CourseDates,
    *,
    zone: ZoneInfo,
    now: datetime,
    answered: Mapping[str, datetime],
    uses: Sequence[InstrumentUse] = DEFAULT_INSTRUMENTS,
    looked_for: str | None = None,
    days_ahead: int = UPCOMING_DAYS,
) -> tuple[DueCheckIn, ...]:
    """Every check-in of the course up to some days ahead, in the order in which they open.

    ``zone`` is the clinic's. ``answered`` tells when each due key that has an answer was answered:
    such a check-in is always among them, whatever has moved since. ``now`` is an aware instant.
    With ``looked_for`` it is enough that the one of this due key is among them.
    """
    line = Timeline(
        course=course,
        zone=zone,
        now=now,
        answered=answered,
        ahead_days=_ahead_days(uses) + days_ahead - UPCOMING_DAYS,
        only=looked_for if all(map(_stands_alone, uses)) else None,
    )
    listed_by = line.today + timedelta(days=days_ahead - UPCOMING_DAYS)
    found = [
        slot
        for use in uses
        for slot in _of_use(use, line)
        if slot.due_key in answered or slot.listed_from <= listed_by
    ]
    found.sort(key=lambda slot: (slot.opens_at, slot.due_on, slot.rank))
    return tuple(_due(slot, line) for slot in found)


def _of_use(use: InstrumentUse, line: Timeline) -> list[Slot]:
    arranged = spacing.arrange(_slots(use, line), use, line)
    known = {slot.due_key for slot in arranged}
    return [*arranged, *_elsewhere(use.key, known, line)]


def _stands_alone(use: InstrumentUse) -> bool:
    """Whether no slot of the instrument pushes another aside."""
    return len(use.rules) <= 1 and not use.days_apart


def _ahead_days(uses: Sequence[InstrumentUse]) -> int:
    # What comes after what is listed can push it aside, so it is looked at as well.
    beyond = [_AROUND_DAYS + use.days_apart for use in uses if not _stands_alone(use)]
    return UPCOMING_DAYS + max(beyond, default=0)


def _slots(use: InstrumentUse, line: Timeline) -> list[Slot]:
    by_key: dict[str, Slot] = {}
    for rule in use.rules:
        for slot in _GENERATORS[type(rule)](use.key, rule, line):
            by_key.setdefault(slot.due_key, slot)
    return list(by_key.values())


def _elsewhere(instrument_key: str, known: set[str], line: Timeline) -> Iterator[Slot]:
    """Answers whose slot the plan no longer has: they were asked for and stay answers."""
    for due_key, at in line.answered.items():
        is_mine = due_key not in known and keys.instrument_of(due_key) == instrument_key
        if is_mine and keys.is_asked(due_key):
            yield Slot(
                instrument_key=instrument_key,
                due_key=due_key,
                due_on=keys.day_of(due_key) or line.day_of(at),
                opens_at=at,
                late_from=at,
                closes_at=at,
                listed_from=line.day_of(at),
                rank=Rank.RHYTHM,
            )


def _due(slot: Slot, line: Timeline) -> DueCheckIn:
    return DueCheckIn(
        instrument_key=slot.instrument_key,
        due_key=slot.due_key,
        due_on=slot.due_on,
        opens_at=slot.opens_at,
        late_from=slot.late_from,
        closes_at=slot.closes_at,
        state=_state(slot, line),
        infusion_id=slot.infusion_id,
    )


def _state(slot: Slot, line: Timeline) -> DueState:
    if slot.due_key in line.answered:
        return DueState.ANSWERED
    if line.now < slot.opens_at:
        return DueState.UPCOMING
    if line.now < slot.late_from:
        return DueState.DUE
    return DueState.LATE if line.now < slot.closes_at else DueState.MISSED
