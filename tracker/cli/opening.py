"""Opening the database for a command, or one line that says why it cannot be opened."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from config import Settings
from tracker.actions import audit
from tracker.cli.now import now
from tracker.domain.backups import BackupFailed
from tracker.models import db, schema
from tracker.models.reach import open_to_all


def every_clinic() -> Session:
    """The command's session: somebody with a shell on the server does this for every clinic."""
    session = db.session()
    open_to_all(session)
    return session


def open_database(engine: Engine) -> None:
    """Bring the database up to date. Ends the command with one line when it cannot be used.

    A database that holds something is copied first, as `flask backup create` would.
    """
    with one_line_of_trouble():
        found = schema.stored_revision(engine)
        if found is not None and found != schema.HEAD:
            _prepare_upgrade(engine, found)
        schema.bring_up(engine)
        with Session(engine) as session:
            open_to_all(session)
            audit.begin_seals(session, now=now())


@contextmanager
def one_line_of_trouble() -> Iterator[None]:
    """End the command with one line when the database cannot be used."""
    try:
        yield
    except DBAPIError as problem:
        sys.exit(f"TRACKER_DATABASE_URL: the database cannot be used: {_one_line(problem.orig)}")
    except OSError as problem:
        sys.exit(f"TRACKER_DATABASE_URL: {problem.filename}: {problem.strerror}")


def _prepare_upgrade(engine: Engine, found: str) -> None:
    from tracker.cli.backups import make_backup

    settings: Settings = current_app.config["SETTINGS"]
    if not schema.is_known(found):
        sys.exit(
            f"TRACKER_DATABASE_URL: a newer version of the program made this database ({found},"
            f" not {schema.HEAD}): start that one, or restore an older backup"
        )
    if not settings.backup_before_upgrade:
        return
    try:
        make_backup(settings, engine)
    except BackupFailed as problem:
        sys.exit(
            f"The database was not brought up to date, because no backup could be made: {problem}."
            " TRACKER_BACKUP_BEFORE_UPGRADE=off goes on without one."
        )


def _one_line(problem: BaseException | None) -> str:
    lines = [line.strip() for line in str(problem).splitlines()]
    return next((line for line in lines if line), "no reason was given")
