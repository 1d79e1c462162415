"""Prior treatments, the diagnosis and assessment of a course, and letters ordered together.

Revision 0006.
"""

import sqlalchemy as sa
from alembic import op

from tracker.models.triggers import guard_history, unguard_history
from tracker.models.types import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "prior_treatments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("correction_reason", sa.String(length=200), nullable=False),
        sa.Column("is_struck", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("treatment", sa.String(length=80), nullable=False),
        sa.Column("treatment_class", sa.String(length=80), nullable=False),
        sa.Column("dose", sa.String(length=80), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("weeks", sa.Integer(), nullable=True),
        sa.Column("taken_percent", sa.Integer(), nullable=True),
        sa.Column("adequacy", sa.String(length=14), nullable=False),
        sa.Column("outcome", sa.String(length=14), nullable=False),
        sa.Column("ended_because", sa.String(length=14), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "adequacy IN ('adequate', 'not_adequate', 'unknown')",
            name=op.f("ck_prior_treatments_adequacy_known"),
        ),
        sa.CheckConstraint(
            "ended_because IN ('no_benefit', 'side_effects', 'finished', 'patient_choice', 'access', 'other', 'continues', 'unknown')",
            name=op.f("ck_prior_treatments_ended_because_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('medicine', 'psychotherapy', 'procedure')",
            name=op.f("ck_prior_treatments_kind_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('response', 'partial', 'none', 'worse', 'unknown')",
            name=op.f("ck_prior_treatments_outcome_known"),
        ),
        sa.CheckConstraint(
            "NOT is_struck OR corrects_id IS NOT NULL",
            name=op.f("ck_prior_treatments_strikes_another"),
        ),
        sa.CheckConstraint(
            "corrects_id IS NULL OR length(correction_reason) > 0",
            name=op.f("ck_prior_treatments_correction_explained"),
        ),
        sa.CheckConstraint(
            "ended_on >= started_on", name=op.f("ck_prior_treatments_end_after_start")
        ),
        sa.CheckConstraint(
            "length(adequacy) <= 14", name=op.f("ck_prior_treatments_adequacy_length")
        ),
        sa.CheckConstraint(
            "length(correction_reason) <= 200",
            name=op.f("ck_prior_treatments_correction_reason_length"),
        ),
        sa.CheckConstraint("length(dose) <= 80", name=op.f("ck_prior_treatments_dose_length")),
        sa.CheckConstraint(
            "length(ended_because) <= 14", name=op.f("ck_prior_treatments_ended_because_length")
        ),
        sa.CheckConstraint("length(kind) <= 14", name=op.f("ck_prior_treatments_kind_length")),
        sa.CheckConstraint("length(note) <= 200", name=op.f("ck_prior_treatments_note_length")),
        sa.CheckConstraint(
            "length(outcome) <= 14", name=op.f("ck_prior_treatments_outcome_length")
        ),
        sa.CheckConstraint(
            "length(treatment) <= 80", name=op.f("ck_prior_treatments_treatment_length")
        ),
        sa.CheckConstraint(
            "length(treatment) > 0", name=op.f("ck_prior_treatments_treatment_named")
        ),
        sa.CheckConstraint(
            "length(treatment_class) <= 80", name=op.f("ck_prior_treatments_treatment_class_length")
        ),
        sa.CheckConstraint(
            "started_on IS NOT NULL OR weeks IS NOT NULL",
            name=op.f("ck_prior_treatments_duration_known"),
        ),
        sa.CheckConstraint(
            "taken_percent BETWEEN 0 AND 100", name=op.f("ck_prior_treatments_taken_percent_range")
        ),
        sa.CheckConstraint(
            "weeks BETWEEN 1 AND 2000", name=op.f("ck_prior_treatments_weeks_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_prior_treatments_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_prior_treatments_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["prior_treatments.id"], name=op.f("fk_prior_treatments_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_prior_treatments_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prior_treatments")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_prior_treatments_clinic_id_id")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_prior_treatments_corrects_id")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_prior_treatments_patient_id"), "prior_treatments", ["patient_id"], unique=False
    )
    op.create_table(
        "course_assessments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("icd10_code", sa.String(length=8), nullable=False),
        sa.Column("trauma", sa.String(length=20), nullable=True),
        sa.Column("assessment", sa.String(length=4000), nullable=False),
        sa.Column("plan", sa.String(length=4000), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "trauma IN ('combat', 'sexual_violence', 'physical_violence', 'childhood', 'accident', 'disaster', 'illness', 'death', 'work', 'several', 'other')",
            name=op.f("ck_course_assessments_trauma_known"),
        ),
        sa.CheckConstraint(
            "length(assessment) <= 4000", name=op.f("ck_course_assessments_assessment_length")
        ),
        sa.CheckConstraint(
            "length(icd10_code) <= 8", name=op.f("ck_course_assessments_icd10_code_length")
        ),
        sa.CheckConstraint(
            'length("plan") <= 4000', name=op.f("ck_course_assessments_plan_length")
        ),
        sa.CheckConstraint(
            "length(trauma) <= 20", name=op.f("ck_course_assessments_trauma_length")
        ),
        sa.CheckConstraint(
            "revision BETWEEN 1 AND 100000", name=op.f("ck_course_assessments_revision_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["courses.clinic_id", "courses.id"],
            name=op.f("fk_course_assessments_clinic_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_course_assessments_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_course_assessments_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_assessments")),
        sa.UniqueConstraint(
            "course_id", "revision", name=op.f("uq_course_assessments_course_id_revision")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "report_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("requester_name", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("file_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(state = 'done') = (file IS NOT NULL)", name=op.f("ck_report_batches_file_when_done")
        ),
        sa.CheckConstraint(
            "kind IN ('referrer', 'patient', 'insurer')", name=op.f("ck_report_batches_kind_known")
        ),
        sa.CheckConstraint(
            "language IN ('en', 'es')", name=op.f("ck_report_batches_language_known")
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'done', 'deleted')", name=op.f("ck_report_batches_state_known")
        ),
        sa.CheckConstraint(
            "(file IS NULL) = (expires_at IS NULL)", name=op.f("ck_report_batches_expiry_paired")
        ),
        sa.CheckConstraint(
            "length(file_hash) <= 64", name=op.f("ck_report_batches_file_hash_length")
        ),
        sa.CheckConstraint("length(kind) <= 10", name=op.f("ck_report_batches_kind_length")),
        sa.CheckConstraint(
            "length(language) <= 10", name=op.f("ck_report_batches_language_length")
        ),
        sa.CheckConstraint(
            "length(requester_name) <= 200", name=op.f("ck_report_batches_requester_name_length")
        ),
        sa.CheckConstraint("length(state) <= 10", name=op.f("ck_report_batches_state_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_report_batches_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_report_batches_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_batches")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_report_batches_clinic_id_id")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_report_batches_clinic_id_recorded_at"),
        "report_batches",
        ["clinic_id", "recorded_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_report_batches_state_expires_at"),
        "report_batches",
        ["state", "expires_at"],
        unique=False,
    )
    op.create_table(
        "batch_letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", Instant(), nullable=True),
        sa.Column("problem", sa.String(length=80), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("pdf_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(state = 'made') = (pdf_hash IS NOT NULL)",
            name=op.f("ck_batch_letters_hash_when_made"),
        ),
        sa.CheckConstraint(
            "(state = 'making') = (claim_id IS NOT NULL)",
            name=op.f("ck_batch_letters_claimed_is_making"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'making', 'made', 'failed')",
            name=op.f("ck_batch_letters_state_known"),
        ),
        sa.CheckConstraint(
            "(claim_id IS NULL) = (claimed_until IS NULL)",
            name=op.f("ck_batch_letters_claim_paired"),
        ),
        sa.CheckConstraint(
            "attempts BETWEEN 0 AND 3", name=op.f("ck_batch_letters_attempts_range")
        ),
        sa.CheckConstraint("length(pdf_hash) <= 64", name=op.f("ck_batch_letters_pdf_hash_length")),
        sa.CheckConstraint("length(problem) <= 80", name=op.f("ck_batch_letters_problem_length")),
        sa.CheckConstraint("length(state) <= 10", name=op.f("ck_batch_letters_state_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "batch_id"],
            ["report_batches.clinic_id", "report_batches.id"],
            name=op.f("fk_batch_letters_clinic_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["courses.clinic_id", "courses.id"],
            name=op.f("fk_batch_letters_clinic_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_batch_letters_clinic_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_letters")),
        sa.UniqueConstraint(
            "batch_id", "course_id", name=op.f("uq_batch_letters_batch_id_course_id")
        ),
        sa.UniqueConstraint("batch_id", "place", name=op.f("uq_batch_letters_batch_id_place")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_batch_letters_state_claimed_until"),
        "batch_letters",
        ["state", "claimed_until"],
        unique=False,
    )
    guard_history(op.get_bind())


def downgrade() -> None:
    """Prior treatments, assessments and ordered letters are lost."""
    unguard_history(op.get_bind())
    op.drop_table("batch_letters")
    op.drop_table("report_batches")
    op.drop_table("course_assessments")
    op.drop_table("prior_treatments")
