"""What kind of database the tests' installations have: a SQLite file each, or one on PostgreSQL.

`pytest --engine=postgresql` says the second: one server for the run, on it one database for each
folder of an installation, owned by a role that the walls between clinics hold.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import make_url

SERVER = "TRACKER_TESTS_POSTGRES"
"""Tells the worker processes of a run where its server is."""
ROLE = "clinics"
"""What the application signs in to PostgreSQL as: neither a superuser nor past its policies."""


class Databases(Protocol):
    """Where an installation that lives in a folder has its data."""

    name: str

    def url_of(self, folder: Path) -> str:
        """Its address. A database that is not there yet is empty when it is first used."""

    def copy(self, of: Path, to: Path) -> None:
        """Give one installation what another has in its database. Nobody may use either."""

    def known(self) -> set[str]:
        """What has to be dropped at some time."""

    def drop(self, names: set[str]) -> None:
        """Let go of these."""


class SqliteFiles:
    name = "sqlite"

    def url_of(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'tracker.db'}"

    def copy(self, of: Path, to: Path) -> None:
        shutil.copy(of / "tracker.db", to / "tracker.db")

    def known(self) -> set[str]:
        return set()  # they go with their folders

    def drop(self, names: set[str]) -> None:
        pass


class PostgresDatabases:
    name = "postgresql"

    def __init__(self, server: str) -> None:
        self.server = server
        self._known: set[str] = set()

    def url_of(self, folder: Path) -> str:
        name = _name_of(folder)
        if name not in self._known:
            self._make(name, "")
        url = make_url(self.server).set(username=ROLE, database=name)
        return url.render_as_string(hide_password=False)

    def copy(self, of: Path, to: Path) -> None:
        name = _name_of(to)
        if name in self._known:
            self.drop({name})
        self._make(name, f"TEMPLATE {_name_of(of)} STRATEGY file_copy")

    def known(self) -> set[str]:
        return set(self._known)

    def drop(self, names: set[str]) -> None:
        for name in names & self._known:
            self._order(f"DROP DATABASE {name} WITH (FORCE)")
        self._known -= names

    def _make(self, name: str, how: str) -> None:
        self._order(f"CREATE DATABASE {name} OWNER {ROLE} {how}")
        self._known.add(name)

    def _order(self, statement: str) -> None:
        with _connect(self.server) as superuser:
            superuser.execute(statement)


def _name_of(folder: Path) -> str:
    return "of_" + hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:32]


def _connect(server: str) -> psycopg.Connection[Any]:
    address = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)


def make_role(server: str) -> None:
    """The application's role, where the server does not have it yet."""
    with _connect(server) as superuser:
        found = superuser.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
        if found is None:
            superuser.execute(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS")


class _Chosen:
    databases: Databases = SqliteFiles()


def choose(databases: Databases) -> None:
    _Chosen.databases = databases


def chosen() -> Databases:
    return _Chosen.databases


def on_postgres() -> bool:
    return _Chosen.databases.name == "postgresql"


def lives_in(folder: Path) -> dict[str, str]:
    """The settings of an installation in a folder, as its environment says them."""
    here = {"TRACKER_INSTANCE_DIR": str(folder)}
    return here | {"TRACKER_DATABASE_URL": chosen().url_of(folder)} if on_postgres() else here


def copy_installation(of: Path, to: Path) -> Path:
    """Everything that an installation has, in a new folder. Nobody may use it meanwhile."""
    shutil.copytree(of, to)
    if on_postgres():
        chosen().copy(of, to)
    return to


def begin(engine: str) -> None:
    """Run on this engine: `sqlite`, `postgresql`, or the address of a superuser of a server."""
    if engine == "sqlite":
        return
    from tests.postgres_server import programs, shared_server

    server = os.environ.get(SERVER)
    if server is None:
        server = shared_server() if engine == "postgresql" else engine
        server = server.replace("postgresql://", "postgresql+psycopg://", 1)
        os.environ["PATH"] = f"{programs()}:{os.environ['PATH']}"
        make_role(server)
        os.environ[SERVER] = server
    choose(PostgresDatabases(server))
