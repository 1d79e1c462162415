"""What a clinic prints of a course: for whom, of which days, in which language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.errors import Refused


class ReportKind(StrEnum):
    """For whom a report is made, and with it what it may say."""

    REFERRER = "referrer"
    PATIENT = "patient"
    INSURER = "insurer"
    CALENDAR = "calendar"

    @property
    def words(self) -> str:
        """For the choice on the page."""
        return {
            ReportKind.REFERRER: "Referring clinician",
            ReportKind.PATIENT: "Patient",
            ReportKind.INSURER: "Insurer",
            ReportKind.CALENDAR: "Calendar",
        }[self]

    @property
    def is_for_patients(self) -> bool:
        """Whether it comes in the languages that patients are spoken to in."""
        return self in (ReportKind.PATIENT, ReportKind.CALENDAR)


@dataclass(frozen=True, slots=True)
class Period:
    """The days that the tables of a report cover, both ends included; an open end is None."""

    first_on: date | None = None
    last_on: date | None = None

    def __post_init__(self) -> None:
        if self.first_on and self.last_on and self.first_on > self.last_on:
            raise Refused("The period ends before it begins. Swap the two dates.", field="last_on")

    def holds(self, on: date) -> bool:
        """Whether the report tells of what was on this day."""
        after = self.first_on is None or on >= self.first_on
        return after and (self.last_on is None or on <= self.last_on)

    @property
    def is_whole(self) -> bool:
        return self.first_on is None and self.last_on is None


WHOLE_COURSE = Period()
