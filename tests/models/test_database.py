"""How SQLite is opened, and what a commit means."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from tracker.models import database
from tracker.models import db as flask_db
from tracker.models.database import sqlite_driver, transaction, wal_is_safe

pytestmark = pytest.mark.sqlite("how it is opened; tests/models/test_writers.py has the other")

EXPECTED = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "trusted_schema": 0,
    "recursive_triggers": 1,
    "secure_delete": 1,
    "busy_timeout": database.LOCK_WAIT_MS,
    "mmap_size": 0,
}


STRACE_IS_MISSING = "needs strace (Debian package strace)"


@pytest.fixture
def waits_for_the_disk():
    return True


@pytest.mark.parametrize(("pragma", "value"), EXPECTED.items())
def test_every_connection_is_set_up(db, pragma, value):
    assert db.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_the_library_is_new_enough_for_wal():
    assert wal_is_safe(sqlite_driver().sqlite_version)


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ("3.40.1", False),
        ("3.44.5", False),
        ("3.44.6", True),
        ("3.50.6", False),
        ("3.50.7", True),
        ("3.51.2", False),
        ("3.51.3", True),
        ("3.53.4", True),
        ("4.0.0", True),
    ],
)
def test_wal_is_used_only_on_a_library_without_the_race(version, safe):
    assert wal_is_safe(version) is safe


def test_an_unfixed_library_gets_a_rollback_journal(app, monkeypatch):
    monkeypatch.setattr(database, "wal_is_safe", lambda _version: False)
    with app.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()
        assert flask_db.session.execute(text("PRAGMA journal_mode")).scalar() == "truncate"
        assert flask_db.session.execute(text("PRAGMA synchronous")).scalar() == 2


def test_every_table_is_strict(db):
    rows = db.execute(text("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'"))
    loose = {
        name
        for name, strict in rows
        if not strict and name not in {"alembic_version", "sqlite_schema", "sqlite_sequence"}
    }
    assert loose == set()


def test_a_write_takes_its_lock_at_once(app, db):
    """Two that read first and then write do not fail at each other: the second one waits."""
    with app.app_context():
        outcome = []

        def write() -> None:
            with app.app_context():
                session = flask_db.session()
                session.execute(text("SELECT count(*) FROM users")).scalar()
                with transaction(session):
                    session.execute(text("UPDATE clinics SET phone = phone || '1'"))
                outcome.append("written")
                flask_db.session.remove()

        threads = [threading.Thread(target=write) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert outcome == ["written"] * 6


def test_a_failed_transaction_leaves_nothing(db):
    def change_and_fail() -> None:
        with transaction(db):
            db.execute(text("UPDATE clinics SET name = 'changed'"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert "changed" not in db.scalars(text("SELECT name FROM clinics")).all()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET event = 'x'",
        "DELETE FROM audit_events",
        "INSERT OR REPLACE INTO audit_events"
        " (seq, occurred_at, address, event, outcome, object_kind, detail)"
        " VALUES (1, '2026', '', 'x', 'done', '', '{}')",
    ],
)
def test_the_audit_trail_cannot_be_rewritten(app, db, browser, world, statement):
    browser(world.a.administrator).get("/admin")
    before = db.execute(text("SELECT * FROM audit_events")).all()
    assert before
    with pytest.raises((IntegrityError, OperationalError)), transaction(db):
        db.execute(text(statement))
    assert db.execute(text("SELECT * FROM audit_events")).all() == before


_COMMITS = """
import sys
from pathlib import Path
from sqlalchemy import create_engine, text
from tracker.models.database import prepare_sqlite, sqlite_driver
engine = create_engine("sqlite:///" + sys.argv[1], module=sqlite_driver())
prepare_sqlite(engine)
def commit(words):
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text(words))
commit("CREATE TABLE IF NOT EXISTS t (n INTEGER) STRICT")
Path(sys.argv[2]).write_text("begin")
for n in range(100):
    commit("INSERT INTO t VALUES (%d)" % n)
Path(sys.argv[3]).write_text("end")
"""


@pytest.mark.fault
def test_each_commit_reaches_the_disk(tmp_path):
    """A kill -9 test passes even without fsync, because the page cache survives: count them."""
    if shutil.which("strace") is None:
        if os.environ.get("CI") == "true":
            pytest.fail(STRACE_IS_MISSING)
        pytest.skip(STRACE_IS_MISSING)
    log = tmp_path / "calls"
    marks = [str(tmp_path / name) for name in ("begin", "end")]
    root = str(Path(__file__).parents[2])
    subprocess.run(
        ["strace", "-f", "-e", "trace=fsync,fdatasync,openat", "-o", str(log), sys.executable]
        + ["-c", _COMMITS, str(tmp_path / "t.db"), *marks],
        check=True,
        cwd=root,
        env=os.environ | {"PYTHONPATH": root},
    )
    calls = log.read_text()
    between = calls[calls.index(marks[0]) : calls.rindex(marks[1])]
    assert between.count("sync(") >= 100
