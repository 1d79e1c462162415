"""The names of what the audit trail records."""

from __future__ import annotations

from enum import StrEnum


class AuditEvent(StrEnum):
    """One name for each kind of act. The trail keeps them for ever: rename none."""

    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "sign-in failed"
    SIGNED_OUT = "signed out"
    SIGN_INS_ENDED = "sign-ins ended"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 - the name of an event
    SECOND_FACTOR_SET_UP = "second factor set up"
    SECOND_FACTOR_SHOWN = "second factor shown"
    SECOND_FACTOR_REFUSED = "second factor refused"
    SECOND_FACTOR_ENDED = "second factor ended"
    RECOVERY_CODES_MADE = "recovery codes made"
    RECOVERY_CODE_USED = "recovery code used"
    PASSKEY_ADDED = "passkey added"
    PASSKEY_USED = "passkey used"
    PASSKEY_REFUSED = "passkey refused"
    PASSKEY_REMOVED = "passkey removed"
    IDENTITY_CONFIRMED = "identity confirmed"
    INVITED = "invited"
    INVITATION_ACCEPTED = "invitation accepted"
    ACCOUNT_RESET = "account reset"
    RESET_ASKED_FOR = "reset link asked for"
    RESET_LINK_MADE = "reset link made"
    RESET_LINK_USED = "reset link used"
    ACCOUNT_DEACTIVATED = "account deactivated"
    ACCOUNT_REACTIVATED = "account reactivated"
    ROLES_CHANGED = "roles changed"
    CLINIC_CHANGED = "clinic settings changed"
    PROTOCOL_ADDED = "protocol version added"
    REFUSED = "refused"
    PAGE_SEEN = "page seen"
    REPORT_SEEN = "report seen"
    REPORT_PRINTED = "report printed"
    TRAIL_SEEN = "audit trail seen"
    TRAIL_SEALED = "audit trail sealed from here on"
    OUTCOMES_SEEN = "outcomes seen"
    OUTCOMES_DOWNLOADED = "outcomes downloaded"
    REPORTS_ORDERED = "reports of a month ordered"
    REPORTS_MADE = "reports of a month made"
    REPORTS_DOWNLOADED = "reports of a month downloaded"
    REPORTS_DELETED = "reports of a month deleted"
    REPORT_SIGNED = "report signed"
    PATIENT_REGISTERED = "patient registered"
    PATIENT_CHANGED = "patient changed"
    PROXY_ARRANGED = "proxy arranged"
    PROXY_ENDED = "proxy ended"
    RECORD_RESTRICTED = "record restricted"
    RESTRICTION_LIFTED = "restriction of a record lifted"
    GLASS_BROKEN = "restricted record opened without being named"
    GLASS_CLOSED = "restricted record closed again"
    CHECK_IN_SETTINGS_CHANGED = "check-in settings changed"
    COURSE_PLANNED = "course planned"
    PLAN_CHANGED = "plan changed"
    COURSE_ENDED = "course ended"
    RUN_SHEET_MOVED = "run sheet moved on"
    RUN_SHEET_TIME_CORRECTED = "run sheet time corrected"
    CHECK_ANSWERED = "check answered"
    CHECK_CORRECTED = "check corrected"
    INFUSION_STARTED = "infusion started"
    INFUSION_ENDED = "infusion ended"
    INFUSION_NOT_GIVEN = "infusion not given"
    VITAL_SIGNS_RECORDED = "vital signs recorded"
    VITAL_SIGNS_CORRECTED = "vital signs corrected"
    VITAL_SIGNS_STRUCK = "vital signs struck out"
    NOTICE_ACKNOWLEDGED = "notice acknowledged"
    INFUSION_EVENT_RECORDED = "infusion event recorded"
    SHEET_ENTRY_RECORDED = "run sheet entry recorded"
    SHEET_ENTRY_CORRECTED = "run sheet entry corrected"
    SHEET_ENTRY_STRUCK = "run sheet entry struck out"
    RECOVERY_SCORED = "recovery scored"
    RECORD_SIGNED = "record signed"
    RECORD_AMENDED = "record amended"
    RECORD_PRINTED = "record printed"
    IDENTITY_NOT_CONFIRMED = "identity not confirmed"
    SCREEN_LOCKED = "screen locked"
    SCREEN_UNLOCKED = "screen unlocked"
    SCREEN_PIN_CHOSEN = "screen PIN chosen"
    SCREEN_PIN_WRONG = "screen PIN wrong"
    VIAL_RECEIVED = "vial received"
    DRUG_DRAWN = "drug drawn"
    DRUG_ACCOUNTED = "drug accounted for"
    DRUG_WASTED = "drug wasted"
    LEDGER_ADJUSTED = "ledger adjusted"
    DRUG_COUNTED = "drug counted"
    LEDGER_SEARCHED = "ledger searched"
    LEDGER_PRINTED = "ledger printed"
    MEDICINE_CHANGE_RECORDED = "medicine change recorded"
    MEDICINE_CHANGE_CORRECTED = "medicine change corrected"
    PRIOR_TREATMENT_RECORDED = "prior treatment recorded"
    PRIOR_TREATMENT_CORRECTED = "prior treatment corrected"
    COURSE_ASSESSED = "course assessed"
    COURSE_REVIEWED = "course reviewed"
    THERAPY_PLANNED = "therapy session planned"
    THERAPY_RECORDED = "therapy session recorded"
    PRIVATE_NOTE_SEEN = "psychotherapy note opened"
    PRIVATE_NOTE_KEPT = "psychotherapy note kept"
    CHECK_IN_PAGE_KEPT = "check-in page kept"
    CHECK_IN_SENT = "check-in sent"
    CHECK_IN_LINK_MADE = "check-in link made"
    CHECK_IN_LINK_OPENED = "check-in link opened"
    CHECK_IN_LINK_NOT_OPENED = "check-in link not opened"
    CHECK_IN_LINK_REVOKED = "check-in link revoked"
    CHECK_IN_LINK_ASKED_FOR = "check-in link asked for"
    SCORES_IMPORTED = "scores imported"
    WORDING_CONFIRMED = "instrument wording confirmed"
    WORDING_WITHDRAWN = "instrument wording withdrawn"
    ALERT_RAISED = "safety alert raised"
    ALERT_HELP_SEEN = "lines for help seen"
    NOT_WATCHED_AGREED = "agreed that nobody watches"
    ON_CALL_CHANGED = "on-call list changed"
    ALERT_ESCALATED = "safety alert passed on"
    ALERT_CLOSED = "safety alert closed"
    REMINDERS_CHANGED = "reminders changed"
    REMINDERS_STOPPED = "reminders stopped"
    REMINDER_ASKED_FOR = "reminder asked for"
    MESSAGE_SETTLED = "message settled"
    BACKUP_MADE = "backup made"
    BACKUP_RESTORED = "backup restored"
    KEY_ADDED = "encryption key added"
    KEYS_ROTATED = "encryption keys rotated"
    KEY_RETIRED = "encryption key retired"
    DEMO_LOADED = "demonstration data loaded"


