"""The progress report on screen, and as a PDF."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request

from tracker.domain.audit import AuditEvent
from tracker.domain.permissions import Act
from tracker.reports.document import Paper
from tracker.reports.printable import ReportTooLarge
from tracker.reports.typesetter import TypesettingFailed
from tracker.web import access, clock, errors
from tracker.web.access import allow
from tracker.web.course_pictures import read_progress
from tracker.web.reports.making import printed_report, typesetter
from tracker.web.reports.pages import report_page

log = logging.getLogger("tracker.reports")

reports = Blueprint("reports", __name__)

PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'"


@reports.get("/courses/<uuid:course_id>/report")
@allow(Act.MAKE_REPORT, of="course", seen_as=AuditEvent.REPORT_SEEN)
def show(course_id: UUID) -> Any:
    """The document on its sheet, as it will be printed."""
    progress = read_progress(course_id, with_events=True)
    return render_template("reports/show.html", page=report_page(progress, _paper()))


@reports.get("/courses/<uuid:course_id>/report.pdf")
@allow(Act.MAKE_REPORT, of="course", seen_as=AuditEvent.REPORT_PRINTED)
def pdf(course_id: UUID) -> Any:
    """The document as a file. Its name says nothing of the patient."""
    progress = read_progress(course_id, with_events=True)
    access.database().rollback()  # drawing and typesetting take a while: no read stays open
    report = printed_report(
        progress, access.clinic(), by=access.who().name, at=clock.now(), paper=_paper()
    )
    try:
        body = typesetter().pdf(report)
    except (TypesettingFailed, ReportTooLarge) as problem:
        log.error("report not printed", extra={"kind": type(problem).__name__})
        return errors.page(503, retry_after=errors.BUSY_SECONDS, reference="")
    name = f"progress-report-{progress.today.isoformat()}.pdf"
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename={name}"
    answer.headers["Content-Security-Policy"] = PDF_POLICY
    return answer


def _paper() -> Paper:
    """The sheet that was asked for, else the clinic's."""
    wanted = request.args.get("paper", access.clinic().paper)
    return Paper.A4 if wanted == Paper.A4 else Paper.LETTER
