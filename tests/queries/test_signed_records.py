"""Whatever somebody changes by hand in a signed record is found, and named.

The database forbids it; here its triggers are gone, as they are for whoever has the file itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, create_engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.make.patients import NOW
from tests.make.sessions import open_session
from tests.make.signed import SIGNING_KEY, Records, make_records, sign_records
from tests.make.trail import with_trail
from tests.make.world import make_world
from tracker.domain.people import Person
from tracker.domain.signing import RecordKind
from tracker.models import schema
from tracker.models.base import Base
from tracker.models.database import prepare_sqlite, sqlite_driver
from tracker.models.signatures import SIGNED_COLUMN
from tracker.models.signed_content import SIGNED_TABLES
from tracker.models.triggers import KEYS, SIGNED, unguard_records
from tracker.queries.signed_records import Fault, verify_all


@dataclass(frozen=True, kw_only=True)
class Unguarded:
    """Signed records in a database that lets everything be changed by hand."""

    db: Session
    records: Records

    @property
    def who(self) -> Person:
        return self.records.signer

    @property
    def connection(self) -> Connection:
        return self.db.connection()

    def run(self, statement: str, values: tuple[Any, ...] = ()) -> Any:
        return self.connection.exec_driver_sql(statement, values)

    def faults(self) -> tuple[Fault, ...]:
        return verify_all(self.db, self.who, key=SIGNING_KEY).faults

    def ids_on(self, table: str) -> list[str]:
        """The keys of the rows that stand on the signed records."""
        key = key_of(table)
        if table in {"signatures", "amendments", "draw_accounts"}:
            found = self.run(f"SELECT {key} FROM {table} ORDER BY {key}")
        else:
            own = SIGNED[table][0] if table in SIGNED else "id"
            wanted = (self.records.ids[kind_of(table)].hex,)
            found = self.run(f"SELECT {key} FROM {table} WHERE {own} = ? ORDER BY {key}", wanted)
        return [row[0] for row in found]


def key_of(table: str) -> str:
    return KEYS.get(table, "id")


def kind_of(table: str) -> RecordKind:
    (kind,) = (kind for kind, tables in SIGNED_TABLES.items() if table in tables)
    return kind


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unguarded]:
    folder = tmp_path_factory.mktemp("unguarded")
    engine = create_engine(f"sqlite:///{folder / 'u.db'}", module=sqlite_driver())
    prepare_sqlite(with_trail(engine))
    try:
        schema.upgrade(engine)
        with open_session(engine) as db:
            records = make_records(db, make_world(db, now=NOW))
            sign_records(db, records)
            unguard_records(db.connection())
            db.commit()
            raw = db.connection()
            raw.exec_driver_sql("ROLLBACK")  # these two are set between transactions only
            raw.exec_driver_sql("PRAGMA foreign_keys=OFF")
            raw.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
            raw.exec_driver_sql("BEGIN")
            yield Unguarded(db=db, records=records)
    finally:
        engine.dispose()


@pytest.fixture
def records(stored: Unguarded) -> Iterator[Unguarded]:
    """What a test does to it is undone afterwards."""
    stored.run("SAVEPOINT before")
    yield stored
    stored.run("ROLLBACK TO before")


CONTENT = [
    (table, column.name)
    for tables in SIGNED_TABLES.values()
    for table in tables
    for column in Base.metadata.tables[table].columns
]
SEALED = [
    (table, column.name)
    for table in ("signatures", "amendments")
    for column in Base.metadata.tables[table].columns
]
SOMETHING_ELSE = {
    "Uuid": "f" * 32,
    "Instant": "2020-01-01T00:00:00.000001Z",
    "Date": "2020-01-02",
    "Time": "00:00:01.000000",
}


def other_value(table: Table, column: str, stored: Any) -> Any:
    """Another value that a column of this type can hold."""
    kind = type(table.columns[column].type).__name__
    if kind in SOMETHING_ELSE:
        return SOMETHING_ELSE[kind]
    if kind == "Boolean":
        return 0 if stored else 1
    if kind == "Integer":
        return (stored or 0) + 90
    if kind == "FixedPoint":
        return (stored or 0) + 0.0004  # less than what is shown of it
    return f"{stored or ''} "


def change(records: Unguarded, table: str, column: str, row_id: str) -> None:
    own = f"{key_of(table)} = ?"
    (before,) = records.run(f"SELECT {column} FROM {table} WHERE {own}", (row_id,)).one()
    after = other_value(Base.metadata.tables[table], column, before)
    assert after != before
    records.run(f"UPDATE {table} SET {column} = ? WHERE {own}", (after, row_id))


def said(faults: tuple[Fault, ...]) -> str:
    return "\n".join(words for fault in faults for words in fault.words)


def takes_it_away(table: str, column: str) -> bool:
    """Whether another value here moves the row to another record, clinic or key."""
    belongs = {key_of(table), "clinic_id"}
    if table in SIGNED:
        belongs.add(SIGNED[table][0])
    return column in belongs


def test_nothing_is_said_when_nothing_was_changed(records):
    found = verify_all(records.db, records.who, key=SIGNING_KEY)
    assert (found.signatures, found.amendments, found.faults) == (6, 3, ())


@pytest.mark.parametrize(("table", "column"), CONTENT)
def test_a_changed_column_is_named_with_its_table_and_record(records, table, column):
    row_id = records.ids_on(table)[0]
    change(records, table, column, row_id)
    (fault,) = records.faults()
    assert (fault.kind, fault.record_id) == (kind_of(table), records.records.ids[kind_of(table)])
    is_record_itself = table == SIGNED_TABLES[kind_of(table)][0]
    if is_record_itself and column in {"id", "clinic_id"}:
        assert said((fault,)) == f"{kind_of(table)}: the record is gone"
    elif takes_it_away(table, column):
        assert f"{table} " in said((fault,))
        assert "this row was removed" in said((fault,))
    else:
        assert f"{table} {column} (" in said((fault,))


@pytest.mark.parametrize(("table", "column"), SEALED)
def test_a_changed_column_of_a_signature_or_an_addendum_is_found_and_its_row_named(
    records, table, column
):
    for row_id in records.ids_on(table):
        records.run("SAVEPOINT one")
        change(records, table, column, row_id)
        words = said(records.faults())
        assert table in words
        assert f"{row_id[:8]}-" in words or column == "id"
        records.run("ROLLBACK TO one")


@pytest.mark.parametrize(
    ("column", "name"), [("number", "infusion_number"), ("is_booster", "is_booster")]
)
def test_a_changed_number_of_the_infusion_is_named(records, column, name):
    sheet = records.records.ids[RecordKind.RUN_SHEET].hex
    of_sheet = "SELECT planned_infusion_id FROM run_sheets WHERE id = ?"
    records.run(f"UPDATE planned_infusions SET {column} = 91 WHERE id = ({of_sheet})", (sheet,))
    (fault,) = records.faults()
    assert f"run_sheet {name} (" in said((fault,))


def test_a_record_that_was_given_to_another_patient_is_found(records):
    records.run("UPDATE courses SET patient_id = ?", ("f" * 32,))
    assert {fault.kind for fault in records.faults()} == set(RecordKind)
    assert "patient_id" in said(records.faults())


def test_a_signature_that_was_moved_to_another_record_is_found(records):
    for table in ("signatures", "amendments"):
        records.run("SAVEPOINT one")
        sheet, therapy = (records.records.ids[kind].hex for kind in list(RecordKind)[:2])
        sheet_column, therapy_column = (SIGNED_COLUMN[kind] for kind in list(RecordKind)[:2])
        records.run(
            f"UPDATE {table} SET {sheet_column} = NULL, {therapy_column} = ?"
            f" WHERE {sheet_column} = ?",
            (therapy, sheet),
        )
        assert "the seal does not fit" in said(records.faults())
        records.run("ROLLBACK TO one")


TABLES = sorted({table for table, _column in CONTENT} | {"signatures", "amendments"})
ROWS = st.sampled_from(TABLES)


def undone(records: Unguarded) -> None:
    records.run("ROLLBACK TO before")


@settings(max_examples=60)
@given(table=ROWS, pick=st.integers(0, 50))
def test_a_row_that_was_removed_is_found(stored, table, pick):
    stored.run("SAVEPOINT before")
    ids = stored.ids_on(table)
    gone = ids[pick % len(ids)]
    stored.run(f"DELETE FROM {table} WHERE {key_of(table)} = ?", (gone,))
    assert f"{gone[:8]}-" in said(stored.faults()) or "the record is gone" in said(stored.faults())
    undone(stored)


INSERTED = st.sampled_from([name for name in SIGNED if SIGNED[name][0] == "run_sheet_id"])


@settings(max_examples=40)
@given(table=INSERTED, pick=st.integers(0, 50))
def test_a_row_that_was_added_is_found(stored, table, pick):
    stored.run("SAVEPOINT before")
    ids = stored.ids_on(table)
    copied, added = ids[pick % len(ids)], uuid4()
    unique = {"id": "?", "seq": "seq + 50", "previous_seq": "seq + 49", "corrects_id": "NULL"}
    unique |= dict.fromkeys(("notice_key", "item_key"), "'another'")
    names = [column.name for column in Base.metadata.tables[table].columns]
    values = ", ".join(unique.get(name, name) for name in names)
    stored.run(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE id = ?",
        (added.hex, copied),
    )
    assert f"{table} {added}: this row was added" in said(stored.faults())
    undone(stored)


SWAPPED = [
    (table, column)
    for table, column in CONTENT
    if table in {"run_sheet_moves", "sheet_checks", "vital_signs", "sheet_notes"}
    and column not in {"clinic_id", "run_sheet_id"}
]


@settings(max_examples=80)
@given(where=st.sampled_from(SWAPPED), picks=st.tuples(st.integers(0, 50), st.integers(0, 50)))
def test_values_that_changed_places_are_found(stored, where, picks):
    table, column = where
    ids = stored.ids_on(table)
    first, second = (ids[pick % len(ids)] for pick in picks)
    own, ask = key_of(table), f"SELECT {column} FROM {table} WHERE {key_of(table)} = ?"
    (one,), (other,) = (stored.run(ask, (each,)).one() for each in (first, second))
    if one == other:
        return
    stored.run("SAVEPOINT before")
    change_places = f"UPDATE {table} SET {column} = ? WHERE {own} = ?"
    parked = {"id": "0" * 32, "seq": -1, "item_key": "parked"}.get(column, one)
    stored.run(change_places, (parked, first))
    try:
        if column == "id":
            stored.run(change_places, (first, second))
            stored.run(change_places, (second, parked))
        else:
            stored.run(change_places, (one, second))
            stored.run(change_places, (other, first))
    except IntegrityError:  # the place is taken: the database itself refuses this exchange
        undone(stored)
        return
    assert f"{table} " in said(stored.faults())
    undone(stored)


@settings(max_examples=150)
@given(
    where=st.sampled_from([each for each in CONTENT if not takes_it_away(*each)]),
    text=st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0")),
)
def test_any_text_in_a_column_of_text_is_found_even_one_that_cannot_be_read(stored, where, text):
    table, column = where
    kind = Base.metadata.tables[table].columns[column].type
    if type(kind).__name__ in {"Integer", "Boolean", "FixedPoint"}:
        return
    row_id = stored.ids_on(table)[0]
    own = f"{key_of(table)} = ?"
    (before,) = stored.run(f"SELECT {column} FROM {table} WHERE {own}", (row_id,)).one()
    if before == text:
        return
    stored.run("SAVEPOINT before")
    stored.run(f"UPDATE {table} SET {column} = ? WHERE {own}", (text, row_id))
    words = said(stored.faults())
    assert (
        f"{table} {column} (" in words
        or f"{table}: a value cannot be read" in words
        or (words.endswith("the record is gone"))
    )
    undone(stored)
