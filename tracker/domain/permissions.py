"""Who may do what: one allow-list. What is not listed is not allowed.

The guard (`check_may`) and the button (`may`) read the same table, so that a page never offers what
an action would refuse. Which rows somebody may touch is the queries' and actions' work: they scope
every statement by the person's clinic and, for patients, by the person's own record.
"""

from __future__ import annotations

from enum import StrEnum

from tracker.domain.people import Person, Role


class Act(StrEnum):
    """Something that a person may or may not do."""

    SEE_BOARD = "see the board"
    SEE_PATIENTS = "see patients"
    REGISTER_PATIENT = "register a patient"
    INVITE_PATIENT = "invite a patient"
    SEE_COURSE = "see a course"
    ARRANGE_PROXY = "arrange or end what a proxy reads"
    RESTRICT_RECORD = "restrict a record"
    BREAK_GLASS = "open a restricted record without being named"
    PLAN_COURSE = "plan a course"
    LOG_INFUSION = "log an infusion"
    SIGN_INFUSION = "sign a run sheet"
    COSIGN_INFUSION = "co-sign a run sheet"
    RAISE_DOSE = "start a dose above the agreed one"
    SEE_LEDGER = "see the drug ledger"
    KEEP_LEDGER = "keep the drug ledger"
    RECORD_MEDICINES = "record concurrent medicines"
    RECORD_HISTORY = "record a diagnosis and prior treatments"
    REVIEW_COURSE = "review a course in its middle"
    RECORD_THERAPY = "record a therapy session"
    SIGN_THERAPY = "sign a therapy session"
    KEEP_PRIVATE_NOTE = "keep a psychotherapy note of one's own"
    SEE_PROGRESS = "see progress"
    SEE_OUTCOMES = "see the clinic's outcomes"
    MAKE_REPORT = "make a report"
    CLOSE_ALERT = "close a safety alert"
    ENTER_CHECK_IN_FOR_PATIENT = "enter a paper check-in"
    SEND_CHECK_IN_LINK = "send a private check-in link"
    SEND_OWN_CHECK_IN = "send one's own check-in"
    SEE_OWN_RECORD = "see one's own record"
    CHANGE_OWN_SETTINGS = "change one's own settings"
    END_OWN_PROXY = "end what a proxy reads of oneself"
    READ_AS_PROXY = "read a patient's visits as a proxy"
    IMPORT_SCORES = "import scores from before"
    LOAD_WORDING = "load the wording of an instrument"
    EDIT_PROTOCOL = "edit the protocol"
    ADMINISTER_CLINIC = "administer the clinic"
    SEE_TRAIL = "see the audit trail"


_CLINICAL = frozenset({Role.CLINICIAN, Role.NURSE, Role.THERAPIST})
_IN_THE_ROOM = frozenset({Role.CLINICIAN, Role.NURSE})
_THERAPY = frozenset({Role.CLINICIAN, Role.THERAPIST})
_PRESCRIBERS = frozenset({Role.CLINICIAN})

ROLES_THAT_MAY: dict[Act, frozenset[Role]] = {
    Act.SEE_BOARD: _CLINICAL,
    Act.SEE_PATIENTS: _CLINICAL,
    Act.REGISTER_PATIENT: _CLINICAL,
    Act.INVITE_PATIENT: _CLINICAL,
    Act.SEE_COURSE: _CLINICAL,
    Act.ARRANGE_PROXY: _CLINICAL,
    Act.RESTRICT_RECORD: _THERAPY,
    Act.BREAK_GLASS: _CLINICAL,
    Act.PLAN_COURSE: _PRESCRIBERS,
    Act.LOG_INFUSION: _IN_THE_ROOM,
    Act.SIGN_INFUSION: _IN_THE_ROOM,
    Act.COSIGN_INFUSION: _PRESCRIBERS,
    Act.RAISE_DOSE: _PRESCRIBERS,
    Act.SEE_LEDGER: _IN_THE_ROOM,
    Act.KEEP_LEDGER: _IN_THE_ROOM,
    Act.RECORD_MEDICINES: _CLINICAL,
    Act.RECORD_HISTORY: _CLINICAL,
    Act.REVIEW_COURSE: _PRESCRIBERS,
    Act.RECORD_THERAPY: _THERAPY,
    Act.SIGN_THERAPY: _THERAPY,
    Act.KEEP_PRIVATE_NOTE: frozenset({Role.THERAPIST}),
    Act.SEE_PROGRESS: _CLINICAL,
    Act.SEE_OUTCOMES: _CLINICAL,
    Act.MAKE_REPORT: _CLINICAL,
    Act.CLOSE_ALERT: _CLINICAL,
    Act.ENTER_CHECK_IN_FOR_PATIENT: _CLINICAL,
    Act.SEND_CHECK_IN_LINK: _CLINICAL,
    Act.SEND_OWN_CHECK_IN: frozenset({Role.PATIENT}),
    Act.SEE_OWN_RECORD: frozenset({Role.PATIENT}),
    Act.CHANGE_OWN_SETTINGS: frozenset({Role.PATIENT}),
    Act.END_OWN_PROXY: frozenset({Role.PATIENT}),
    Act.READ_AS_PROXY: frozenset({Role.PROXY}),
    Act.IMPORT_SCORES: _PRESCRIBERS,
    Act.LOAD_WORDING: frozenset({Role.CLINICIAN, Role.ADMINISTRATOR}),
    Act.EDIT_PROTOCOL: frozenset({Role.CLINICIAN, Role.ADMINISTRATOR}),
    Act.ADMINISTER_CLINIC: frozenset({Role.ADMINISTRATOR}),
    Act.SEE_TRAIL: frozenset({Role.ADMINISTRATOR}),
}


ACTS_BY_LINK = frozenset({Act.SEND_OWN_CHECK_IN})
"""All that a private link is good for: it proves a date of birth, not a person."""


class NotPermitted(Exception):
    """Raised when a person's roles, or the link that they came by, do not include an act."""

    def __init__(self, act: Act) -> None:
        super().__init__(f"Your role does not include this: {act}.")
        self.act = act


def may(who: Person, act: Act) -> bool:
    """Whether one of the person's roles includes the act, and their link where they came by one."""
    if who.only is not None and act not in ACTS_BY_LINK:
        return False
    return bool(who.roles & ROLES_THAT_MAY.get(act, frozenset()))


def check_may(who: Person, act: Act) -> None:
    """Raise `NotPermitted` unless `may` says that they may."""
    if not may(who, act):
        raise NotPermitted(act)


def check_may_answer(who: Person, instrument_key: str, due_key: str) -> None:
    """Raise `NotPermitted` unless this check-in is theirs to answer: by a link only its own."""
    check_may(who, Act.SEND_OWN_CHECK_IN)
    only = who.only
    if only is not None and (only.instrument_key, only.due_key) != (instrument_key, due_key):
        raise NotPermitted(Act.SEND_OWN_CHECK_IN)
