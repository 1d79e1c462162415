"""What is asked at every infusion: before it starts, hours after it ended, about a day later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from tracker.domain.due import keys
from tracker.domain.due.course_dates import ComingInfusion, CourseDates
from tracker.domain.due.timeline import UPCOMING_DAYS, Rank, Slot, Timeline
from tracker.domain.instrument_uses import AfterInfusion, BeforeInfusion, NextDay

NOON = time(12)


def before_infusions(instrument_key: str, rule: BeforeInfusion, line: Timeline) -> Iterator[Slot]:
    """On the clinic's day of each infusion until it starts; late from the planned time.

    The key is the appointment's, so that one that moves does not ask again.
    """
    for given in line.course.infusions:
        if given.planned_id is not None and (rule.with_boosters or not given.is_booster):
            day = line.clinic_day_of(given.started_at)
            window = (line.clinic_at(day), given.started_at, given.started_at)
            yield from _before(instrument_key, rule, line, given.planned_id, day, window)
    for coming in line.course.coming:
        day = coming.planned_on
        if (rule.with_boosters or not coming.is_booster) and not line.ends_before(day):
            closes_at = line.clinic_at(day + timedelta(days=1))
            window = (line.clinic_at(day), _planned_at(coming, line) or closes_at, closes_at)
            yield from _before(instrument_key, rule, line, coming.planned_id, day, window)


def _planned_at(coming: ComingInfusion, line: Timeline) -> datetime | None:
    if coming.planned_time is None:
        return None
    return line.clinic_at(coming.planned_on, coming.planned_time)


def _before(
    instrument_key: str,
    rule: BeforeInfusion,
    line: Timeline,
    planned_id: UUID,
    day: date,
    window: tuple[datetime, datetime, datetime],
) -> Iterator[Slot]:
    if day < line.course.asked_from_on:
        return
    opens_at, late_from, closes_at = (moment.astimezone(UTC) for moment in window)
    yield Slot(
        instrument_key=instrument_key,
        due_key=keys.of_infusion(instrument_key, "before", planned_id),
        due_on=day,
        opens_at=opens_at,
        late_from=late_from,
        closes_at=closes_at,
        listed_from=day - timedelta(days=UPCOMING_DAYS),
        rank=Rank.AT_INFUSION,
        rule=rule,
    )


def after_infusions(
    instrument_key: str, rule: AfterInfusion | NextDay, line: Timeline
) -> Iterator[Slot]:
    """Hours after each infusion that has ended; of the patient's date on which it opens."""
    word = "after-infusion" if isinstance(rule, AfterInfusion) else "next-day"
    hours = (rule.opens_hours, rule.late_hours, rule.closes_hours)
    for infusion in line.course.infusions:
        if infusion.ended_at is None:
            continue
        ended_at = infusion.ended_at.astimezone(UTC)
        opens_at, late_from, closes_at = (ended_at + timedelta(hours=count) for count in hours)
        yield Slot(
            instrument_key=instrument_key,
            due_key=keys.of_infusion(instrument_key, word, infusion.id),
            due_on=line.day_of(opens_at),
            opens_at=opens_at,
            late_from=late_from,
            closes_at=closes_at,
            listed_from=line.day_of(ended_at),
            rank=Rank.AT_INFUSION,
            rule=rule,
            infusion_id=infusion.id,
        )


def days_after_coming(
    rule: AfterInfusion | NextDay, course: CourseDates, zone: ZoneInfo
) -> Iterator[date]:
    """The patient's days on which it would open, if each infusion to come ends when it is planned
    to begin. Nothing can be answered by it: a slot takes an infusion that has ended.
    """
    for coming in course.coming:
        if course.ends_before(coming.planned_on):
            continue
        clock = coming.planned_time or NOON
        at = datetime.combine(coming.planned_on, clock, zone).astimezone(UTC)
        opens_at = at + timedelta(hours=rule.opens_hours)
        yield opens_at.astimezone(course.patient_zone or zone).date()
