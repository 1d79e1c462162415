"""The infusion room: run sheets, sign-offs, the drug ledger, medicines and reviews.

Revision 0002. Infusions that were logged before get a run sheet: a running one goes on, an ended one
counts as left, with the steps whose times are known.
"""

import sqlalchemy as sa
from alembic import op

from tracker.models.triggers import guard_records, unguard_records
from tracker.models.types import FixedPoint, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REMADE = ("sign_ins", "therapy_sessions", "given_infusions", "vital_signs", "infusion_events")
"""Tables with new columns. They are copied, since SQLite cannot add a constraint to a table."""

NEW = (
    "vials",
    "medicine_changes",
    "course_reviews",
    "psychotherapy_notes",
    "amendments",
    "medicines_given",
    "rate_changes",
    "recovery_scores",
    "run_sheet_moves",
    "sheet_checks",
    "sheet_notes",
    "signatures",
    "vial_entries",
    "draw_accounts",
    "notice_acknowledgements",
)
"""In the order in which they can be made."""


def upgrade() -> None:
    _defer_foreign_keys()
    _set_aside(REMADE)
    _make_run_sheets()
    _open_run_sheets()
    _make_remade()
    _bring_back()
    _refer_to_given_infusions()
    _make_new()
    _log_known_moves()
    guard_records(op.get_bind())


def downgrade() -> None:
    """Back to the first version. What only the second can hold is lost."""
    unguard_records(op.get_bind())
    _defer_foreign_keys()
    op.execute(
        "DELETE FROM vital_signs WHERE is_struck OR COALESCE(systolic_mmhg, heart_rate_bpm,"
        " spo2_percent, respiration_per_minute, rass) IS NULL"
        " OR run_sheet_id NOT IN (SELECT id FROM given_infusions)"
    )
    op.execute(
        "DELETE FROM infusion_events WHERE is_struck"
        " OR run_sheet_id NOT IN (SELECT id FROM given_infusions)"
    )
    _set_aside(REMADE)
    for name in reversed(NEW):
        op.drop_table(name)
    op.drop_table("run_sheets")
    _make_as_before()
    _bring_back_as_before()
    _refer_to_given_infusions()


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _defer_foreign_keys() -> None:
    if _is_sqlite():
        op.execute("PRAGMA defer_foreign_keys = ON")


def _set_aside(tables: tuple[str, ...]) -> None:
    cascade = "" if _is_sqlite() else " CASCADE"
    for name in tables:
        op.execute(f"CREATE TABLE kept_{name} AS SELECT * FROM {name}")
    for name in reversed(tables):
        op.execute(f"DROP TABLE {name}{cascade}")


def _refer_to_given_infusions() -> None:
    """PostgreSQL dropped the reference with the table; SQLite keeps it by name."""
    if not _is_sqlite():
        op.create_foreign_key(
            op.f("fk_check_ins_clinic_id_course_id_given_infusion_id"),
            "check_ins",
            "given_infusions",
            ["clinic_id", "course_id", "given_infusion_id"],
            ["clinic_id", "course_id", "id"],
        )


def _open_run_sheets() -> None:
    op.execute("""
        INSERT INTO run_sheets
            (id, clinic_id, course_id, planned_infusion_id, stage, recorded_at, recorded_by, version)
        SELECT id, clinic_id, course_id, planned_infusion_id,
            CASE state WHEN 'running' THEN 'running' ELSE 'left' END, recorded_at, recorded_by, 1
        FROM kept_given_infusions
    """)


_GIVEN = """id, clinic_id, course_id, planned_infusion_id, state, occurred_at, ended_at,
    end_recorded_at, end_recorded_by, weight_kg, dose_mg_per_kg, ordered_mg, given_mg,
    planned_minutes, dose_reason, course_of_infusion, stop_reason, recorded_at, recorded_by, version"""
_SIGNS = """systolic_mmhg, diastolic_mmhg, heart_rate_bpm, spo2_percent, respiration_per_minute,
    rass"""
_LOGGED = "id, clinic_id, corrects_id, correction_reason, occurred_at, recorded_at, recorded_by"
_EVENT = "term, grade, action, note"
_THERAPY = """id, clinic_id, course_id, therapist_id, state, kind, format, planned_on, planned_time,
    occurred_at, minutes, suds_start, suds_peak, suds_end, focus, homework, risk, next_steps,
    recorded_at, recorded_by, version"""
_SIGN_IN = """id, clinic_id, token_hash, user_id, created_at, last_seen_at, expires_at, revoked_at,
    revoked_why, device, address"""


def _bring_back() -> None:
    no = "0" if _is_sqlite() else "FALSE"
    for statement in (
        f"INSERT INTO sign_ins ({_SIGN_IN}) SELECT {_SIGN_IN} FROM kept_sign_ins",
        f"""INSERT INTO therapy_sessions ({_THERAPY}, measures_reviewed, homework_done)
            SELECT {_THERAPY}, '', '' FROM kept_therapy_sessions""",
        f"""INSERT INTO given_infusions ({_GIVEN}, weight_basis, dosing_weight_kg)
            SELECT {_GIVEN}, 'actual', weight_kg FROM kept_given_infusions""",
        f"""INSERT INTO vital_signs ({_LOGGED}, {_SIGNS}, run_sheet_id, is_struck)
            SELECT {_LOGGED}, {_SIGNS}, given_infusion_id, {no} FROM kept_vital_signs""",
        f"""INSERT INTO infusion_events ({_LOGGED}, {_EVENT}, run_sheet_id, is_struck, is_serious)
            SELECT {_LOGGED}, {_EVENT}, given_infusion_id, {no}, {no} FROM kept_infusion_events""",
    ):
        op.execute(statement)
    for name in ("sign_ins", "therapy_sessions", "vital_signs", "infusion_events"):
        op.execute(f"DROP TABLE kept_{name}")


