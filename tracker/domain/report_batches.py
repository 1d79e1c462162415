"""The letters of a clinic's month, made together: what is asked for and how far it is."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.domain.errors import Refused
from tracker.domain.languages import Language
from tracker.domain.report_kinds import Period, ReportKind

KEPT_FOR = timedelta(days=7)
"""How long a finished file can be downloaded (project default)."""
LEASE = timedelta(minutes=2)
"""A letter that was taken for longer is taken again: whoever had it is gone."""
MOST_TRIES = 3
MOST_COURSES = 500
MONTHS_OFFERED = 24
BATCH_KINDS = (ReportKind.REFERRER, ReportKind.PATIENT, ReportKind.INSURER)


class BatchState(StrEnum):
    """Where a batch stands."""

    QUEUED = "queued"
    DONE = "done"
    DELETED = "deleted"


class LetterState(StrEnum):
    """Where one letter of a batch stands."""

    QUEUED = "queued"
    MAKING = "making"
    MADE = "made"
    FAILED = "failed"


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One month of the calendar."""

    year: int
    number: int

    @classmethod
    def of(cls, on: date) -> Month:
        return cls(on.year, on.month)

    @classmethod
    def read(cls, text: str) -> Month:
        """ "2026-10". Raises `Refused`."""
        try:
            return cls.of(date.fromisoformat(f"{text}-01"))
        except ValueError:
            raise Refused("Choose a month from the list.", field="month") from None

    @property
    def first_on(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_on(self) -> date:
        return self.first_on.replace(day=calendar.monthrange(self.year, self.number)[1])

    @property
    def period(self) -> Period:
        return Period(self.first_on, self.last_on)

    @property
    def words(self) -> str:
        """ "October 2026"."""
        return f"{calendar.month_name[self.number]} {self.year}"

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    def before(self) -> Month:
        return Month.of(self.first_on - timedelta(days=1))


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchWish:
    """The letters of one kind about one month."""

    month: Month
    kind: ReportKind
    language: Language = Language.ENGLISH


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchCounts:
    """How far a batch is."""

    all: int
    made: int
    failed: int

    @property
    def settled(self) -> int:
        return self.made + self.failed


def months_to(today: date, *, since: date | None) -> tuple[Month, ...]:
    """The months that can be chosen, this one first, back to the one of the first record."""
    found = [Month.of(today)]
    first = Month.of(since or today)
    while len(found) < MONTHS_OFFERED and found[-1] > first:
        found.append(found[-1].before())
    return tuple(found)


def check_month(month: Month, *, today: date) -> None:
    """Raise `Refused` for a month that has not begun."""
    if month > Month.of(today):
        raise Refused("This month has not begun. Choose an earlier one.", field="month")


def letter_name(place: int, record_number: str, month: Month) -> str:
    """The name of one file inside: by record number, without the patient's name."""
    plain = "".join(each if each.isascii() and each.isalnum() else "-" for each in record_number)
    return f"{place:03}-{plain[:40] or 'x'}-{month}.pdf"
