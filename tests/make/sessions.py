"""Sessions of somebody who stands outside, as at a command: they reach the rows of every clinic.

On PostgreSQL a session that says nothing reaches nobody's; on SQLite nothing is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session

from tests.databases import chosen
from tracker.models import db as flask_db
from tracker.models.reach import open_connection_to_all, open_to_all


def open_session(engine: Engine) -> Session:
    """A session of its own, to be closed by whoever asks."""
    made = Session(engine)
    open_to_all(made)
    return made


def command_session() -> Session:
    """The session of the application context that is open, as a command has it."""
    found = flask_db.session()
    open_to_all(found)
    return found


@contextmanager
def open_connection(engine: Engine) -> Iterator[Connection]:
    """A connection without a session."""
    with engine.connect() as connection:
        open_connection_to_all(connection)
        yield connection


def plain_rows(db: Session, statement: str, **values: Any) -> list[Any]:
    """What SQL finds, on both engines as SQLite keeps it: an id is 32 digits, JSON is text."""
    found = db.execute(text(statement), values)
    names = list(found.keys())
    return [SimpleNamespace(**dict(zip(names, map(_plain, row), strict=True))) for row in found]


def look_into(folder: Path, statement: str, **values: Any) -> list[Any]:
    """What SQL finds in the database of an installation, past the application."""
    engine = create_engine(chosen().url_of(folder))
    try:
        with open_session(engine) as db:
            return plain_rows(db, statement, **values)
    finally:
        engine.dispose()


def instant(stored: Any) -> datetime:
    """A moment as SQL found it: PostgreSQL has them, SQLite has their text."""
    at = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    return json.dumps(value) if isinstance(value, dict) else value
