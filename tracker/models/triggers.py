"""Triggers that keep the audit trail append-only, in each engine's own language.

SQLite: an UPDATE, a DELETE and an INSERT over an existing row (which REPLACE would do without any
DELETE trigger firing) are refused. PostgreSQL: UPDATE, DELETE and TRUNCATE are refused.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

_REFUSED = "the audit trail is append-only"

_SQLITE = {
    "audit_no_update": f"""CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_events
        BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END""",
    "audit_no_delete": f"""CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_events
        BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END""",
    "audit_no_replace": f"""CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit_events
        WHEN EXISTS (SELECT 1 FROM audit_events WHERE seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END""",
}

_POSTGRES_FUNCTION = f"""CREATE FUNCTION refuse_audit_change() RETURNS trigger
    LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"""

_POSTGRES = {
    "audit_no_change": """CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_events
        FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()""",
    "audit_no_truncate": """CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()""",
}


def guard_audit_trail(connection: Connection) -> None:
    """Create the triggers."""
    if connection.dialect.name == "sqlite":
        statements = list(_SQLITE.values())
    else:
        statements = [_POSTGRES_FUNCTION, *_POSTGRES.values()]
    for statement in statements:
        connection.execute(text(statement))


def unguard_audit_trail(connection: Connection) -> None:
    """Drop the triggers, before the table itself goes."""
    if connection.dialect.name == "sqlite":
        for name in _SQLITE:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        return
    for name in _POSTGRES:
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON audit_events"))
    connection.execute(text("DROP FUNCTION IF EXISTS refuse_audit_change()"))
