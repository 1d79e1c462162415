"""A signed record refuses every write in the database itself, on both engines.

Whatever an action forgets, and whoever writes SQL by hand: nothing is added to a signed record,
changed on it or taken from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, Table, bindparam, create_engine, func, insert, literal, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.make.infusions import TODAY
from tests.make.patients import NOW
from tests.make.signed import Records, make_records, sign_records
from tests.make.trail import with_trail
from tests.make.world import make_world
from tests.models.conftest import make_database, open_engine
from tracker.domain.signing import RecordKind
from tracker.models import schema
from tracker.models.base import Base
from tracker.models.database import prepare_sqlite, sqlite_driver
from tracker.models.signed_content import SIGNED_TABLES
from tracker.models.triggers import APPEND_ONLY, KEYS, SIGNED

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
ALL_SIGNED = sorted({name for tables in SIGNED_TABLES.values() for name in tables})
ON_ALL = [(name, act) for name in sorted(SIGNED) for act in ("INSERT", "UPDATE", "DELETE")]


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A database in which one record of each kind is signed."""

    db: Session
    records: Records


@pytest.fixture(scope="module", params=ENGINES)
def stored(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Signed]:
    engine = _engine(request, tmp_path_factory.mktemp("signed"))
    try:
        schema.upgrade(engine)
        with Session(engine) as db:
            records = make_records(db, make_world(db, now=NOW))
            sign_records(db, records)
            yield Signed(db=db, records=records)
    finally:
        engine.dispose()


def _engine(request: pytest.FixtureRequest, folder: Path) -> Engine:
    if request.param == "sqlite":
        made = create_engine(f"sqlite:///{folder / 's.db'}", module=sqlite_driver())
        prepare_sqlite(made)
        return with_trail(made)
    # a database of its own: other tests empty the shared one
    return open_engine(make_database(request.getfixturevalue("postgres_url")))


@pytest.fixture
def signed(stored: Signed) -> Iterator[Signed]:
    """What a test does to it is undone afterwards."""
    stored.db.rollback()
    yield stored
    stored.db.rollback()


def table_of(name: str) -> Table:
    return Base.metadata.tables[name]


def record_of(signed: Signed, name: str) -> UUID:
    (kind,) = (kind for kind, tables in SIGNED_TABLES.items() if name in tables)
    return signed.records.ids[kind]


def rows_of(signed: Signed, name: str) -> Any:
    """Which rows of a table stand on the signed record."""
    if name == "draw_accounts":
        entries = table_of("vial_entries")
        drawn = select(entries.c.id).where(entries.c.run_sheet_id == record_of(signed, name))
        return table_of(name).c.entry_id.in_(drawn)
    own = SIGNED[name][0] if name in SIGNED else "id"
    return table_of(name).c[own] == record_of(signed, name)


def writes(signed: Signed, name: str, act: str) -> Any:
    """A statement that does one of the three to a row of the signed record."""
    table, where = table_of(name), rows_of(signed, name)
    if act == "UPDATE":
        first = next(iter(table.columns))
        return table.update().where(where).values({first: first})
    if act == "DELETE":
        return table.delete().where(where)
    key = KEYS.get(name, "id")
    own = SIGNED[name][0]
    columns = [
        literal(uuid4(), column.type) if column.name == key != own else column
        for column in table.columns
    ]
    copied = select(*columns).where(where).limit(1)
    return insert(table).from_select([each.name for each in table.columns], copied)


def let_it_be_changed(db: Session, name: str) -> None:
    """Drop what makes a table append-only, to see what its signature alone forbids."""
    if name not in APPEND_ONLY:
        return
    if db.connection().dialect.name == "postgresql":
        db.execute(text(f"DROP FUNCTION refuse_change_of_{name}() CASCADE"))
        return
    for each in ("update", "delete", "replace"):
        db.execute(text(f"DROP TRIGGER {name}_no_{each}"))


