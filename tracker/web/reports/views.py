"""The progress report on screen, and as a PDF."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template

from tracker.domain.audit import AuditEvent
from tracker.domain.permissions import Act
from tracker.web import access, clock
from tracker.web.access import allow
from tracker.web.course_pictures import read_progress
from tracker.web.reports.making import printed_report
from tracker.web.reports.pages import report_page
from tracker.web.typesetting import pdf_answer, wanted_paper

reports = Blueprint("reports", __name__)


@reports.get("/courses/<uuid:course_id>/report")
@allow(Act.MAKE_REPORT, of="course", seen_as=AuditEvent.REPORT_SEEN)
def show(course_id: UUID) -> Any:
    """The document on its sheet, as it will be printed."""
    progress = read_progress(course_id, with_events=True)
    return render_template("reports/show.html", page=report_page(progress, wanted_paper()))


@reports.get("/courses/<uuid:course_id>/report.pdf")
@allow(Act.MAKE_REPORT, of="course", seen_as=AuditEvent.REPORT_PRINTED)
def pdf(course_id: UUID) -> Any:
    """The document as a file. Its name says nothing of the patient."""
    progress = read_progress(course_id, with_events=True)
    access.database().rollback()  # drawing and typesetting take a while: no read stays open
    report = printed_report(
        progress, access.clinic(), by=access.who().name, at=clock.now(), paper=wanted_paper()
    )
    return pdf_answer(report, file_name=f"progress-report-{progress.today.isoformat()}.pdf")
