"""The report for an insurer: the minimum that a decision on payment needs.

It has the code of the diagnosis, what was tried before, the treatment with its setting, and lines
for what the record does not hold. Left out: free text of any kind, the indication in words, the
kind of trauma, symptom groups, side effects in words, safety alerts, who gave therapy, homework,
why a course ended beyond its kind, and what was written of the assessment and the plan (clinical
facts, section 7.1: minimum necessary, no trauma narrative).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tracker.domain.as_of import progress_as_of
from tracker.domain.clinic import Clinic
from tracker.domain.course_progress import CourseProgress
from tracker.domain.infusion import plain
from tracker.domain.report_facts import NO_FACTS, ReportFacts
from tracker.reports.course_report import PLAN, Making, course_report, end_sentence
from tracker.reports.progress_report import Audience, Chart, Note, ProgressReport
from tracker.reports.report_rows import NOT_RECORDED, InfusionRow

LEFT_OUT = "Not in this report"
TO_FILL_IN = ("What is requested", "Specialty of the prescriber")
"""Insurers ask for both (clinical facts, section 7.1); the record holds neither, so there is a line
to write them on.
"""
_FOR_COLLEAGUES = ("A safety alert", "Relapse rule met")


def insurer_report(
    progress: CourseProgress,
    clinic: Clinic,
    making: Making,
    *,
    charts: tuple[Chart, ...] = (),
    facts: ReportFacts = NO_FACTS,
) -> ProgressReport:
    """The report of a course for the insurer. The same values give the same report."""
    whole = course_report(progress, clinic, making, charts=charts[:1], facts=facts)
    seen = progress_as_of(progress, making.period.last_on)
    said_at_length, said = end_sentence(seen), end_sentence(seen, with_details=False)
    therapy = whole.therapy
    return replace(
        whole,
        audience=Audience.INSURER,
        course=replace(whole.course, indication=LEFT_OUT, trauma=""),
        summary=tuple(
            said if line == said_at_length else line
            for line in whole.summary
            if not line.startswith(_FOR_COLLEAGUES)
        ),
        not_measured=(),
        homework=None,
        drug=(),
        notes=(
            Note(title="Treatment and setting", paragraphs=tuple(_setting(seen, clinic))),
            *(
                replace(note, paragraphs=note.paragraphs[:1])
                for note in whole.notes
                if note.title == PLAN
            ),
        ),
        to_fill_in=TO_FILL_IN,
        infusions=tuple(_least(row) for row in whole.infusions or ()),
        groups=None,
        medicines=None,
        events=None,
        safety="",
        therapy=therapy
        and replace(
            therapy,
            sessions=tuple(replace(row, therapist="Not named") for row in therapy.sessions),
        ),
    )


def _setting(progress: CourseProgress, clinic: Clinic) -> Iterator[str]:
    """What the course is, and how the infusions are watched: what the record can tell of it."""
    record, protocol = progress.record, progress.record.protocol
    gaps, dose = _range(record.min_gap_days, record.max_gap_days), protocol.dose
    yield (
        f"Course of {record.infusion_count} ketamine infusions of "
        f"{plain(dose.dose_mg_per_kg)} mg/kg over {dose.infusion_minutes} minutes, "
        f"{gaps} days apart, with psychotherapy beside it."
    )
    where = f"Given at {clinic.name}" if clinic.name else "Given at the clinic"
    yield (
        f"{where}. The protocol asks for observation until at least "
        f"{protocol.monitoring.observe_minutes} minutes after the start and "
        f"{protocol.monitoring.minimum_after_minutes} minutes after the end of an infusion. "
        f"{_observed(progress)}"
    )


def _observed(progress: CourseProgress) -> str:
    given = progress.record.given
    known = [each.observed_minutes for each in given if each.observed_minutes is not None]
    if not known:
        return "How long patients stayed after the end is not recorded."
    return (
        f"Recorded after the end: {_range(min(known), max(known))} minutes "
        f"({len(known)} of {len(given)} infusions)."
    )


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _least(row: InfusionRow) -> InfusionRow:
    """A row without what happened; of an infusion that was not given there is nothing to leave."""
    if row.dose == NOT_RECORDED:
        return row
    return replace(row, events=LEFT_OUT, cadss6=LEFT_OUT)
