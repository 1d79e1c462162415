"""Courses that go on from day to day, for the rules of what is due: given, moved, answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from tracker.domain.courses import CourseState
from tracker.domain.due import (
    ComingInfusion,
    CourseDates,
    DueCheckIn,
    InfusionTimes,
    due_check_ins,
)
from tracker.domain.instrument_uses import InstrumentUse

NEW_YORK = ZoneInfo("America/New_York")
COURSE = UUID(int=7)
FIRST = date(2026, 11, 2)  # a Monday
ASKED_FROM = date(2026, 10, 1)


def moment(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    """An instant as the clock of a zone shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@dataclass
class Appointment:
    """An infusion of the series, from its planning to its end."""

    number: int
    planned_on: date
    given_on: date | None = None
    is_booster: bool = False

    @property
    def planned_id(self) -> UUID:
        return UUID(int=100 + self.number)

    @property
    def id(self) -> UUID:
        return UUID(int=200 + self.number)


@dataclass
class Story:
    """A course whose infusions are at ten in the morning of the clinic and take 40 minutes."""

    appointments: list[Appointment]
    uses: Sequence[InstrumentUse]
    zone: ZoneInfo = NEW_YORK
    patient_zone: ZoneInfo | None = None
    weekday: int | None = None
    state: CourseState = CourseState.ACTIVE
    ended_on: date | None = None
    answered: dict[str, datetime] = field(default_factory=dict)

    def dates(self, now: datetime) -> CourseDates:
        given = [each for each in self.appointments if each.given_on is not None]
        coming = [each for each in self.appointments if each.given_on is None]
        first = self.appointments[0]
        return CourseDates(
            course_id=COURSE,
            first_infusion_on=first.planned_on,
            asked_from_on=ASKED_FROM,
            infusions=[times for each in given if (times := self._times(each, now))],
            coming=[
                ComingInfusion(
                    planned_id=each.planned_id,
                    planned_on=each.planned_on,
                    planned_time=time(10),
                    is_booster=each.is_booster,
                )
                for each in coming
            ],
            ended_on=self.ended_on,
            patient_zone=self.patient_zone,
            weekly_weekday=self.weekday,
        ).in_state(self.state, self.zone)

    def _times(self, each: Appointment, now: datetime) -> InfusionTimes | None:
        if each.given_on is None:
            return None
        started_at = datetime.combine(each.given_on, time(10), self.zone).astimezone(UTC)
        ended_at = started_at + timedelta(minutes=40)
        return InfusionTimes(
            id=each.id,
            started_at=started_at,
            ended_at=ended_at if ended_at <= now else None,
            planned_id=each.planned_id,
            is_booster=each.is_booster,
        )

    def due(self, now: datetime, looked_for: str | None = None) -> tuple[DueCheckIn, ...]:
        return due_check_ins(
            self.dates(now),
            zone=self.zone,
            now=now,
            answered=self.answered,
            uses=self.uses,
            looked_for=looked_for,
        )

    def by_key(self, now: datetime) -> dict[str, DueCheckIn]:
        found = {one.due_key: one for one in self.due(now)}
        assert len(found) == len(self.due(now))
        return found

    def give_what_is_planned(self, now: datetime) -> None:
        """Every infusion whose hour has come was given on its day."""
        for each in self.appointments:
            starts_at = datetime.combine(each.planned_on, time(10), self.zone)
            if each.given_on is None and starts_at <= now:
                each.given_on = each.planned_on


def series(count: int, first: date = FIRST, gap_days: int = 4) -> list[Appointment]:
    """Infusions in an even rhythm, none given yet."""
    return [
        Appointment(number=number + 1, planned_on=first + timedelta(days=gap_days * number))
        for number in range(count)
    ]


def given(count: int, first: date = FIRST, gap_days: int = 4) -> list[Appointment]:
    """The same, all given on their days."""
    made = series(count, first, gap_days)
    for each in made:
        each.given_on = each.planned_on
    return made
