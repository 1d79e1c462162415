"""How patients are reached stands in no file of the database: new, migrated, or rotated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.make.contacts import all_contacts
from tests.make.demo import make_demo_app
from tests.make.patients import NOW
from tests.make.schema import bring_schema_up
from tracker.actions.demo import store
from tracker.domain.contacts import Contact
from tracker.domain.signing import SigningKey
from tracker.models import db as flask_db
from tracker.models import schema
from tracker.models.database import transaction
from tracker.models.triggers import unguard_records
from tracker.queries.signed_records import list_auditors, verify_all

pytestmark = [
    pytest.mark.fault,
    pytest.mark.sqlite("its files are read; those of PostgreSQL in tests/models/test_upgrade.py"),
]

KEY = SigningKey(secret="s" * 48)
BEFORE = "0013"
"""The revision in which the record said it in clear."""
STAYS = {  # what else holds the same words, and why: docs/decisions/0044
    ("users", "email"): "id",  # the name that a patient signs in with
    ("sheet_checks", "note"): "''",  # who takes them home, on the run sheet of that day
    ("run_sheet_moves", "left_with"): "''",
    ("signatures", "content"): "''",  # the run sheet as it was signed
}


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Flask]:
    app = make_demo_app(tmp_path, now=NOW)
    bring_schema_up(app)
    with app.app_context():
        store.load(flask_db.session(), now=NOW, key=KEY)
        flask_db.session.remove()
    yield app
    with app.app_context():
        flask_db.engine.dispose()


@pytest.fixture
def engine(demo: Flask) -> Engine:
    with demo.app_context():
        return flask_db.engine


@pytest.fixture
def told(demo: Flask) -> dict[UUID, Contact]:
    return all_contacts(demo)


def words_of(told: dict[UUID, Contact]) -> set[str]:
    """Telephone numbers, addresses and escorts."""
    return {word for each in told.values() for word in (each.phone, each.email, each.escort)}


def found_in(folder: Path, words: set[str]) -> set[str]:
    """Those that stand in the database's file, in its log or in anything else beside it."""
    files = [file for file in folder.glob("tracker.db*") if file.is_file()]
    assert folder / "tracker.db" in files
    read = b"".join(file.read_bytes() for file in files)
    return {word for word in words if word.encode() in read}


def take_out_what_stays(engine: Engine) -> None:
    with Session(engine) as db, transaction(db):
        unguard_records(db.connection())
        for (table, column), other in STAYS.items():
            db.execute(text(f"UPDATE {table} SET {column} = {other}"))


def test_no_file_of_the_demonstration_holds_how_a_patient_is_reached(
    engine: Engine, told: dict[UUID, Contact], tmp_path: Path
) -> None:
    words = words_of(told)
    assert len(told) > 5
    assert len({each.phone for each in told.values()}) == len(told)
    assert not found_in(tmp_path, {each.phone for each in told.values()})
    take_out_what_stays(engine)
    empty_the_log(engine)
    assert not found_in(tmp_path, words)


def test_an_upgrade_leaves_nothing_in_clear_behind(
    demo: Flask, engine: Engine, told: dict[UUID, Contact], tmp_path: Path
) -> None:
    words = words_of(told)
    take_out_what_stays(engine)
    schema.downgrade(engine, BEFORE)
    assert found_in(tmp_path, words) == words
    schema.upgrade(engine)
    assert not found_in(tmp_path, words)
    assert all_contacts(demo) == told


def test_what_was_signed_before_the_upgrade_verifies_after_it(tmp_path: Path) -> None:
    """The demonstration's records are signed while the database has the schema of before."""
    app = make_demo_app(tmp_path, now=NOW)
    bring_schema_up(app)
    with app.app_context():
        engine, db = flask_db.engine, flask_db.session()
        store.load(db, now=NOW, key=None)
        assert _verified(engine) == (0, 0)
        schema.downgrade(engine, BEFORE)
        _sign(db)
        signed, faults = _verified(engine)
        assert signed > 20
        assert faults == 0
        schema.upgrade(engine)
        assert _verified(engine) == (signed, 0)
        flask_db.session.remove()
        engine.dispose()


def _sign(db: Session) -> None:
    from tracker.actions.demo.moments import Present
    from tracker.actions.demo.sign_offs import sign_records
    from tracker.actions.demo.telling import tell

    present = Present.of(NOW)
    with transaction(db):
        sign_records(db, tell(present), present, KEY)


def _verified(engine: Engine) -> tuple[int, int]:
    with Session(engine) as db:
        found = [verify_all(db, who, key=KEY) for who in list_auditors(db)]
    return sum(each.signatures for each in found), sum(len(each.faults) for each in found)


def empty_the_log(engine: Engine) -> None:
    connection = engine.raw_connection()
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
