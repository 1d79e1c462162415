"""Statements that the busiest pages send, written out once instead of each time.

SQLAlchemy looks up how a statement is written, binds its values and sets a result up anew whenever
it is sent. That is most of what a small statement costs on SQLite, which is in this process. A
`Prepared` one keeps its text and its conversions and goes to the driver. Everything else about it
is as ever: same connection, same transaction, same rows, same errors. On another engine, and while
somebody listens to what is sent, it takes the ordinary way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Date, Dialect, Executable, Result, Time, Uuid
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from tracker.models.types import FixedPoint, Instant

Values = Mapping[str, Any]
_Convert = Callable[[Any], Any] | None


class Prepared:
    """One statement of a module. It is always sent with the same names."""

    def __init__(self, statement: Executable) -> None:
        self.statement = statement
        self._written: _Written | None = None

    def send(self, connection: Connection, values: Values) -> Result[Any]:
        """Its rows, as plain columns; none for a statement that writes."""
        if not _goes_to_the_driver(connection):
            return connection.execute(self.statement, values)
        written = self._write_out(connection.dialect, values)
        return written.send(connection, values)

    def send_many(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Write all of the rows of an INSERT, which are few.

        At once: after each step of SQLite another thread of the process may go on computing, while
        all who want to write wait for this one.
        """
        if not rows:
            return
        if not _goes_to_the_driver(connection):
            connection.execute(self.statement, rows)
            return
        self._write_out(connection.dialect, rows[0]).send_many(connection, rows)

    def _write_out(self, dialect: Dialect, values: Values) -> _Written:
        if self._written is None:
            self._written = _Written(self.statement, dialect, values)
        return self._written


def _goes_to_the_driver(connection: Connection) -> bool:
    listeners: Any = connection.engine.dispatch
    return connection.dialect.name == "sqlite" and not listeners.before_cursor_execute


def say(connection: Connection, words: str) -> None:
    """Tell SQLite something that has no values and no rows: where a transaction begins."""
    if _goes_to_the_driver(connection):
        _run(connection, connection.dialect, "execute", words).close()
    else:
        connection.exec_driver_sql(words)


def _run(connection: Connection, dialect: Dialect, how: str, *given: Any) -> Any:
    driver: Any = dialect.dbapi
    try:
        cursor = connection.connection.cursor()
        getattr(cursor, how)(*given)
    except driver.Error as problem:
        raise DBAPIError.instance(
            given[0], None, problem, driver.Error, hide_parameters=True, dialect=dialect
        ) from problem
    return cursor


class _Written:
    """A statement as SQLite takes it: its text, and how values go in and come out."""

    def __init__(self, statement: Any, dialect: Dialect, values: Values) -> None:
        if statement.is_dml:
            compiled = statement.compile(dialect=dialect, column_keys=list(values))
        else:  # what SQLAlchemy would write into the text when it is sent is written now
            options = {"render_postcompile": True}
            compiled = statement.params(values).compile(dialect=dialect, compile_kwargs=options)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise TypeError("a prepared statement names every column: the default ones as well")
        self.text: str = compiled.string
        self._head, self._values_of, self._one_row = self.text.partition(" VALUES ")
        self._dialect = dialect
        self._count = len(values)
        self._binds = [
            _bound(name, compiled.binds[name], dialect, values) for name in compiled.positiontup
        ]
        columns = () if statement.is_dml else tuple(statement.selected_columns)
        self._columns = SimpleResultMetaData([column.name for column in columns])
        self._readers = [_reader(column.type, dialect) for column in columns]

    def send(self, connection: Connection, values: Values) -> Result[Any]:
        cursor = _run(connection, self._dialect, "execute", self.text, self._given(values))
        found = cursor.fetchall() if self._readers else []
        cursor.close()
        rows = map(self._read, found) if any(self._readers) else iter(found)
        return IteratorResult(self._columns, rows)

    def send_many(self, connection: Connection, rows: Sequence[Values]) -> None:
        """As one statement, whatever their number: see `Prepared.send_many`."""
        text = self._head + self._values_of + ", ".join([self._one_row] * len(rows))
        given = [value for row in rows for value in self._given(row)]
        _run(connection, self._dialect, "execute", text, given).close()

    def _given(self, values: Values) -> list[Any]:
        if len(values) != self._count:
            raise TypeError("a prepared statement is always sent with the same names")
        return [
            constant if name is None else (convert(values[name]) if convert else values[name])
            for name, convert, constant in self._binds
        ]

    def _read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            [read(value) if read else value for read, value in zip(self._readers, row, strict=True)]
        )


def _bound(
    name: str, bind: Any, dialect: Dialect, values: Values
) -> tuple[str | None, _Convert, Any]:
    """Where a value comes from and how it goes in; or one that never changes."""
    convert: _Convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if name in values:
        return name, convert, None
    if bind.required:
        raise TypeError(f"a prepared statement misses a value: {name}")
    constant = bind.effective_value
    return None, None, convert(constant) if convert else constant


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> _Convert:
    read = kind.dialect_impl(dialect).result_processor(dialect, None)
    if read is None or not isinstance(kind, _NEVER_CHANGE):
        return read
    return _READERS.setdefault((repr(kind), dialect.name), lru_cache(_VALUES_KEPT)(read))


_NEVER_CHANGE = (Uuid, Instant, FixedPoint, Date, Time)
"""Types whose values can be handed out twice. The rows of a page name the same few ids, moments and
scores again and again: looking one up takes a tenth of reading it.
"""
_VALUES_KEPT = 4096
_READERS: dict[tuple[str, str], Callable[[Any], Any]] = {}
"""One for each kind of type: the columns share what was read."""
