"""A process that dies in the middle of an upgrade leaves the database as it was."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import event

from tests.databases import on_postgres
from tests.make.sessions import look_into
from tracker.cli.opening import open_database
from tracker.models import db as flask_db
from tracker.models import schema
from tracker.models.database import sqlite_driver


@pytest.mark.fault
@pytest.mark.parametrize("after", [1, 4, 9])
def test_an_upgrade_that_is_killed_happened_not_at_all_and_is_done_by_the_next_start(
    app: Any, tmp_path: Any, after: int
) -> None:
    with app.app_context():
        schema.downgrade(flask_db.engine, "0003")
        flask_db.session.remove()
        flask_db.engine.dispose()
    before = what_is_stored(tmp_path)
    child = os.fork()
    if not child:
        _upgrade_until_killed(app, after)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert what_is_stored(tmp_path) == before
    assert len(list((tmp_path / "backups").glob("*.backup"))) == 1
    with app.app_context():
        open_database(flask_db.engine)
        assert schema.stored_revision(flask_db.engine) == schema.HEAD
    assert what_is_stored(tmp_path) != before


def _upgrade_until_killed(app: Any, after: int) -> None:
    """Dies after so many statements that changed the schema."""
    changed = []

    def _die_in_time(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        changed.append(statement.lstrip().split(" ")[0].upper() in {"CREATE", "ALTER", "DROP"})
        if sum(changed) == after:
            os.kill(os.getpid(), signal.SIGKILL)

    with app.app_context():
        event.listen(flask_db.engine, "after_cursor_execute", _die_in_time)
        open_database(flask_db.engine)


def what_is_stored(folder: Any) -> tuple[Any, ...]:
    """The schema and how much is in it, once the file has been found sound."""
    if on_postgres():
        asked = (
            "SELECT table_name, column_name, data_type, is_nullable"
            " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
            "SELECT tgname FROM pg_trigger ORDER BY 1",
            "SELECT tablename FROM pg_policies ORDER BY 1",
            "SELECT version_num FROM alembic_version",
            "SELECT count(*) AS how_many FROM users",
        )
        return tuple(look_into(folder, each) for each in asked)
    with closing(sqlite_driver().connect(str(folder / "tracker.db"))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        schema_now = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        people = connection.execute("SELECT count(*) FROM users").fetchall()
    return schema_now, revision, people
