"""What the due check-ins of a course follow from: its dates, its appointments, what was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from tracker.domain.courses import CourseState

MAINTENANCE_DAILY_DAYS = 7
"""Daily check-ins go on for a week after the last infusion of the series, then only what is asked
in maintenance and after a booster. A choice of the project."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InfusionTimes:
    """A given infusion; ``ended_at`` is None while it runs. Aware UTC instants.

    ``planned_id`` is the appointment that it was given at.
    """

    id: UUID
    started_at: datetime
    ended_at: datetime | None
    planned_id: UUID | None = None
    is_booster: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ComingInfusion:
    """An appointment that nothing came of yet. Date and time are the clinic's local ones."""

    planned_id: UUID
    planned_on: date
    planned_time: time | None = None
    is_booster: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseDates:
    """What the due check-ins of a course follow from. Dates are the clinic's local dates.

    ``first_infusion_on`` is the planned date of infusion 1 and counts until it was given.
    ``asked_from_on`` is the first date on which the patient can be asked: nothing from before
    the course was planned is ever missed. ``daily_until`` ends the daily check-ins (say, with the
    last infusion's week); ``ended_on`` ends everything but the follow-ups of a course that was
    completed. Both are the last date that counts. ``is_series_over`` says that no infusion of the
    series is to come, in maintenance and afterwards. ``patient_zone`` is the patient's own where
    they set one; ``weekly_weekday`` is the weekday that they chose, Monday 0.
    """

    course_id: UUID
    first_infusion_on: date
    asked_from_on: date
    infusions: Sequence[InfusionTimes] = ()
    coming: Sequence[ComingInfusion] = ()
    daily_until: date | None = None
    ended_on: date | None = None
    is_series_over: bool = False
    is_in_maintenance: bool = False
    is_followed_up: bool = False
    patient_zone: ZoneInfo | None = None
    weekly_weekday: int | None = None

    @property
    def first_started_at(self) -> datetime | None:
        return min((infusion.started_at for infusion in self.infusions), default=None)

    def ends_before(self, day: date) -> bool:
        """Whether the course ended before this day."""
        return self.ended_on is not None and day > self.ended_on

    def in_state(self, state: CourseState, zone: ZoneInfo) -> CourseDates:
        """What the state of the course changes. ``zone`` is the clinic's."""
        is_maintained = state is CourseState.MAINTENANCE
        dates = replace(
            self,
            is_series_over=is_maintained or state is CourseState.COMPLETED,
            is_in_maintenance=is_maintained,
            is_followed_up=state is CourseState.COMPLETED,
        )
        series = [each.started_at for each in self.infusions if not each.is_booster]
        if not is_maintained or not series:
            return dates
        last_on = max(series).astimezone(zone).date()
        return replace(dates, daily_until=last_on + timedelta(days=MAINTENANCE_DAILY_DAYS))
