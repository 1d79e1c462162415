"""How the database is opened, and the one way in which an action writes to it.

SQLite runs in WAL mode with synchronous FULL: a commit that was acknowledged has reached the disk.
WAL is refused on a library with the checkpoint race that 3.51.3 fixed; such a library is used with
a rollback journal instead (slower, as durable).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Executable,
    Result,
    SQLColumnExpression,
    event,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from tracker.models.engines import engine_of
from tracker.models.prepared import Prepared, say
from tracker.models.turns import turn_to_write

WAL_IS_SAFE_SINCE = (3, 51, 3)
WAL_IS_SAFE_IN = {(3, 50): 7, (3, 44): 6}  # patch releases that carry the fix

LOCK_WAIT_MS = 5000
WRITERS = 0x7472_6163
"""The advisory lock that a writing transaction holds on PostgreSQL; SQLite has one by itself."""


def sqlite_driver() -> Any:
    """The DB-API module for SQLite: a wheel that brings its own, current library."""
    import sqlcipher3.dbapi2

    return sqlcipher3.dbapi2


def wal_is_safe(library_version: str) -> bool:
    """Whether this SQLite library may run in WAL mode without the checkpoint race."""
    numbers = tuple(int(part) for part in library_version.split("."))[:3]
    if numbers >= WAL_IS_SAFE_SINCE:
        return True
    fixed_patch = WAL_IS_SAFE_IN.get((numbers[0], numbers[1]))
    return fixed_patch is not None and numbers[2] >= fixed_patch


def prepare_sqlite(engine: Engine) -> None:
    """Set every new connection up, and let each transaction say how it begins."""

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN, the driver does not
        journal = "WAL" if wal_is_safe(sqlite_driver().sqlite_version) else "TRUNCATE"
        for pragma in (
            f"busy_timeout={LOCK_WAIT_MS}",
            f"journal_mode={journal}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "recursive_triggers=ON",
            "secure_delete=ON",
            "mmap_size=0",
            "cache_size=-2000",  # kibibytes, for each of the connections: the system caches too
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        say(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def transaction(db: Session) -> Iterator[None]:
    """One transaction that writes: commits at the end, undoes everything on an error.

    A read that the request began before is ended first: on SQLite a transaction that began as a
    read cannot always become a write, so writes begin as writes. On both engines one writer follows
    another, so that what was checked inside a transaction still holds when it commits.
    """
    end_the_read(db)
    with _turn(db):
        try:
            db.info[_OPEN] = _begin_to_write(db)
            send_waiting(db, db)
            yield
            db.commit()
            written_along(db)
        except BaseException:
            db.rollback()
            raise
        finally:
            db.info.pop(_OPEN, None)


def end_the_read(db: Session) -> None:
    """Let go of what the request has read so far: nobody waits in line with an old view open."""
    if _holds_a_read_only(db):
        db.connection().connection.rollback()
    else:
        db.rollback()


def _holds_a_read_only(db: Session) -> bool:
    """Whether the session has read rows on SQLite and made no object of them.

    Then there is nothing in it to undo, and its connection can go straight from reading to writing.
    """
    is_read = db.in_transaction() and not db.new and not db.identity_map
    return is_read and engine_of(db).dialect.name == "sqlite"


def _begin_to_write(db: Session) -> Connection:
    if db.in_transaction():
        connection = db.connection()
        say(connection, "BEGIN IMMEDIATE")
        return connection
    connection = db.connection(execution_options={"writes": True})
    if connection.dialect.name == "postgresql":
        connection.execute(_TAKE_THE_LOCK)
    return connection


def read_rows(
    db: Session, statement: Executable | Prepared, values: Mapping[str, Any]
) -> Result[Any]:
    """Rows of plain columns, read on the session's connection and in its transaction.

    Half the cost of the session's own `execute`, which is made for objects. What was added to the
    session and not flushed yet is not seen.
    """
    connection: Connection = db.info.get(_OPEN) or _connection(db)
    if isinstance(statement, Prepared):
        return statement.send(connection, values)
    return connection.execute(statement, values)


def _connection(db: Session) -> Connection:
    """The connection of the session's transaction, which is kept as long as that is."""
    kept: tuple[object, Connection] | None = db.info.get(_READING)
    if kept is not None and kept[0] is db.get_transaction():
        return kept[1]
    connection = db.connection()
    db.info[_READING] = db.get_transaction(), connection
    return connection


def write_rows(db: Session, statement: Prepared, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows of plain columns, written in the open transaction."""
    statement.send_many(db.info[_OPEN], rows)


def write_with_the_next(db: Session, statement: Prepared, values: Mapping[str, Any]) -> None:
    """Write at the beginning of the session's next transaction that is not undone.

    For what is worth no transaction of its own. Whoever asks for it sees at the end of the request
    whether there was one (`is_waiting_to_write`).
    """
    db.info.setdefault(_WAITING, []).append((statement, values))


def is_waiting_to_write(db: Session) -> bool:
    """Whether something still waits for a transaction to go along with."""
    return bool(_waiting(db))


def send_waiting(whose: Session, to: Session) -> None:
    """Send what waits in one session in the open transaction of another, or of the same."""
    for statement, values in _waiting(whose):
        statement.send(to.info[_OPEN], values)


def written_along(db: Session) -> None:
    """What waited is committed."""
    db.info.pop(_WAITING, None)


def _waiting(db: Session) -> Sequence[tuple[Prepared, Mapping[str, Any]]]:
    found: Sequence[tuple[Prepared, Mapping[str, Any]]] = db.info.get(_WAITING, ())
    return found


def is_one_of(column: SQLColumnExpression[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """`column.in_(values)` for a few values that never change.

    An IN is written anew by SQLAlchemy each time that it is sent; this is written once.
    """
    return or_(*(column == value for value in values))


_READING = "tracker.reading"
_WAITING = "tracker.waiting"
_OPEN = "tracker.open"
"""Where a session keeps the connection of its open transaction: asking for it takes longer than
sending some statements.
"""
_TAKE_THE_LOCK = select(func.pg_advisory_xact_lock(WRITERS))


def _turn(db: Session) -> AbstractContextManager[None]:
    """Wait in line for SQLite's one writer."""
    url = engine_of(db).url
    if url.get_backend_name() != "sqlite":
        return nullcontext()
    return turn_to_write(url.database, wait_seconds=LOCK_WAIT_MS / 1000)
