"""What the printed record of one infusion says: one frozen value of finished words.

Nothing is left out that stands on the run sheet: what was corrected or struck out is printed
struck through beside its reason, what was entered later says so, and a stretch without vital signs
has a line of its own. A section that is empty says so in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from tracker.reports.document import Layout, Paper, as_json, check_generated_at
from tracker.reports.progress_report import Chart, ReportClinic, SignatureLine
from tracker.reports.report_rows import NOT_RECORDED, Row, cell

DOCUMENT_TITLE = "Run sheet"
NOT_MEASURED = "–"
A_RECORD = (
    "This is a record, not a monitor: nobody is called, and nothing is watched between two entries."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordPatient(Row):
    """Whose record it is, by two identifiers; name and number stand on every page."""

    name: str
    born: str = cell()
    record_number: str = cell()
    allergies: str = cell()


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact(Row):
    """A label and its words, such as "Dose" and "80 kg × 0.5 mg/kg = 40 mg"."""

    label: str
    words: str = cell()


@dataclass(frozen=True, kw_only=True, slots=True)
class StepLine(Row):
    """One step of the sheet: when it was made, and when it was entered if that differs."""

    when: str
    what: str
    remark: str = ""
    by: str = cell()
    struck: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckLine(Row):
    """One item of a checklist and what became of it; the remark has reason and note.

    A ``plain`` one needs no row of its own: it was done or does not apply, and stands unchanged.
    """

    item: str
    result: str = cell("Open")
    remark: str = ""
    by: str = ""
    struck: bool = False
    plain: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Checklist(Row):
    """A checklist on paper: ``runs`` are the plain and the open items, ``lines`` the others."""

    runs: tuple[Fact, ...] = ()
    lines: tuple[CheckLine, ...] = ()


def checklist(lines: Iterable[CheckLine]) -> Checklist:
    """Put the plain items into running words by answer, person and minute; keep the order."""
    groups: dict[tuple[str, str], list[str]] = {}
    kept = []
    for line in lines:
        if line.plain:
            words = f"{line.item} ({line.remark})" if line.remark else line.item
            groups.setdefault((line.result, line.by), []).append(words)
        else:
            kept.append(line)
    runs = (
        Fact(label=f"{result}, {by}" if by else result, words=" · ".join(items))
        for (result, by), items in groups.items()
    )
    return Checklist(runs=tuple(runs), lines=tuple(kept))


@dataclass(frozen=True, kw_only=True, slots=True)
class SetLine(Row):
    """One set of vital signs, or with ``gap`` the words for a stretch without one.

    ``minute`` counts from the start, such as "T+20" or "T−15".
    """

    minute: str
    when: str
    pressure: str = cell(NOT_MEASURED)
    mean_pressure: str = cell(NOT_MEASURED)
    heart_rate: str = cell(NOT_MEASURED)
    oxygen: str = cell(NOT_MEASURED)
    respiration: str = cell(NOT_MEASURED)
    sedation: str = cell(NOT_MEASURED)
    dissociation: str = cell(NOT_MEASURED)
    remark: str = ""
    by: str = ""
    struck: bool = False
    gap: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LogLine(Row):
    """Anything else that was logged: a rate, an event, a medicine, a note."""

    minute: str
    when: str
    kind: str
    what: str
    remark: str = ""
    by: str = cell()
    struck: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeLine(Row):
    """A limit that was reached, and what somebody did about it."""

    when: str
    notice: str
    action: str = cell("Not acknowledged")
    by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DrugLine(Row):
    """One draw from a vial and what became of it."""

    vial: str
    drawn: str
    given: str = cell("Not accounted for")
    wasted: str = cell("Not accounted for")
    witness: str = cell("None")
    by: str = cell()


@dataclass(frozen=True, kw_only=True, slots=True)
class Addendum(Row):
    """What was added after the record had been signed."""

    head: str
    reason: str = cell()
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class InfusionRecord:
    """One run sheet, complete. Raises ValueError for a naive ``generated_at``.

    ``draft`` until somebody signed that the infusion was performed. An ordinary infusion fits on
    one page; whatever is out of the ordinary flows on.
    """

    layout: ClassVar[Layout] = Layout(
        template="infusion",
        title=DOCUMENT_TITLE,
        tables=frozenset({"lines", "vital_sets", "log", "notices"}),
        keeps_lines=frozenset({"addenda"}),
        what="record",
        advice="Tell your administrator.",
    )

    clinic: ReportClinic
    patient: RecordPatient
    heading: str
    """Such as "Infusion 3 of 6, Mon 23 Nov 2026"."""
    generated_at: datetime
    generated_text: str
    generated_by: str
    version: str = "1"
    paper: Paper = Paper.LETTER
    draft: bool = True
    facts: tuple[Fact, ...] = ()
    dose: tuple[Fact, ...] = ()
    charts: tuple[Chart, ...] = ()
    vital_sets: tuple[SetLine, ...] = ()
    sedation_scale: str = "RASS"
    zone: str = ""
    """The time zone of every time on the sheet."""
    limits: str = ""
    """Whose limits they are and who reviewed them."""
    notices: tuple[NoticeLine, ...] = ()
    steps: tuple[StepLine, ...] = ()
    checks: Checklist = Checklist()
    log: tuple[LogLine, ...] = ()
    drug: tuple[DrugLine, ...] = ()
    drug_sum: str = ""
    recovery: tuple[StepLine, ...] = ()
    discharge: Checklist = Checklist()
    left: str = NOT_RECORDED
    """When the patient left, and with whom."""
    signatures: tuple[SignatureLine, ...] = ()
    integrity: str = ""
    """Whether the record still is what was signed."""
    addenda: tuple[Addendum, ...] = ()

    def __post_init__(self) -> None:
        check_generated_at(self.generated_at)

    @property
    def title(self) -> str:
        return self.heading

    def to_json(self) -> str:
        """The same text for the same record."""
        return as_json(self)
