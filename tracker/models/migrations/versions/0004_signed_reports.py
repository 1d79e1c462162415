"""Signed reports.

Revision 0004.
"""

import sqlalchemy as sa
from alembic import op

from tracker.models.triggers import guard_reports, unguard_reports
from tracker.models.types import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signed_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("signer_id", sa.Uuid(), nullable=False),
        sa.Column("signer_name", sa.String(length=200), nullable=False),
        sa.Column("signer_role", sa.String(length=80), nullable=False),
        sa.Column("signed_at", Instant(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("pdf_hash", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=80), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('referrer', 'patient', 'insurer', 'calendar')",
            name=op.f("ck_signed_reports_kind_known"),
        ),
        sa.CheckConstraint(
            "language IN ('en', 'es')", name=op.f("ck_signed_reports_language_known")
        ),
        sa.CheckConstraint("length(content) > 0", name=op.f("ck_signed_reports_content_given")),
        sa.CheckConstraint("length(kind) <= 10", name=op.f("ck_signed_reports_kind_length")),
        sa.CheckConstraint(
            "length(language) <= 10", name=op.f("ck_signed_reports_language_length")
        ),
        sa.CheckConstraint(
            "length(signer_name) <= 200", name=op.f("ck_signed_reports_signer_name_length")
        ),
        sa.CheckConstraint(
            "length(signer_role) <= 80", name=op.f("ck_signed_reports_signer_role_length")
        ),
        sa.CheckConstraint(
            "length(content_hash) <= 64", name=op.f("ck_signed_reports_content_hash_length")
        ),
        sa.CheckConstraint(
            "length(pdf_hash) <= 64", name=op.f("ck_signed_reports_pdf_hash_length")
        ),
        sa.CheckConstraint("length(key_id) <= 80", name=op.f("ck_signed_reports_key_id_length")),
        sa.CheckConstraint("length(seal) <= 64", name=op.f("ck_signed_reports_seal_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_signed_reports_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["courses.clinic_id", "courses.id"],
            name=op.f("fk_signed_reports_clinic_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_signed_reports_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["signer_id"], ["users.id"], name=op.f("fk_signed_reports_signer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_reports")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_signed_reports_clinic_id_id")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_signed_reports_course_id_signed_at"), "signed_reports", ["course_id", "signed_at"]
    )
    guard_reports(op.get_bind())


def downgrade() -> None:
    """Signed reports are lost."""
    unguard_reports(op.get_bind())
    op.drop_table("signed_reports")
