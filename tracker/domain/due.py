"""Which check-in is due when, computed from the course and its infusions and never stored.

Every due check-in has a key; an answer carries the key of what it answers, so that one due
check-in has one answer. Windows (project defaults, a protocol may set others):

* daily: one a local date of the clinic, from the baseline week on; it counts as late in the small
  hours after midnight and is closed at 3 a.m.;
* after the infusion: opens 2 hours after the infusion ended, late from 6 hours, closed at 24;
* weekly: the baseline in the seven days before infusion 1, late on its day, closed by its start;
  then every seven days from infusion 1, open from the day before, late for two days.

Hours are real hours; days begin at local midnight, also where the clocks change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from tracker.domain.protocol import InstrumentUse

DAILY, AFTER_INFUSION, WEEKLY = "daily", "after-infusion", "weekly"
MIDNIGHT = time(0)
DAILY_CLOSES_AT = time(3)
MAINTENANCE_DAILY_DAYS = 7
"""Daily check-ins go on for a week after the last infusion of the series, then only the weekly
rating and the one after a booster are asked. A choice of the project."""


class DueState(StrEnum):
    """Where a due check-in stands."""

    UPCOMING = "upcoming"
    DUE = "due"
    LATE = "late"
    MISSED = "missed"
    ANSWERED = "answered"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cadence:
    """How often is asked and how long a check-in stays open."""

    asked: frozenset[str] = frozenset({DAILY, AFTER_INFUSION, WEEKLY})
    """Keys of the instruments that are asked at all."""
    baseline_days: int = 7
    daily_every_days: int = 1
    weekly_every_days: int = 7
    weekly_early_days: int = 1
    weekly_late_days: int = 2
    after_opens_hours: int = 2
    after_late_hours: int = 6
    after_closes_hours: int = 24
    upcoming_days: int = 7
    """How far ahead upcoming check-ins are listed."""


DEFAULT_CADENCE = Cadence()


def cadence_of(uses: Iterable[InstrumentUse]) -> Cadence:
    """The cadence that a protocol's instruments ask for; what they leave open is the default."""
    by_key = {use.key: use for use in uses}
    chosen = {
        "daily_every_days": _set(by_key, DAILY, "every_days"),
        "weekly_every_days": _set(by_key, WEEKLY, "every_days"),
        "after_opens_hours": _set(by_key, AFTER_INFUSION, "after_infusion_from_hours"),
        "after_late_hours": _set(by_key, AFTER_INFUSION, "after_infusion_to_hours"),
    }
    numbers = {name: number for name, number in chosen.items() if number is not None}
    return replace(DEFAULT_CADENCE, asked=frozenset(by_key), **numbers)


