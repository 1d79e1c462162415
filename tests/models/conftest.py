"""A PostgreSQL server of the tests' own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text

from tests import postgres_server
from tests.databases import ROLE, SERVER, make_role
from tests.make.trail import with_trail
from tests.postgres_server import shared_server
from tracker.models.walls import EVERY


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL server of the tests' own, for a superuser.

    Tests of the application use `postgres_database`.
    """
    url = os.environ.get(SERVER) or shared_server()
    make_role(url)
    return url


def make_database(postgres_url: str) -> URL:
    """An empty database of the application's role, which docs/operating.md says how to make."""
    name = f"clinics_{uuid4().hex}"
    outside = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
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
    monkeypatch.setenv("PATH", f"{postgres_server.programs()}:{os.environ['PATH']}")
