"""Asking for a link because the password is forgotten; messages with it and about it.

Revision 0009.
"""

import sqlalchemy as sa
from alembic import op

from tracker.models.types import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('reminder', 'alert', 'escalation', 'reset', 'glass')"
_KINDS_NOW = (
    "kind IN ('reminder', 'alert', 'escalation', 'reset', 'glass', 'forgotten', 'password')"
)


def upgrade() -> None:
    op.create_table(
        "asked_resets",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.CheckConstraint("language IN ('en', 'es')", name=op.f("ck_asked_resets_language_known")),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_asked_resets_email_length")),
        sa.CheckConstraint("length(language) <= 10", name=op.f("ck_asked_resets_language_length")),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_asked_resets")),
        sqlite_strict=True,
    )
    _change_check("messages", "kind_known", _KINDS, _KINDS_NOW)


def downgrade() -> None:
    """What was asked for and what waits to be sent about passwords is lost."""
    op.execute("DELETE FROM messages WHERE kind IN ('forgotten', 'password')")
    _change_check("messages", "kind_known", _KINDS_NOW, _KINDS)
    op.drop_table("asked_resets")


def _change_check(table: str, name: str, before: str, after: str) -> None:
    """Another list of allowed words. SQLite has no command for that: its own text is changed.

    That way is SQLite's for what stored rows do not depend on (sqlite.org/lang_altertable.html, 7).
    """
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, after)
        return
    connection = op.get_bind()
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
            " WHERE type = 'table' AND name = :name AND instr(sql, :before) > 0"
        ),
        {"before": before, "after": after, "name": table},
    )
    connection.execute(sa.text("PRAGMA writable_schema = RESET"))
    if changed.rowcount != 1:
        raise RuntimeError(f"{table} is not as the revision before left it")
