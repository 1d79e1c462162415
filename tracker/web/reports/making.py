"""Makes a report: reads the course and has its pictures drawn."""

from __future__ import annotations

from uuid import UUID

from tracker.charts import words
from tracker.charts.cache import chart_key
from tracker.charts.course_captions import comparison_words
from tracker.charts.course_series import (
    ALL_SERIES,
    CourseSeries,
    gains_series,
    groups_series,
    insurer_series,
    own_series,
    symptoms_series,
)
from tracker.charts.drawing import draw
from tracker.charts.series import Form, ProgressSeries
from tracker.domain.as_of import progress_as_of
from tracker.domain.clinic import Clinic
from tracker.domain.course_change import CHANGE_SCALES
from tracker.domain.course_progress import GAINS, SYMPTOMS, CourseProgress
from tracker.domain.languages import Language
from tracker.domain.report_facts import ReportFacts
from tracker.domain.report_kinds import ReportKind
from tracker.queries.report_facts import get_report_facts
from tracker.reports.course_calendar import course_calendar
from tracker.reports.course_report import Making, course_report
from tracker.reports.document import Document
from tracker.reports.insurer_report import insurer_report
from tracker.reports.patient_report import patient_report
from tracker.reports.progress_report import Chart, ProgressReport
from tracker.web import access
from tracker.web.course_pictures import WEEKLY_SCALES, kept_name
from tracker.web.pictures import kept_svg

ENOUGH_SCORES = 2
REPORT_SCALES = tuple(dict.fromkeys((*WEEKLY_SCALES, *CHANGE_SCALES)))
"""What a record has to be read with for a letter."""
MAKERS = {ReportKind.REFERRER: course_report, ReportKind.INSURER: insurer_report}


def read_facts(course_id: UUID) -> ReportFacts:
    """What the letters of the course of this address need beside its record."""
    return get_report_facts(access.database(), access.who(), course_id)


def printed_document(
    progress: CourseProgress,
    facts: ReportFacts,
    clinic: Clinic,
    kind: ReportKind,
    making: Making,
) -> Document:
    """The whole document of a kind, its pictures drawn for paper."""
    if kind is ReportKind.CALENDAR:
        return course_calendar(progress, clinic, making)
    progress = progress_as_of(progress, making.period.last_on)
    if kind is ReportKind.PATIENT:
        charts = own_charts(progress, making.language)
        return patient_report(progress, clinic, making, charts=charts, facts=facts)
    return printed_report(progress, facts, clinic, kind, making)


def printed_report(
    progress: CourseProgress,
    facts: ReportFacts,
    clinic: Clinic,
    kind: ReportKind,
    making: Making,
) -> ProgressReport:
    """The letter to another professional."""
    seen = progress_as_of(progress, making.period.last_on)
    charts = tuple(
        Chart(svg=_drawn(seen, ALL_SERIES[name](seen)), alt=alt, caption=caption)
        for name, alt, caption in printed_charts(seen, kind)
    )
    return MAKERS[kind](progress, clinic, making, charts=charts, facts=facts)


def own_charts(progress: CourseProgress, language: Language) -> tuple[Chart, ...]:
    """The one line that the patient sees, as on the patient's own page."""
    if not _has_enough(progress, SYMPTOMS):
        return ()
    series = own_series(progress, language)
    caption = language.say("Your weekly symptom score. Lower is better.")
    alt = words.summary_sentence(series)
    return (Chart(svg=_drawn(progress, series), alt=alt, caption=caption),)


def printed_charts(
    progress: CourseProgress, kind: ReportKind = ReportKind.REFERRER
) -> tuple[tuple[str, str, str], ...]:
    """Name, words instead and caption of each picture; none below two scores.

    A referring clinician gets the picture that the clinic sees, with what concerned safety; an
    insurer the weekly total only, without it.
    """
    if not _has_enough(progress, SYMPTOMS):
        return ()
    if kind is ReportKind.INSURER:
        return (_total_chart("insurer_progress", insurer_series(progress), progress),)
    found = [
        _total_chart("progress", symptoms_series(progress), progress),
        (
            "groups",
            groups_series(progress).title,
            "Each symptom group as a percentage of its own maximum. Lower is better.",
        ),
    ]
    if _has_enough(progress, GAINS):
        sentence = words.summary_sentence(gains_series(progress))
        found.append(("gains", sentence, sentence))
    return tuple(found)


def _total_chart(
    name: str, series: ProgressSeries, progress: CourseProgress
) -> tuple[str, str, str]:
    alt = words.summary_sentence(series)
    return name, alt, f"{alt} {comparison_words(progress, progress.changes[SYMPTOMS])}"


def _has_enough(progress: CourseProgress, scale_id: str) -> bool:
    scored = [score for score in progress.record.scores[scale_id] if score.value is not None]
    return len(scored) >= ENOUGH_SCORES


def picture_keys(progress: CourseProgress, name: str) -> tuple[str, str]:
    """The keys of a picture as it is drawn for paper, and for a phone's screen."""
    series = ALL_SERIES[name](progress)
    return chart_key(series, Form.PRINT), chart_key(series, Form.PHONE)


def _drawn(progress: CourseProgress, series: CourseSeries) -> str:
    kept_as = kept_name(str(progress.record.id), chart_key(series, Form.PRINT))
    return kept_svg(kept_as, lambda: draw(series, Form.PRINT))
