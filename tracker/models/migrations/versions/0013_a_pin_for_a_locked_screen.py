"""A PIN that unlocks the screen of one sign-in, for one day.

Revision 0013.
"""

import sqlalchemy as sa
from alembic import op

from tracker.models.types import Instant

revision = "0013"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_ins", sa.Column("pin_hash", sa.LargeBinary(length=200), nullable=True))
    op.add_column("sign_ins", sa.Column("pin_chosen_at", Instant(), nullable=True))
    op.add_column("sign_ins", sa.Column("pin_tries_left", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Every PIN is lost: passwords unlock."""
    for name in ("pin_tries_left", "pin_chosen_at", "pin_hash"):
        op.drop_column("sign_ins", name)
