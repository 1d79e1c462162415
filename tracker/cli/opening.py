"""Opening the database for a command, or one line that says why it cannot be opened."""

from __future__ import annotations

import sys

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from tracker.models import schema


def open_database(engine: Engine) -> None:
    """Bring the database up to date. Ends the command with one line when it cannot be used."""
    try:
        schema.bring_up(engine)
    except DBAPIError as problem:
        sys.exit(f"TRACKER_DATABASE_URL: the database cannot be used: {_one_line(problem.orig)}")
    except OSError as problem:
        sys.exit(f"TRACKER_DATABASE_URL: {problem.filename}: {problem.strerror}")


def _one_line(problem: BaseException | None) -> str:
    lines = [line.strip() for line in str(problem).splitlines()]
    return next((line for line in lines if line), "no reason was given")
