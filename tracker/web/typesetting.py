"""A printed document as an answer: this process's typesetter, and the headers of a PDF."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from flask import Response, current_app, request

from tracker.reports.document import Document, Paper
from tracker.reports.fonts import font_folders
from tracker.reports.printable import ReportTooLarge
from tracker.reports.typesetter import Typesetter, TypesettingFailed
from tracker.web import access, errors

log = logging.getLogger("tracker.reports")

TYPESETTER = "typesetter"
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'"


def typesetter() -> Typesetter:
    """This process's typesetter; its child process starts with the first document."""
    folder = Path(current_app.root_path).parent / "templates" / "reports"
    # One even when two first documents come at once: the loser of the race never starts a child.
    made: Typesetter = current_app.extensions.setdefault(
        TYPESETTER, Typesetter(folder, font_folders())
    )
    return made


def pdf_answer(document: Document, *, file_name: str) -> Any:
    """The document as a file to look at, or "try again" when it could not be printed.

    `file_name` says nothing of a patient: browsers keep it in their list of downloads.
    """
    try:
        body = typesetter().pdf(document)
    except (TypesettingFailed, ReportTooLarge) as problem:
        log.error("report not printed", extra={"kind": type(problem).__name__})
        return errors.page(503, retry_after=errors.BUSY_SECONDS, reference="")
    return file_answer(body, file_name=file_name)


def file_answer(body: bytes, *, file_name: str) -> Response:
    """A PDF to look at, with the headers of one."""
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename={file_name}"
    answer.headers["Content-Security-Policy"] = PDF_POLICY
    return answer


def wanted_paper() -> Paper:
    """The sheet that was asked for, else the clinic's."""
    wanted = request.args.get("paper", access.clinic().paper)
    return Paper.A4 if wanted == Paper.A4 else Paper.LETTER
