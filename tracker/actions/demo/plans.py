"""When a story's infusions are: laid out by the planner, so that they stand as told from today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import product
from uuid import UUID

from tracker.actions.demo.moments import Present, at, clock_of, known_id
from tracker.actions.demo.story import Stage, Story, TodayIs
from tracker.domain.courses import PlannedState
from tracker.domain.protocol import default_protocol
from tracker.domain.schedule import PlanRules, plan

_CLOCKS = (time(9, 0), time(9, 30), time(10, 15), time(11, 0), time(13, 0), time(14, 30))
_FURTHEST_DAYS = 90
_LAST_AFTER_DAYS = 16
_FOLLOWED_DAYS = 26
"""How long a completed course goes on asking after its last infusion."""

_EARLIEST_END = time(4)
RUNNING_FOR_MINUTES = 16
EARLIER_BY_MINUTES = 195
"""How long ago today's infusions started: the one that runs, and the one that is over."""
Moves = tuple[tuple[int, date, date], ...]
"""Number of the infusion, its day before and its day after a change."""

WEEK_IS_OPEN_ON = (6, 0, 1)
"""Days into a week of the course on which its weekly check-in can be answered."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """One planned infusion and what became of it."""

    id: UUID
    number: int
    on: date
    clock: time
    state: PlannedState
    is_booster: bool = False
    reason: str = ""

    def at(self, *, hours_later: int = 0) -> datetime:
        """The instant that it was planned for, or some hours after it."""
        return at(self.on, self.clock) + timedelta(hours=hours_later)


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """A course's appointments in the order of their days, and the moves that a setback caused."""

    start_on: date
    appointments: tuple[Appointment, ...]
    rules: PlanRules
    moves: Moves = ()

    @property
    def kept(self) -> tuple[Appointment, ...]:
        """Those that were given or are still to come."""
        live = (PlannedState.GIVEN, PlannedState.PLANNED)
        return tuple(each for each in self.appointments if each.state in live)

    def agreed_at(self, present: Present) -> datetime:
        """When the plan was made: about a week before the first infusion."""
        return at(min(self.start_on - timedelta(days=8), present.day(-2)), time(11, 20))

    @property
    def given(self) -> tuple[Appointment, ...]:
        return tuple(each for each in self.appointments if each.state is PlannedState.GIVEN)


class StoryDoesNotFit(ValueError):
    """No start date makes the story true today: the cast has to change."""


def lay_out(story: Story, present: Present) -> Layout:
    """The course's appointments. Raises `StoryDoesNotFit`."""
    rules, dates, moves = _found(story, present)
    found = [*_appointments(story, present, dates), *_boosters(story, present, dates[-1])]
    if story.setback is not None:
        found.append(_not_given(story, moves))
    ordered = sorted(found, key=lambda each: (each.on, each.number))
    return Layout(start_on=dates[0], appointments=tuple(ordered), moves=moves, rules=rules)


def _found(story: Story, present: Present) -> tuple[PlanRules, tuple[date, ...], Moves]:
    """The nearest start from which the story is true.

    On some weekdays no steady plan has exactly so many infusions given by today: then with
    another preferred gap, and at last with an infusion more or less.
    """
    for slack, preferred_gap_days in product((0, 1), (4, 3, 5)):
        usual = default_protocol().plan_rules(story.count)
        rules = replace(usual, preferred_gap_days=preferred_gap_days)
        for start_on in _starts(story, present):
            dates, moves = _dates(story, present, rules, start_on)
            is_past = all(old < present.today for _, old, _ in moves[:1])
            if is_past and _is_told(story, present, dates, slack=slack):
                return rules, dates, moves
    raise StoryDoesNotFit(story.name)


def _starts(story: Story, present: Present) -> Iterator[date]:
    if story.stage is Stage.PLANNED:
        yield present.day(story.start_in_days)
    nearest = _past_days(story)
    for days in range(nearest, nearest + _FURTHEST_DAYS):
        yield present.day(-days)


def _past_days(story: Story) -> int:
    """How long ago the first infusion was at the least."""
    if story.stage is Stage.MAINTENANCE:
        return _LAST_AFTER_DAYS + story.boosters * story.booster_gap_days + 4
    return story.ended_days_ago


