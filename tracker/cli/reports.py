"""`flask reports make`: the reports of a course as files."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.actions.reports import record_printed_in_shell
from tracker.charts import use_cache_folder
from tracker.cli.opening import every_clinic
from tracker.domain.clinic import Clinic
from tracker.domain.course_progress import CourseProgress
from tracker.domain.errors import NotFound, Refused
from tracker.domain.languages import Language
from tracker.domain.people import Person, Role
from tracker.domain.report_kinds import Period, ReportKind
from tracker.queries.course_clinic import in_clinic_of_course
from tracker.queries.progress import get_course_record
from tracker.queries.report_facts import get_report_facts
from tracker.reports.course_report import Making
from tracker.reports.document import Paper
from tracker.reports.printable import ReportTooLarge
from tracker.reports.typesetter import TypesettingFailed
from tracker.web.reports.making import REPORT_SCALES, printed_document
from tracker.web.typesetting import typesetter

MAKER = "Command line"
DAY = click.DateTime(formats=["%Y-%m-%d"])

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
@click.option(
    "--kind",
    type=click.Choice([str(kind) for kind in ReportKind]),
    default=str(ReportKind.REFERRER),
    show_default=True,
    help="For whom.",
)
@click.option(
    "--language",
    type=click.Choice([str(language) for language in Language]),
    default="en",
    show_default=True,
    help="Of the patient's report and the calendar.",
)
@click.option("--from", "first_on", type=DAY, help="First day of the period.")
@click.option("--to", "last_on", type=DAY, help="Last day of the period.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def make(course_id: UUID, out_file: Path, as_json: bool, **asked: Any) -> None:
    """Write a report of a course as a PDF, as a draft that nobody signed.

    \b
    Example:
      flask --app wsgi reports make --out report.pdf --kind patient --language es \\
        --course 3f0c5f1e-8a51-4d2c-9f39-0a5f6c1d2e3b --from 2026-10-01 --to 2026-10-31
    """
    now = datetime.now(UTC)
    use_cache_folder(current_app.config["SETTINGS"].instance_dir / "matplotlib")
    try:
        body = _pdf(course_id, asked, now)
        _write(out_file, body)
    except NotFound:
        sys.exit(f"There is no course {course_id}.")
    except Refused as problem:
        sys.exit(str(problem))
    except (TypesettingFailed, ReportTooLarge) as problem:
        sys.exit(f"The report was not made: {problem}")
    except OSError as problem:
        sys.exit(f"{out_file} cannot be written: {problem.strerror}")
    if as_json:
        digest = hashlib.sha256(body).hexdigest()
        written = {"file": str(out_file), "bytes": len(body), "sha256": digest}
        click.echo(json.dumps(written | _plain(asked)))


def _plain(asked: dict[str, Any]) -> dict[str, str]:
    """What was asked for, as JSON can hold it."""
    return {
        "kind": asked["kind"],
        "language": asked["language"],
        "from": f"{asked['first_on'].date()}" if asked["first_on"] else "",
        "to": f"{asked['last_on'].date()}" if asked["last_on"] else "",
    }


def _pdf(course_id: UUID, asked: dict[str, Any], now: datetime) -> bytes:
    period = Period(*(at.date() if at else None for at in (asked["first_on"], asked["last_on"])))
    session = every_clinic()
    with in_clinic_of_course(session, course_id) as clinic:
        record = get_course_record(
            session, _whoever(clinic), course_id, scales=REPORT_SCALES, with_events=True
        )
        facts = get_report_facts(session, _whoever(clinic), course_id)
        record_printed_in_shell(session, clinic.id, course_id, record.patient.id, now=now)
    progress = CourseProgress(record=record, zone=clinic.zone, now=now)
    making = Making(
        by=MAKER,
        at=now,
        paper=Paper(asked["paper"] or clinic.paper),
        period=period,
        language=Language(asked["language"]),
        is_draft=True,
    )
    report = printed_document(progress, facts, clinic, ReportKind(asked["kind"]), making)
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