def _set(uses: Mapping[str, InstrumentUse], key: str, name: str) -> int | None:
    found: int | None = getattr(uses.get(key), name, None)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class InfusionTimes:
    """A given infusion; ``ended_at`` is None while it runs. Aware UTC instants."""

    id: UUID
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseDates:
    """What the due check-ins of a course follow from. Dates are the clinic's local dates.

    ``first_infusion_on`` is the planned date of infusion 1 and counts until it was given.
    ``asked_from_on`` is the first date on which the patient can be asked: nothing from before
    the course was planned is ever missed. ``daily_until`` ends the daily check-ins (say, with the
    last infusion's week); ``ended_on`` ends everything. Both are the last date that counts.
    """

    course_id: UUID
    first_infusion_on: date
    asked_from_on: date
    infusions: Sequence[InfusionTimes] = ()
    daily_until: date | None = None
    ended_on: date | None = None

    @property
    def first_started_at(self) -> datetime | None:
        return min((infusion.started_at for infusion in self.infusions), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class DueCheckIn:
    """One check-in that is asked for. Open from ``opens_at`` to before ``closes_at`` (UTC)."""

    instrument_key: str
    due_key: str
    due_on: date
    opens_at: datetime
    late_from: datetime
    closes_at: datetime
    state: DueState
    infusion_id: UUID | None = None

    @property
    def is_open(self) -> bool:
        """Can be answered now."""
        return self.state in (DueState.DUE, DueState.LATE)

    @property
    def counts(self) -> bool:
        """Whether it belongs into "answered of due": it was answered, or its time is over."""
        return self.state in (DueState.ANSWERED, DueState.MISSED)


def due_check_ins(
    course: CourseDates,
    *,
    zone: ZoneInfo,
    now: datetime,
    answered: Collection[str],
    cadence: Cadence = DEFAULT_CADENCE,
) -> tuple[DueCheckIn, ...]:
    """Every check-in of the course up to some days ahead, in the order in which they open.

    ``answered`` holds the due keys that have an answer. ``now`` is an aware instant.
    """
    plan = _Plan(course=course, zone=zone, now=now, answered=frozenset(answered), cadence=cadence)
    every = (*plan.weekly(), *plan.after_infusions(), *plan.daily())
    found = (due for due in every if due.instrument_key in cadence.asked)
    return tuple(sorted(found, key=lambda due: (due.opens_at, due.due_on)))


def open_check_ins(due: Iterable[DueCheckIn]) -> tuple[DueCheckIn, ...]:
    """Those that can be answered now, the one that closes first at the front."""
    return tuple(sorted((one for one in due if one.is_open), key=lambda one: one.closes_at))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    course: CourseDates
    zone: ZoneInfo
    now: datetime
    answered: frozenset[str]
    cadence: Cadence

    def daily(self) -> Iterator[DueCheckIn]:
        first = self._anchor() - timedelta(days=self.cadence.baseline_days)
        for day in _dates(first, self._last(daily=True), self.cadence.daily_every_days):
            if day < self.course.asked_from_on:
                continue
            after = day + timedelta(days=1)
            yield self._due(
                DAILY,
                f"{DAILY}:{day.isoformat()}",
                day,
                (self._at(day), self._at(after), self._at(after, DAILY_CLOSES_AT)),
            )

    def after_infusions(self) -> Iterator[DueCheckIn]:
        hours = self.cadence
        for infusion in self.course.infusions:
            if infusion.ended_at is None:
                continue
            opens_at, late_from, closes_at = (
                infusion.ended_at.astimezone(UTC) + timedelta(hours=count)
                for count in (
                    hours.after_opens_hours,
                    hours.after_late_hours,
                    hours.after_closes_hours,
                )
            )
            yield self._due(
                AFTER_INFUSION,
                f"{AFTER_INFUSION}:{infusion.id}",
                opens_at.astimezone(self.zone).date(),
                (opens_at, late_from, closes_at),
                infusion.id,
            )

    def weekly(self) -> Iterator[DueCheckIn]:
        yield from self._baseline()
        if self.course.first_started_at is None:
            return
        every = self.cadence.weekly_every_days
        for day in _dates(self._anchor() + timedelta(days=every), self._last(), every):
            if day >= self.course.asked_from_on:
                early = day - timedelta(days=self.cadence.weekly_early_days)
                closed = day + timedelta(days=self.cadence.weekly_late_days + 1)
                window = (self._at(early), self._at(day + timedelta(days=1)), self._at(closed))
                yield self._due(WEEKLY, f"{WEEKLY}:{day.isoformat()}", day, window)

    def _baseline(self) -> Iterator[DueCheckIn]:
        day = self._anchor()
        if day < self.course.asked_from_on or day > self._last():
            return
        # keyed by course, not by date: moving infusion 1 must not ask for a second baseline
        opens_at = self._at(day - timedelta(days=self.cadence.baseline_days))
        started_at = self.course.first_started_at
        closes_at = self._at(day + timedelta(days=1)) if started_at is None else started_at
        window = (opens_at, min(self._at(day), closes_at), closes_at)
        yield self._due(WEEKLY, f"{WEEKLY}:baseline:{self.course.course_id}", day, window)

    def _anchor(self) -> date:
        started_at = self.course.first_started_at
        if started_at is None:
            return self.course.first_infusion_on
        return started_at.astimezone(self.zone).date()

    def _last(self, *, daily: bool = False) -> date:
        ahead = self.now.astimezone(self.zone).date() + timedelta(days=self.cadence.upcoming_days)
        ends = [ahead, self.course.ended_on, self.course.daily_until if daily else None]
        return min(end for end in ends if end is not None)

    def _at(self, day: date, clock: time = MIDNIGHT) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def _due(
        self,
        instrument_key: str,
        due_key: str,
        due_on: date,
        window: tuple[datetime, datetime, datetime],
        infusion_id: UUID | None = None,
    ) -> DueCheckIn:
        opens_at, late_from, closes_at = window
        return DueCheckIn(
            instrument_key=instrument_key,
            due_key=due_key,
            due_on=due_on,
            opens_at=opens_at,
            late_from=late_from,
            closes_at=closes_at,
            state=self._state(due_key, window),
            infusion_id=infusion_id,
        )

    def _state(self, due_key: str, window: tuple[datetime, datetime, datetime]) -> DueState:
        opens_at, late_from, closes_at = window
        if due_key in self.answered:
            return DueState.ANSWERED
        if self.now < opens_at:
            return DueState.UPCOMING
        if self.now < late_from:
            return DueState.DUE
        return DueState.LATE if self.now < closes_at else DueState.MISSED


def _dates(first: date, last: date, step_days: int) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += timedelta(days=step_days)