def _log_known_moves() -> None:
    """The start and the end are known with their times; who left when is not."""
    no = "0" if _is_sqlite() else "FALSE"
    key = "lower(hex(randomblob(16)))" if _is_sqlite() else "gen_random_uuid()"
    for seq, move, stage, at, recorded_at, by in (
        (1, "'start'", "'running'", "occurred_at", "recorded_at", "recorded_by"),
        (
            2,
            "CASE state WHEN 'stopped_early' THEN 'stop_early' ELSE 'end' END",
            "'recovery'",
            "ended_at",
            "end_recorded_at",
            "end_recorded_by",
        ),
    ):
        op.execute(f"""
            INSERT INTO run_sheet_moves (id, clinic_id, run_sheet_id, seq, move, to_stage, reason,
                left_with, correction_reason, is_struck, occurred_at, recorded_at, recorded_by)
            SELECT {key}, clinic_id, id, {seq}, {move}, {stage}, '', '', '', {no}, {at},
                {recorded_at}, {by}
            FROM kept_given_infusions WHERE {at} IS NOT NULL
        """)
    op.execute("DROP TABLE kept_given_infusions")


def _bring_back_as_before() -> None:
    for statement in (
        f"INSERT INTO sign_ins ({_SIGN_IN}) SELECT {_SIGN_IN} FROM kept_sign_ins",
        f"INSERT INTO therapy_sessions ({_THERAPY}) SELECT {_THERAPY} FROM kept_therapy_sessions",
        f"INSERT INTO given_infusions ({_GIVEN}) SELECT {_GIVEN} FROM kept_given_infusions",
        f"""INSERT INTO vital_signs ({_LOGGED}, {_SIGNS}, given_infusion_id)
            SELECT {_LOGGED}, {_SIGNS}, run_sheet_id FROM kept_vital_signs""",
        f"""INSERT INTO infusion_events ({_LOGGED}, {_EVENT}, given_infusion_id)
            SELECT {_LOGGED}, {_EVENT}, run_sheet_id FROM kept_infusion_events""",
    ):
        op.execute(statement)
    for name in REMADE:
        op.execute(f"DROP TABLE kept_{name}")


