"""What a progress report says: one frozen value, the same for the page on screen and for the PDF.

Everything is finished words: dates and numbers are already written as they will be read. Building
one is the caller's work; nothing here queries, computes or reads the clock. A section that is
``None`` is left out; a section with no rows is printed and says that there is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from tracker.reports.document import Layout, Paper, as_json, check_generated_at
from tracker.reports.report_rows import (
    NO_DATA,
    EventRow,
    GroupRow,
    HomeworkRow,
    InfusionRow,
    InstrumentRow,
    MedicineRow,
    Row,
    ScoreRow,
    TherapyRow,
    ThresholdRow,
    TrialRow,
    cell,
)

DOCUMENT_TITLE = "Progress report"
"""The title inside the file: neutral, because file listings and viewers show it to anyone."""

OFF_LABEL = (
    "Ketamine for post-traumatic stress disorder is an off-label use: the medicine is approved "
    "as an anesthetic, not for this condition."
)
SELF_REPORT = (
    "Scores are the patient's self-report, not a diagnosis. They support clinical judgment."
)
OWN_INSTRUMENTS = (
    "The daily check-in, the after-infusion check-in and the weekly rating are this "
    "system's own questions. They are not validated scales."
)
STANDARD_LIMITS = (OFF_LABEL, SELF_REPORT, OWN_INSTRUMENTS)


class Audience(StrEnum):
    """Whom the report is written for; the caller leaves out what this reader does not need."""

    REFERRER = "referrer"
    PATIENT = "patient"
    """Larger type (12 pt)."""
    INSURER = "insurer"

    @property
    def words(self) -> str:
        """The heading's second half."""
        return {
            Audience.REFERRER: "for the referring clinician",
            Audience.PATIENT: "for the patient",
            Audience.INSURER: "for the insurer",
        }[self]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportClinic(Row):
    """The letterhead."""

    name: str
    address_lines: tuple[str, ...] = ()
    phone: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportPatient(Row):
    """Who the report is about; stands on every page."""

    name: str
    born: str = cell()
    """Date of birth in words, such as "3 May 1984"."""
    record_number: str = cell()


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportCourse(Row):
    """Which course the report is about."""

    protocol: str
    """Name and version, such as "Ketamine with weekly therapy, version 2"."""
    number_and_phase: str = cell()
    """Such as "Course 1, maintenance"."""
    indication: str = cell()
    """As the clinic wrote it: free text, which no insurer gets."""
    diagnosis: str = cell()
    """The ICD-10 code of the indication."""
    trauma: str = ""
    """The kind of the index trauma; empty where it is not stated."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """One picture: ``svg`` is a whole SVG document, ``alt`` says in words what it shows."""

    svg: str
    alt: str
    caption: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Therapy(Row):
    """Therapy attendance: counts in words or digits, and the list behind them."""

    planned: str = cell(NO_DATA)
    held: str = cell(NO_DATA)
    missed: str = cell(NO_DATA)
    sessions: tuple[TherapyRow, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A short section of plain text, such as "What we changed because of these scores"."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SignatureLine:
    """A line to sign on, or the signature that is already given.

    ``signed`` is a finished sentence, such as "Signed 14 Sep 2026 16:56 EDT, author"; empty while
    unsigned.
    """

    name: str
    role: str = ""
    signed: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgressReport:
    """One progress report, complete.

    ``generated_at`` is an aware instant and dates the file; ``generated_text`` is how it reads,
    with its zone. Raises ValueError for a naive ``generated_at``.
    """

    clinic: ReportClinic
    patient: ReportPatient
    course: ReportCourse
    period: str
    layout: ClassVar[Layout] = Layout(
        template="progress",
        title=DOCUMENT_TITLE,
        tables=frozenset(
            {
                "infusions",
                "scores",
                "groups",
                "sessions",
                "medicines",
                "events",
                "trials",
                "homework",
                "instruments",
                "thresholds",
            }
        ),
        keeps_lines=frozenset({"notes", "summary", "adherence", "not_measured", "drug"}),
    )

    generated_at: datetime
    generated_text: str
    generated_by: str
    version: str = "1"
    audience: Audience = Audience.REFERRER
    paper: Paper = Paper.LETTER
    draft: bool = False
    recipient: str = ""
    verdict: str = ""
    """The answer in a few words, as the course's page has it."""
    summary: tuple[str, ...] = ()
    not_measured: tuple[str, ...] = ()
    """What is missing for a better answer, in sentences."""
    charts: tuple[Chart, ...] = ()
    trials: tuple[TrialRow, ...] | None = None
    """What was tried before."""
    infusions: tuple[InfusionRow, ...] | None = ()
    scores: tuple[ScoreRow, ...] | None = ()
    groups: tuple[GroupRow, ...] | None = None
    therapy: Therapy | None = None
    homework: tuple[HomeworkRow, ...] | None = None
    drug: tuple[str, ...] = ()
    """The controlled drug in this course, in sentences."""
    adherence: tuple[str, ...] = ()
    """How complete the check-ins are, in sentences."""
    medicines: tuple[MedicineRow, ...] | None = ()
    """Medicines beside the treatment: what was taken at the start, and what changed since."""
    events: tuple[EventRow, ...] | None = ()
    """Side effects and events."""
    safety: str = ""
    """That alerts were raised and closed. Never what was answered."""
    notes: tuple[Note, ...] = ()
    instruments: tuple[InstrumentRow, ...] = ()
    thresholds: tuple[ThresholdRow, ...] = ()
    limits: tuple[str, ...] = STANDARD_LIMITS
    crisis: tuple[str, ...] = ()
    """Lines of the crisis box, most urgent first."""
    to_fill_in: tuple[str, ...] = ()
    """What the reader asks for and the record does not hold: each a line to write on."""
    signatures: tuple[SignatureLine, ...] = ()

    def __post_init__(self) -> None:
        check_generated_at(self.generated_at)

    @property
    def title(self) -> str:
        """The heading: "Progress report for the referring clinician"."""
        return f"{DOCUMENT_TITLE} {self.audience.words}"

    def to_json(self) -> str:
        """The same text for the same report: sorted keys, no spaces, instants in UTC."""
        return as_json(self)
