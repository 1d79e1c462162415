"""Resets, restricted records and passkeys; nurses; messages about an account and an opening.

Revision 0008.
"""

import sqlalchemy as sa
from alembic import op

from tracker.models.changed_check import change_check
from tracker.models.types import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ROLES = "role IN ('clinician', 'therapist', 'administrator', 'patient')"
_ROLES_NOW = "role IN ('clinician', 'nurse', 'therapist', 'administrator', 'patient')"
_KINDS = "kind IN ('reminder', 'alert', 'escalation')"
_KINDS_NOW = "kind IN ('reminder', 'alert', 'escalation', 'reset', 'glass')"


def upgrade() -> None:
    op.create_table(
        "used_challenges",
        sa.Column("challenge_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_used_challenges")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_used_challenges_used_at"), "used_challenges", ["used_at"], unique=False
    )
    op.create_table(
        "account_resets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("replaced_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "user_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_account_resets_clinic_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_account_resets_clinic_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_account_resets_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_resets")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_resets_token_hash")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_account_resets_user_id"), "account_resets", ["user_id"], unique=False)
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column(
            "sign_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("can_be_backed_up", sa.Boolean(), nullable=False),
        sa.Column("is_backed_up", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("last_used_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("length(name) <= 80", name=op.f("ck_passkeys_name_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "user_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_passkeys_clinic_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_passkeys_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_passkeys_user_id"), "passkeys", ["user_id"], unique=False)
    op.create_table(
        "glass_openings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('emergency', 'covering for a colleague', 'asked by the patient', 'other')",
            name=op.f("ck_glass_openings_reason_known"),
        ),
        sa.CheckConstraint("length(reason) <= 80", name=op.f("ck_glass_openings_reason_length")),
        sa.CheckConstraint("length(words) <= 200", name=op.f("ck_glass_openings_words_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_glass_openings_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "user_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_glass_openings_clinic_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_glass_openings_clinic_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glass_openings")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_glass_openings_clinic_id_opened_at"),
        "glass_openings",
        ["clinic_id", "opened_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_glass_openings_user_id_ended_at"),
        "glass_openings",
        ["user_id", "ended_at"],
        unique=False,
    )
    op.create_table(
        "record_readers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("named_at", Instant(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_record_readers_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "user_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_record_readers_clinic_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_record_readers_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["named_by"], ["users.id"], name=op.f("fk_record_readers_named_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_readers")),
        sqlite_strict=True,
    )
    op.create_index(
        "ux_record_readers_named",
        "record_readers",
        ["patient_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "record_restrictions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("set_at", Instant(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('colleague', 'known person', 'own wish', 'other')",
            name=op.f("ck_record_restrictions_reason_known"),
        ),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL)",
            name=op.f("ck_record_restrictions_lifted_paired"),
        ),
        sa.CheckConstraint(
            "length(reason) <= 80", name=op.f("ck_record_restrictions_reason_length")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_record_restrictions_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_record_restrictions_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by"], ["users.id"], name=op.f("fk_record_restrictions_lifted_by")
        ),
        sa.ForeignKeyConstraint(
            ["set_by"], ["users.id"], name=op.f("fk_record_restrictions_set_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_restrictions")),
        sqlite_strict=True,
    )
    op.create_index(
        "ux_record_restrictions_standing",
        "record_restrictions",
        ["patient_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    change_check("user_roles", "role_known", _ROLES, _ROLES_NOW)
    change_check("invitations", "role_known", _ROLES, _ROLES_NOW)
    change_check("messages", "kind_known", _KINDS, _KINDS_NOW)


def downgrade() -> None:
    """Restrictions and passkeys are lost, nurses become clinicians, their invitations end."""
    op.execute("UPDATE user_roles SET role = 'clinician' WHERE role = 'nurse'")
    op.execute("DELETE FROM invitations WHERE role = 'nurse'")
    op.execute("DELETE FROM messages WHERE kind IN ('reset', 'glass')")
    change_check("messages", "kind_known", _KINDS_NOW, _KINDS)
    change_check("invitations", "role_known", _ROLES_NOW, _ROLES)
    change_check("user_roles", "role_known", _ROLES_NOW, _ROLES)
    op.drop_index(
        "ux_record_restrictions_standing",
        table_name="record_restrictions",
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.drop_table("record_restrictions")
    op.drop_index(
        "ux_record_readers_named",
        table_name="record_readers",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("record_readers")
    op.drop_index(op.f("ix_glass_openings_user_id_ended_at"), table_name="glass_openings")
    op.drop_index(op.f("ix_glass_openings_clinic_id_opened_at"), table_name="glass_openings")
    op.drop_table("glass_openings")
    op.drop_index(op.f("ix_passkeys_user_id"), table_name="passkeys")
    op.drop_table("passkeys")
    op.drop_index(op.f("ix_account_resets_user_id"), table_name="account_resets")
    op.drop_table("account_resets")
    op.drop_index(op.f("ix_used_challenges_used_at"), table_name="used_challenges")
    op.drop_table("used_challenges")
