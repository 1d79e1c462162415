"""How dates, times and numbers read on every page, whatever the language of the machine.

In the language of the request: English for staff. The English forms stay as they are written here;
those of other languages come from CLDR, through Babel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from babel.dates import format_date

from tracker.domain.clinic import Clinic
from tracker.domain.languages import Language
from tracker.web import languages
from tracker.web.languages import gettext

NO_BREAK = "\N{NO-BREAK SPACE}"

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


_PATTERNS = {
    Language.SPANISH: {
        "day": "EEEE d 'de' MMMM 'de' y",
        "day_short": "EEEE d 'de' MMMM",
        "birthday": "d 'de' MMMM 'de' y",
    }
}
"""CLDR's letters. Spanish writes its months in full, and small."""

_SOUNDS_LIKE_Y = re.compile("h?[ií](?!e)", re.IGNORECASE)
"""Before such a word the Spanish "y" becomes "e"."""


def day(on: date) -> str:
    """ "Mon 23 Nov 2026"; "lunes 23 de noviembre de 2026"."""
    return _local("day", on) or f"{day_short(on)} {on.year}"


def day_short(on: date) -> str:
    """ "Mon 23 Nov", where the year is clear; "lunes 23 de noviembre"."""
    return _local("day_short", on) or f"{_DAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]}"


def day_near(on: date, today: date) -> str:
    """ "Mon 23 Nov", with the year where it is not the one of today."""
    return day_short(on) if on.year == today.year else day(on)


def birthday(on: date) -> str:
    """ "6 May 1984": a date of birth has no weekday; "6 de mayo de 1984"."""
    return _local("birthday", on) or f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def identity_note(born_on: date, record_number: str) -> str:
    """What stands beside a name, so that two of one name are told apart."""
    return f"{birthday(born_on)}, record {record_number}"


def _local(kind: str, on: date) -> str:
    """The date as another language than English writes it; empty in English."""
    language = languages.of_request()
    patterns = _PATTERNS.get(language)
    return format_date(on, patterns[kind], locale=language.locale) if patterns else ""


def clock_time(at: datetime | time) -> str:
    """ "14:05" of a local time."""
    return f"{at.hour:02}:{at.minute:02}"


def spoken_time(at: datetime | time) -> str:
    """ "2:05 p.m." of a local time, as patients read it; in Spanish "2:05 p. m.", kept together."""
    half = gettext("a.m.") if at.hour < 12 else gettext("p.m.")
    space = " " if languages.of_request() is Language.ENGLISH else NO_BREAK
    return f"{(at.hour - 1) % 12 + 1}:{at:%M}{space}{half}"


def sentence(words: str) -> str:
    """With a full stop, which "p.m." has already."""
    return words if words.endswith(".") else f"{words}."


def capital(words: str) -> str:
    """With a capital at its beginning: Spanish writes the days of the week small."""
    return words[:1].upper() + words[1:]


def moment(at: datetime, clinic: Clinic) -> str:
    """A UTC instant on the clinic's wall clock: "Mon 23 Nov 2026, 14:05"."""
    local = clinic.local(at)
    return f"{day(local.date())}, {clock_time(local)}"


def number(value: Decimal | int | float) -> str:
    """A number without trailing zeros: "41.2", "40". Spanish of the United States has the same
    point.
    """
    return f"{Decimal(str(value)).normalize():f}"


def count(how_many: int, one: str, many: str = "") -> str:
    """ "1 infusion", "3 infusions"."""
    return f"{how_many} {one if how_many == 1 else many or one + 's'}"


def listing(words: Iterable[str]) -> str:
    """ "a", "a and b", "a, b and c"; "a y b", "a e imprimió" in Spanish."""
    parts = list(words)
    if len(parts) < 2:
        return "".join(parts)
    first, last = ", ".join(parts[:-1]), parts[-1]
    if languages.of_request() is Language.SPANISH and _SOUNDS_LIKE_Y.match(last):
        return f"{first} e {last}"
    return gettext("%(first)s and %(last)s", first=first, last=last)
