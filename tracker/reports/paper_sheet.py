"""The run sheet as an empty form, for the hours in which nothing can be entered.

It is written by hand and entered afterwards. Nothing here queries or computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from tracker.reports.document import Layout, Paper, as_json, check_generated_at
from tracker.reports.progress_report import ReportClinic, SignatureLine


@dataclass(frozen=True, kw_only=True, slots=True)
class EmptySheet:
    """One protocol's sheet. ``minutes`` are the first cells of the rows for vital signs."""

    protocol: str
    dose: str
    checks: tuple[str, ...]
    monitoring: str
    minutes: tuple[str, ...]
    sedation: str
    discharge: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperSheets:
    """An empty sheet for each protocol. Raises ValueError for a naive ``generated_at``."""

    layout: ClassVar[Layout] = Layout(
        template="paper_sheet", title="Run sheet", what="run sheet", advice="Shorten the lists."
    )

    clinic: ReportClinic
    generated_at: datetime
    generated_text: str
    generated_by: str
    version: str = "1"
    paper: Paper = Paper.LETTER
    sheets: tuple[EmptySheet, ...] = ()
    afterwards: tuple[str, ...] = ()
    signatures: tuple[SignatureLine, ...] = ()

    def __post_init__(self) -> None:
        check_generated_at(self.generated_at)

    @property
    def title(self) -> str:
        return "Run sheet to write by hand"

    def to_json(self) -> str:
        """The same text for the same sheets."""
        return as_json(self)
