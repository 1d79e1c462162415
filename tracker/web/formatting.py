"""How dates, times and numbers read on every page, whatever the language of the machine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from tracker.domain.clinic import Clinic

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(on: date) -> str:
    """ "Mon 23 Nov 2026"."""
    return f"{day_short(on)} {on.year}"


def day_short(on: date) -> str:
    """ "Mon 23 Nov", where the year is clear."""
    return f"{_DAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]}"


def birthday(on: date) -> str:
    """ "6 May 1984": a date of birth has no weekday."""
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def clock_time(at: datetime | time) -> str:
    """ "14:05" of a local time."""
    return f"{at:%H:%M}"


def spoken_time(at: datetime | time) -> str:
    """ "2:05 p.m." of a local time, as patients read it."""
    return f"{(at.hour - 1) % 12 + 1}:{at:%M} {'a.m.' if at.hour < 12 else 'p.m.'}"


def sentence(words: str) -> str:
    """With a full stop, which "p.m." has already."""
    return words if words.endswith(".") else f"{words}."


def moment(at: datetime, clinic: Clinic) -> str:
    """A UTC instant on the clinic's wall clock: "Mon 23 Nov 2026, 14:05"."""
    local = clinic.local(at)
    return f"{day(local.date())}, {clock_time(local)}"


def number(value: Decimal | int | float) -> str:
    """A number without trailing zeros: "41.2", "40"."""
    return f"{Decimal(str(value)).normalize():f}"


def count(how_many: int, one: str, many: str = "") -> str:
    """ "1 infusion", "3 infusions"."""
    return f"{how_many} {one if how_many == 1 else many or one + 's'}"


def listing(words: Iterable[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    parts = list(words)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
