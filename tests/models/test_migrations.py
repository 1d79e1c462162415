"""Migrations: up, down, up again, equal to the tables, on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.schema import CreateTable

from tracker.models import Base, schema
from tracker.models.database import prepare_sqlite, sqlite_driver


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'm.db'}", module=sqlite_driver())
    prepare_sqlite(engine)
    yield engine
    engine.dispose()


def sqlite_tables(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index')"
                " AND name NOT LIKE 'sqlite_%' AND name != 'alembic_version'"
            )
        )
        return {name: _in_any_order(sql) for name, sql in rows if sql}


def _in_any_order(sql: str) -> str:
    # A column that was added later stands on the last line, after the constraints.
    sql = re.sub(r",\s+(?=\w+ (?:TEXT|INTEGER|BLOB|REAL)\b)", ",\n", sql)
    sql = re.sub(r"\)\s*STRICT\s*$", "\n)\nSTRICT", sql)
    lines = [re.sub(r"\s+", " ", line).strip(" ,\t") for line in sql.splitlines()]
    return "\n".join(sorted(line for line in lines if line))


def test_the_newest_revision_is_the_one_that_a_start_expects():
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_migrated_and_declared_tables_are_the_same_on_sqlite(sqlite_engine, tmp_path):
    schema.upgrade(sqlite_engine)
    declared = create_engine(f"sqlite:///{tmp_path / 'd.db'}", module=sqlite_driver())
    prepare_sqlite(declared)
    with declared.connect().execution_options(writes=True) as connection, connection.begin():
        for table in Base.metadata.tables.values():
            connection.execute(CreateTable(table))
            for index in table.indexes:
                index.create(connection)
    try:
        assert sqlite_tables(sqlite_engine) == sqlite_tables(declared)
    finally:
        declared.dispose()


def test_down_and_up_again_gives_the_same_tables_on_sqlite(sqlite_engine):
    schema.upgrade(sqlite_engine)
    first = sqlite_tables(sqlite_engine)
    schema.downgrade(sqlite_engine, "base")
    assert sqlite_tables(sqlite_engine) == {}
    schema.upgrade(sqlite_engine)
    assert sqlite_tables(sqlite_engine) == first
    assert schema.stored_revision(sqlite_engine) == schema.HEAD


@pytest.mark.postgres
def test_the_same_tables_and_constraints_come_up_and_go_down_on_postgresql(postgres_engine):
    def shape() -> dict[str, tuple[set[str], set[str]]]:
        found = inspect(postgres_engine)
        return {
            name: (
                {column["name"] for column in found.get_columns(name)},
                {check["name"] for check in found.get_check_constraints(name)},
            )
            for name in found.get_table_names()
            if name != "alembic_version"
        }

    schema.upgrade(postgres_engine)
    first = shape()
    assert first == {
        table.name: (
            {column.name for column in table.columns},
            _checks(table),
        )
        for table in Base.metadata.tables.values()
    }
    schema.downgrade(postgres_engine, "base")
    assert shape() == {}
    schema.upgrade(postgres_engine)
    assert shape() == first


def _checks(table):
    """The names of its checks, those that stand with a column among them."""
    from sqlalchemy.dialects import postgresql

    compiled = str(CreateTable(table).compile(dialect=postgresql.dialect()))
    return set(re.findall(r"CONSTRAINT (ck_\w+) CHECK", compiled))


@pytest.mark.postgres
def test_the_audit_trail_cannot_be_rewritten_on_postgresql(postgres_engine):
    schema.upgrade(postgres_engine)
    with postgres_engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_events"
                " (occurred_at, address, event, outcome, object_kind, detail)"
                " VALUES (now(), '', 'x', 'done', '', '{}')"
            )
        )
    for statement in (
        "UPDATE audit_events SET event = 'y'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
    ):
        with (
            pytest.raises(Exception, match="append-only"),
            postgres_engine.begin() as connection,
        ):
            connection.execute(text(statement))
    with postgres_engine.connect() as connection:
        assert connection.execute(text("SELECT event FROM audit_events")).scalars().all() == ["x"]
