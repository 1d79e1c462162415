"""The patient's report and the calendar on screen: the same values as on paper."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.as_of import progress_as_of
from tracker.domain.course_progress import CourseProgress
from tracker.domain.report_facts import ReportFacts
from tracker.reports.course_calendar import CourseCalendar, course_calendar
from tracker.reports.patient_report import patient_report
from tracker.reports.plain_report import PlainReport
from tracker.web import access
from tracker.web.reports.making import own_charts
from tracker.web.reports.pages import PrintedPicture, printed_picture
from tracker.web.reports.wishes import Wish


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainPage:
    """The letter, and the picture's own address: a drawing inside the page."""

    report: PlainReport
    pictures: tuple[PrintedPicture, ...]


def plain_page(progress: CourseProgress, facts: ReportFacts, wish: Wish) -> PlainPage:
    """The patient's letter with its one picture."""
    last_on = wish.period.last_on
    progress = progress_as_of(progress, last_on)
    charts = own_charts(progress, wish.language)
    report = patient_report(progress, access.clinic(), wish.making(), charts=charts, facts=facts)
    name = f"own_{wish.language}"
    pictures = tuple(
        printed_picture(progress, name, one.alt, one.caption, last_on=last_on) for one in charts
    )
    return PlainPage(report=report, pictures=pictures)


def calendar_page(progress: CourseProgress, wish: Wish) -> CourseCalendar:
    """The months of the course."""
    return course_calendar(progress, access.clinic(), wish.making())