def test_every_signed_table_has_a_row_to_try_it_on(signed):
    for name in ALL_SIGNED:
        found = select(func.count()).select_from(table_of(name)).where(rows_of(signed, name))
        assert signed.db.scalar(found), name


def test_every_table_of_a_signed_record_is_guarded_by_its_signature_or_append_only():
    assert set(ALL_SIGNED) == set(SIGNED) | {"draw_accounts", "course_reviews"}
    assert {"draw_accounts", "course_reviews"} <= set(APPEND_ONLY)


@pytest.mark.parametrize(("name", "act"), ON_ALL)
def test_the_signature_alone_refuses_a_write_on_its_record(signed, name, act):
    let_it_be_changed(signed.db, name)
    with pytest.raises(DBAPIError, match="the record is signed"):
        signed.db.execute(writes(signed, name, act))


@pytest.mark.parametrize("name", ALL_SIGNED)
@pytest.mark.parametrize("act", ["UPDATE", "DELETE"])
def test_no_row_of_a_signed_record_is_changed_or_removed(signed, name, act):
    with pytest.raises(DBAPIError, match=r"the record is signed|append-only"):
        signed.db.execute(writes(signed, name, act))


@pytest.mark.parametrize("act", ["UPDATE", "DELETE"])
@pytest.mark.parametrize("name", ["signatures", "amendments"])
def test_no_signature_and_no_addendum_is_changed_or_removed(signed, name, act):
    table = table_of(name)
    wanted = table.delete() if act == "DELETE" else table.update().values(key_id="other")
    with pytest.raises(DBAPIError, match="append-only"):
        signed.db.execute(wanted)


def test_a_draw_has_one_account_before_and_after_the_signature(signed):
    accounts = table_of("draw_accounts")
    copied = select(accounts).where(rows_of(signed, "draw_accounts"))
    with pytest.raises(DBAPIError):
        signed.db.execute(insert(accounts).from_select([each.name for each in accounts.c], copied))


def test_a_replacing_insert_takes_nothing_from_a_signed_record(signed):
    if signed.db.connection().dialect.name != "sqlite":
        pytest.skip("only SQLite replaces rows")
    for name in sorted(SIGNED):
        names = ", ".join(each.name for each in table_of(name).columns)
        where = rows_of(signed, name).compile(compile_kwargs={"literal_binds": True})
        replacing = f"INSERT OR REPLACE INTO {name} SELECT {names} FROM {name} WHERE {where}"
        with pytest.raises(DBAPIError, match=r"the record is signed|append-only"):
            signed.db.execute(text(replacing))


def test_no_table_of_a_signed_record_is_emptied_at_once_on_postgresql(signed):
    if signed.db.connection().dialect.name != "postgresql":
        pytest.skip("only PostgreSQL truncates")
    for name in [*ALL_SIGNED, "signatures", "amendments"]:
        with pytest.raises(DBAPIError, match=r"the record is signed|append-only"):
            signed.db.execute(text(f"TRUNCATE {name} CASCADE"))
        signed.db.rollback()


def test_what_is_not_signed_is_written_as_before(signed):
    table, new_id = table_of("therapy_sessions"), uuid4()
    columns = [literal(new_id, each.type) if each.name == "id" else each for each in table.columns]
    copied = select(*columns).where(table.c.id == record_of(signed, "therapy_sessions"))
    signed.db.execute(insert(table).from_select([each.name for each in table.c], copied))
    own = table.c.id == new_id
    assert signed.db.execute(table.update().where(own).values(planned_on=TODAY)).rowcount == 1
    assert signed.db.execute(table.delete().where(own)).rowcount == 1


def test_each_kind_of_record_was_signed(signed):
    signatures = table_of("signatures")
    for kind in RecordKind:
        own = signatures.c[f"{kind}_id"] == bindparam("record_id")
        found = select(func.count()).select_from(signatures).where(own)
        assert signed.db.scalar(found, {"record_id": signed.records.ids[kind]}) == 2
