"""What is kept in the database, as an inventory asks: which engine, which version, how much."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

from tracker.models import schema
from tracker.models.database import sqlite_driver


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """A database. `place` holds no user and no password."""

    engine: str
    version: str
    place: str
    schema: str
    size_bytes: int


def read_store(engine: Engine) -> Store:
    """The database that an engine opens."""
    if engine.dialect.name == "postgresql":
        return _postgres(engine)
    file = Path(engine.url.database or "")
    beside = (file.with_name(file.name + ending) for ending in ("", "-wal", "-shm"))
    return Store(
        engine="SQLite",
        version=sqlite_driver().sqlite_version,
        place=str(file),
        schema=schema.stored_revision(engine) or "none",
        size_bytes=sum(each.stat().st_size for each in beside if each.exists()),
    )


def _postgres(engine: Engine) -> Store:
    with engine.connect() as connection:
        version = connection.execute(text("SHOW server_version")).scalar_one()
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    url = engine.url
    return Store(
        engine="PostgreSQL",
        version=str(version),
        place=f"{url.host or 'local socket'}:{url.port or 5432}/{url.database}",
        schema=schema.stored_revision(engine) or "none",
        size_bytes=int(size),
    )
