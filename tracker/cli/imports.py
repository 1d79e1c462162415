"""`flask import csv`: scores of another system, all of a list or nothing of it."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from tracker.actions.score_imports import Imported, ImportRefused, import_scores
from tracker.cli.acting import acting_as
from tracker.domain.errors import Refused
from tracker.domain.historic_scores import HistoricLine, LineProblem, wrong_lines
from tracker.domain.permissions import Act
from tracker.interop.score_lists import UnreadableList, read_score_list
from tracker.models import db
from tracker.queries.score_imports import ImportPreview, preview_import

import_cli = AppGroup("import", help="Records of other systems.")


@import_cli.command("csv")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "email", required=True, help="E-mail address of the clinician who imports.")
@click.option("--dry-run", is_flag=True, help="Say what would be stored, and store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def csv_command(file: Path, email: str, dry_run: bool, as_json: bool) -> None:
    """Import scores from before: one line a questionnaire, all of them or none.

    The header is record_number,instrument,date and then q1,q2,… or total or both. Dates are like
    2026-11-23; an empty answer was skipped. No alert is raised for answers of the past, but how
    many would raise one today is said. Ends with 1 when a line is wrong, and names every one.

    \b
    Example:
      flask --app wsgi import csv scores.csv --by clinician@clinic.example --dry-run
    """
    session, now = db.session(), datetime.now(UTC)
    who = acting_as(session, email, Act.IMPORT_SCORES)
    raw = _read(file)
    lines = _lines(raw)
    content_hash = hashlib.sha256(raw).digest()
    if dry_run:
        found = preview_import(session, who, lines, content_hash=content_hash, now=now)
        _say_preview(found, as_json=as_json)
        return
    try:
        done = import_scores(
            session, who, lines, file_name=file.name, content_hash=content_hash, now=now
        )
    except ImportRefused as problem:
        _say_problems(problem.problems)
        sys.exit(str(problem))
    except Refused as problem:
        sys.exit(str(problem))
    _say_done(done, as_json=as_json)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        sys.exit(f"{file} cannot be read: {problem.strerror}")


def _lines(raw: bytes) -> tuple[HistoricLine, ...]:
    try:
        return read_score_list(raw)
    except UnreadableList as problem:
        sys.exit(str(problem))


def _say_preview(found: ImportPreview, *, as_json: bool) -> None:
    if as_json:
        plain = asdict(found)
        plain["imported_at"] = found.imported_at.isoformat() if found.imported_at else None
        click.echo(json.dumps(plain, sort_keys=True, ensure_ascii=False))
    else:
        click.echo(f"{_counts(found)} would be stored. {_worrying(found.worrying)}")
        _say_problems(found.problems)
    if found.imported_at is not None:
        sys.exit(f"This file was imported on {found.imported_at:%-d %b %Y}: nothing would be done.")
    if found.problems:
        sys.exit(f"{wrong_lines(len(found.problems))}: nothing would be stored.")


def _say_done(done: Imported, *, as_json: bool) -> None:
    if as_json:
        plain = asdict(done) | {"import_id": str(done.import_id)}
        click.echo(json.dumps(plain, sort_keys=True))
    else:
        click.echo(f"{_counts(done)} stored. {_worrying(done.worrying)}")


def _say_problems(problems: Sequence[LineProblem]) -> None:
    for problem in problems:
        click.echo(f"line {problem.line}: {problem.words}", err=True)


def _counts(found: ImportPreview | Imported) -> str:
    scores = "1 score" if found.score_count == 1 else f"{found.score_count} scores"
    whose = "1 patient" if found.patient_count == 1 else f"{found.patient_count} patients"
    return f"{scores} of {whose}"


def _worrying(count: int) -> str:
    if not count:
        return "No answer among them would raise an alert."
    hold = "holds" if count == 1 else "hold"
    return (
        f"{count} {hold} an answer that would raise an alert today. None is raised for the past: "
        "look at them."
    )
