"""What reaches the database while something is asked: its statements, to read and to count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from tracker.models import db as flask_db


@contextmanager
def statements_sent(where: Flask | Session) -> Iterator[list[str]]:
    """The texts of the statements in their order, the beginnings of transactions among them.

    Not the sentence that tells a transaction on PostgreSQL whose rows it reaches: the same tests
    count on both engines, and tests/web/test_walls.py looks at those.
    """
    engine = _engine_of(where)
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "tracker.every_clinic" not in statement:
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def but_beginnings(sent: list[str]) -> list[str]:
    return [each for each in sent if not each.startswith("BEGIN") and not begins_to_write(each)]


def begins_to_write(statement: str) -> bool:
    """Whether it takes the one lock of all who write."""
    return statement == "BEGIN IMMEDIATE" or "pg_advisory_xact_lock" in statement


def count_statements(where: Flask | Session, ask: Callable[[], object]) -> int:
    with statements_sent(where) as sent:
        ask()
    return len(sent)


def count_reads(where: Flask | Session, ask: Callable[[], object]) -> int:
    with statements_sent(where) as sent:
        ask()
    return len([each for each in sent if each.startswith("SELECT")])


def _engine_of(where: Flask | Session) -> Engine:
    if isinstance(where, Session):
        return where.get_bind().engine
    with where.app_context():
        return flask_db.engine
