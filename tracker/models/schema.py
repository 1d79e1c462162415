"""The schema's version: bring a database to the newest, and say whether it is there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0016"
"""The newest revision. A test compares it with the files, so that a start need not read them."""


def stored_revision(engine: Engine) -> str | None:
    """The revision that the database says it has; None for an empty one.

    A SQLite file that is not there yet is made, its owner's only; connecting would make it for all.
    """
    file = engine.url.database or ""
    if engine.dialect.name == "sqlite" and file not in {"", ":memory:"}:
        Path(file).touch(mode=0o600)
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(
            text("SELECT version_num FROM alembic_version")
        ).scalar()
        return found


def is_known(revision: str) -> bool:
    """Whether this program can bring a database from this revision to its own."""
    return any((MIGRATIONS / "versions").glob(f"{revision}_*.py"))


def bring_up(engine: Engine) -> None:
    """Bring a database to the newest schema. A new SQLite file is its owner's only."""
    if stored_revision(engine) != HEAD:
        upgrade(engine)


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the database up to a revision, in one transaction."""
    _run(engine, "upgrade", to)


def downgrade(engine: Engine, to: str) -> None:
    """Take the database back to a revision, in one transaction."""
    _run(engine, "downgrade", to)


def _run(engine: Engine, direction: str, to: str) -> None:
    from alembic import command  # slow to import, and needed at an upgrade only
    from alembic.config import Config

    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        getattr(command, direction)(config, to)
    if engine.dialect.name == "sqlite":
        _empty_the_log(engine)


def _empty_the_log(engine: Engine) -> None:
    """What an upgrade overwrote would stand in the write-ahead log until that is full again.

    Whoever reads meanwhile is not waited for; then the log is emptied another time.
    """
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
