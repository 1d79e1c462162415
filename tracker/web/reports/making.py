"""Makes a report: reads the course and has its pictures drawn."""

from __future__ import annotations

from datetime import datetime

from tracker.charts import words
from tracker.charts.cache import chart_key
from tracker.charts.course_captions import comparison_words
from tracker.charts.course_series import (
    SERIES,
    CourseSeries,
    gains_series,
    groups_series,
    symptoms_series,
)
from tracker.charts.drawing import draw
from tracker.charts.series import Form
from tracker.domain.clinic import Clinic
from tracker.domain.course_progress import GAINS, SYMPTOMS, CourseProgress
from tracker.reports.course_report import Making, course_report
from tracker.reports.document import Paper
from tracker.reports.progress_report import Chart, ProgressReport
from tracker.web.course_pictures import kept_name
from tracker.web.pictures import kept_svg

ENOUGH_SCORES = 2


def printed_report(
    progress: CourseProgress, clinic: Clinic, *, by: str, at: datetime, paper: Paper
) -> ProgressReport:
    """The whole report, its pictures drawn for paper."""
    making = Making(by=by, at=at, paper=paper)
    charts = tuple(
        Chart(svg=_drawn(progress, name), alt=alt, caption=caption)
        for name, alt, caption in printed_charts(progress)
    )
    return course_report(progress, clinic, making, charts=charts)


def printed_charts(progress: CourseProgress) -> tuple[tuple[str, str, str], ...]:
    """Name, words instead and caption of each picture; none below two scores."""
    scored = [score for score in progress.record.scores[SYMPTOMS] if score.value is not None]
    if len(scored) < ENOUGH_SCORES:
        return ()
    symptoms = symptoms_series(progress)
    found = [
        (
            "progress",
            words.summary_sentence(symptoms),
            f"{words.summary_sentence(symptoms)} "
            f"{comparison_words(progress, progress.changes[SYMPTOMS])}",
        ),
        (
            "groups",
            groups_series(progress).title,
            "Each symptom group as a percentage of its own maximum. Lower is better.",
        ),
    ]
    gained = [score for score in progress.record.scores[GAINS] if score.value is not None]
    if len(gained) >= ENOUGH_SCORES:
        sentence = words.summary_sentence(gains_series(progress))
        found.append(("gains", sentence, sentence))
    return tuple(found)


def picture_keys(progress: CourseProgress, name: str) -> tuple[str, str]:
    """The keys of a picture as it is drawn for paper, and for a phone's screen."""
    series: CourseSeries = SERIES[name](progress)
    return chart_key(series, Form.PRINT), chart_key(series, Form.PHONE)


def _drawn(progress: CourseProgress, name: str) -> str:
    series: CourseSeries = SERIES[name](progress)
    kept_as = kept_name(str(progress.record.id), chart_key(series, Form.PRINT))
    return kept_svg(kept_as, lambda: draw(series, Form.PRINT))
