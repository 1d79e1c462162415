"""The seal of each audit event. Events from before have none.

Revision 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_events", sa.Column("seal", sa.LargeBinary(length=32), nullable=True))


def downgrade() -> None:
    """The seals are lost; the events stay."""
    op.drop_column("audit_events", "seal")
