"""A copy of an SQLite database, taken while others write, and the proof that a file is sound."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.exc import DatabaseError

from tracker.domain.backups import BackupFailed, Facts
from tracker.models.database import prepare_sqlite, sqlite_driver
from tracker.models.database_facts import read_facts


class Unsound(BackupFailed):
    """A database that is damaged."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the database is damaged: {what}")


def copy_database(engine: Engine, to: Path) -> None:
    """Every page as of one moment, through SQLite's online backup: no writer waits for it.

    A copy of the file alone would miss what still stands in the write-ahead log.
    """
    to.touch(mode=0o600)
    source = engine.raw_connection()
    target = sqlite_driver().connect(str(to), isolation_level=None)
    try:
        source.driver_connection.backup(target)  # type: ignore[union-attr]
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except sqlite_driver().Error as problem:
        raise BackupFailed(f"the database could not be copied: {problem}") from None
    finally:
        target.close()
        source.close()


def check_database(file: Path) -> Facts:
    """What a file holds, once it has been found sound. Raises `Unsound`."""
    engine = create_engine(
        f"sqlite:///file:{file}?mode=ro&uri=true", module=sqlite_driver(), poolclass=NullPool
    )
    try:
        with engine.connect() as connection:
            (found,) = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalars()
            if found != "ok":
                raise Unsound(str(found).splitlines()[0])
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise Unsound(f"a row of {broken[0]} points to a row of {broken[2]} that is gone")
            return read_facts(connection)
    except DatabaseError as problem:
        raise Unsound(str(problem.orig)) from None
    finally:
        engine.dispose()


def open_copy(file: Path) -> Engine:
    """A database file of its own, opened as the application opens its own."""
    engine = create_engine(f"sqlite:///{file}", module=sqlite_driver(), poolclass=NullPool)
    prepare_sqlite(engine)
    return engine
