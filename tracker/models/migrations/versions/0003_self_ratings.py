"""Self-ratings: wordings, private links, preferences, messages, imports; alerts of kept answers.

Revision 0003. What is stored comes through: an alert takes its course and its due check-in from the
check-in that raised it.
"""

import sqlalchemy as sa
from alembic import op

from tracker.models.types import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REMADE = ("safety_alerts", "check_ins", "sign_ins")
"""Tables with new columns. They are copied, since SQLite cannot add a constraint to a table."""

NEW = (
    "instrument_wordings",
    "check_in_links",
    "check_in_preferences",
    "score_imports",
)
"""What the remade tables point at; `messages` and `on_call` point at them."""

_SIGN_IN = """id, clinic_id, token_hash, user_id, created_at, last_seen_at, expires_at, locked_at,
    revoked_at, revoked_why, device, address"""
_CHECK_IN = """id, clinic_id, patient_id, course_id, given_infusion_id, instrument_key,
    instrument_version, due_key, due_on, mode, answers, submission_id, payload_hash, occurred_at,
    recorded_at, recorded_by"""
_ALERT = """id, clinic_id, patient_id, check_in_id, rule, level, raised_at, due_at, closed_at,
    closed_by, action_taken"""


def upgrade() -> None:
    _defer_foreign_keys()
    _set_aside()
    _make_new()
    _make_sign_ins()
    _make_check_ins()
    _make_safety_alerts()
    _bring_back()
    _refer_to_check_ins()
    _make_messages()
    _make_one_performed_signature()
    _index_writes()


def downgrade() -> None:
    """Back to the infusion room. What only this version can hold is lost."""
    _defer_foreign_keys()
    op.drop_index("ix_audit_events_writes", table_name="audit_events")
    op.drop_index("uq_signatures_performed_run_sheet", table_name="signatures")
    for name in ("on_call", "messages"):
        op.drop_table(name)
    op.execute("DELETE FROM safety_alerts WHERE check_in_id IS NULL")
    op.execute("DELETE FROM sign_ins WHERE link_id IS NOT NULL")
    _set_aside()
    for name in reversed(NEW):
        op.drop_table(name)
    _make_sign_ins_as_before()
    _make_check_ins_as_before()
    _make_safety_alerts_as_before()
    _bring_back_as_before()
    _refer_to_check_ins()


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _defer_foreign_keys() -> None:
    if _is_sqlite():
        op.execute("PRAGMA defer_foreign_keys = ON")


def _set_aside() -> None:
    cascade = "" if _is_sqlite() else " CASCADE"
    for name in REMADE:
        op.execute(f"CREATE TABLE kept_{name} AS SELECT * FROM {name}")
    for name in REMADE:
        op.execute(f"DROP TABLE {name}{cascade}")


def _bring_back() -> None:
    alert = ", ".join(f"a.{name.strip()}" for name in _ALERT.split(","))
    op.execute(f"INSERT INTO sign_ins ({_SIGN_IN}) SELECT {_SIGN_IN} FROM kept_sign_ins")
    op.execute(f"INSERT INTO check_ins ({_CHECK_IN}) SELECT {_CHECK_IN} FROM kept_check_ins")
    op.execute(f"""
        INSERT INTO safety_alerts
            ({_ALERT}, course_id, due_key, instrument_key, instrument_version, met_by, done_at)
        SELECT {alert}, c.course_id, c.due_key, c.instrument_key, c.instrument_version, '{{}}',
            a.closed_at
        FROM kept_safety_alerts a JOIN kept_check_ins c ON c.id = a.check_in_id
    """)
    _drop_kept()


def _bring_back_as_before() -> None:
    op.execute(f"INSERT INTO sign_ins ({_SIGN_IN}) SELECT {_SIGN_IN} FROM kept_sign_ins")
    op.execute(f"INSERT INTO check_ins ({_CHECK_IN}) SELECT {_CHECK_IN} FROM kept_check_ins")
    op.execute(f"INSERT INTO safety_alerts ({_ALERT}) SELECT {_ALERT} FROM kept_safety_alerts")
    _drop_kept()


def _drop_kept() -> None:
    for name in REMADE:
        op.execute(f"DROP TABLE kept_{name}")


def _refer_to_check_ins() -> None:
    """PostgreSQL dropped the reference with the table; SQLite keeps it by name."""
    if not _is_sqlite():
        op.create_foreign_key(
            op.f("fk_scores_clinic_id_course_id_check_in_id"),
            "scores",
            "check_ins",
            ["clinic_id", "course_id", "check_in_id"],
            ["clinic_id", "course_id", "id"],
        )


