"""A clinic as the other layers see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


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
