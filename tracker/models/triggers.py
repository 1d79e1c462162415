"""Triggers that keep records as they were written, in each engine's own language.

Append-only tables: UPDATE and DELETE are refused, on SQLite also an INSERT over an existing row
(which REPLACE would do without any DELETE trigger firing), on PostgreSQL also TRUNCATE.

Signed records: once somebody signed that a record was performed, its own row and everything that
stands on it refuse every change. Addenda have a table of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from tracker.domain.signing import SIGNED_SAYS

AUDIT = ("audit_events",)
APPEND_ONLY = (
    "run_sheet_moves",
    "sheet_checks",
    "vital_signs",
    "infusion_events",
    "medicines_given",
    "rate_changes",
    "sheet_notes",
    "recovery_scores",
    "notice_acknowledgements",
    "signatures",
    "amendments",
    "vials",
    "vial_entries",
    "draw_accounts",
    "medicine_changes",
    "course_reviews",
)
REPORTS = ("signed_reports",)
"""Append-only too; a table of a later revision than those above."""
HISTORY = ("prior_treatments", "course_assessments")
"""The same, of the revision after that."""

KEYS = {"audit_events": "seq", "draw_accounts": "entry_id"}
"""The primary key of a table, where it is not ``id``."""

SIGNED = {
    "run_sheets": ("id", "run_sheet_id"),
    "given_infusions": ("id", "run_sheet_id"),
    "run_sheet_moves": ("run_sheet_id", "run_sheet_id"),
    "sheet_checks": ("run_sheet_id", "run_sheet_id"),
    "vital_signs": ("run_sheet_id", "run_sheet_id"),
    "infusion_events": ("run_sheet_id", "run_sheet_id"),
    "medicines_given": ("run_sheet_id", "run_sheet_id"),
    "rate_changes": ("run_sheet_id", "run_sheet_id"),
    "sheet_notes": ("run_sheet_id", "run_sheet_id"),
    "recovery_scores": ("run_sheet_id", "run_sheet_id"),
    "notice_acknowledgements": ("run_sheet_id", "run_sheet_id"),
    "vial_entries": ("run_sheet_id", "run_sheet_id"),
    "therapy_sessions": ("id", "therapy_session_id"),
}
"""Per table its own column and the column of ``signatures`` that names the same record."""

_APPEND_ONLY_SAYS = "{} is append-only"
_AUDIT_SAYS = "the audit trail is append-only"


def guard_audit_trail(connection: Connection) -> None:
    """Create the triggers of the audit trail."""
    _run(connection, _append_only(connection, AUDIT))


def guard_reports(connection: Connection) -> None:
    """Create the triggers of signed reports."""
    _run(connection, _append_only(connection, REPORTS))


def unguard_reports(connection: Connection) -> None:
    """Drop the triggers, before the table itself goes."""
    _drop(connection, REPORTS, ())


def guard_history(connection: Connection) -> None:
    """Create the triggers of prior treatments and of assessments."""
    _run(connection, _append_only(connection, HISTORY))


def unguard_history(connection: Connection) -> None:
    """Drop the triggers, before the tables themselves go."""
    _drop(connection, HISTORY, ())


def unguard_audit_trail(connection: Connection) -> None:
    """Drop the triggers, before the table itself goes."""
    _drop(connection, AUDIT, ())


def guard_records(connection: Connection) -> None:
    """Create the triggers of append-only tables and of signed records."""
    _run(connection, _append_only(connection, APPEND_ONLY))
    _run(connection, _signed(connection))


def unguard_records(connection: Connection) -> None:
    """Drop the triggers, before the tables themselves go."""
    _drop(connection, APPEND_ONLY, tuple(SIGNED))


def _run(connection: Connection, statements: Iterator[str]) -> None:
    for statement in statements:
        connection.execute(text(statement))


def _append_only(connection: Connection, tables: tuple[str, ...]) -> Iterator[str]:
    of_engine = _append_only_sqlite if _is_sqlite(connection) else _append_only_postgres
    for name in tables:
        says = _AUDIT_SAYS if name in AUDIT else _APPEND_ONLY_SAYS.format(name)
        yield from of_engine(name, says)


def _append_only_sqlite(name: str, says: str) -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
    key = KEYS.get(name, "id")
    yield f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} {refuse}"
    yield f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} {refuse}"
    yield (
        f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name}"
        f" WHEN EXISTS (SELECT 1 FROM {name} WHERE {key} = NEW.{key}) {refuse}"
    )


def _append_only_postgres(name: str, says: str) -> Iterator[str]:
    yield (
        f"CREATE FUNCTION refuse_change_of_{name}() RETURNS trigger"
        f" LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{says}'; END $$"
    )
    calls = f"EXECUTE FUNCTION refuse_change_of_{name}()"
    yield (
        f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW {calls}"
    )
    yield (
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {calls}"
    )


def _signed(connection: Connection) -> Iterator[str]:
    of_engine = _signed_sqlite if _is_sqlite(connection) else _signed_postgres
    for name, (own, signed) in SIGNED.items():
        yield from of_engine(name, own, signed)


def _is_signed(row: str, own: str, signed: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM signatures WHERE {signed} = {row}.{own} AND meaning = 'performed')"
    )


def _signed_sqlite(name: str, own: str, signed: str) -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{SIGNED_SAYS}'); END"
    for act, row in (("insert", "NEW"), ("update", "OLD"), ("delete", "OLD")):
        yield (
            f"CREATE TRIGGER {name}_signed_{act} BEFORE {act.upper()} ON {name}"
            f" WHEN {_is_signed(row, own, signed)} {refuse}"
        )


def _signed_postgres(name: str, own: str, signed: str) -> Iterator[str]:
    yield (
        f"CREATE FUNCTION refuse_signed_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP = 'TRUNCATE' THEN"
        f" IF EXISTS (SELECT 1 FROM signatures WHERE {signed} IS NOT NULL)"
        f" THEN RAISE EXCEPTION '{SIGNED_SAYS}'; END IF; RETURN NULL; END IF;"
        f" IF TG_OP = 'INSERT' THEN"
        f" IF {_is_signed('NEW', own, signed)} THEN RAISE EXCEPTION '{SIGNED_SAYS}'; END IF;"
        f" RETURN NEW; END IF;"
        f" IF {_is_signed('OLD', own, signed)} THEN RAISE EXCEPTION '{SIGNED_SAYS}'; END IF;"
        f" IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    yield (
        f"CREATE TRIGGER {name}_signed BEFORE INSERT OR UPDATE OR DELETE ON {name}"
        f" FOR EACH ROW EXECUTE FUNCTION refuse_signed_{name}()"
    )
    yield (
        f"CREATE TRIGGER {name}_signed_truncate BEFORE TRUNCATE ON {name}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_signed_{name}()"
    )


def _drop(connection: Connection, append_only: tuple[str, ...], signed: tuple[str, ...]) -> None:
    if _is_sqlite(connection):
        suffixes = dict.fromkeys(append_only, ("no_update", "no_delete", "no_replace"))
        for name, endings in suffixes.items():
            for ending in endings:
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name}_{ending}"))
        for name in signed:
            for act in ("insert", "update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name}_signed_{act}"))
        return
    # a function goes with the triggers that call it
    for name in append_only:
        connection.execute(text(f"DROP FUNCTION IF EXISTS refuse_change_of_{name}() CASCADE"))
    for name in signed:
        connection.execute(text(f"DROP FUNCTION IF EXISTS refuse_signed_{name}() CASCADE"))


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
