"""A date and a time that somebody typed, as an instant. Left empty they mean now."""

from __future__ import annotations

from datetime import date, datetime, time

from tracker.domain.clinic import Clinic
from tracker.domain.errors import Refused
from tracker.domain.local_time import NoSuchLocalTime, came_twice, to_instant


def typed_moment(
    day: date | None,
    at: time | None,
    *,
    clinic: Clinic,
    now: datetime,
    field: str,
    taken_at: datetime | None = None,
) -> datetime:
    """The instant of a typed date and time; without a time now, without a date today.

    `taken_at` is when the browser says that the form was filled, for forms that waited for a
    connection: it stands for now, and its day for today.
    Raises `Refused` for a date without a time and for a time that the clocks skipped.
    """
    then = taken_at or now
    if at is None:
        if day is not None and day != clinic.date_of(then):
            raise Refused("Enter the time too.", field=field)
        return then
    try:
        return to_instant(day or clinic.date_of(then), at, clinic.zone)
    except NoSuchLocalTime as problem:
        raise Refused(str(problem), field=field) from None


def twice_note(day: date | None, at: time | None, *, clinic: Clinic, now: datetime) -> str:
    """What to say when the typed time came twice that night; empty when it did not."""
    if at is None or not came_twice(day or clinic.date_of(now), at, clinic.zone):
        return ""
    return f" The clocks went back: {at:%H:%M} was taken as the first of two."


def whole_minute(moment: datetime) -> datetime:
    """The minute of an instant: what a clock on the wall shows."""
    return moment.replace(second=0, microsecond=0)
