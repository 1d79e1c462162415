"""What is written once stays as it was written, on both engines, whoever writes the SQL.

No signature is needed for that: every row is refused a change from the moment it is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Table, create_engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.make.case_history import make_assessment, make_trial
from tests.make.patients import NOW
from tests.make.signed import make_records, sign_record
from tests.make.signed_reports import make_signed_report
from tests.make.trail import with_trail
from tests.make.world import make_world
from tests.models.conftest import make_database, open_engine
from tracker.actions import audit, medicines
from tracker.domain.audit import AuditEvent
from tracker.domain.medicines import Change
from tracker.domain.signing import RecordKind
from tracker.domain.treatment_decisions import MedicineChange
from tracker.models import schema
from tracker.models.base import Base
from tracker.models.database import prepare_sqlite, sqlite_driver, transaction
from tracker.models.run_sheets import LoggedOnSheet
from tracker.models.triggers import APPEND_ONLY, AUDIT, HISTORY, KEYS, REPORTS

KEPT = (*AUDIT, *APPEND_ONLY, *REPORTS, *HISTORY)
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
SAYS = "append-only"


@pytest.fixture(scope="module", params=ENGINES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Session]:
    """A database with a row in every append-only table; only a course review is signed."""
    engine = _engine(request, tmp_path_factory.mktemp("kept"))
    try:
        schema.upgrade(engine)
        with Session(engine) as db:
            world = make_world(db, now=NOW)
            records = make_records(db, world)
            sign_record(db, records, RecordKind.COURSE_REVIEW)
            change = Change(
                medicine="Sertraline",
                change=MedicineChange.STARTED,
                dose="50 mg",
                changed_on=NOW.date(),
            )
            medicines.record_change(
                db, world.a.clinician, world.a.patient_id, change, submission=None, now=NOW
            )
            make_trial(db, world.a)
            make_assessment(db, world.a, records.course_id)
            make_signed_report(db, world.a, records.course_id, now=NOW)
            with transaction(db):
                audit.record(db, world.a.clinician, AuditEvent.PAGE_SEEN, now=NOW)
            yield db
    finally:
        engine.dispose()


def _engine(request: pytest.FixtureRequest, folder: Path) -> Engine:
    if request.param == "sqlite":
        made = create_engine(f"sqlite:///{folder / 'k.db'}", module=sqlite_driver())
        prepare_sqlite(made)
        return with_trail(made)
    # a database of its own: other tests empty the shared one
    return open_engine(make_database(request.getfixturevalue("postgres_url")))


@pytest.fixture
def kept(filled: Session) -> Iterator[Session]:
    """What a test does to it is undone afterwards."""
    filled.rollback()
    yield filled
    filled.rollback()


def table_of(name: str) -> Table:
    return Base.metadata.tables[name]


def is_sqlite(db: Session) -> bool:
    return db.connection().dialect.name == "sqlite"


def test_every_append_only_table_has_a_row_to_try_it_on(kept: Session) -> None:
    for name in KEPT:
        assert kept.scalar(select(func.count()).select_from(table_of(name))), name


def test_every_table_of_entries_is_append_only() -> None:
    """A new kind of entry on a run sheet cannot be left out of the list."""
    entries = {each.__tablename__ for each in LoggedOnSheet.__subclasses__()}
    assert len(entries) > 5
    assert entries <= set(APPEND_ONLY)


@pytest.mark.parametrize("name", KEPT)
def test_no_column_of_a_stored_row_is_changed(kept: Session, name: str) -> None:
    for column in table_of(name).columns:
        with pytest.raises(DBAPIError, match=SAYS):
            kept.execute(table_of(name).update().values({column: column}))
        kept.rollback()


@pytest.mark.parametrize("name", KEPT)
def test_no_stored_row_is_removed(kept: Session, name: str) -> None:
    with pytest.raises(DBAPIError, match=SAYS):
        kept.execute(table_of(name).delete())


@pytest.mark.parametrize("name", KEPT)
def test_no_stored_row_is_replaced(kept: Session, name: str) -> None:
    """An insert over the same key: REPLACE on SQLite, ON CONFLICT DO UPDATE on PostgreSQL."""
    names = ", ".join(f'"{each.name}"' for each in table_of(name).columns)
    if is_sqlite(kept):
        for verb in ("INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"):
            with pytest.raises(DBAPIError, match=SAYS):
                kept.execute(text(f'{verb} INTO "{name}" SELECT {names} FROM "{name}"'))
            kept.rollback()
        return
    key = KEYS.get(name, "id")
    with pytest.raises(DBAPIError, match=SAYS):
        kept.execute(
            text(
                f'INSERT INTO "{name}" ({names}) OVERRIDING SYSTEM VALUE SELECT {names}'
                f' FROM "{name}" ON CONFLICT ({key}) DO UPDATE SET {key} = excluded.{key}'
            )
        )


def test_a_row_is_not_replaced_through_another_of_its_keys(kept: Session) -> None:
    """A second row under the same link of the chain, or in the place of the same row."""
    if not is_sqlite(kept):
        pytest.skip("only SQLite replaces rows")
    tried = 0
    for name in (*APPEND_ONLY, *HISTORY):
        key = KEYS.get(name, "id")
        columns = [each.name for each in table_of(name).columns]
        fresh = ", ".join("randomblob(16)" if each == key else f'"{each}"' for each in columns)
        uniques = inspect(kept.connection()).get_unique_constraints(name)
        if not [each for each in uniques if key not in each["column_names"]]:
            continue
        before = kept.execute(select(table_of(name).c[key])).scalars().all()
        try:
            kept.execute(text(f'INSERT OR REPLACE INTO "{name}" SELECT {fresh} FROM "{name}"'))
        except DBAPIError:
            kept.rollback()
        after = kept.execute(select(table_of(name).c[key])).scalars().all()
        kept.rollback()
        assert set(before) <= set(after), name
        tried += 1
    assert tried > 3


def test_no_append_only_table_is_emptied_at_once_on_postgresql(kept: Session) -> None:
    if is_sqlite(kept):
        pytest.skip("only PostgreSQL truncates")
    for name in KEPT:
        with pytest.raises(DBAPIError, match=SAYS):
            kept.execute(text(f'TRUNCATE "{name}" CASCADE'))
        kept.rollback()
