"""What costs time in every test and is shown by the tests of its own: the disk, the hash."""

from __future__ import annotations

from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Engine, event

from tracker.actions import passwords

REAL_HASHER = passwords._HASHER
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def hash_quickly() -> None:
    passwords._HASHER = QUICK_HASHER


def leave_the_disk_alone(engine: Engine) -> None:
    """Commits do not wait for the disk. Said on each new connection, after the application."""

    if engine.dialect.name != "sqlite":
        return  # the server of the tests never waits for it

    @event.listens_for(engine, "connect")
    def _say(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")
