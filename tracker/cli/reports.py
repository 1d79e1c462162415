"""`flask reports make`: the progress report of a course as a file."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.actions.reports import record_printed_in_shell
from tracker.charts import use_cache_folder
from tracker.domain.clinic import Clinic
from tracker.domain.course_progress import CourseProgress
from tracker.domain.errors import NotFound
from tracker.domain.people import Person, Role
from tracker.models import db
from tracker.queries.course_clinic import clinic_of_course
from tracker.queries.progress import get_course_record
from tracker.reports.document import Paper
from tracker.reports.printable import ReportTooLarge
from tracker.reports.typesetter import TypesettingFailed
from tracker.web.course_pictures import WEEKLY_SCALES
from tracker.web.reports.making import printed_report
from tracker.web.typesetting import typesetter

MAKER = "Command line"

reports_cli = AppGroup("reports", help="Printed reports.")


@reports_cli.command("make")
@click.option("--course", "course_id", type=click.UUID, required=True, help="Id of the course.")
@click.option(
    "--out",
    "out_file",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The PDF file to write. A file that is there is replaced.",
)
@click.option("--paper", type=click.Choice([str(paper) for paper in Paper]), help="The sheet.")
def make(course_id: UUID, out_file: Path, paper: str | None) -> None:
    """Write the progress report of a course as a PDF.

    \b
    Example:
      flask --app wsgi reports make --out report.pdf \\
        --course 3f0c5f1e-8a51-4d2c-9f39-0a5f6c1d2e3b --paper a4
    """
    now = datetime.now(UTC)
    use_cache_folder(current_app.config["SETTINGS"].instance_dir / "matplotlib")
    try:
        body = _pdf(course_id, paper, now)
        _write(out_file, body)
    except NotFound:
        sys.exit(f"There is no course {course_id}.")
    except (TypesettingFailed, ReportTooLarge) as problem:
        sys.exit(f"The report was not made: {problem}")
    except OSError as problem:
        sys.exit(f"{out_file} cannot be written: {problem.strerror}")


def _pdf(course_id: UUID, paper: str | None, now: datetime) -> bytes:
    session = db.session()
    clinic = clinic_of_course(session, course_id)
    record = get_course_record(
        session, _whoever(clinic), course_id, scales=WEEKLY_SCALES, with_events=True
    )
    record_printed_in_shell(session, clinic.id, course_id, record.patient.id, now=now)
    progress = CourseProgress(record=record, zone=clinic.zone, now=now)
    report = printed_report(progress, clinic, by=MAKER, at=now, paper=Paper(paper or clinic.paper))
    setter = typesetter()
    try:
        return setter.pdf(report)
    finally:
        setter.close()


def _whoever(clinic: Clinic) -> Person:
    """Somebody with a shell on the server: may read what the database holds."""
    return Person(
        user_id=UUID(int=0), clinic_id=clinic.id, name=MAKER, roles=frozenset({Role.CLINICIAN})
    )


def _write(out_file: Path, body: bytes) -> None:
    """Replace the file in one step, readable by its owner only."""
    partial = out_file.with_name(f".{out_file.name}.part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(body)
        partial.replace(out_file)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
