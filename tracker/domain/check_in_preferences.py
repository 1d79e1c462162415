"""How a patient wants to be asked: in which language, by which clock, on which weekday."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from tracker.domain.errors import Refused
from tracker.domain.languages import Language, to_say


@dataclass(frozen=True, kw_only=True, slots=True)
class Preferences:
    """What a patient chose. Empty is not chosen: the browser's language, the clinic's zone, the
    weekday of infusion 1 (Monday is 0).
    """

    language: Language | None = None
    timezone: str | None = None
    weekly_weekday: int | None = None


@cache
def zones() -> tuple[str, ...]:
    """The names of places that a zone may be chosen by: no bare offsets, which know no summer."""
    return tuple(sorted(name for name in available_timezones() if _is_of_a_place(name)))


def _is_of_a_place(name: str) -> bool:
    return "/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/"))


def check_preferences(new: Preferences) -> None:
    """Raise `Refused` for a zone that is not one of a place, and for a weekday that is none."""
    if new.timezone is not None and new.timezone not in zones():
        raise Refused(to_say("Choose a time zone from the list."), field="timezone")
    if new.weekly_weekday is not None and new.weekly_weekday not in range(7):
        raise Refused(to_say("Choose a day of the week."), field="weekly_weekday")