def _dates(
    story: Story, present: Present, rules: PlanRules, start_on: date
) -> tuple[tuple[date, ...], Moves]:
    first = plan(rules=rules, start_on=start_on, clinic=present.clinic_days).dates
    if story.setback is None:
        return first, ()
    index = story.setback.number - 1
    second = plan(
        rules=rules,
        start_on=first[0],
        clinic=present.clinic_days,
        unavailable_on=(first[index],),
        given_on=first[:index],
    ).dates
    moved = zip(range(1, story.count + 1), first, second, strict=True)
    return second, tuple(each for each in moved if each[1] != each[2])


def _is_told(story: Story, present: Present, dates: tuple[date, ...], *, slack: int) -> bool:
    today = present.today
    if story.stage is Stage.PLANNED:
        return True
    if story.stage is Stage.MID:
        given = sum(day < today for day in dates)
        fits = given == story.given or (story.given > 0 and abs(given - story.given) <= slack)
        has_today = (today in dates) == (story.today is not TodayIs.NOTHING)
        return fits and has_today and (not story.leaves_open or _week_is_open(today, dates[0]))
    if story.stage is Stage.STOPPED:
        return dates[story.given - 1] < present.day(-story.ended_days_ago)
    if story.stage is Stage.MAINTENANCE:
        return dates[-1] <= present.day(_LAST_AFTER_DAYS - _past_days(story))
    followed_days = _FOLLOWED_DAYS if story.stage is Stage.COMPLETED else 0
    return dates[-1] <= present.day(-story.ended_days_ago - followed_days)


def _week_is_open(today: date, start_on: date) -> bool:
    return (today - start_on).days % 7 in WEEK_IS_OPEN_ON


def _appointments(story: Story, present: Present, dates: tuple[date, ...]) -> Iterator[Appointment]:
    for number, day in enumerate(dates, start=1):
        each = Appointment(
            id=known_id(f"{story.key} planned {number}"),
            number=number,
            on=day,
            clock=_usual_clock(story),
            state=_state(story, present, number, day),
            reason="Course stopped early" if _is_called_off(story, number) else "",
        )
        yield _today(story, present, each) if day == present.today else each


def _state(story: Story, present: Present, number: int, day: date) -> PlannedState:
    if _is_called_off(story, number):
        return PlannedState.CANCELLED
    return PlannedState.GIVEN if day < present.today else PlannedState.PLANNED


def _usual_clock(story: Story) -> time:
    return _CLOCKS[int(story.key) % len(_CLOCKS)]


def room(story: Story) -> str:
    """No two patients have the same room at the same time."""
    return f"Room {int(story.key) // len(_CLOCKS) % 4 + 1}"


def _is_called_off(story: Story, number: int) -> bool:
    return story.stage is Stage.STOPPED and number > story.given


def _today(story: Story, present: Present, each: Appointment) -> Appointment:
    is_over = present.moment >= at(present.today, _EARLIEST_END)
    is_still_planned = story.today in (TodayIs.PLANNED, TodayIs.ARRIVED)
    if is_still_planned or (story.today is TodayIs.GIVEN and not is_over):
        ahead = 105 if story.given == 0 else 45
        return replace(each, clock=present.later_today(ahead), state=PlannedState.PLANNED)
    minutes = RUNNING_FOR_MINUTES if story.today is TodayIs.RUNNING else EARLIER_BY_MINUTES
    return replace(each, clock=clock_of(present.ago(minutes)), state=PlannedState.GIVEN)


def _not_given(story: Story, moves: Moves) -> Appointment:
    setback = story.setback
    assert setback is not None
    number, day, _ = moves[0]
    return Appointment(
        id=known_id(f"{story.key} not given {number}"),
        number=number,
        on=day,
        clock=_usual_clock(story),
        state=PlannedState.CANCELLED if setback.is_cancelled else PlannedState.MISSED,
        reason=setback.reason,
    )


def _boosters(story: Story, present: Present, last: date) -> Iterator[Appointment]:
    """Those given so far, and the next one."""
    if story.stage is not Stage.MAINTENANCE:
        return
    day = last + timedelta(days=story.booster_gap_days)
    for number in range(story.count + 1, story.count + story.boosters + 2):
        is_next = number == story.count + story.boosters + 1
        day = _open_from(max(day, present.day(2)) if is_next else day, present)
        yield Appointment(
            id=known_id(f"{story.key} planned {number}"),
            number=number,
            on=day,
            clock=_usual_clock(story),
            state=PlannedState.PLANNED if is_next else PlannedState.GIVEN,
            is_booster=True,
        )
        day += timedelta(days=story.booster_gap_days)


def _open_from(day: date, present: Present) -> date:
    days = present.clinic_days
    while day.weekday() not in days.open_weekdays or day in days.closed_on:
        day += timedelta(days=1)
    return day
