"""The rows of a report's tables: finished words, one field a column.

A field left blank says so in words ("Not recorded", "No data"), on screen and on paper alike, so
that an empty cell can never be read as a zero or as a printing fault.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

NOT_RECORDED = "Not recorded"
NO_DATA = "No data"
NONE_RECORDED = "None recorded"


def cell(blank: str = NOT_RECORDED) -> str:
    """A column that reads ``blank`` when nothing is known."""
    declared: str = field(default=blank, metadata={"blank": blank})
    return declared


def fill_blanks(row: Any) -> None:
    """Put the declared words into every blank column of a frozen row."""
    for column in fields(row):
        blank = column.metadata.get("blank")
        if blank is not None and not str(getattr(row, column.name) or "").strip():
            object.__setattr__(row, column.name, blank)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row whose blank columns say that they are blank."""

    def __post_init__(self) -> None:
        fill_blanks(self)


@dataclass(frozen=True, kw_only=True, slots=True)
class InfusionRow(Row):
    """One infusion, planned or given. Columns as in the course table of a referral letter."""

    number: str
    """"1", "2", … or "B1", "B2", … for boosters."""
    date: str
    day: str = cell(NO_DATA)
    """Day of the course; day 1 is the day of infusion 1."""
    dose_per_kg: str = cell()
    """In mg/kg, without the unit: the heading has it."""
    weight: str = cell()
    """In kg, without the unit."""
    dose: str = cell()
    """In mg, without the unit."""
    minutes: str = cell()
    peak_blood_pressure: str = cell()
    """Systolic/diastolic in mmHg, without the unit."""
    lowest_oxygen: str = cell()
    """Lowest SpO2 in percent, without the unit."""
    cadss6: str = cell()
    """The highest CADSS-6 since the start (0 to 24)."""
    observed: str = cell()
    """Minutes from the end until the patient left."""
    events: str = cell(NONE_RECORDED)
    state: str = cell(NO_DATA)
    """"Given", "Given in part", "Planned", "Missed", "Cancelled"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreRow(Row):
    """One score on one scale."""

    date: str
    instrument: str
    total: str = cell(NO_DATA)
    """With the range of the scale, such as "58 of 80"."""
    change: str = cell(NO_DATA)
    """Against the baseline, with its sign; the word "baseline" on the baseline's own row."""
    percent: str = cell(NO_DATA)
    status: str = cell(NO_DATA)
    answered: str = cell(NO_DATA)
    """"18 of 20"."""
    flags: str = cell("None")
    """What a reader must know: "2 skipped", "typed from paper", "late"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupRow(Row):
    """One symptom group or scale part, first and latest."""

    group: str
    range: str = cell(NO_DATA)
    baseline: str = cell(NO_DATA)
    latest: str = cell(NO_DATA)
    change: str = cell(NO_DATA)
    percent: str = cell(NO_DATA)


@dataclass(frozen=True, kw_only=True, slots=True)
class TherapyRow(Row):
    """One therapy session."""

    date: str
    kind: str = cell()
    """Modality and format in words."""
    therapist: str = cell()
    minutes: str = cell()
    state: str = cell(NO_DATA)
    """"Held", "Missed", "Planned", "Cancelled"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeworkRow(Row):
    """The homework of one therapy session."""

    date: str
    agreed: str = cell()
    done: str = cell()
    """Of what was agreed the time before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MedicineRow(Row):
    """A medicine beside the treatment: taken already when the course began, or a change since."""

    date: str
    what: str
    """"Sertraline 50 mg → 100 mg"."""
    when: str = cell(NO_DATA)
    """"Taken when the course began", "Changed during the course"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialRow(Row):
    """One treatment that was tried before the course."""

    treatment: str
    treatment_class: str = cell()
    dose: str = cell()
    when: str = cell()
    """"3 Mar 2021 to 8 Sep 2021"."""
    duration: str = cell()
    taken: str = cell()
    """How much of what was prescribed was taken, "80 %"."""
    adequacy: str = cell()
    outcome: str = cell()
    ended_because: str = cell()


@dataclass(frozen=True, kw_only=True, slots=True)
class EventRow(Row):
    """One side effect or event."""

    date: str
    what: str
    grade: str = cell()
    action: str = cell()
    outcome: str = cell()


@dataclass(frozen=True, kw_only=True, slots=True)
class InstrumentRow(Row):
    """One instrument behind the scores: which version was used and what it is."""

    name: str
    version: str = cell()
    recall: str = cell()
    """The time that its questions ask about, such as "past 7 days"."""
    direction: str = cell()
    """"Lower is better" or "Higher is better"."""
    standing: str = cell()
    """"Own questions, not a validated scale" or "Published scale"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ThresholdRow(Row):
    """One threshold that a status in this report rests on, and where it comes from."""

    what: str
    value: str
    source: str = cell()
