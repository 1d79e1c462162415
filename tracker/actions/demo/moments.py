"""The day that every story is told from, and the ids that never change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from tracker.domain.clinic import WEEKDAYS, OpenDays
from tracker.domain.local_time import to_instant
from tracker.domain.schedule import ClinicDays

ZONE = ZoneInfo("America/New_York")
STEP_MINUTES = 15
_FAMILY = UUID("6b1f0a52-35c1-5d0c-9a5b-0d5f0c1e7a11")

Row = dict[str, Any]


def known_id(name: str) -> UUID:
    """The same id for the same name, on every machine and every day."""
    return uuid5(_FAMILY, name)


def dice(name: str) -> Random:
    """Chance that falls the same way for the same name, whatever the date."""
    return Random(name)  # noqa: S311 - noise in fictitious numbers, no secret


@dataclass(frozen=True, kw_only=True, slots=True)
class Present:
    """Now, as the stories see it: an instant (aware, UTC) on a step of 15 minutes.

    Only what happens today follows the hour; everything else follows the date alone.
    """

    moment: datetime

    @classmethod
    def of(cls, now: datetime) -> Present:
        """The step of the clock that `now` falls into."""
        now = now.astimezone(UTC)
        minute = now.minute - now.minute % STEP_MINUTES
        return cls(moment=now.replace(minute=minute, second=0, microsecond=0))

    @property
    def today(self) -> date:
        return self.moment.astimezone(ZONE).date()

    def day(self, ahead: int) -> date:
        return self.today + timedelta(days=ahead)

    def ago(self, minutes: float) -> datetime:
        """An instant some minutes back, but not before today's midnight."""
        midnight = at(self.today, time(0))
        return max(self.moment - timedelta(minutes=minutes), midnight)

    def later_today(self, minutes: int) -> time:
        """A time on the clinic's clock some minutes ahead, still today."""
        local = (self.moment + timedelta(minutes=minutes)).astimezone(ZONE)
        return local.time() if local.date() == self.today else time(23, 45)

    @property
    def closed_on(self) -> date:
        """One day off in the near future, so that a plan has something to go around."""
        return next(day for day in map(self.day, range(9, 14)) if day.weekday() < 5)

    @property
    def open_weekdays(self) -> frozenset[int]:
        """Monday to Friday, and today: the demonstration always has a working day to show."""
        return frozenset({0, 1, 2, 3, 4, self.today.weekday()})

    @property
    def open_words(self) -> str:
        return ",".join(word for n, word in enumerate(WEEKDAYS) if n in self.open_weekdays)

    @property
    def open_days(self) -> OpenDays:
        return OpenDays(weekdays=self.open_weekdays, closed_on=frozenset({self.closed_on}))

    @property
    def clinic_days(self) -> ClinicDays:
        return ClinicDays(open_weekdays=self.open_weekdays, closed_on=frozenset({self.closed_on}))


def at(day: date, clock: time) -> datetime:
    """The instant of a time on the clinic's clock. Midnight always exists there."""
    return to_instant(day, clock, ZONE)


def clock_of(moment: datetime) -> time:
    """What the clinic's clock shows, to five minutes."""
    local = moment.astimezone(ZONE)
    return time(local.hour, local.minute - local.minute % 5)
