"""When a patient is reminded of a check-in: at the hour that they chose, and once before it closes.

Reminders follow from the plan as it is now and are never queued ahead. Nobody is written to in the
quiet hours of their own clock. The numbers are choices of the project, and settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tracker.domain.due import DueCheckIn

LAST_CHANCE_BEFORE = timedelta(hours=3)
"""The last reminder leaves at least this much time to answer."""

APART = timedelta(hours=4)
"""Two reminders of one check-in are never closer than this."""


ON_TIME = timedelta(hours=1)
"""A reminder that is later than this waits for the next such hour."""


class RemindBy(StrEnum):
    """How a patient wants to be reminded."""

    NONE = "none"
    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From the one time of day to before the other, over midnight or not. Equal: never quiet."""

    begin: time = time(21)
    end: time = time(8)

    def covers(self, clock: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

    def next_allowed(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The moment itself, or the end of the quiet hours that it lies in (UTC)."""
        local = moment.astimezone(zone)
        if not self.covers(local.time()):
            return moment.astimezone(UTC)
        day = local.date() if local.time() < self.end else local.date() + timedelta(days=1)
        return _at(day, self.end, zone)

    def last_allowed(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The moment itself, or an hour before the quiet hours that it lies in (UTC)."""
        local = moment.astimezone(zone)
        if not self.covers(local.time()):
            return moment.astimezone(UTC)
        day = local.date() if local.time() >= self.begin else local.date() - timedelta(days=1)
        return _at(day, self.begin, zone) - timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReminderRules:
    """What an installation decides."""

    quiet: QuietHours = QuietHours()
    most: int = 2
    """So many reminders of one check-in, then it is staff who ask."""


DEFAULT_RULES = ReminderRules()


def reminder_times(
    due: DueCheckIn, *, remind_at: time, zone: ZoneInfo, rules: ReminderRules = DEFAULT_RULES
) -> tuple[datetime, ...]:
    """When this check-in is reminded of, in order (UTC); the first has number 1.

    ``remind_at`` is on the clock of ``zone``, the patient's.
    """
    first = rules.quiet.next_allowed(_first(due, remind_at, zone), zone)
    if rules.most < 1 or not due.opens_at <= first < due.closes_at:
        return ()
    last = rules.quiet.last_allowed(due.closes_at - LAST_CHANCE_BEFORE, zone)
    if rules.most < 2 or last - first < APART:
        return (first,)
    between = [
        at
        for at in _chosen_hours(first + timedelta(minutes=1), last - APART, remind_at, zone)
        if not rules.quiet.covers(at.astimezone(zone).time()) and at - first >= APART
    ]
    return (first, *between[: rules.most - 2], last)


def number_due(
    due: DueCheckIn,
    *,
    remind_at: time,
    zone: ZoneInfo,
    now: datetime,
    rules: ReminderRules = DEFAULT_RULES,
) -> int:
    """The number of the reminder to send now; 0 for none.

    Somebody who could not be written to at their hour (a new course, a sender that was off) is
    written to at the next such hour, unless the check-in closes before.
    """
    times = reminder_times(due, remind_at=remind_at, zone=zone, rules=rules)
    number = sum(at <= now for at in times)
    if number == 0 or rules.quiet.covers(now.astimezone(zone).time()):
        return 0
    is_last_chance = number == len(times) > 1
    if is_last_chance or now - times[number - 1] <= ON_TIME:
        return number
    end = times[-1] if len(times) > 1 else due.closes_at
    came = _chosen_hours(now - ON_TIME, now + timedelta(microseconds=1), remind_at, zone)
    coming = _chosen_hours(now, end, remind_at, zone)
    return number if any(came) or not any(coming) else 0


def _first(due: DueCheckIn, remind_at: time, zone: ZoneInfo) -> datetime:
    """On its own day where it is open and not late then; else the first such hour while it is open;
    else as soon as it opens.
    """
    own_day = _at(due.due_on, remind_at, zone)
    if due.opens_at <= own_day < due.late_from:
        return own_day
    return next(_chosen_hours(due.opens_at, due.closes_at, remind_at, zone), due.opens_at)


def _chosen_hours(
    begin: datetime, end: datetime, remind_at: time, zone: ZoneInfo
) -> Iterator[datetime]:
    """Every coming of that hour from `begin` to before `end`."""
    day = begin.astimezone(zone).date()
    while (at := _at(day, remind_at, zone)) < end:
        if at >= begin:
            yield at
        day += timedelta(days=1)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A time of day as an instant. One that the clocks skip comes an hour later."""
    return datetime.combine(day, clock, zone).astimezone(UTC)
