"""Proxies: people who read a patient's visits with an account of their own.

Revision 0016.
"""

import sqlalchemy as sa
from alembic import op

from tracker.models.changed_check import change_check
from tracker.models.types import Instant
from tracker.models.walls import build_walls, take_walls_down

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ROLES = "role IN ('clinician', 'nurse', 'therapist', 'administrator', 'patient')"
_ROLES_NOW = "role IN ('clinician', 'nurse', 'therapist', 'administrator', 'patient', 'proxy')"


def upgrade() -> None:
    op.create_table(
        "patient_proxies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("authority", sa.String(length=80), nullable=False),
        sa.Column("arranged_at", Instant(), nullable=False),
        sa.Column("arranged_by", sa.Uuid(), nullable=False),
        sa.Column("until_at", Instant(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_why", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "authority IN ('written authorisation of the patient', 'legal representative')",
            name=op.f("ck_patient_proxies_authority_known"),
        ),
        sa.CheckConstraint(
            "ended_why IN ('by the patient', 'by the clinic', 'ran out', 'record restricted', 'account closed')",
            name=op.f("ck_patient_proxies_ended_why_known"),
        ),
        sa.CheckConstraint(
            "(user_id IS NULL) = (accepted_at IS NULL)",
            name=op.f("ck_patient_proxies_accepted_paired"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_why IS NULL)",
            name=op.f("ck_patient_proxies_ended_paired"),
        ),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_patient_proxies_name_length")),
        sa.CheckConstraint(
            "length(authority) <= 80", name=op.f("ck_patient_proxies_authority_length")
        ),
        sa.CheckConstraint(
            "length(ended_why) <= 80", name=op.f("ck_patient_proxies_ended_why_length")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_patient_proxies_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "user_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_patient_proxies_clinic_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_patient_proxies_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name=op.f("fk_patient_proxies_invitation_id")
        ),
        sa.ForeignKeyConstraint(
            ["arranged_by"], ["users.id"], name=op.f("fk_patient_proxies_arranged_by")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["users.id"], name=op.f("fk_patient_proxies_ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_proxies")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_patient_proxies_invitation_id")),
        sa.UniqueConstraint("user_id", name=op.f("uq_patient_proxies_user_id")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_patient_proxies_patient_id"), "patient_proxies", ["patient_id"], unique=False
    )
    change_check("user_roles", "role_known", _ROLES, _ROLES_NOW)
    change_check("invitations", "role_known", _ROLES, _ROLES_NOW)
    build_walls(op.get_bind(), ("patient_proxies",))


def downgrade() -> None:
    """Proxies are lost: their accounts are closed and have no role, their invitations end."""
    op.execute(
        "UPDATE users SET deactivated_at = created_at WHERE deactivated_at IS NULL"
        " AND id IN (SELECT user_id FROM user_roles WHERE role = 'proxy')"
    )
    op.execute("DELETE FROM user_roles WHERE role = 'proxy'")
    take_walls_down(op.get_bind(), ("patient_proxies",))
    op.drop_index(op.f("ix_patient_proxies_patient_id"), table_name="patient_proxies")
    op.drop_table("patient_proxies")
    op.execute("DELETE FROM invitations WHERE role = 'proxy'")
    change_check("invitations", "role_known", _ROLES_NOW, _ROLES)
    change_check("user_roles", "role_known", _ROLES_NOW, _ROLES)
