"""What a patient gets to read: short sections of plain sentences, one picture, who to call.

Everything is finished words in the patient's language, the labels included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from tracker.reports.document import Layout, Paper, as_json, check_generated_at
from tracker.reports.progress_report import (
    DOCUMENT_TITLE,
    Chart,
    ReportClinic,
    ReportPatient,
    SignatureLine,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainSection:
    """A heading and what is said under it."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainLabels:
    """The words around the values."""

    born: str
    record: str
    draft: str
    page: str
    of: str
    phone: str
    sign_here: str
    crisis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainReport:
    """A letter to the patient, complete. ``made`` is the running line under every page."""

    layout: ClassVar[Layout] = Layout(template="plain", title=DOCUMENT_TITLE)

    title: str
    language: str
    labels: PlainLabels
    clinic: ReportClinic
    patient: ReportPatient
    generated_at: datetime
    generated_by: str
    made: str
    paper: Paper = Paper.LETTER
    draft: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    sections: tuple[PlainSection, ...] = ()
    charts: tuple[Chart, ...] = ()
    crisis: tuple[str, ...] = ()
    signatures: tuple[SignatureLine, ...] = ()

    def __post_init__(self) -> None:
        check_generated_at(self.generated_at)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything that is said in sentences, in order."""
        return tuple(line for section in self.sections for line in section.paragraphs)

    def to_json(self) -> str:
        """The same text for the same report."""
        return as_json(self)