class Trace(StrEnum):
    """What somebody did with a record, in the words in which one asks for it."""

    LOOKED = "looked"
    PRINTED = "printed"
    CHANGED = "changed"
    SIGN_INS = "sign-ins"
    REFUSED = "refused"
    BROKE_GLASS = "broke the glass"


_LOOKED = frozenset(
    {
        AuditEvent.PAGE_SEEN,
        AuditEvent.REPORT_SEEN,
        AuditEvent.OUTCOMES_SEEN,
        AuditEvent.PRIVATE_NOTE_SEEN,
        AuditEvent.LEDGER_SEARCHED,
        AuditEvent.TRAIL_SEEN,
        AuditEvent.CHECK_IN_LINK_OPENED,
    }
)
_PRINTED = frozenset(
    {
        AuditEvent.REPORT_PRINTED,
        AuditEvent.RECORD_PRINTED,
        AuditEvent.LEDGER_PRINTED,
        AuditEvent.OUTCOMES_DOWNLOADED,
    }
)
_SIGN_INS = frozenset(
    {
        AuditEvent.SIGNED_IN,
        AuditEvent.SIGN_IN_FAILED,
        AuditEvent.SIGNED_OUT,
        AuditEvent.SIGN_INS_ENDED,
        AuditEvent.PASSWORD_CHANGED,
        AuditEvent.SECOND_FACTOR_SET_UP,
        AuditEvent.SECOND_FACTOR_SHOWN,
        AuditEvent.SECOND_FACTOR_REFUSED,
        AuditEvent.SECOND_FACTOR_ENDED,
        AuditEvent.RECOVERY_CODES_MADE,
        AuditEvent.RECOVERY_CODE_USED,
        AuditEvent.RESET_ASKED_FOR,
        AuditEvent.RESET_LINK_MADE,
        AuditEvent.RESET_LINK_USED,
        AuditEvent.PASSKEY_ADDED,
        AuditEvent.PASSKEY_USED,
        AuditEvent.PASSKEY_REFUSED,
        AuditEvent.PASSKEY_REMOVED,
        AuditEvent.IDENTITY_CONFIRMED,
        AuditEvent.IDENTITY_NOT_CONFIRMED,
        AuditEvent.SCREEN_LOCKED,
        AuditEvent.SCREEN_UNLOCKED,
        AuditEvent.SCREEN_PIN_CHOSEN,
        AuditEvent.SCREEN_PIN_WRONG,
    }
)
_NOT_A_CHANGE = {
    Trace.LOOKED: _LOOKED,
    Trace.PRINTED: _PRINTED,
    Trace.SIGN_INS: _SIGN_INS,
    Trace.REFUSED: frozenset({AuditEvent.REFUSED}),
    Trace.BROKE_GLASS: frozenset({AuditEvent.GLASS_BROKEN}),
}


def trace_of(event: str) -> Trace:
    """What kind of trace an event is; whatever is none of the others changed something."""
    return next(
        (trace for trace, events in _NOT_A_CHANGE.items() if event in events), Trace.CHANGED
    )


def events_of(trace: Trace) -> frozenset[AuditEvent]:
    """The events that are traces of this kind."""
    return frozenset(event for event in AuditEvent if trace_of(event) is trace)
