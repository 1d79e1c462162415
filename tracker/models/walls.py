"""Walls between clinics, in PostgreSQL's own language: row-level security on every clinic's table.

Every query names its clinic. Behind that stands this: a statement that forgets to sees, changes,
adds and removes rows of one clinic only, the one that the transaction said (`reach.py`). Where it
said nothing there are no rows. The application's role owns the tables, so the walls are forced on
the owner too; a superuser and a role with BYPASSRLS walk through them. SQLite has nothing like it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, text

CLINIC = "tracker.clinic_id"
EVERY = "tracker.every_clinic"
"""The settings of a transaction: one clinic's id; or `on` for what runs for all of them."""

POLICY = "of_one_clinic"
OWN_COLUMN = {"clinics": "id"}
"""Which column names the clinic, where it is not ``clinic_id``."""

SHARED = {
    "asked_resets": "addresses that were typed, before it is looked up whose they are",
    "instruments": "definitions of questionnaires, the same for every clinic",
    "sign_in_throttles": "failures by digests of names and networks, before anybody is known",
    "used_challenges": "digests of questions to passkeys, before anybody is known",
}
"""Tables without a wall, and why: they hold nothing of a clinic."""


def build_walls(connection: Connection, tables: Iterable[str]) -> None:
    """Put a wall around each clinic's rows of these tables. A migration that adds a table does."""
    _run(connection, (each for name in tables for each in _wall(name)))


def take_walls_down(connection: Connection, tables: Iterable[str]) -> None:
    """Leave the tables as they were without."""
    _run(connection, (each for name in tables for each in _no_wall(name)))


def build_gates(connection: Connection) -> None:
    """What the walls need once: a look at the end of the trail, and a guard at emptied tables.

    The trail is one chain for all clinics, so whoever adds an event has to see the last one's
    number and seal: those two and nothing else. TRUNCATE asks no policy, so it gets a trigger.
    """
    _run(connection, (_LAST_EVENT, _REFUSE_TO_EMPTY))


def take_gates_down(connection: Connection) -> None:
    """Drop them, after the walls."""
    _run(
        connection,
        (
            "DROP FUNCTION last_audit_event()",
            "DROP FUNCTION refuse_to_empty_for_one_clinic()",
        ),
    )


def why_walked_through(ask: Callable[[str], Any]) -> str | None:
    """Why the walls do not hold the role that is signed in; None where they do.

    `ask` sends a statement to PostgreSQL.
    """
    name, is_superuser, bypasses = ask(_ROLE).fetchone()
    if is_superuser:
        return f"the role {name} is a superuser"
    return f"the role {name} has BYPASSRLS" if bypasses else None


_ROLE = (
    "SELECT rolname, rolsuper, rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = current_user"
)


def _run(connection: Connection, statements: Iterable[str]) -> None:
    if connection.dialect.name == "postgresql":
        for each in statements:
            connection.execute(text(each))


def _wall(name: str) -> Iterator[str]:
    # A subquery is worked out once for a statement, a bare call once for each row. A setting that
    # stood in an earlier transaction of the connection is empty now, not missing.
    mine = f"(SELECT nullif(current_setting('{CLINIC}', true), '')\\:\\:uuid)"
    every = f"(SELECT current_setting('{EVERY}', true) = 'on')"
    column = OWN_COLUMN.get(name, "clinic_id")
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    yield f"CREATE POLICY {POLICY} ON {name} USING ({column} = {mine} OR {every})"
    yield (
        f"CREATE TRIGGER {name}_not_emptied BEFORE TRUNCATE ON {name}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_empty_for_one_clinic()"
    )


def _no_wall(name: str) -> Iterator[str]:
    yield f"DROP TRIGGER {name}_not_emptied ON {name}"
    yield f"DROP POLICY {POLICY} ON {name}"
    yield f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"


_LAST_EVENT = f"""
CREATE FUNCTION last_audit_event() RETURNS TABLE (seq bigint, seal bytea) LANGUAGE plpgsql AS $$
DECLARE before text \\:= coalesce(current_setting('{EVERY}', true), '');
BEGIN
    PERFORM set_config('{EVERY}', 'on', true);
    RETURN QUERY SELECT e.seq, e.seal FROM audit_events e ORDER BY e.seq DESC LIMIT 1;
    PERFORM set_config('{EVERY}', before, true);
END $$
"""  # noqa: S608 - the name of a setting of ours
_REFUSE_TO_EMPTY = f"""
CREATE FUNCTION refuse_to_empty_for_one_clinic() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('{EVERY}', true) = 'on' THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'a table of every clinic is not emptied for one';
END $$
"""
