"""Row-level security for each clinic, on PostgreSQL. On SQLite nothing changes.

Revision 0010.
"""

from alembic import op

from tracker.models.walls import build_gates, build_walls, take_gates_down, take_walls_down

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (
    "account_resets",
    "amendments",
    "audit_events",
    "batch_letters",
    "check_in_drafts",
    "check_in_links",
    "check_in_preferences",
    "check_ins",
    "clinic_closures",
    "clinics",
    "course_assessments",
    "course_reviews",
    "courses",
    "draw_accounts",
    "given_infusions",
    "glass_openings",
    "infusion_events",
    "instrument_wordings",
    "invitations",
    "medicine_changes",
    "medicines_given",
    "messages",
    "notice_acknowledgements",
    "on_call",
    "passkeys",
    "patient_accounts",
    "patient_unavailable_dates",
    "patients",
    "plan_changes",
    "planned_infusions",
    "prior_treatments",
    "protocols",
    "psychotherapy_notes",
    "rate_changes",
    "record_readers",
    "record_restrictions",
    "recovery_codes",
    "recovery_scores",
    "report_batches",
    "run_sheet_moves",
    "run_sheets",
    "safety_alerts",
    "score_imports",
    "scores",
    "second_factors",
    "sheet_checks",
    "sheet_notes",
    "sign_ins",
    "signatures",
    "signed_reports",
    "submissions",
    "therapy_sessions",
    "user_roles",
    "users",
    "vial_entries",
    "vials",
    "vital_signs",
)
"""The tables of this revision. A later one with a table of its own builds its wall as well."""


def upgrade() -> None:
    build_gates(op.get_bind())
    build_walls(op.get_bind(), TABLES)


def downgrade() -> None:
    take_walls_down(op.get_bind(), TABLES)
    take_gates_down(op.get_bind())
