"""How PostgreSQL is opened: at which isolation, how long it may wait, and as whom it should not be.

READ COMMITTED is what writing relies on. A transaction that writes waits for the one lock of all
writers as its first statement, and what it reads after that decides what it writes (`transaction`
in database.py). Each statement has to see what the writer before it committed. At REPEATABLE READ
and above the view is taken before the wait: whoever waited would check what is no longer so.
A server, a database or a role may have another level as its default, so it is said here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

from tracker.models.database import LOCK_WAIT_MS
from tracker.models.walls import why_walked_through

ISOLATION = "READ COMMITTED"
STATEMENT_MS = 15_000
"""The longest that one statement of a request may run."""

log = logging.getLogger("tracker.database")


def postgres_options(connections: int) -> dict[str, Any]:
    """How an engine of the application is made."""
    limits = f"-c lock_timeout={LOCK_WAIT_MS} -c idle_in_transaction_session_timeout=30000"
    return {
        "isolation_level": ISOLATION,
        "pool_pre_ping": True,
        "pool_size": connections,
        "connect_args": {"options": limits},
    }


def prepare_postgres(
    engine: Engine, *, is_for_a_request: Callable[[], bool] = lambda: False
) -> None:
    """Say with the first connection of the process when the role is one that no policy holds.

    A connection that is made to answer a request lets no statement run for longer than people
    wait. One that is made for a migration, a backup or a check of the trail has no such limit.
    """

    @event.listens_for(engine, "connect")
    def _limit(connection: Any, _record: Any) -> None:
        if is_for_a_request():
            connection.autocommit = True  # in a transaction it would be taken back with it
            connection.execute(f"SET statement_timeout = {STATEMENT_MS}")
            connection.autocommit = False

    @event.listens_for(engine, "first_connect")
    def _look_at_the_role(connection: Any, _record: Any) -> None:
        why = why_walked_through(connection.execute)
        connection.rollback()
        if why:
            log.warning(
                "clinics are kept apart by queries alone: %s (docs/operating.md, PostgreSQL)", why
            )
