"""Asking for a link because the password is forgotten; messages with it and about it.

Revision 0009.
"""

import sqlalchemy as sa
from alembic import op

from tracker.models.changed_check import change_check
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
    change_check("messages", "kind_known", _KINDS, _KINDS_NOW)


def downgrade() -> None:
    """What was asked for and what waits to be sent about passwords is lost."""
    op.execute("DELETE FROM messages WHERE kind IN ('forgotten', 'password')")
    change_check("messages", "kind_known", _KINDS_NOW, _KINDS)
    op.drop_table("asked_resets")
