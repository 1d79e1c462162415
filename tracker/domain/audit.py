"""The names of what the audit trail records."""

from __future__ import annotations

from enum import StrEnum


class AuditEvent(StrEnum):
    """One name for each kind of act. The trail keeps them for ever: rename none."""

    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "sign-in failed"
    SIGNED_OUT = "signed out"
    SIGN_INS_ENDED = "sign-ins ended"
    INVITED = "invited"
    INVITATION_ACCEPTED = "invitation accepted"
    ACCOUNT_DEACTIVATED = "account deactivated"
    ACCOUNT_REACTIVATED = "account reactivated"
    ROLES_CHANGED = "roles changed"
    CLINIC_CHANGED = "clinic settings changed"
    PROTOCOL_ADDED = "protocol version added"
    REFUSED = "refused"
    PAGE_SEEN = "page seen"
    REPORT_SEEN = "report seen"
    REPORT_PRINTED = "report printed"
    PATIENT_REGISTERED = "patient registered"
    PATIENT_CHANGED = "patient changed"
    COURSE_PLANNED = "course planned"
    PLAN_CHANGED = "plan changed"
    COURSE_ENDED = "course ended"
    INFUSION_STARTED = "infusion started"
    INFUSION_ENDED = "infusion ended"
    INFUSION_NOT_GIVEN = "infusion not given"
    VITAL_SIGNS_RECORDED = "vital signs recorded"
    VITAL_SIGNS_CORRECTED = "vital signs corrected"
    INFUSION_EVENT_RECORDED = "infusion event recorded"
    THERAPY_PLANNED = "therapy session planned"
    THERAPY_RECORDED = "therapy session recorded"
    CHECK_IN_PAGE_KEPT = "check-in page kept"
    CHECK_IN_SENT = "check-in sent"
    ALERT_RAISED = "safety alert raised"
    ALERT_CLOSED = "safety alert closed"
    DEMO_LOADED = "demonstration data loaded"