def _make_new() -> None:
    op.create_table(
        "instrument_wordings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("instrument_key", sa.String(length=40), nullable=False),
        sa.Column("instrument_version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=6), nullable=False),
        sa.Column("right_to_use", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "source IN ('pasted', 'fhir', 'file')", name=op.f("ck_instrument_wordings_source_known")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
            name=op.f("ck_instrument_wordings_withdrawn_paired"),
        ),
        sa.CheckConstraint(
            "length(instrument_key) <= 40",
            name=op.f("ck_instrument_wordings_instrument_key_length"),
        ),
        sa.CheckConstraint(
            "length(language) <= 10", name=op.f("ck_instrument_wordings_language_length")
        ),
        sa.CheckConstraint(
            "length(right_to_use) <= 200", name=op.f("ck_instrument_wordings_right_to_use_length")
        ),
        sa.CheckConstraint(
            "length(source) <= 6", name=op.f("ck_instrument_wordings_source_length")
        ),
        sa.CheckConstraint(
            "revision BETWEEN 1 AND 9999", name=op.f("ck_instrument_wordings_revision_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_instrument_wordings_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["users.id"], name=op.f("fk_instrument_wordings_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["users.id"], name=op.f("fk_instrument_wordings_withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_wordings")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_instrument_wordings_clinic_id_id")),
        sa.UniqueConstraint(
            "clinic_id",
            "instrument_key",
            "instrument_version",
            "language",
            "revision",
            name="uq_instrument_wordings_revision",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "check_in_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("instrument_key", sa.String(length=40), nullable=False),
        sa.Column("due_key", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("first_opened_at", Instant(), nullable=True),
        sa.Column("wrong_dates", sa.Integer(), nullable=False),
        sa.Column("locked_at", Instant(), nullable=True),
        sa.Column("another_asked_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("revoked_why", sa.String(length=80), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_why IS NULL)",
            name=op.f("ck_check_in_links_revoked_paired"),
        ),
        sa.CheckConstraint("length(due_key) <= 80", name=op.f("ck_check_in_links_due_key_length")),
        sa.CheckConstraint(
            "length(instrument_key) <= 40", name=op.f("ck_check_in_links_instrument_key_length")
        ),
        sa.CheckConstraint(
            "length(revoked_why) <= 80", name=op.f("ck_check_in_links_revoked_why_length")
        ),
        sa.CheckConstraint(
            "wrong_dates BETWEEN 0 AND 99", name=op.f("ck_check_in_links_wrong_dates_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_check_in_links_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_check_in_links_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_check_in_links_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["users.id"], name=op.f("fk_check_in_links_revoked_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_links")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_check_in_links_clinic_id_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_check_in_links_token_hash")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_check_in_links_patient_id_due_key"),
        "check_in_links",
        ["patient_id", "due_key"],
        unique=False,
    )
    op.create_table(
        "check_in_preferences",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("timezone", sa.String(length=80), nullable=True),
        sa.Column("weekly_weekday", sa.Integer(), nullable=True),
        sa.Column("remind_by", sa.String(length=5), nullable=False),
        sa.Column("remind_at", sa.Time(), nullable=True),
        sa.Column("reminders_stopped_at", Instant(), nullable=True),
        sa.Column("sees_own_trend", sa.Boolean(), nullable=False),
        sa.Column("not_watched_agreed_at", Instant(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "language IN ('en', 'es')", name=op.f("ck_check_in_preferences_language_known")
        ),
        sa.CheckConstraint(
            "remind_by = 'none' OR remind_at IS NOT NULL",
            name=op.f("ck_check_in_preferences_reminded_at_a_time"),
        ),
        sa.CheckConstraint(
            "remind_by IN ('none', 'email', 'sms')",
            name=op.f("ck_check_in_preferences_remind_by_known"),
        ),
        sa.CheckConstraint(
            "length(language) <= 10", name=op.f("ck_check_in_preferences_language_length")
        ),
        sa.CheckConstraint(
            "length(remind_by) <= 5", name=op.f("ck_check_in_preferences_remind_by_length")
        ),
        sa.CheckConstraint(
            "length(timezone) <= 80", name=op.f("ck_check_in_preferences_timezone_length")
        ),
        sa.CheckConstraint(
            "weekly_weekday BETWEEN 0 AND 6",
            name=op.f("ck_check_in_preferences_weekly_weekday_range"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_check_in_preferences_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_check_in_preferences_clinic_id")
        ),
        sa.PrimaryKeyConstraint("patient_id", name=op.f("pk_check_in_preferences")),
        sqlite_strict=True,
    )
    op.create_table(
        "score_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(file_name) <= 200", name=op.f("ck_score_imports_file_name_length")
        ),
        sa.CheckConstraint(
            "row_count BETWEEN 1 AND 1000000", name=op.f("ck_score_imports_row_count_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_score_imports_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_score_imports_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_imports")),
        sa.UniqueConstraint(
            "clinic_id", "content_hash", name=op.f("uq_score_imports_clinic_id_content_hash")
        ),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_score_imports_clinic_id_id")),
        sqlite_strict=True,
    )


def _make_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("dedupe_key", sa.String(length=160), nullable=False),
        sa.Column("due_key", sa.String(length=80), nullable=True),
        sa.Column("alert_id", sa.Uuid(), nullable=True),
        sa.Column("not_before", Instant(), nullable=False),
        sa.Column("not_after", Instant(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", Instant(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("last_problem", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "(state = 'sending') = (claim_id IS NOT NULL)",
            name=op.f("ck_messages_claimed_is_sending"),
        ),
        sa.CheckConstraint(
            "(state IN ('sent', 'failed', 'not_needed')) = (settled_at IS NOT NULL)",
            name=op.f("ck_messages_settled_at_an_instant"),
        ),
        sa.CheckConstraint("channel IN ('email', 'sms')", name=op.f("ck_messages_channel_known")),
        sa.CheckConstraint(
            "kind IN ('reminder', 'alert', 'escalation')", name=op.f("ck_messages_kind_known")
        ),
        sa.CheckConstraint("language IN ('en', 'es')", name=op.f("ck_messages_language_known")),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'not_needed')",
            name=op.f("ck_messages_state_known"),
        ),
        sa.CheckConstraint(
            "(claim_id IS NULL) = (claimed_until IS NULL)", name=op.f("ck_messages_claim_paired")
        ),
        sa.CheckConstraint(
            "(patient_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_messages_one_recipient")
        ),
        sa.CheckConstraint("attempts BETWEEN 0 AND 99", name=op.f("ck_messages_attempts_range")),
        sa.CheckConstraint("length(address) <= 254", name=op.f("ck_messages_address_length")),
        sa.CheckConstraint("length(channel) <= 5", name=op.f("ck_messages_channel_length")),
        sa.CheckConstraint("length(dedupe_key) <= 160", name=op.f("ck_messages_dedupe_key_length")),
        sa.CheckConstraint("length(due_key) <= 80", name=op.f("ck_messages_due_key_length")),
        sa.CheckConstraint("length(kind) <= 10", name=op.f("ck_messages_kind_length")),
        sa.CheckConstraint("length(language) <= 10", name=op.f("ck_messages_language_length")),
        sa.CheckConstraint(
            "length(last_problem) <= 80", name=op.f("ck_messages_last_problem_length")
        ),
        sa.CheckConstraint("length(state) <= 10", name=op.f("ck_messages_state_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "alert_id"],
            ["safety_alerts.clinic_id", "safety_alerts.id"],
            name=op.f("fk_messages_clinic_id_alert_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name=op.f("fk_messages_clinic_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "user_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_messages_clinic_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_messages_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "clinic_id", "dedupe_key", name=op.f("uq_messages_clinic_id_dedupe_key")
        ),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_messages_clinic_id_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_messages_alert_id"), "messages", ["alert_id"], unique=False)
    op.create_index(
        op.f("ix_messages_patient_id_due_key"), "messages", ["patient_id", "due_key"], unique=False
    )
    op.create_index(
        op.f("ix_messages_state_not_before"), "messages", ["state", "not_before"], unique=False
    )
    op.create_table(
        "on_call",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("tier BETWEEN 1 AND 2", name=op.f("ck_on_call_tier_range")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "user_id"],
            ["users.clinic_id", "users.id"],
            name=op.f("fk_on_call_clinic_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_on_call_clinic_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_on_call_recorded_by")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_on_call")),
        sqlite_strict=True,
    )


def _make_one_performed_signature() -> None:
    """A run sheet is signed as performed once. The index also counts the sheets that are."""
    performed = sa.text("meaning = 'performed' AND run_sheet_id IS NOT NULL")
    op.create_index(
        "uq_signatures_performed_run_sheet",
        "signatures",
        ["clinic_id", "run_sheet_id"],
        unique=True,
        sqlite_where=performed,
        postgresql_where=performed,
    )


def _index_writes() -> None:
    """The last write of a clinic is found without passing over what was only looked at."""
    writes = sa.text("event NOT IN ('page seen', 'report seen')")
    op.create_index(
        "ix_audit_events_writes",
        "audit_events",
        ["clinic_id", "seq"],
        unique=False,
        sqlite_where=writes,
        postgresql_where=writes,
    )


def _make_sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
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
            ["clinic_id", "link_id"],
            ["check_in_links.clinic_id", "check_in_links.id"],
            name=op.f("fk_sign_ins_clinic_id_link_id"),
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
    op.create_index(op.f("ix_sign_ins_user_id"), "sign_ins", ["user_id"], unique=False)


def _make_check_ins() -> None:
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
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("wording_id", sa.Uuid(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("payload_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("language IN ('en', 'es')", name=op.f("ck_check_ins_language_known")),
        sa.CheckConstraint(
            "mode IN ('self', 'assisted', 'paper')", name=op.f("ck_check_ins_mode_known")
        ),
        sa.CheckConstraint("length(due_key) <= 80", name=op.f("ck_check_ins_due_key_length")),
        sa.CheckConstraint(
            "length(instrument_key) <= 40", name=op.f("ck_check_ins_instrument_key_length")
        ),
        sa.CheckConstraint("length(language) <= 10", name=op.f("ck_check_ins_language_length")),
        sa.CheckConstraint("length(mode) <= 8", name=op.f("ck_check_ins_mode_length")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id", "given_infusion_id"],
            ["given_infusions.clinic_id", "given_infusions.course_id", "given_infusions.id"],
            name=op.f("fk_check_ins_clinic_id_course_id_given_infusion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "import_id"],
            ["score_imports.clinic_id", "score_imports.id"],
            name=op.f("fk_check_ins_clinic_id_import_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id", "course_id"],
            ["courses.clinic_id", "courses.patient_id", "courses.id"],
            name=op.f("fk_check_ins_clinic_id_patient_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "wording_id"],
            ["instrument_wordings.clinic_id", "instrument_wordings.id"],
            name=op.f("fk_check_ins_clinic_id_wording_id"),
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
    op.create_index(
        op.f("ix_check_ins_course_id_occurred_at"),
        "check_ins",
        ["course_id", "occurred_at"],
        unique=False,
    )


def _make_safety_alerts() -> None:
    op.create_table(
        "safety_alerts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=True),
        sa.Column("due_key", sa.String(length=80), nullable=False),
        sa.Column("instrument_key", sa.String(length=40), nullable=False),
        sa.Column("instrument_version", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("met_by", sa.JSON(), nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("help_seen_at", Instant(), nullable=True),
        sa.Column("escalated_at", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("action_taken", sa.String(length=4000), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_safety_alerts_closed_paired")
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (done_at IS NULL)", name=op.f("ck_safety_alerts_done_paired")
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR length(action_taken) > 0",
            name=op.f("ck_safety_alerts_closed_with_action"),
        ),
        sa.CheckConstraint(
            "length(action_taken) <= 4000", name=op.f("ck_safety_alerts_action_taken_length")
        ),
        sa.CheckConstraint("length(due_key) <= 80", name=op.f("ck_safety_alerts_due_key_length")),
        sa.CheckConstraint(
            "length(instrument_key) <= 40", name=op.f("ck_safety_alerts_instrument_key_length")
        ),
        sa.CheckConstraint("length(rule) <= 80", name=op.f("ck_safety_alerts_rule_length")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_safety_alerts_level_range")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id", "check_in_id"],
            ["check_ins.clinic_id", "check_ins.patient_id", "check_ins.id"],
            name=op.f("fk_safety_alerts_clinic_id_patient_id_check_in_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id", "course_id"],
            ["courses.clinic_id", "courses.patient_id", "courses.id"],
            name=op.f("fk_safety_alerts_clinic_id_patient_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_safety_alerts_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["users.id"], name=op.f("fk_safety_alerts_closed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_alerts")),
        sa.UniqueConstraint("clinic_id", "id", name=op.f("uq_safety_alerts_clinic_id_id")),
        sa.UniqueConstraint(
            "patient_id", "due_key", "rule", name=op.f("uq_safety_alerts_patient_id_due_key_rule")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_safety_alerts_check_in_id"), "safety_alerts", ["check_in_id"], unique=False
    )
    op.create_index(
        op.f("ix_safety_alerts_clinic_id_closed_at"),
        "safety_alerts",
        ["clinic_id", "closed_at"],
        unique=False,
    )


def _make_sign_ins_as_before() -> None:
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


def _make_check_ins_as_before() -> None:
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


def _make_safety_alerts_as_before() -> None:
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
