"""What a letter needs beside the record of the course itself."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.course_assessments import Assessment
from tracker.domain.prior_treatments import Trial


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportFacts:
    """Facts as they were stored; each kind of letter takes what its reader needs."""

    assessment: Assessment = Assessment()
    trials: tuple[Trial, ...] = ()


NO_FACTS = ReportFacts()
