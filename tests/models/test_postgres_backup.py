"""A backup of PostgreSQL, through its own pg_dump and pg_restore."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from tests.make.courses import make_course
from tests.make.patients import NOW
from tests.make.world import World, make_world
from tracker.actions import backups
from tracker.domain.backups import BackupFailed, Retention
from tracker.models import schema
from tracker.models.accounts import UserRow
from tracker.models.database import transaction

pytestmark = pytest.mark.postgres
KEY = b"b" * 32


@pytest.fixture
def filled(postgres_engine: Engine) -> tuple[Engine, World]:
    schema.bring_up(postgres_engine)
    with Session(postgres_engine) as db:
        world = make_world(db, now=NOW)
        make_course(db, world.a.clinician, world.a.patient_id)
    return postgres_engine, world


def empty(engine: Engine) -> Engine:
    """The same database with nothing in it. Making another one ended this server at times."""
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return engine


def make(engine: Engine, folder: Path) -> backups.Made:
    return backups.create(
        engine,
        key=KEY,
        keys={},
        work_in=folder,
        to=folder / "backups",
        retention=Retention(newest=3),
        now=NOW,
    )


def restore(made: backups.Made, to: Engine, folder: Path, **changes: Any) -> backups.Restored:
    return backups.restore_into_database(
        made.file, **({"key": KEY, "to": to, "work_in": folder, "now": NOW} | changes)
    )


@pytest.mark.usefixtures("programs")
def test_a_backup_comes_back_into_an_empty_database_with_its_guards(filled, tmp_path):
    engine, _world = filled
    made = make(engine, tmp_path)
    assert made.file.stat().st_mode & 0o777 == 0o600
    with engine.connect() as connection:
        names = connection.execute(select(UserRow.email)).scalars().all()
    assert not any(name.encode() in made.file.read_bytes() for name in names)
    with pytest.raises(BackupFailed, match="not empty"):
        restore(made, engine, tmp_path)
    again = empty(engine)
    with pytest.raises(BackupFailed, match="key"):
        restore(made, again, tmp_path, key=b"o" * 32)
    restored = restore(made, again, tmp_path)
    assert restored.manifest.facts == made.facts
    assert schema.stored_revision(again) == schema.HEAD
    with Session(again) as db:
        assert db.execute(select(func.count()).select_from(UserRow)).scalar() == len(names)
        with pytest.raises(Exception, match="append-only"), transaction(db):
            db.execute(text("DELETE FROM audit_events"))
    assert [each.name for each in tmp_path.glob("backup-work-*")] == []


@pytest.mark.usefixtures("programs")
def test_a_restored_database_that_lacks_a_row_is_noticed(filled, tmp_path, monkeypatch):
    from tracker.models import postgres_dumps

    engine, _world = filled
    made = make(engine, tmp_path)
    read = postgres_dumps.read_facts

    def one_less(connection: Any) -> Any:
        connection.execute(text("DELETE FROM submissions"))
        connection.execute(text("DELETE FROM user_roles"))
        return read(connection)

    monkeypatch.setattr(postgres_dumps, "read_facts", one_less)
    with pytest.raises(BackupFailed, match="user_roles has 0 rows"):
        restore(made, empty(engine), tmp_path)


def test_a_missing_program_is_named_with_the_package_that_brings_it(filled, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(BackupFailed, match=r"pg_dump is not installed.*postgresql-client"):
        make(filled[0], tmp_path)
    assert list((tmp_path / "backups").glob("*.backup")) == []
