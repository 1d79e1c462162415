"""The reports of a course on screen, and as PDFs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template

from tracker.domain.audit import AuditEvent
from tracker.domain.course_progress import CourseProgress
from tracker.domain.errors import Refused
from tracker.domain.permissions import Act
from tracker.domain.report_facts import ReportFacts
from tracker.domain.report_kinds import Period, ReportKind
from tracker.queries.signed_reports import list_signed_reports
from tracker.web import access
from tracker.web.access import allow
from tracker.web.course_pictures import read_progress
from tracker.web.reports.choice import choice
from tracker.web.reports.making import REPORT_SCALES, printed_document, read_facts
from tracker.web.reports.pages import report_page
from tracker.web.reports.plain_pages import calendar_page, plain_page
from tracker.web.reports.wishes import DaysForm, Wish, wanted
from tracker.web.typesetting import pdf_answer

reports = Blueprint("reports", __name__)

FILE_NAMES = {
    ReportKind.REFERRER: "progress-report",
    ReportKind.PATIENT: "progress-report",
    ReportKind.INSURER: "progress-report",
    ReportKind.CALENDAR: "calendar",
}
"""Neutral: browsers keep the names of files in their list of downloads."""


@reports.route("/courses/<uuid:course_id>/report", methods=["GET", "POST"])
@allow(Act.MAKE_REPORT, of="course", seen_as=AuditEvent.REPORT_SEEN)
def show(course_id: UUID) -> Any:
    """The document on its sheet, as it will be printed."""
    wish = wanted()
    form = DaysForm(first_on=wish.period.first_on, last_on=wish.period.last_on)
    if form.is_sent_and_fits():
        try:
            return redirect(_with_days(wish, course_id, form.typed()), code=303)
        except Refused as problem:
            form.show(problem)
    progress = read_progress(course_id, scales=REPORT_SCALES, with_events=True)
    name, page = _page(progress, read_facts(course_id), wish)
    choices = choice(
        progress, wish, form, list_signed_reports(access.database(), access.who(), course_id)
    )
    status = 422 if form.errors else 200
    return render_template(f"reports/{name}.html", page=page, choice=choices), status


def _with_days(wish: Wish, course_id: UUID, period: Period) -> str:
    ends = {"from": period.first_on, "to": period.last_on}
    typed = {name: "" if on is None else on.isoformat() for name, on in ends.items()}
    return wish.href(".show", course_id, **typed)


def _page(progress: CourseProgress, facts: ReportFacts, wish: Wish) -> tuple[str, Any]:
    """The name of the template, and what it shows."""
    if wish.kind is ReportKind.CALENDAR:
        return "calendar", calendar_page(progress, wish)
    if wish.kind is ReportKind.PATIENT:
        return "plain", plain_page(progress, facts, wish)
    return "show", report_page(progress, facts, wish)


@reports.get("/courses/<uuid:course_id>/report.pdf")
@allow(Act.MAKE_REPORT, of="course", seen_as=AuditEvent.REPORT_PRINTED)
def pdf(course_id: UUID) -> Any:
    """The document as a file. Its name says nothing of the patient."""
    progress, wish = read_progress(course_id, scales=REPORT_SCALES, with_events=True), wanted()
    facts = read_facts(course_id)
    access.database().rollback()  # drawing and typesetting take a while: no read stays open
    document = printed_document(
        progress, facts, access.clinic(), wish.kind, wish.making(is_draft=True)
    )
    name = f"{FILE_NAMES[wish.kind]}-{progress.today.isoformat()}.pdf"
    return pdf_answer(document, file_name=name)
