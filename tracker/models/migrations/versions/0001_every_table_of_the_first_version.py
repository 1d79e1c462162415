"""Every table of the first version.

Revision 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

from tracker.models.triggers import guard_audit_trail, unguard_audit_trail
from tracker.models.types import FixedPoint, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clinics",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("phone", sa.String(length=80), nullable=False),
        sa.Column("open_weekdays", sa.String(length=27), nullable=False),
        sa.Column("paper", sa.String(length=6), nullable=False),
        sa.Column("crisis", sa.JSON(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("paper IN ('letter', 'a4')", name=op.f("ck_clinics_paper_known")),
        sa.CheckConstraint("length(address) <= 400", name=op.f("ck_clinics_address_length")),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_clinics_name_length")),
        sa.CheckConstraint(
            "length(open_weekdays) <= 27", name=op.f("ck_clinics_open_weekdays_length")
        ),
        sa.CheckConstraint("length(paper) <= 6", name=op.f("ck_clinics_paper_length")),
        sa.CheckConstraint("length(phone) <= 80", name=op.f("ck_clinics_phone_length")),
        sa.CheckConstraint("length(timezone) <= 80", name=op.f("ck_clinics_timezone_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinics")),
        sqlite_strict=True,
    )
    op.create_table(
        "instruments",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint('length("key") <= 40', name=op.f("ck_instruments_key_length")),
        sa.CheckConstraint("length(title) <= 80", name=op.f("ck_instruments_title_length")),
        sa.PrimaryKeyConstraint("key", "version", name=op.f("pk_instruments")),
        sqlite_strict=True,
    )
    op.create_table(
        "sign_in_throttles",
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("window_started_at", Instant(), nullable=False),
        sa.Column("blocked_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_sign_in_throttles")),
        sqlite_strict=True,
    )
    op.create_table(
        "clinic_closures",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_clinic_closures_reason_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_clinic_closures_clinic_id")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "closed_on", name=op.f("pk_clinic_closures")),
        sqlite_strict=True,
    )
    op.create_table(
        "protocols",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("infusion_count", sa.Integer(), nullable=False),
        sa.Column("min_gap_days", sa.Integer(), nullable=False),
        sa.Column("max_gap_days", sa.Integer(), nullable=False),
        sa.Column("preferred_gap_days", sa.Integer(), nullable=False),
        sa.Column("dose_mg_per_kg", FixedPoint(3), nullable=False),
        sa.Column("infusion_minutes", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "dose_mg_per_kg BETWEEN 0.01 AND 10", name=op.f("ck_protocols_dose_mg_per_kg_range")
        ),
        sa.CheckConstraint(
            "infusion_count BETWEEN 1 AND 60", name=op.f("ck_protocols_infusion_count_range")
        ),
        sa.CheckConstraint(
            "infusion_minutes BETWEEN 1 AND 600", name=op.f("ck_protocols_infusion_minutes_range")
        ),
        sa.CheckConstraint("length(name) <= 80", name=op.f("ck_protocols_name_length")),
        sa.CheckConstraint(
            "max_gap_days BETWEEN 1 AND 60", name=op.f("ck_protocols_max_gap_days_range")
        ),
        sa.CheckConstraint("min_gap_days <= preferred_gap_days", name=op.f("ck_protocols_gap_low")),
        sa.CheckConstraint(
            "min_gap_days BETWEEN 1 AND 60", name=op.f("ck_protocols_min_gap_days_range")
        ),
        sa.CheckConstraint(
            "preferred_gap_days <= max_gap_days", name=op.f("ck_protocols_gap_high")
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_protocols_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocols")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_protocols_clinic_id_id")),
        sa.UniqueConstraint(
            "clinic_id", "name", "version", name=op.f("uq_protocols_clinic_id_name_version")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("deactivated_at", Instant(), nullable=True),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_users_email_length")),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_users_name_length")),
        sa.CheckConstraint(
            "length(password_hash) <= 200", name=op.f("ck_users_password_hash_length")
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_users_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_users_clinic_id_id")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_events",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("sign_in_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(length=80), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("object_kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('done', 'refused', 'failed')", name=op.f("ck_audit_events_outcome_known")
        ),
        sa.CheckConstraint("length(address) <= 80", name=op.f("ck_audit_events_address_length")),
        sa.CheckConstraint("length(event) <= 60", name=op.f("ck_audit_events_event_length")),
        sa.CheckConstraint(
            "length(object_kind) <= 40", name=op.f("ck_audit_events_object_kind_length")
        ),
        sa.CheckConstraint("length(outcome) <= 8", name=op.f("ck_audit_events_outcome_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_audit_events_clinic_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_audit_events_user_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_events")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_events_clinic_id_occurred_at"),
            ["clinic_id", "occurred_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_audit_events_patient_id_occurred_at"),
            ["patient_id", "occurred_at"],
            unique=False,
        )

    op.create_table(
        "patients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("record_number", sa.String(length=40), nullable=False),
        sa.Column("given_name", sa.String(length=80), nullable=False),
        sa.Column("family_name", sa.String(length=80), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("phone", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("allergies", sa.String(length=400), nullable=False),
        sa.Column("escort", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(allergies) <= 400", name=op.f("ck_patients_allergies_length")),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_patients_email_length")),
        sa.CheckConstraint("length(escort) <= 200", name=op.f("ck_patients_escort_length")),
        sa.CheckConstraint(
            "length(family_name) <= 80", name=op.f("ck_patients_family_name_length")
        ),
        sa.CheckConstraint("length(family_name) > 0", name=op.f("ck_patients_family_name_given")),
        sa.CheckConstraint("length(given_name) <= 80", name=op.f("ck_patients_given_name_length")),
        sa.CheckConstraint("length(phone) <= 80", name=op.f("ck_patients_phone_length")),
        sa.CheckConstraint(
            "length(record_number) <= 40", name=op.f("ck_patients_record_number_length")
        ),
        sa.CheckConstraint(
            "length(record_number) > 0", name=op.f("ck_patients_record_number_given")
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_patients_clinic_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_patients_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patients")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_patients_clinic_id_id")),
        sa.UniqueConstraint(
            "clinic_id", "record_number", name=op.f("uq_patients_clinic_id_record_number")
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("patients", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_patients_clinic_id_family_name_given_name"),
            ["clinic_id", "family_name", "given_name"],
            unique=False,
        )

    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("last_seen_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("revoked_why", sa.String(length=80), nullable=True),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_why IS NULL)", name=op.f("ck_sign_ins_revoked_paired")
        ),
        sa.CheckConstraint("length(address) <= 80", name=op.f("ck_sign_ins_address_length")),
        sa.CheckConstraint("length(device) <= 200", name=op.f("ck_sign_ins_device_length")),
        sa.CheckConstraint(
            "length(revoked_why) <= 80", name=op.f("ck_sign_ins_revoked_why_length")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "user_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_sign_ins_clinic_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_sign_ins_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_user_id"), ["user_id"], unique=False)

    op.create_table(
        "submissions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("payload_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "user_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_submissions_clinic_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_submissions_clinic_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint(
            "user_id", "submission_id", name=op.f("uq_submissions_user_id_submission_id")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "user_roles",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "role IN ('clinician', 'therapist', 'administrator', 'patient')",
            name=op.f("ck_user_roles_role_known"),
        ),
        sa.CheckConstraint("length(role) <= 20", name=op.f("ck_user_roles_role_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "user_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_user_roles_clinic_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_user_roles_clinic_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_roles")),
        sqlite_strict=True,
    )
    op.create_table(
        "check_in_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("due_key", sa.String(length=80), nullable=False),
        sa.Column("instrument_key", sa.String(length=40), nullable=False),
        sa.Column("instrument_version", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.CheckConstraint("length(due_key) <= 80", name=op.f("ck_check_in_drafts_due_key_length")),
        sa.CheckConstraint(
            "length(instrument_key) <= 40", name=op.f("ck_check_in_drafts_instrument_key_length")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_check_in_drafts_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_check_in_drafts_clinic_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_drafts")),
        sa.UniqueConstraint(
            "patient_id", "due_key", name=op.f("uq_check_in_drafts_patient_id_due_key")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "courses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("protocol_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("infusion_count", sa.Integer(), nullable=False),
        sa.Column("min_gap_days", sa.Integer(), nullable=False),
        sa.Column("max_gap_days", sa.Integer(), nullable=False),
        sa.Column("preferred_gap_days", sa.Integer(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("therapy_weekday", sa.Integer(), nullable=True),
        sa.Column("indication", sa.String(length=200), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('completed', 'stopped')) = (ended_on IS NOT NULL)",
            name=op.f("ck_courses_end_paired"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'active', 'maintenance', 'completed', 'stopped')",
            name=op.f("ck_courses_state_known"),
        ),
        sa.CheckConstraint(
            "infusion_count BETWEEN 1 AND 60", name=op.f("ck_courses_infusion_count_range")
        ),
        sa.CheckConstraint("length(end_reason) <= 200", name=op.f("ck_courses_end_reason_length")),
        sa.CheckConstraint("length(indication) <= 200", name=op.f("ck_courses_indication_length")),
        sa.CheckConstraint("length(state) <= 12", name=op.f("ck_courses_state_length")),
        sa.CheckConstraint(
            "max_gap_days BETWEEN 1 AND 60", name=op.f("ck_courses_max_gap_days_range")
        ),
        sa.CheckConstraint("min_gap_days <= preferred_gap_days", name=op.f("ck_courses_gap_low")),
        sa.CheckConstraint(
            "min_gap_days BETWEEN 1 AND 60", name=op.f("ck_courses_min_gap_days_range")
        ),
        sa.CheckConstraint("preferred_gap_days <= max_gap_days", name=op.f("ck_courses_gap_high")),
        sa.CheckConstraint(
            "therapy_weekday BETWEEN 0 AND 6", name=op.f("ck_courses_therapy_weekday_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_courses_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "protocol_id"],
            ["protocols.clinic_id", "protocols.id"],
            name=op.f("fk_courses_clinic_id_protocol_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_courses_clinic_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_courses_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_courses_clinic_id_id")),
        sa.UniqueConstraint(
            "clinic_id", "patient_id", "id", name=op.f("uq_courses_clinic_id_patient_id_id")
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_courses_clinic_id_state"), ["clinic_id", "state"], unique=False
        )
        batch_op.create_index(
            "uq_courses_open_patient",
            ["patient_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('planned', 'active', 'maintenance')"),
            postgresql_where=sa.text("state IN ('planned', 'active', 'maintenance')"),
        )

    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "role IN ('clinician', 'therapist', 'administrator', 'patient')",
            name=op.f("ck_invitations_role_known"),
        ),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_invitations_email_length")),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_invitations_name_length")),
        sa.CheckConstraint("length(role) <= 20", name=op.f("ck_invitations_role_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_invitations_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_invitations_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_invitations_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
        sqlite_strict=True,
    )
    op.create_table(
        "patient_accounts",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_patient_accounts_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "user_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_patient_accounts_clinic_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_patient_accounts_clinic_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_patient_accounts")),
        sa.UniqueConstraint("patient_id", name=op.f("uq_patient_accounts_patient_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "patient_unavailable_dates",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("unavailable_on", sa.Date(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_patient_unavailable_dates_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_patient_unavailable_dates_clinic_id")
        ),
        sa.PrimaryKeyConstraint(
            "patient_id", "unavailable_on", name=op.f("pk_patient_unavailable_dates")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "plan_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("broken_gaps", sa.JSON(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_plan_changes_reason_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["courses.clinic_id", "courses.id"],
            name=op.f("fk_plan_changes_clinic_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_plan_changes_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_plan_changes_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_changes")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("plan_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_changes_course_id"), ["course_id"], unique=False)

    op.create_table(
        "planned_infusions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("planned_time", sa.Time(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("is_booster", sa.Boolean(), nullable=False),
        sa.Column("room", sa.String(length=80), nullable=False),
        sa.Column("not_given_reason", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'given', 'missed', 'cancelled')",
            name=op.f("ck_planned_infusions_state_known"),
        ),
        sa.CheckConstraint(
            "length(not_given_reason) <= 200",
            name=op.f("ck_planned_infusions_not_given_reason_length"),
        ),
        sa.CheckConstraint("length(room) <= 80", name=op.f("ck_planned_infusions_room_length")),
        sa.CheckConstraint("length(state) <= 10", name=op.f("ck_planned_infusions_state_length")),
        sa.CheckConstraint(
            "number BETWEEN 1 AND 200", name=op.f("ck_planned_infusions_number_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["courses.clinic_id", "courses.id"],
            name=op.f("fk_planned_infusions_clinic_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_planned_infusions_clinic_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_infusions")),
        sa.UniqueConstraint(
            "clinic_id", "course_id", "id", name=op.f("uq_planned_infusions_clinic_id_course_id_id")
        ),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_planned_infusions_clinic_id_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("planned_infusions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_planned_infusions_clinic_id_planned_on"),
            ["clinic_id", "planned_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_planned_infusions_course_id_number"),
            ["course_id", "number"],
            unique=False,
        )
        batch_op.create_index(
            "uq_planned_infusions_live_number",
            ["course_id", "number"],
            unique=True,
            sqlite_where=sa.text("state IN ('planned', 'given')"),
            postgresql_where=sa.text("state IN ('planned', 'given')"),
        )

    op.create_table(
        "therapy_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("therapist_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("planned_time", sa.Time(), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("suds_start", sa.Integer(), nullable=True),
        sa.Column("suds_peak", sa.Integer(), nullable=True),
        sa.Column("suds_end", sa.Integer(), nullable=True),
        sa.Column("focus", sa.String(length=4000), nullable=False),
        sa.Column("homework", sa.String(length=4000), nullable=False),
        sa.Column("risk", sa.String(length=4000), nullable=False),
        sa.Column("next_steps", sa.String(length=4000), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'held') = (minutes IS NOT NULL)",
            name=op.f("ck_therapy_sessions_minutes_paired"),
        ),
        sa.CheckConstraint(
            "(state = 'held') = (occurred_at IS NOT NULL)",
            name=op.f("ck_therapy_sessions_held_paired"),
        ),
        sa.CheckConstraint(
            "format IN ('in_person', 'video', 'telephone')",
            name=op.f("ck_therapy_sessions_format_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('preparation', 'integration', 'prolonged_exposure', 'cognitive_processing', 'emdr', 'other')",
            name=op.f("ck_therapy_sessions_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'held', 'missed', 'cancelled')",
            name=op.f("ck_therapy_sessions_state_known"),
        ),
        sa.CheckConstraint("length(focus) <= 4000", name=op.f("ck_therapy_sessions_focus_length")),
        sa.CheckConstraint("length(format) <= 10", name=op.f("ck_therapy_sessions_format_length")),
        sa.CheckConstraint(
            "length(homework) <= 4000", name=op.f("ck_therapy_sessions_homework_length")
        ),
        sa.CheckConstraint("length(kind) <= 24", name=op.f("ck_therapy_sessions_kind_length")),
        sa.CheckConstraint(
            "length(next_steps) <= 4000", name=op.f("ck_therapy_sessions_next_steps_length")
        ),
        sa.CheckConstraint("length(risk) <= 4000", name=op.f("ck_therapy_sessions_risk_length")),
        sa.CheckConstraint("length(state) <= 10", name=op.f("ck_therapy_sessions_state_length")),
        sa.CheckConstraint(
            "minutes BETWEEN 1 AND 600", name=op.f("ck_therapy_sessions_minutes_range")
        ),
        sa.CheckConstraint(
            "suds_end BETWEEN 0 AND 100", name=op.f("ck_therapy_sessions_suds_end_range")
        ),
        sa.CheckConstraint(
            "suds_peak BETWEEN 0 AND 100", name=op.f("ck_therapy_sessions_suds_peak_range")
        ),
        sa.CheckConstraint(
            "suds_start BETWEEN 0 AND 100", name=op.f("ck_therapy_sessions_suds_start_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["courses.clinic_id", "courses.id"],
            name=op.f("fk_therapy_sessions_clinic_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "therapist_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_therapy_sessions_clinic_id_therapist_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_therapy_sessions_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_therapy_sessions_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_therapy_sessions")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_therapy_sessions_clinic_id_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("therapy_sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_therapy_sessions_clinic_id_planned_on"),
            ["clinic_id", "planned_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_therapy_sessions_course_id_planned_on"),
            ["course_id", "planned_on"],
            unique=False,
        )

    op.create_table(
        "given_infusions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("planned_infusion_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("end_recorded_at", Instant(), nullable=True),
        sa.Column("end_recorded_by", sa.Uuid(), nullable=True),
        sa.Column("weight_kg", FixedPoint(2), nullable=False),
        sa.Column("dose_mg_per_kg", FixedPoint(3), nullable=False),
        sa.Column("ordered_mg", FixedPoint(3), nullable=False),
        sa.Column("given_mg", FixedPoint(3), nullable=True),
        sa.Column("planned_minutes", sa.Integer(), nullable=False),
        sa.Column("dose_reason", sa.String(length=200), nullable=False),
        sa.Column("course_of_infusion", sa.String(length=4000), nullable=False),
        sa.Column("stop_reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'running') = (ended_at IS NULL)", name=op.f("ck_given_infusions_end_paired")
        ),
        sa.CheckConstraint(
            "state IN ('running', 'ended', 'stopped_early')",
            name=op.f("ck_given_infusions_state_known"),
        ),
        sa.CheckConstraint(
            "(end_recorded_at IS NULL) = (end_recorded_by IS NULL)",
            name=op.f("ck_given_infusions_end_recorded_paired"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_recorded_at IS NULL)",
            name=op.f("ck_given_infusions_end_recorded"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (given_mg IS NULL)", name=op.f("ck_given_infusions_given_paired")
        ),
        sa.CheckConstraint(
            "dose_mg_per_kg BETWEEN 0.01 AND 10",
            name=op.f("ck_given_infusions_dose_mg_per_kg_range"),
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= occurred_at",
            name=op.f("ck_given_infusions_ends_after_start"),
        ),
        sa.CheckConstraint(
            "given_mg <= ordered_mg", name=op.f("ck_given_infusions_given_at_most_ordered")
        ),
        sa.CheckConstraint(
            "given_mg BETWEEN 0 AND 2000", name=op.f("ck_given_infusions_given_mg_range")
        ),
        sa.CheckConstraint(
            "length(course_of_infusion) <= 4000",
            name=op.f("ck_given_infusions_course_of_infusion_length"),
        ),
        sa.CheckConstraint(
            "length(dose_reason) <= 200", name=op.f("ck_given_infusions_dose_reason_length")
        ),
        sa.CheckConstraint("length(state) <= 14", name=op.f("ck_given_infusions_state_length")),
        sa.CheckConstraint(
            "length(stop_reason) <= 200", name=op.f("ck_given_infusions_stop_reason_length")
        ),
        sa.CheckConstraint(
            "ordered_mg BETWEEN 0.1 AND 2000", name=op.f("ck_given_infusions_ordered_mg_range")
        ),
        sa.CheckConstraint(
            "planned_minutes BETWEEN 1 AND 600",
            name=op.f("ck_given_infusions_planned_minutes_range"),
        ),
        sa.CheckConstraint(
            "weight_kg BETWEEN 20 AND 400", name=op.f("ck_given_infusions_weight_kg_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id", "planned_infusion_id"],
            ["planned_infusions.clinic_id", "planned_infusions.course_id", "planned_infusions.id"],
            name=op.f("fk_given_infusions_clinic_id_course_id_planned_infusion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_given_infusions_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["end_recorded_by"], ["users.id"], name=op.f("fk_given_infusions_end_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_given_infusions_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_infusions")),
        sa.UniqueConstraint(
            "clinic_id", "course_id", "id", name=op.f("uq_given_infusions_clinic_id_course_id_id")
        ),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_given_infusions_clinic_id_id")),
        sa.UniqueConstraint(
            "planned_infusion_id", name=op.f("uq_given_infusions_planned_infusion_id")
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("given_infusions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_given_infusions_clinic_id_state"), ["clinic_id", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_given_infusions_course_id_occurred_at"),
            ["course_id", "occurred_at"],
            unique=False,
        )

    op.create_table(
        "check_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("given_infusion_id", sa.Uuid(), nullable=True),
        sa.Column("instrument_key", sa.String(length=40), nullable=False),
        sa.Column("instrument_version", sa.Integer(), nullable=False),
        sa.Column("due_key", sa.String(length=80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("payload_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "mode IN ('self', 'assisted', 'paper')", name=op.f("ck_check_ins_mode_known")
        ),
        sa.CheckConstraint("length(due_key) <= 80", name=op.f("ck_check_ins_due_key_length")),
        sa.CheckConstraint(
            "length(instrument_key) <= 40", name=op.f("ck_check_ins_instrument_key_length")
        ),
        sa.CheckConstraint("length(mode) <= 8", name=op.f("ck_check_ins_mode_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id", "given_infusion_id"],
            ["given_infusions.clinic_id", "given_infusions.course_id", "given_infusions.id"],
            name=op.f("fk_check_ins_clinic_id_course_id_given_infusion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id", "course_id"],
            ["courses.clinic_id", "courses.patient_id", "courses.id"],
            name=op.f("fk_check_ins_clinic_id_patient_id_course_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_check_ins_clinic_id")),
        sa.ForeignKeyConstraint(
            ["instrument_key", "instrument_version"],
            ["instruments.key", "instruments.version"],
            name=op.f("fk_check_ins_instrument_key_instrument_version"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_check_ins_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
        sa.UniqueConstraint(
            "clinic_id", "course_id", "id", name=op.f("uq_check_ins_clinic_id_course_id_id")
        ),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_check_ins_clinic_id_id")),
        sa.UniqueConstraint(
            "clinic_id", "patient_id", "id", name=op.f("uq_check_ins_clinic_id_patient_id_id")
        ),
        sa.UniqueConstraint("patient_id", "due_key", name=op.f("uq_check_ins_patient_id_due_key")),
        sa.UniqueConstraint(
            "patient_id", "submission_id", name=op.f("uq_check_ins_patient_id_submission_id")
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_check_ins_course_id_occurred_at"),
            ["course_id", "occurred_at"],
            unique=False,
        )

    op.create_table(
        "infusion_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("given_infusion_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("correction_reason", sa.String(length=200), nullable=False),
        sa.Column("term", sa.String(length=80), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=4000), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name=op.f("ck_infusion_events_grade_range")),
        sa.CheckConstraint("length(action) <= 200", name=op.f("ck_infusion_events_action_length")),
        sa.CheckConstraint(
            "length(correction_reason) <= 200",
            name=op.f("ck_infusion_events_correction_reason_length"),
        ),
        sa.CheckConstraint("length(note) <= 4000", name=op.f("ck_infusion_events_note_length")),
        sa.CheckConstraint("length(term) <= 80", name=op.f("ck_infusion_events_term_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "given_infusion_id"],
            ["given_infusions.clinic_id", "given_infusions.id"],
            name=op.f("fk_infusion_events_clinic_id_given_infusion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_infusion_events_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["infusion_events.id"], name=op.f("fk_infusion_events_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_infusion_events_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_infusion_events")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_infusion_events_clinic_id_id")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_infusion_events_corrects_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("infusion_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_infusion_events_given_infusion_id_occurred_at"),
            ["given_infusion_id", "occurred_at"],
            unique=False,
        )

    op.create_table(
        "vital_signs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("given_infusion_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("correction_reason", sa.String(length=200), nullable=False),
        sa.Column("systolic_mmhg", sa.Integer(), nullable=True),
        sa.Column("diastolic_mmhg", sa.Integer(), nullable=True),
        sa.Column("heart_rate_bpm", sa.Integer(), nullable=True),
        sa.Column("spo2_percent", sa.Integer(), nullable=True),
        sa.Column("respiration_per_minute", sa.Integer(), nullable=True),
        sa.Column("rass", sa.Integer(), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(systolic_mmhg IS NULL) = (diastolic_mmhg IS NULL)",
            name=op.f("ck_vital_signs_pressure_paired"),
        ),
        sa.CheckConstraint(
            "diastolic_mmhg < systolic_mmhg", name=op.f("ck_vital_signs_pressure_order")
        ),
        sa.CheckConstraint(
            "diastolic_mmhg BETWEEN 10 AND 200", name=op.f("ck_vital_signs_diastolic_mmhg_range")
        ),
        sa.CheckConstraint(
            "heart_rate_bpm BETWEEN 10 AND 300", name=op.f("ck_vital_signs_heart_rate_bpm_range")
        ),
        sa.CheckConstraint(
            "length(correction_reason) <= 200", name=op.f("ck_vital_signs_correction_reason_length")
        ),
        sa.CheckConstraint("rass BETWEEN -5 AND 4", name=op.f("ck_vital_signs_rass_range")),
        sa.CheckConstraint(
            "respiration_per_minute BETWEEN 1 AND 80",
            name=op.f("ck_vital_signs_respiration_per_minute_range"),
        ),
        sa.CheckConstraint(
            "spo2_percent BETWEEN 30 AND 100", name=op.f("ck_vital_signs_spo2_percent_range")
        ),
        sa.CheckConstraint(
            "systolic_mmhg BETWEEN 30 AND 300", name=op.f("ck_vital_signs_systolic_mmhg_range")
        ),
        sa.CheckConstraint(
            "systolic_mmhg IS NOT NULL OR heart_rate_bpm IS NOT NULL OR spo2_percent IS NOT NULL OR respiration_per_minute IS NOT NULL OR rass IS NOT NULL",
            name=op.f("ck_vital_signs_something_measured"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "given_infusion_id"],
            ["given_infusions.clinic_id", "given_infusions.id"],
            name=op.f("fk_vital_signs_clinic_id_given_infusion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_vital_signs_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["vital_signs.id"], name=op.f("fk_vital_signs_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_vital_signs_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vital_signs")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_vital_signs_clinic_id_id")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_vital_signs_corrects_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("vital_signs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_vital_signs_given_infusion_id_occurred_at"),
            ["given_infusion_id", "occurred_at"],
            unique=False,
        )

    op.create_table(
        "safety_alerts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("action_taken", sa.String(length=4000), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_safety_alerts_closed_paired")
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR length(action_taken) > 0",
            name=op.f("ck_safety_alerts_closed_with_action"),
        ),
        sa.CheckConstraint(
            "length(action_taken) <= 4000", name=op.f("ck_safety_alerts_action_taken_length")
        ),
        sa.CheckConstraint("length(rule) <= 80", name=op.f("ck_safety_alerts_rule_length")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_safety_alerts_level_range")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id", "check_in_id"],
            ["check_ins.clinic_id", "check_ins.patient_id", "check_ins.id"],
            name=op.f("fk_safety_alerts_clinic_id_patient_id_check_in_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_safety_alerts_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["users.id"], name=op.f("fk_safety_alerts_closed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_alerts")),
        sa.UniqueConstraint("check_in_id", "rule", name=op.f("uq_safety_alerts_check_in_id_rule")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_safety_alerts_clinic_id_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("safety_alerts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_safety_alerts_clinic_id_closed_at"),
            ["clinic_id", "closed_at"],
            unique=False,
        )

    op.create_table(
        "scores",
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("scale", sa.String(length=40), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("value", FixedPoint(2), nullable=True),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("is_prorated", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "answered BETWEEN 0 AND item_count", name=op.f("ck_scores_answered_range")
        ),
        sa.CheckConstraint("length(scale) <= 40", name=op.f("ck_scores_scale_length")),
        sa.CheckConstraint("value BETWEEN minimum AND maximum", name=op.f("ck_scores_value_range")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id", "check_in_id"],
            ["check_ins.clinic_id", "check_ins.course_id", "check_ins.id"],
            name=op.f("fk_scores_clinic_id_course_id_check_in_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_scores_clinic_id")),
        sa.PrimaryKeyConstraint("check_in_id", "scale", name=op.f("pk_scores")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scores_course_id_scale_occurred_at"),
            ["course_id", "scale", "occurred_at"],
            unique=False,
        )
    guard_audit_trail(op.get_bind())


def downgrade() -> None:
    unguard_audit_trail(op.get_bind())
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scores_course_id_scale_occurred_at"))

    op.drop_table("scores")
    with op.batch_alter_table("safety_alerts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_safety_alerts_clinic_id_closed_at"))

    op.drop_table("safety_alerts")
    with op.batch_alter_table("vital_signs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vital_signs_given_infusion_id_occurred_at"))

    op.drop_table("vital_signs")
    with op.batch_alter_table("infusion_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_infusion_events_given_infusion_id_occurred_at"))

    op.drop_table("infusion_events")
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_ins_course_id_occurred_at"))

    op.drop_table("check_ins")
    with op.batch_alter_table("given_infusions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_given_infusions_course_id_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_given_infusions_clinic_id_state"))

    op.drop_table("given_infusions")
    with op.batch_alter_table("therapy_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_therapy_sessions_course_id_planned_on"))
        batch_op.drop_index(batch_op.f("ix_therapy_sessions_clinic_id_planned_on"))

    op.drop_table("therapy_sessions")
    with op.batch_alter_table("planned_infusions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_planned_infusions_live_number",
            sqlite_where=sa.text("state IN ('planned', 'given')"),
            postgresql_where=sa.text("state IN ('planned', 'given')"),
        )
        batch_op.drop_index(batch_op.f("ix_planned_infusions_course_id_number"))
        batch_op.drop_index(batch_op.f("ix_planned_infusions_clinic_id_planned_on"))

    op.drop_table("planned_infusions")
    with op.batch_alter_table("plan_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_changes_course_id"))

    op.drop_table("plan_changes")
    op.drop_table("patient_unavailable_dates")
    op.drop_table("patient_accounts")
    op.drop_table("invitations")
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_courses_open_patient",
            sqlite_where=sa.text("state IN ('planned', 'active', 'maintenance')"),
            postgresql_where=sa.text("state IN ('planned', 'active', 'maintenance')"),
        )
        batch_op.drop_index(batch_op.f("ix_courses_clinic_id_state"))

    op.drop_table("courses")
    op.drop_table("check_in_drafts")
    op.drop_table("user_roles")
    op.drop_table("submissions")
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_ins_user_id"))

    op.drop_table("sign_ins")
    with op.batch_alter_table("patients", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patients_clinic_id_family_name_given_name"))

    op.drop_table("patients")
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_events_patient_id_occurred_at"))
        batch_op.drop_index(batch_op.f("ix_audit_events_clinic_id_occurred_at"))

    op.drop_table("audit_events")
    op.drop_table("users")
    op.drop_table("protocols")
    op.drop_table("clinic_closures")
    op.drop_table("sign_in_throttles")
    op.drop_table("instruments")
    op.drop_table("clinics")
