"""A clinic as the other layers see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_ENDS_AT = time(17)
"""When the clinic's working day is over, for what has to be done the same day."""
_LOOKS_AHEAD_DAYS = 30
"""How far the next open day is looked for (project default, needs clinical review)."""

ALERT_WAITS_DAYS = 3
"""How many days a safety alert waits at most for a clinic that is closed (project default, needs
clinical review). An administrator may set another number."""
MOST_ALERT_WAITS_DAYS = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenDays:
    """When the clinic is there to read: its weekdays (Monday = 0) and the days it is closed on.

    ``alert_waits_days`` is the clinic's limit for an alert that comes while it is closed.
    """

    weekdays: frozenset[int]
    closed_on: frozenset[date] = frozenset()
    alert_waits_days: int = ALERT_WAITS_DAYS

    def is_open(self, on: date) -> bool:
        return on.weekday() in self.weekdays and on not in self.closed_on

    def next_open(self, after: date) -> date | None:
        """The first open day after another; None when the next 30 days have none."""
        ahead = (after + timedelta(days=n) for n in range(1, _LOOKS_AHEAD_DAYS + 1))
        return next((on for on in ahead if self.is_open(on)), None)

    def waits_until(self, since: date) -> date:
        """The last day on which somebody has to look, open or not, at what came on a day."""
        return since + timedelta(days=self.alert_waits_days)


MONDAY_TO_FRIDAY = OpenDays(weekdays=frozenset(range(5)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Clinic:
    """What every page and document needs to know of the clinic. Local times are in its zone."""

    id: UUID
    name: str
    timezone: str
    address: str = ""
    phone: str = ""
    paper: str = "letter"
    crisis: Mapping[str, Any] | None = field(default=None)
    is_demo: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def local(self, moment: datetime) -> datetime:
        """A UTC instant on the clinic's wall clock."""
        return moment.astimezone(self.zone)

    def date_of(self, moment: datetime) -> date:
        """The clinic's calendar date of a UTC instant."""
        return self.local(moment).date()


def weekday_numbers(open_weekdays: str) -> frozenset[int]:
    """The stored words ("mon,tue") as weekday numbers, Monday = 0."""
    return frozenset(WEEKDAYS.index(word) for word in open_weekdays.split(",") if word)
