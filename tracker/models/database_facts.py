"""What a database holds, in numbers and digests: to see that a copy is the whole of it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, column, func, inspect, select, table, text

from tracker.domain.backups import Facts
from tracker.models.triggers import KEYS

PROVING = ("audit_events", "signatures", "amendments", "signed_reports")
"""Tables whose every row is compared: the trail, and what was signed."""


def read_facts(connection: Connection) -> Facts:
    """Read in one transaction, so that the numbers belong together."""
    names = sorted(inspect(connection).get_table_names())
    revision = ""
    if "alembic_version" in names:
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    counted = {each: select(func.count()).select_from(table(each)) for each in names}
    return Facts(
        revision=revision,
        rows={name: connection.execute(count).scalar_one() for name, count in counted.items()},
        digests={each: _digest(connection, each) for each in PROVING if each in names},
    )


def _digest(connection: Connection, name: str) -> str:
    """Over every row, in the order of its key."""
    key: ColumnElement[object] = column(KEYS.get(name, "id"))
    rows = connection.execute(
        select(text("*")).select_from(table(name)).order_by(key),
        execution_options={"yield_per": 500},
    )
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps([_plain(each) for each in row], sort_keys=True).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value if isinstance(value, int | float | dict | list | None) else str(value)
