"""PostgreSQL's own programs for a copy of a database: pg_dump and pg_restore.

The password goes through the environment, never into a list of processes. Of what pg_restore
complains of, only what cannot hold a stored value is passed on.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL, Engine, inspect, text

from tracker.domain.backups import BackupFailed, Facts
from tracker.models.database_facts import read_facts
from tracker.models.reach import open_connection_to_all
from tracker.models.walls import EVERY

PACKAGE = "they come with the package postgresql-client of the server's version"


class ProgramFailed(BackupFailed):
    """One of PostgreSQL's programs is missing or did not do its work."""


def dump_database(engine: Engine, to: Path) -> Facts:
    """A dump as of one moment, and what the database held at that very moment."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        open_connection_to_all(connection)
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        facts = read_facts(connection)
        to.touch(mode=0o600)
        _run(
            "pg_dump",
            engine.url,
            "--format=custom",
            "--enable-row-security",  # without it pg_dump ends where it meets a wall
            f"--snapshot={snapshot}",
            f"--file={to}",
        )
    return facts


def check_dump(file: Path) -> None:
    """That pg_restore can read it to its end. Its rows are compared when it is restored."""
    _run("pg_restore", None, "--file=/dev/null", str(file))


def restore_dump(file: Path, engine: Engine) -> Facts:
    """Everything or nothing, into an empty database."""
    _run(
        "pg_restore",
        engine.url,
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        str(file),
    )
    with engine.connect() as connection:
        open_connection_to_all(connection)
        return read_facts(connection)


def is_empty(engine: Engine) -> bool:
    with engine.connect() as connection:
        return not inspect(connection).get_table_names()


def _run(program: str, url: URL | None, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise ProgramFailed(f"{program} is not installed: {PACKAGE}")
    place = [] if url is None else [f"--dbname={_without_password(url)}"]
    done = subprocess.run(  # noqa: S603 (the arguments are ours and the settings')
        [found, *place, *arguments],
        env=_environment(url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProgramFailed(f"{program} ended with {done.returncode}: {_words(done.stderr)}")


def _environment(url: URL | None) -> dict[str, str]:
    every_clinic = f"{os.environ.get('PGOPTIONS', '')} -c {EVERY}=on".strip()
    password = {"PGPASSWORD": url.password} if url and url.password else {}
    return os.environ | {"PGOPTIONS": every_clinic} | password


def _without_password(url: URL) -> str:
    plain = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, dict(url.query)
    )
    return plain.render_as_string(hide_password=False)


def _words(said: str) -> str:
    """What comes after ERROR may quote a row."""
    lines = said.strip().splitlines() or ["no reason was given"]
    return lines[0].split("ERROR:")[0].strip()