def _make_run_sheets() -> None:
    op.create_table(
        "run_sheets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("planned_infusion_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('planned', 'arrived', 'checked', 'running', 'paused', 'recovery', 'ready', 'left', 'cancelled', 'no_show')",
            name=op.f("ck_run_sheets_stage_known"),
        ),
        sa.CheckConstraint("length(stage) <= 10", name=op.f("ck_run_sheets_stage_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id", "planned_infusion_id"],
            ["planned_infusions.clinic_id", "planned_infusions.course_id", "planned_infusions.id"],
            name=op.f("fk_run_sheets_clinic_id_course_id_planned_infusion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_run_sheets_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_run_sheets_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_sheets")),
        sa.UniqueConstraint(
            "clinic_id", "course_id", "id", name=op.f("uq_run_sheets_clinic_id_course_id_id")
        ),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_run_sheets_clinic_id_id")),
        sa.UniqueConstraint("planned_infusion_id", name=op.f("uq_run_sheets_planned_infusion_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("run_sheets", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_run_sheets_clinic_id_stage"), ["clinic_id", "stage"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_run_sheets_course_id"), ["course_id"], unique=False)


def _make_remade() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("last_seen_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("locked_at", Instant(), nullable=True),
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
        sa.Column("measures_reviewed", sa.String(length=200), nullable=False),
        sa.Column("homework", sa.String(length=4000), nullable=False),
        sa.Column("homework_done", sa.String(length=4000), nullable=False),
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
        sa.CheckConstraint(
            "length(homework_done) <= 4000", name=op.f("ck_therapy_sessions_homework_done_length")
        ),
        sa.CheckConstraint("length(kind) <= 24", name=op.f("ck_therapy_sessions_kind_length")),
        sa.CheckConstraint(
            "length(measures_reviewed) <= 200",
            name=op.f("ck_therapy_sessions_measures_reviewed_length"),
        ),
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
        sa.Column("weight_basis", sa.String(length=8), nullable=False),
        sa.Column("dosing_weight_kg", FixedPoint(2), nullable=False),
        sa.Column("height_cm", sa.Integer(), nullable=True),
        sa.Column("ideal_weight_for", sa.String(length=5), nullable=True),
        sa.Column("dose_mg_per_kg", FixedPoint(3), nullable=False),
        sa.Column("ordered_mg", FixedPoint(3), nullable=False),
        sa.Column("given_mg", FixedPoint(3), nullable=True),
        sa.Column("planned_minutes", sa.Integer(), nullable=False),
        sa.Column("vial_mg_per_ml", FixedPoint(3), nullable=True),
        sa.Column("total_ml", FixedPoint(3), nullable=True),
        sa.Column("infused_ml", FixedPoint(3), nullable=True),
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
            "ideal_weight_for IN ('man', 'woman')",
            name=op.f("ck_given_infusions_ideal_weight_for_known"),
        ),
        sa.CheckConstraint(
            "state IN ('running', 'ended', 'stopped_early')",
            name=op.f("ck_given_infusions_state_known"),
        ),
        sa.CheckConstraint(
            "weight_basis <> 'actual' OR dosing_weight_kg = weight_kg",
            name=op.f("ck_given_infusions_actual_weight"),
        ),
        sa.CheckConstraint(
            "weight_basis <> 'ideal' OR (height_cm IS NOT NULL AND ideal_weight_for IS NOT NULL)",
            name=op.f("ck_given_infusions_ideal_weight_explained"),
        ),
        sa.CheckConstraint(
            "weight_basis IN ('actual', 'ideal', 'capped')",
            name=op.f("ck_given_infusions_weight_basis_known"),
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
            "dosing_weight_kg BETWEEN 20 AND 400",
            name=op.f("ck_given_infusions_dosing_weight_kg_range"),
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
            "height_cm BETWEEN 100 AND 250", name=op.f("ck_given_infusions_height_cm_range")
        ),
        sa.CheckConstraint(
            "infused_ml <= total_ml", name=op.f("ck_given_infusions_infused_at_most_total")
        ),
        sa.CheckConstraint(
            "infused_ml BETWEEN 0 AND 5000", name=op.f("ck_given_infusions_infused_ml_range")
        ),
        sa.CheckConstraint(
            "length(course_of_infusion) <= 4000",
            name=op.f("ck_given_infusions_course_of_infusion_length"),
        ),
        sa.CheckConstraint(
            "length(dose_reason) <= 200", name=op.f("ck_given_infusions_dose_reason_length")
        ),
        sa.CheckConstraint(
            "length(ideal_weight_for) <= 5", name=op.f("ck_given_infusions_ideal_weight_for_length")
        ),
        sa.CheckConstraint("length(state) <= 14", name=op.f("ck_given_infusions_state_length")),
        sa.CheckConstraint(
            "length(stop_reason) <= 200", name=op.f("ck_given_infusions_stop_reason_length")
        ),
        sa.CheckConstraint(
            "length(weight_basis) <= 8", name=op.f("ck_given_infusions_weight_basis_length")
        ),
        sa.CheckConstraint(
            "ordered_mg BETWEEN 0.1 AND 2000", name=op.f("ck_given_infusions_ordered_mg_range")
        ),
        sa.CheckConstraint(
            "planned_minutes BETWEEN 1 AND 600",
            name=op.f("ck_given_infusions_planned_minutes_range"),
        ),
        sa.CheckConstraint(
            "total_ml BETWEEN 0.1 AND 5000", name=op.f("ck_given_infusions_total_ml_range")
        ),
        sa.CheckConstraint(
            "vial_mg_per_ml BETWEEN 1 AND 1000",
            name=op.f("ck_given_infusions_vial_mg_per_ml_range"),
        ),
        sa.CheckConstraint(
            "weight_kg BETWEEN 20 AND 400", name=op.f("ck_given_infusions_weight_kg_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id", "id"],
            ["run_sheets.clinic_id", "run_sheets.course_id", "run_sheets.id"],
            name=op.f("fk_given_infusions_clinic_id_course_id_id"),
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
        "vital_signs",
        sa.Column("systolic_mmhg", sa.Integer(), nullable=True),
        sa.Column("diastolic_mmhg", sa.Integer(), nullable=True),
        sa.Column("heart_rate_bpm", sa.Integer(), nullable=True),
        sa.Column("spo2_percent", sa.Integer(), nullable=True),
        sa.Column("respiration_per_minute", sa.Integer(), nullable=True),
        sa.Column("rass", sa.Integer(), nullable=True),
        sa.Column("moaas", sa.Integer(), nullable=True),
        sa.Column("cadss6", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("run_sheet_id", sa.Uuid(), nullable=False),
        sa.Column("correction_reason", sa.String(length=200), nullable=False),
        sa.Column("is_struck", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(systolic_mmhg IS NULL) = (diastolic_mmhg IS NULL)",
            name=op.f("ck_vital_signs_pressure_paired"),
        ),
        sa.CheckConstraint(
            "NOT is_struck OR corrects_id IS NOT NULL", name=op.f("ck_vital_signs_strikes_another")
        ),
        sa.CheckConstraint("cadss6 BETWEEN 0 AND 24", name=op.f("ck_vital_signs_cadss6_range")),
        sa.CheckConstraint(
            "corrects_id IS NULL OR length(correction_reason) > 0",
            name=op.f("ck_vital_signs_correction_explained"),
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
            "is_struck OR systolic_mmhg IS NOT NULL OR heart_rate_bpm IS NOT NULL OR spo2_percent IS NOT NULL OR respiration_per_minute IS NOT NULL OR rass IS NOT NULL OR moaas IS NOT NULL OR cadss6 IS NOT NULL",
            name=op.f("ck_vital_signs_something_measured"),
        ),
        sa.CheckConstraint(
            "length(correction_reason) <= 200", name=op.f("ck_vital_signs_correction_reason_length")
        ),
        sa.CheckConstraint("moaas BETWEEN 0 AND 5", name=op.f("ck_vital_signs_moaas_range")),
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
        sa.ForeignKeyConstraint(
            ["clinic_id", "run_sheet_id"],
            ["run_sheets.clinic_id", "run_sheets.id"],
            name=op.f("fk_vital_signs_clinic_id_run_sheet_id"),
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
        sa.UniqueConstraint("corrects_id", name=op.f("uq_vital_signs_corrects_id")),
        sa.UniqueConstraint("run_sheet_id", "id", name=op.f("uq_vital_signs_run_sheet_id_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("vital_signs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_vital_signs_run_sheet_id_occurred_at"),
            ["run_sheet_id", "occurred_at"],
            unique=False,
        )
    op.create_table(
        "infusion_events",
        sa.Column("term", sa.String(length=80), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("relatedness", sa.String(length=12), nullable=True),
        sa.Column("is_serious", sa.Boolean(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("action", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=4000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("run_sheet_id", sa.Uuid(), nullable=False),
        sa.Column("correction_reason", sa.String(length=200), nullable=False),
        sa.Column("is_struck", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "relatedness IN ('unrelated', 'possible', 'probable', 'definite')",
            name=op.f("ck_infusion_events_relatedness_known"),
        ),
        sa.CheckConstraint(
            "NOT is_struck OR corrects_id IS NOT NULL",
            name=op.f("ck_infusion_events_strikes_another"),
        ),
        sa.CheckConstraint(
            "corrects_id IS NULL OR length(correction_reason) > 0",
            name=op.f("ck_infusion_events_correction_explained"),
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= occurred_at",
            name=op.f("ck_infusion_events_ends_after_onset"),
        ),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name=op.f("ck_infusion_events_grade_range")),
        sa.CheckConstraint(
            "is_struck OR length(term) > 0", name=op.f("ck_infusion_events_term_given")
        ),
        sa.CheckConstraint("length(action) <= 200", name=op.f("ck_infusion_events_action_length")),
        sa.CheckConstraint(
            "length(correction_reason) <= 200",
            name=op.f("ck_infusion_events_correction_reason_length"),
        ),
        sa.CheckConstraint("length(note) <= 4000", name=op.f("ck_infusion_events_note_length")),
        sa.CheckConstraint(
            "length(relatedness) <= 12", name=op.f("ck_infusion_events_relatedness_length")
        ),
        sa.CheckConstraint("length(term) <= 80", name=op.f("ck_infusion_events_term_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "run_sheet_id"],
            ["run_sheets.clinic_id", "run_sheets.id"],
            name=op.f("fk_infusion_events_clinic_id_run_sheet_id"),
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
        sa.UniqueConstraint("corrects_id", name=op.f("uq_infusion_events_corrects_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("infusion_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_infusion_events_run_sheet_id_occurred_at"),
            ["run_sheet_id", "occurred_at"],
            unique=False,
        )


def _make_new() -> None:
    op.create_table(
        "vials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("drug", sa.String(length=80), nullable=False),
        sa.Column("lot", sa.String(length=80), nullable=False),
        sa.Column("ndc", sa.String(length=80), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("mg_per_ml", FixedPoint(3), nullable=False),
        sa.Column("volume_ml", FixedPoint(3), nullable=False),
        sa.Column("supplier", sa.String(length=200), nullable=False),
        sa.Column("invoice", sa.String(length=80), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("length(drug) <= 80", name=op.f("ck_vials_drug_length")),
        sa.CheckConstraint("length(invoice) <= 80", name=op.f("ck_vials_invoice_length")),
        sa.CheckConstraint("length(label) <= 80", name=op.f("ck_vials_label_length")),
        sa.CheckConstraint("length(lot) <= 80", name=op.f("ck_vials_lot_length")),
        sa.CheckConstraint("length(lot) > 0", name=op.f("ck_vials_lot_given")),
        sa.CheckConstraint("length(ndc) <= 80", name=op.f("ck_vials_ndc_length")),
        sa.CheckConstraint("length(supplier) <= 200", name=op.f("ck_vials_supplier_length")),
        sa.CheckConstraint("mg_per_ml BETWEEN 1 AND 1000", name=op.f("ck_vials_mg_per_ml_range")),
        sa.CheckConstraint("volume_ml BETWEEN 0.1 AND 1000", name=op.f("ck_vials_volume_ml_range")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_vials_clinic_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_vials_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vials")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_vials_clinic_id_id")),
        sa.UniqueConstraint("clinic_id", "label", name=op.f("uq_vials_clinic_id_label")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("vials", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_vials_clinic_id_lot"), ["clinic_id", "lot"], unique=False
        )
    op.create_table(
        "medicine_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("correction_reason", sa.String(length=200), nullable=False),
        sa.Column("is_struck", sa.Boolean(), nullable=False),
        sa.Column("medicine", sa.String(length=80), nullable=False),
        sa.Column("change", sa.String(length=12), nullable=False),
        sa.Column("dose", sa.String(length=80), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "change = 'stopped' OR length(dose) > 0", name=op.f("ck_medicine_changes_dose_given")
        ),
        sa.CheckConstraint(
            "change IN ('started', 'dose_changed', 'stopped')",
            name=op.f("ck_medicine_changes_change_known"),
        ),
        sa.CheckConstraint(
            "NOT is_struck OR corrects_id IS NOT NULL",
            name=op.f("ck_medicine_changes_strikes_another"),
        ),
        sa.CheckConstraint(
            "corrects_id IS NULL OR length(correction_reason) > 0",
            name=op.f("ck_medicine_changes_correction_explained"),
        ),
        sa.CheckConstraint("length(change) <= 12", name=op.f("ck_medicine_changes_change_length")),
        sa.CheckConstraint(
            "length(correction_reason) <= 200",
            name=op.f("ck_medicine_changes_correction_reason_length"),
        ),
        sa.CheckConstraint("length(dose) <= 80", name=op.f("ck_medicine_changes_dose_length")),
        sa.CheckConstraint(
            "length(medicine) <= 80", name=op.f("ck_medicine_changes_medicine_length")
        ),
        sa.CheckConstraint("length(medicine) > 0", name=op.f("ck_medicine_changes_medicine_named")),
        sa.CheckConstraint("length(note) <= 200", name=op.f("ck_medicine_changes_note_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_medicine_changes_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_medicine_changes_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["medicine_changes.id"], name=op.f("fk_medicine_changes_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_medicine_changes_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medicine_changes")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_medicine_changes_clinic_id_id")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_medicine_changes_corrects_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("medicine_changes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_medicine_changes_patient_id_changed_on"),
            ["patient_id", "changed_on"],
            unique=False,
        )
    op.create_table(
        "course_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("after_infusion", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("dose_mg_per_kg", FixedPoint(3), nullable=True),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(decision = 'change_dose') = (dose_mg_per_kg IS NOT NULL)",
            name=op.f("ck_course_reviews_dose_paired"),
        ),
        sa.CheckConstraint(
            "decision IN ('continue', 'change_dose', 'stop')",
            name=op.f("ck_course_reviews_decision_known"),
        ),
        sa.CheckConstraint(
            "after_infusion BETWEEN 1 AND 200", name=op.f("ck_course_reviews_after_infusion_range")
        ),
        sa.CheckConstraint(
            "dose_mg_per_kg BETWEEN 0.01 AND 10",
            name=op.f("ck_course_reviews_dose_mg_per_kg_range"),
        ),
        sa.CheckConstraint(
            "length(decision) <= 12", name=op.f("ck_course_reviews_decision_length")
        ),
        sa.CheckConstraint("length(reason) <= 4000", name=op.f("ck_course_reviews_reason_length")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_course_reviews_reason_given")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["courses.clinic_id", "courses.id"],
            name=op.f("fk_course_reviews_clinic_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_course_reviews_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_course_reviews_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_reviews")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_course_reviews_clinic_id_id")),
        sa.UniqueConstraint(
            "course_id", "after_infusion", name=op.f("uq_course_reviews_course_id_after_infusion")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "psychotherapy_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("therapy_session_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.String(length=80), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=12), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "length(key_id) <= 80", name=op.f("ck_psychotherapy_notes_key_id_length")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "author_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_psychotherapy_notes_clinic_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "therapy_session_id"],
            ["therapy_sessions.clinic_id", "therapy_sessions.id"],
            name=op.f("fk_psychotherapy_notes_clinic_id_therapy_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_psychotherapy_notes_clinic_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_psychotherapy_notes")),
        sa.UniqueConstraint(
            "therapy_session_id",
            "author_id",
            name=op.f("uq_psychotherapy_notes_therapy_session_id_author_id"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "amendments",
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("addendum", sa.String(length=4000), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("author_role", sa.String(length=80), nullable=False),
        sa.Column("amended_at", Instant(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=80), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("run_sheet_id", sa.Uuid(), nullable=True),
        sa.Column("therapy_session_id", sa.Uuid(), nullable=True),
        sa.Column("course_review_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN run_sheet_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN therapy_session_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN course_review_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_amendments_one_record"),
        ),
        sa.CheckConstraint("length(addendum) <= 4000", name=op.f("ck_amendments_addendum_length")),
        sa.CheckConstraint("length(addendum) > 0", name=op.f("ck_amendments_addendum_given")),
        sa.CheckConstraint(
            "length(author_name) <= 200", name=op.f("ck_amendments_author_name_length")
        ),
        sa.CheckConstraint(
            "length(author_role) <= 80", name=op.f("ck_amendments_author_role_length")
        ),
        sa.CheckConstraint(
            "length(content_hash) <= 64", name=op.f("ck_amendments_content_hash_length")
        ),
        sa.CheckConstraint("length(key_id) <= 80", name=op.f("ck_amendments_key_id_length")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_amendments_reason_length")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_amendments_reason_given")),
        sa.CheckConstraint("length(seal) <= 64", name=op.f("ck_amendments_seal_length")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_amendments_author_id")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_review_id"],
            ["course_reviews.clinic_id", "course_reviews.id"],
            name=op.f("fk_amendments_clinic_id_course_review_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "run_sheet_id"],
            ["run_sheets.clinic_id", "run_sheets.id"],
            name=op.f("fk_amendments_clinic_id_run_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "therapy_session_id"],
            ["therapy_sessions.clinic_id", "therapy_sessions.id"],
            name=op.f("fk_amendments_clinic_id_therapy_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_amendments_clinic_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_amendments_clinic_id_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("amendments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_amendments_course_review_id"), ["course_review_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_amendments_run_sheet_id"), ["run_sheet_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_amendments_therapy_session_id"), ["therapy_session_id"], unique=False
        )
    op.create_table(
        "medicines_given",
        sa.Column("medicine", sa.String(length=80), nullable=False),
        sa.Column("dose", sa.String(length=80), nullable=False),
        sa.Column("route", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("run_sheet_id", sa.Uuid(), nullable=False),
        sa.Column("correction_reason", sa.String(length=200), nullable=False),
        sa.Column("is_struck", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "NOT is_struck OR corrects_id IS NOT NULL",
            name=op.f("ck_medicines_given_strikes_another"),
        ),
        sa.CheckConstraint(
            "corrects_id IS NULL OR length(correction_reason) > 0",
            name=op.f("ck_medicines_given_correction_explained"),
        ),
        sa.CheckConstraint(
            "is_struck OR length(dose) > 0", name=op.f("ck_medicines_given_dose_given")
        ),
        sa.CheckConstraint(
            "is_struck OR length(medicine) > 0", name=op.f("ck_medicines_given_medicine_named")
        ),
        sa.CheckConstraint(
            "length(correction_reason) <= 200",
            name=op.f("ck_medicines_given_correction_reason_length"),
        ),
        sa.CheckConstraint("length(dose) <= 80", name=op.f("ck_medicines_given_dose_length")),
        sa.CheckConstraint(
            "length(medicine) <= 80", name=op.f("ck_medicines_given_medicine_length")
        ),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_medicines_given_reason_length")),
        sa.CheckConstraint("length(route) <= 80", name=op.f("ck_medicines_given_route_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "run_sheet_id"],
            ["run_sheets.clinic_id", "run_sheets.id"],
            name=op.f("fk_medicines_given_clinic_id_run_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_medicines_given_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["medicines_given.id"], name=op.f("fk_medicines_given_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_medicines_given_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medicines_given")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_medicines_given_corrects_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("medicines_given", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_medicines_given_run_sheet_id_occurred_at"),
            ["run_sheet_id", "occurred_at"],
            unique=False,
        )
    op.create_table(
        "rate_changes",
        sa.Column("rate_ml_per_h", FixedPoint(3), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("run_sheet_id", sa.Uuid(), nullable=False),
        sa.Column("correction_reason", sa.String(length=200), nullable=False),
        sa.Column("is_struck", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "NOT is_struck OR corrects_id IS NOT NULL", name=op.f("ck_rate_changes_strikes_another")
        ),
        sa.CheckConstraint(
            "corrects_id IS NULL OR length(correction_reason) > 0",
            name=op.f("ck_rate_changes_correction_explained"),
        ),
        sa.CheckConstraint(
            "is_struck OR rate_ml_per_h IS NOT NULL", name=op.f("ck_rate_changes_rate_given")
        ),
        sa.CheckConstraint(
            "length(correction_reason) <= 200",
            name=op.f("ck_rate_changes_correction_reason_length"),
        ),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_rate_changes_reason_length")),
        sa.CheckConstraint(
            "rate_ml_per_h BETWEEN 0.1 AND 5000", name=op.f("ck_rate_changes_rate_ml_per_h_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "run_sheet_id"],
            ["run_sheets.clinic_id", "run_sheets.id"],
            name=op.f("fk_rate_changes_clinic_id_run_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_rate_changes_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["rate_changes.id"], name=op.f("fk_rate_changes_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_rate_changes_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_changes")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_rate_changes_corrects_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("rate_changes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rate_changes_run_sheet_id_occurred_at"),
            ["run_sheet_id", "occurred_at"],
            unique=False,
        )
    op.create_table(
        "recovery_scores",
        sa.Column("scale", sa.String(length=12), nullable=False),
        sa.Column("item_1", sa.Integer(), nullable=True),
        sa.Column("item_2", sa.Integer(), nullable=True),
        sa.Column("item_3", sa.Integer(), nullable=True),
        sa.Column("item_4", sa.Integer(), nullable=True),
        sa.Column("item_5", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("run_sheet_id", sa.Uuid(), nullable=False),
        sa.Column("correction_reason", sa.String(length=200), nullable=False),
        sa.Column("is_struck", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "scale IN ('aldrete-10', 'padss-10')", name=op.f("ck_recovery_scores_scale_known")
        ),
        sa.CheckConstraint(
            "NOT is_struck OR corrects_id IS NOT NULL",
            name=op.f("ck_recovery_scores_strikes_another"),
        ),
        sa.CheckConstraint(
            "corrects_id IS NULL OR length(correction_reason) > 0",
            name=op.f("ck_recovery_scores_correction_explained"),
        ),
        sa.CheckConstraint(
            "is_struck OR (item_1 IS NOT NULL AND item_2 IS NOT NULL AND item_3 IS NOT NULL AND item_4 IS NOT NULL AND item_5 IS NOT NULL)",
            name=op.f("ck_recovery_scores_all_items"),
        ),
        sa.CheckConstraint("item_1 BETWEEN 0 AND 2", name=op.f("ck_recovery_scores_item_1_range")),
        sa.CheckConstraint("item_2 BETWEEN 0 AND 2", name=op.f("ck_recovery_scores_item_2_range")),
        sa.CheckConstraint("item_3 BETWEEN 0 AND 2", name=op.f("ck_recovery_scores_item_3_range")),
        sa.CheckConstraint("item_4 BETWEEN 0 AND 2", name=op.f("ck_recovery_scores_item_4_range")),
        sa.CheckConstraint("item_5 BETWEEN 0 AND 2", name=op.f("ck_recovery_scores_item_5_range")),
        sa.CheckConstraint(
            "length(correction_reason) <= 200",
            name=op.f("ck_recovery_scores_correction_reason_length"),
        ),
        sa.CheckConstraint("length(scale) <= 12", name=op.f("ck_recovery_scores_scale_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "run_sheet_id"],
            ["run_sheets.clinic_id", "run_sheets.id"],
            name=op.f("fk_recovery_scores_clinic_id_run_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_recovery_scores_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["recovery_scores.id"], name=op.f("fk_recovery_scores_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_recovery_scores_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_scores")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_recovery_scores_corrects_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("recovery_scores", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recovery_scores_run_sheet_id_occurred_at"),
            ["run_sheet_id", "occurred_at"],
            unique=False,
        )
    op.create_table(
        "run_sheet_moves",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=16), nullable=False),
        sa.Column("to_stage", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("left_with", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("run_sheet_id", sa.Uuid(), nullable=False),
        sa.Column("correction_reason", sa.String(length=200), nullable=False),
        sa.Column("is_struck", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "move IN ('arrive', 'finish_checks', 'reopen_checks', 'start', 'pause', 'resume', 'end', 'stop_early', 'be_ready', 'back_to_recovery', 'leave', 'cancel', 'not_come')",
            name=op.f("ck_run_sheet_moves_move_known"),
        ),
        sa.CheckConstraint(
            "to_stage IN ('planned', 'arrived', 'checked', 'running', 'paused', 'recovery', 'ready', 'left', 'cancelled', 'no_show')",
            name=op.f("ck_run_sheet_moves_to_stage_known"),
        ),
        sa.CheckConstraint(
            "NOT is_struck OR corrects_id IS NOT NULL",
            name=op.f("ck_run_sheet_moves_strikes_another"),
        ),
        sa.CheckConstraint(
            "corrects_id IS NULL OR length(correction_reason) > 0",
            name=op.f("ck_run_sheet_moves_correction_explained"),
        ),
        sa.CheckConstraint(
            "length(correction_reason) <= 200",
            name=op.f("ck_run_sheet_moves_correction_reason_length"),
        ),
        sa.CheckConstraint(
            "length(left_with) <= 200", name=op.f("ck_run_sheet_moves_left_with_length")
        ),
        sa.CheckConstraint("length(move) <= 16", name=op.f("ck_run_sheet_moves_move_length")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_run_sheet_moves_reason_length")),
        sa.CheckConstraint(
            "length(to_stage) <= 10", name=op.f("ck_run_sheet_moves_to_stage_length")
        ),
        sa.CheckConstraint("seq BETWEEN 1 AND 10000", name=op.f("ck_run_sheet_moves_seq_range")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "run_sheet_id"],
            ["run_sheets.clinic_id", "run_sheets.id"],
            name=op.f("fk_run_sheet_moves_clinic_id_run_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_run_sheet_moves_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["run_sheet_moves.id"], name=op.f("fk_run_sheet_moves_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_run_sheet_moves_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_sheet_moves")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_run_sheet_moves_corrects_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("run_sheet_moves", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_run_sheet_moves_run_sheet_id_occurred_at"),
            ["run_sheet_id", "occurred_at"],
            unique=False,
        )
        batch_op.create_index(
            "uq_run_sheet_moves_seq",
            ["run_sheet_id", "seq"],
            unique=True,
            sqlite_where=sa.text("corrects_id IS NULL"),
            postgresql_where=sa.text("corrects_id IS NULL"),
        )
    op.create_table(
        "sheet_checks",
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("item_key", sa.String(length=80), nullable=False),
        sa.Column("item_words", sa.String(length=200), nullable=False),
        sa.Column("result", sa.String(length=14), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("run_sheet_id", sa.Uuid(), nullable=False),
        sa.Column("correction_reason", sa.String(length=200), nullable=False),
        sa.Column("is_struck", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "phase IN ('before', 'discharge')", name=op.f("ck_sheet_checks_phase_known")
        ),
        sa.CheckConstraint(
            "result <> 'overridden' OR length(reason) > 0",
            name=op.f("ck_sheet_checks_override_explained"),
        ),
        sa.CheckConstraint(
            "result IN ('done', 'not_applicable', 'overridden')",
            name=op.f("ck_sheet_checks_result_known"),
        ),
        sa.CheckConstraint(
            "NOT is_struck OR corrects_id IS NOT NULL", name=op.f("ck_sheet_checks_strikes_another")
        ),
        sa.CheckConstraint(
            "corrects_id IS NULL OR length(correction_reason) > 0",
            name=op.f("ck_sheet_checks_correction_explained"),
        ),
        sa.CheckConstraint(
            "length(correction_reason) <= 200",
            name=op.f("ck_sheet_checks_correction_reason_length"),
        ),
        sa.CheckConstraint("length(item_key) <= 80", name=op.f("ck_sheet_checks_item_key_length")),
        sa.CheckConstraint(
            "length(item_words) <= 200", name=op.f("ck_sheet_checks_item_words_length")
        ),
        sa.CheckConstraint("length(note) <= 200", name=op.f("ck_sheet_checks_note_length")),
        sa.CheckConstraint("length(phase) <= 10", name=op.f("ck_sheet_checks_phase_length")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_sheet_checks_reason_length")),
        sa.CheckConstraint("length(result) <= 14", name=op.f("ck_sheet_checks_result_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "run_sheet_id"],
            ["run_sheets.clinic_id", "run_sheets.id"],
            name=op.f("fk_sheet_checks_clinic_id_run_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_sheet_checks_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["sheet_checks.id"], name=op.f("fk_sheet_checks_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_sheet_checks_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_checks")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_sheet_checks_corrects_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("sheet_checks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sheet_checks_run_sheet_id_occurred_at"),
            ["run_sheet_id", "occurred_at"],
            unique=False,
        )
        batch_op.create_index(
            "uq_sheet_checks_item",
            ["run_sheet_id", "phase", "item_key"],
            unique=True,
            sqlite_where=sa.text("corrects_id IS NULL"),
            postgresql_where=sa.text("corrects_id IS NULL"),
        )
    op.create_table(
        "sheet_notes",
        sa.Column("note", sa.String(length=4000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("run_sheet_id", sa.Uuid(), nullable=False),
        sa.Column("correction_reason", sa.String(length=200), nullable=False),
        sa.Column("is_struck", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "NOT is_struck OR corrects_id IS NOT NULL", name=op.f("ck_sheet_notes_strikes_another")
        ),
        sa.CheckConstraint(
            "corrects_id IS NULL OR length(correction_reason) > 0",
            name=op.f("ck_sheet_notes_correction_explained"),
        ),
        sa.CheckConstraint("is_struck OR length(note) > 0", name=op.f("ck_sheet_notes_note_given")),
        sa.CheckConstraint(
            "length(correction_reason) <= 200", name=op.f("ck_sheet_notes_correction_reason_length")
        ),
        sa.CheckConstraint("length(note) <= 4000", name=op.f("ck_sheet_notes_note_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "run_sheet_id"],
            ["run_sheets.clinic_id", "run_sheets.id"],
            name=op.f("fk_sheet_notes_clinic_id_run_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_sheet_notes_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["sheet_notes.id"], name=op.f("fk_sheet_notes_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_sheet_notes_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_notes")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_sheet_notes_corrects_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("sheet_notes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sheet_notes_run_sheet_id_occurred_at"),
            ["run_sheet_id", "occurred_at"],
            unique=False,
        )
    op.create_table(
        "signatures",
        sa.Column("meaning", sa.String(length=10), nullable=False),
        sa.Column("is_late_entry", sa.Boolean(), nullable=False),
        sa.Column("gaps", sa.String(length=4000), nullable=False),
        sa.Column("gaps_reason", sa.String(length=200), nullable=False),
        sa.Column("signer_id", sa.Uuid(), nullable=False),
        sa.Column("signer_name", sa.String(length=200), nullable=False),
        sa.Column("signer_role", sa.String(length=80), nullable=False),
        sa.Column("signed_at", Instant(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=80), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("run_sheet_id", sa.Uuid(), nullable=True),
        sa.Column("therapy_session_id", sa.Uuid(), nullable=True),
        sa.Column("course_review_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "meaning IN ('performed', 'reviewed')", name=op.f("ck_signatures_meaning_known")
        ),
        sa.CheckConstraint(
            "(CASE WHEN run_sheet_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN therapy_session_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN course_review_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_signatures_one_record"),
        ),
        sa.CheckConstraint(
            "length(content_hash) <= 64", name=op.f("ck_signatures_content_hash_length")
        ),
        sa.CheckConstraint("length(gaps) <= 4000", name=op.f("ck_signatures_gaps_length")),
        sa.CheckConstraint(
            "length(gaps_reason) <= 200", name=op.f("ck_signatures_gaps_reason_length")
        ),
        sa.CheckConstraint("length(key_id) <= 80", name=op.f("ck_signatures_key_id_length")),
        sa.CheckConstraint("length(meaning) <= 10", name=op.f("ck_signatures_meaning_length")),
        sa.CheckConstraint("length(seal) <= 64", name=op.f("ck_signatures_seal_length")),
        sa.CheckConstraint(
            "length(signer_name) <= 200", name=op.f("ck_signatures_signer_name_length")
        ),
        sa.CheckConstraint(
            "length(signer_role) <= 80", name=op.f("ck_signatures_signer_role_length")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_review_id"],
            ["course_reviews.clinic_id", "course_reviews.id"],
            name=op.f("fk_signatures_clinic_id_course_review_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "run_sheet_id"],
            ["run_sheets.clinic_id", "run_sheets.id"],
            name=op.f("fk_signatures_clinic_id_run_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "therapy_session_id"],
            ["therapy_sessions.clinic_id", "therapy_sessions.id"],
            name=op.f("fk_signatures_clinic_id_therapy_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_signatures_clinic_id")
        ),
        sa.ForeignKeyConstraint(["signer_id"], ["users.id"], name=op.f("fk_signatures_signer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_signatures_clinic_id_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_signatures_course_review_id"), ["course_review_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_signatures_run_sheet_id"), ["run_sheet_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_signatures_therapy_session_id"), ["therapy_session_id"], unique=False
        )
    op.create_table(
        "vial_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("vial_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("previous_seq", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("amount_ug", sa.Integer(), nullable=False),
        sa.Column("balance_before_ug", sa.Integer(), nullable=False),
        sa.Column("balance_after_ug", sa.Integer(), nullable=False),
        sa.Column("counted_ug", sa.Integer(), nullable=True),
        sa.Column("run_sheet_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("witness_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'counted') = (counted_ug IS NOT NULL)",
            name=op.f("ck_vial_entries_count_given"),
        ),
        sa.CheckConstraint(
            "(kind = 'drawn') = (run_sheet_id IS NOT NULL)",
            name=op.f("ck_vial_entries_drawn_for_a_run_sheet"),
        ),
        sa.CheckConstraint(
            "(seq = 0) = (kind = 'received')", name=op.f("ck_vial_entries_received_first")
        ),
        sa.CheckConstraint(
            "kind <> 'counted' OR amount_ug = 0", name=op.f("ck_vial_entries_count_changes_nothing")
        ),
        sa.CheckConstraint(
            "kind <> 'received' OR amount_ug > 0", name=op.f("ck_vial_entries_received_something")
        ),
        sa.CheckConstraint(
            "kind IN ('received', 'drawn', 'wasted', 'adjusted', 'counted')",
            name=op.f("ck_vial_entries_kind_known"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('drawn', 'wasted') OR amount_ug < 0",
            name=op.f("ck_vial_entries_leaves_the_vial"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('wasted', 'adjusted') OR (witness_id IS NOT NULL AND length(reason) > 0)",
            name=op.f("ck_vial_entries_witnessed"),
        ),
        sa.CheckConstraint(
            "(seq = 0) = (previous_seq IS NULL)", name=op.f("ck_vial_entries_first_has_none_before")
        ),
        sa.CheckConstraint(
            "balance_after_ug = balance_before_ug + amount_ug", name=op.f("ck_vial_entries_adds_up")
        ),
        sa.CheckConstraint("balance_after_ug >= 0", name=op.f("ck_vial_entries_not_negative")),
        sa.CheckConstraint(
            "counted_ug IS NULL OR counted_ug >= 0", name=op.f("ck_vial_entries_counted_range")
        ),
        sa.CheckConstraint("length(kind) <= 8", name=op.f("ck_vial_entries_kind_length")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_vial_entries_reason_length")),
        sa.CheckConstraint(
            "previous_seq IS NULL OR previous_seq = seq - 1", name=op.f("ck_vial_entries_no_gap")
        ),
        sa.CheckConstraint(
            "seq > 0 OR balance_before_ug = 0", name=op.f("ck_vial_entries_begins_empty")
        ),
        sa.CheckConstraint(
            "witness_id IS NULL OR witness_id <> recorded_by",
            name=op.f("ck_vial_entries_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "run_sheet_id"],
            ["run_sheets.clinic_id", "run_sheets.id"],
            name=op.f("fk_vial_entries_clinic_id_run_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "vial_id"],
            ["vials.clinic_id", "vials.id"],
            name=op.f("fk_vial_entries_clinic_id_vial_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "witness_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_vial_entries_clinic_id_witness_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_vial_entries_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_vial_entries_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["vial_id", "previous_seq", "balance_before_ug"],
            ["vial_entries.vial_id", "vial_entries.seq", "vial_entries.balance_after_ug"],
            name="fk_vial_entries_goes_on",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vial_entries")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_vial_entries_clinic_id_id")),
        sa.UniqueConstraint(
            "id", "kind", "amount_ug", name=op.f("uq_vial_entries_id_kind_amount_ug")
        ),
        sa.UniqueConstraint(
            "vial_id",
            "seq",
            "balance_after_ug",
            name=op.f("uq_vial_entries_vial_id_seq_balance_after_ug"),
        ),
        sa.UniqueConstraint("vial_id", "seq", name=op.f("uq_vial_entries_vial_id_seq")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("vial_entries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_vial_entries_clinic_id_occurred_at"),
            ["clinic_id", "occurred_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_vial_entries_run_sheet_id"), ["run_sheet_id"], unique=False
        )
    op.create_table(
        "draw_accounts",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("entry_kind", sa.String(length=8), nullable=False),
        sa.Column("entry_amount_ug", sa.Integer(), nullable=False),
        sa.Column("given_ug", sa.Integer(), nullable=False),
        sa.Column("wasted_ug", sa.Integer(), nullable=False),
        sa.Column("witness_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("entry_kind = 'drawn'", name=op.f("ck_draw_accounts_of_a_draw")),
        sa.CheckConstraint(
            "given_ug + wasted_ug = -entry_amount_ug", name=op.f("ck_draw_accounts_adds_up")
        ),
        sa.CheckConstraint("given_ug >= 0", name=op.f("ck_draw_accounts_given_range")),
        sa.CheckConstraint(
            "length(entry_kind) <= 8", name=op.f("ck_draw_accounts_entry_kind_length")
        ),
        sa.CheckConstraint(
            "wasted_ug = 0 OR witness_id IS NOT NULL", name=op.f("ck_draw_accounts_waste_witnessed")
        ),
        sa.CheckConstraint("wasted_ug >= 0", name=op.f("ck_draw_accounts_wasted_range")),
        sa.CheckConstraint(
            "witness_id IS NULL OR witness_id <> recorded_by",
            name=op.f("ck_draw_accounts_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "entry_id"],
            ["vial_entries.clinic_id", "vial_entries.id"],
            name=op.f("fk_draw_accounts_clinic_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "witness_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_draw_accounts_clinic_id_witness_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_draw_accounts_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id", "entry_kind", "entry_amount_ug"],
            ["vial_entries.id", "vial_entries.kind", "vial_entries.amount_ug"],
            name=op.f("fk_draw_accounts_entry_id_entry_kind_entry_amount_ug"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_draw_accounts_recorded_by")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_draw_accounts")),
        sqlite_strict=True,
    )
    op.create_table(
        "notice_acknowledgements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("run_sheet_id", sa.Uuid(), nullable=False),
        sa.Column("vital_signs_id", sa.Uuid(), nullable=False),
        sa.Column("notice_key", sa.String(length=80), nullable=False),
        sa.Column("notice_words", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=200), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(action) <= 200", name=op.f("ck_notice_acknowledgements_action_length")
        ),
        sa.CheckConstraint(
            "length(action) > 0", name=op.f("ck_notice_acknowledgements_action_given")
        ),
        sa.CheckConstraint(
            "length(notice_key) <= 80", name=op.f("ck_notice_acknowledgements_notice_key_length")
        ),
        sa.CheckConstraint(
            "length(notice_words) <= 200",
            name=op.f("ck_notice_acknowledgements_notice_words_length"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "run_sheet_id"],
            ["run_sheets.clinic_id", "run_sheets.id"],
            name=op.f("fk_notice_acknowledgements_clinic_id_run_sheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_notice_acknowledgements_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_notice_acknowledgements_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["run_sheet_id", "vital_signs_id"],
            ["vital_signs.run_sheet_id", "vital_signs.id"],
            name=op.f("fk_notice_acknowledgements_run_sheet_id_vital_signs_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_acknowledgements")),
        sa.UniqueConstraint(
            "clinic_id", "id", name=op.f("uq_notice_acknowledgements_clinic_id_id")
        ),
        sa.UniqueConstraint(
            "vital_signs_id",
            "notice_key",
            name=op.f("uq_notice_acknowledgements_vital_signs_id_notice_key"),
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("notice_acknowledgements", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_acknowledgements_run_sheet_id"), ["run_sheet_id"], unique=False
        )


def _make_as_before() -> None:
    """As revision 0001 made them."""
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
