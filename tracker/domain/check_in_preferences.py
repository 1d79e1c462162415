"""How a patient wants to be asked: in which language, by which clock, on which weekday, and how
they are reminded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from functools import cache
from zoneinfo import available_timezones

from tracker.domain.errors import Refused
from tracker.domain.languages import Language, to_say
from tracker.domain.reminders import RemindBy


@dataclass(frozen=True, kw_only=True, slots=True)
class Preferences:
    """What a patient chose. Empty is not chosen: the browser's language, the clinic's zone, the
    weekday of infusion 1 (Monday is 0), no reminders. ``remind_at`` is on the patient's clock.
    ``sees_own_trend``: the page after sending shows how the answers went so far.
    """

    language: Language | None = None
    timezone: str | None = None
    weekly_weekday: int | None = None
    remind_by: RemindBy = RemindBy.NONE
    remind_at: time | None = None
    sees_own_trend: bool = True


@cache
def zones() -> tuple[str, ...]:
    """The names of places that a zone may be chosen by: no bare offsets, which know no summer."""
    return tuple(sorted(name for name in available_timezones() if _is_of_a_place(name)))


def _is_of_a_place(name: str) -> bool:
    return "/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/"))


def check_preferences(new: Preferences, *, email: str = "", phone: str = "") -> None:
    """Raise `Refused` for a zone that is not one of a place, for a weekday that is none, and for
    reminders without an hour or without an address in the record.
    """
    _check_reminders(new, email=email, phone=phone)
    if new.timezone is not None and new.timezone not in zones():
        raise Refused(to_say("Choose a time zone from the list."), field="timezone")
    if new.weekly_weekday is not None and new.weekly_weekday not in range(7):
        raise Refused(to_say("Choose a day of the week."), field="weekly_weekday")


def _check_reminders(new: Preferences, *, email: str, phone: str) -> None:
    if new.remind_by is RemindBy.NONE:
        return
    if new.remind_at is None:
        problem = to_say("Choose at what time you want to be reminded.")
        raise Refused(problem, field="remind_at")
    if new.remind_by is RemindBy.EMAIL and not email:
        problem = to_say("There is no e-mail address in the record. Ask your care team to add it.")
        raise Refused(problem, field="remind_by")
    if new.remind_by is RemindBy.SMS and not phone:
        problem = to_say(
            "There is no telephone number in the record. Ask your care team to add it."
        )
        raise Refused(problem, field="remind_by")
