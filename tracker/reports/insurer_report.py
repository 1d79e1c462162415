"""The report for an insurer: the minimum that a decision on payment needs.

It has the code of the diagnosis and what was tried before. Left out: free text of any kind, the
indication in words, the kind of trauma, symptom groups, side effects in words, safety alerts, who
gave therapy, homework and what was written of the assessment and the plan (clinical facts, section
7.1: minimum necessary, no trauma narrative).
"""

from __future__ import annotations

from dataclasses import replace

from tracker.domain.clinic import Clinic
from tracker.domain.course_progress import CourseProgress
from tracker.domain.report_facts import NO_FACTS, ReportFacts
from tracker.reports.course_report import PLAN, Making, course_report
from tracker.reports.progress_report import Audience, Chart, ProgressReport
from tracker.reports.report_rows import NOT_RECORDED, InfusionRow

LEFT_OUT = "Not in this report"
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
    therapy = whole.therapy
    return replace(
        whole,
        audience=Audience.INSURER,
        course=replace(whole.course, indication=LEFT_OUT, trauma=""),
        summary=tuple(line for line in whole.summary if not line.startswith(_FOR_COLLEAGUES)),
        not_measured=(),
        homework=None,
        drug=(),
        notes=tuple(
            replace(note, paragraphs=note.paragraphs[:1])
            for note in whole.notes
            if note.title == PLAN
        ),
        infusions=tuple(_without_events(row) for row in whole.infusions or ()),
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


def _without_events(row: InfusionRow) -> InfusionRow:
    """A row without what happened; of an infusion that was not given there is nothing to leave."""
    return row if row.dose == NOT_RECORDED else replace(row, events=LEFT_OUT)
