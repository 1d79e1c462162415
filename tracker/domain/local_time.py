"""From the clinic's wall clock to an instant, and which instants a form may name."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MAY_BE_AHEAD = timedelta(minutes=5)
"""How far a typed time may be ahead of the server's clock: wall clocks are rarely exact."""


def fixed_text(instant: datetime) -> str:
    """An instant in UTC as text of one fixed width, so that the order of texts is that of time."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")[: -len("+00:00")] + "Z"


class NoSuchLocalTime(ValueError):
    """A time that the wall clock skipped when the clocks went forward."""

    def __init__(self, day: date, at: time) -> None:
        super().__init__(
            f"The clocks went forward on {day:%-d %b %Y}: {at:%H:%M} did not exist on that day. "
            "Enter the time that the clock showed."
        )


def to_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant at which the clinic's clock showed this date and time.

    A time that came twice, when the clocks went back, is taken as its first coming (see
    `came_twice`). Raises `NoSuchLocalTime` for a time that was skipped.
    """
    local = datetime.combine(day, at.replace(fold=0), tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchLocalTime(day, at)
    return instant


def came_twice(day: date, at: time, zone: ZoneInfo) -> bool:
    """Whether the clinic's clock showed this time twice on that day."""
    first = datetime.combine(day, at.replace(fold=0), tzinfo=zone)
    second = first.replace(fold=1)
    return first.utcoffset() != second.utcoffset() and second.utcoffset() == (
        second.astimezone(UTC).astimezone(zone).utcoffset()
    )


def is_in_future(moment: datetime, now: datetime) -> bool:
    """Whether an instant lies further ahead than clocks differ."""
    return moment > now + MAY_BE_AHEAD
