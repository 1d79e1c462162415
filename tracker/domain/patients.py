"""What is asked about a patient, and how typed dates are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

EARLIEST_BIRTH = date(1900, 1, 1)
MOST_UNAVAILABLE_DAYS = 366

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WORDS = re.compile(r"(?:[a-z]{3,9}\.? )?(\d{1,2})\.? ([a-z]{3,9})\.? (\d{4})")
_SEPARATORS = re.compile(r"[,;\n]")
_RANGE = re.compile(r"\s+to\s+|\s*–\s*")


class UnreadableDates(ValueError):
    """A list of dates has something in it that is no date; the message says what to change."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientDetails:
    """What a clinic writes down when it registers a patient.

    `unavailable_on` are the days on which the patient cannot come.
    """

    record_number: str
    given_name: str
    family_name: str
    born_on: date
    phone: str = ""
    email: str = ""
    allergies: str = ""
    escort: str = ""
    unavailable_on: frozenset[date] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


def problem_with_birth(born_on: date, today: date) -> str | None:
    """What is wrong with a date of birth, in words; None when nothing is."""
    if born_on > today:
        return "The date of birth is in the future. Check the year."
    if born_on < EARLIEST_BIRTH:
        return "Enter a date of birth in 1900 or later."
    return None


def age_years(born_on: date, today: date) -> int:
    """Whole years on a day; somebody born on 29 February is a year older from 1 March."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def read_dates(text: str) -> frozenset[date]:
    """Dates from typed text, one a line or with commas between: "2026-11-24", "24 Nov 2026".

    "24 Dec 2026 to 2 Jan 2027" stands for every day of the span. Raises `UnreadableDates`.
    """
    found: set[date] = set()
    for part in (part.strip() for part in _SEPARATORS.split(text)):
        if part:
            found.update(_days_of(part))
        if len(found) > MOST_UNAVAILABLE_DAYS:
            raise UnreadableDates(f"List at most {MOST_UNAVAILABLE_DAYS} days.")
    return frozenset(found)


def write_dates(days: frozenset[date]) -> str:
    """The same dates as text that `read_dates` reads back: one a line."""
    return "\n".join(day.isoformat() for day in sorted(days))


def _days_of(part: str) -> list[date]:
    ends = [_one(end, part) for end in _RANGE.split(part, maxsplit=1)]
    first, last = ends[0], ends[-1]
    span = (last - first).days
    if span < 0:
        raise UnreadableDates(f"“{_shortened(part)}” ends before it begins.")
    if span > MOST_UNAVAILABLE_DAYS:
        raise UnreadableDates(f"“{_shortened(part)}” is more than a year.")
    return [first + timedelta(days=n) for n in range(span + 1)]


def _one(text: str, part: str) -> date:
    numbers = _numbers(" ".join(text.casefold().split()))
    if numbers is None:
        raise UnreadableDates(
            f"“{_shortened(part)}” is not a date. Write it as 2026-11-24 or 24 Nov 2026."
        )
    year, month, day = numbers
    if not 2000 <= year <= 2100:
        raise UnreadableDates(f"“{_shortened(part)}”: enter a year from 2000 to 2100.")
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableDates(f"“{_shortened(part)}”: this date does not exist.") from None


def _numbers(text: str) -> tuple[int, int, int] | None:
    if not text.isascii():
        return None
    if found := _ISO.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if (found := _WORDS.fullmatch(text)) and found[2][:3] in _MONTHS:
        return int(found[3]), _MONTHS.index(found[2][:3]) + 1, int(found[1])
    return None


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
