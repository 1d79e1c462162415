"""One course on the calendars of its clinic and its patient, and the slots that rules put on it.

A patient's days begin at their own midnight, also where the clocks change. An appointment's day is
the clinic's, for that is where it takes place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from functools import cached_property, lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from tracker.domain.due.course_dates import CourseDates
from tracker.domain.instrument_uses import AskRule

MIDNIGHT = time(0)
UPCOMING_DAYS = 7
"""How far ahead upcoming check-ins are listed. A choice of the project."""


@lru_cache(maxsize=4096)
def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Worked out once: the courses of a clinic share their days."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


class Rank(IntEnum):
    """Which of two slots of one instrument stays when they come too close: the lower number."""

    ONCE = 0
    AT_INFUSION = 1
    RHYTHM = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A window in which one instrument is asked. ``listed_from`` is when it is first shown."""

    instrument_key: str
    due_key: str
    due_on: date
    opens_at: datetime
    late_from: datetime
    closes_at: datetime
    listed_from: date
    rank: Rank
    rule: AskRule | None = None
    infusion_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The course at ``now`` (aware). ``zone`` is the clinic's; ``answered`` goes by due key.

    ``ahead_days`` is how far a rhythm is laid: beyond what is listed where slots of one instrument
    can push each other aside. ``only``: a rhythm need not lay the slots of other due keys.
    """

    course: CourseDates
    zone: ZoneInfo
    now: datetime
    answered: Mapping[str, datetime]
    ahead_days: int = UPCOMING_DAYS
    only: str | None = None

    @cached_property
    def until(self) -> date:
        """The last day that a rhythm is laid to."""
        return self.today + timedelta(days=self.ahead_days)

    @cached_property
    def patient_zone(self) -> ZoneInfo:
        return self.course.patient_zone or self.zone

    @cached_property
    def today(self) -> date:
        """The patient's date."""
        return self.day_of(self.now)

    def day_of(self, instant: datetime) -> date:
        """The patient's date of an instant."""
        return instant.astimezone(self.patient_zone).date()

    def at(self, day: date, clock: time = MIDNIGHT) -> datetime:
        """When the patient's clock shows this."""
        return _instant(day, clock, self.patient_zone)

    def clinic_at(self, day: date, clock: time = MIDNIGHT) -> datetime:
        """When the clinic's clock shows this."""
        return _instant(day, clock, self.zone)

    def clinic_day_of(self, instant: datetime) -> date:
        """The clinic's date of an instant: the date of an appointment."""
        return instant.astimezone(self.zone).date()

    @cached_property
    def anchor(self) -> date:
        """The day of infusion 1: as it was given, else as it is planned."""
        started_at = self.course.first_started_at
        return (
            self.course.first_infusion_on if started_at is None else self.clinic_day_of(started_at)
        )

    @cached_property
    def series_days(self) -> tuple[date, ...]:
        """The days of the series' infusions in order: those given, then those to come.

        One that is still to come has not taken place before today, whatever its date says.
        """
        given = [
            self.clinic_day_of(each.started_at)
            for each in self.course.infusions
            if not each.is_booster
        ]
        if self.course.is_series_over:
            return tuple(sorted(given))
        today = self.clinic_day_of(self.now)
        coming = [max(each.planned_on, today) for each in self.course.coming if not each.is_booster]
        return (*sorted(given), *sorted(coming))

    @cached_property
    def last_on(self) -> date | None:
        """The day of the last infusion of the series; None before infusion 1 was given."""
        if self.course.first_started_at is None:
            return None
        return max(self.series_days, default=None)

    def ends_before(self, day: date) -> bool:
        """Whether the course ended before this day."""
        return self.course.ends_before(day)
