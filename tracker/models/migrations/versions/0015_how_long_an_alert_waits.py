"""How many days a safety alert waits at most for a clinic that is closed.

Revision 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The check comes with its column: SQLite adds none otherwise without a new table."""
    check = sa.CheckConstraint(
        "alert_waits_days BETWEEN 1 AND 14", name=op.f("ck_clinics_alert_waits_days_range")
    )
    column = sa.Column(
        "alert_waits_days", sa.Integer(), check, server_default=sa.text("3"), nullable=False
    )
    op.add_column("clinics", column)


def downgrade() -> None:
    """Every clinic waits as the program says again."""
    op.drop_column("clinics", "alert_waits_days")
