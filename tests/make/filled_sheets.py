"""The forms of a run sheet and of what is decided beside it, filled in so that they fit."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tests.make.accounts import PASSWORD, give_password
from tests.make.case_history import make_trial
from tests.make.courses import make_course
from tests.make.filled import Filled, Setting, infusion_of, opened
from tests.make.infusions import (
    course_of_today,
    make_end,
    make_infusion,
    make_sheet,
    make_therapy_session,
    make_vital_signs,
    planned_id,
)
from tests.make.patients import NOW
from tests.make.progress import make_better_course
from tests.make.signed import Records, make_records, sign_record
from tracker.actions import (
    infusion_events,
    medicines,
    medicines_given,
    rate_changes,
    recovery_scores,
    sheet_notes,
)
from tracker.actions.infusion_events import Happening
from tracker.actions.medicines_given import Medicine
from tracker.actions.rate_changes import Rate
from tracker.domain.infusion_volume import Preparation
from tracker.domain.medicines import Change
from tracker.domain.sheet_log import RecoveryScale
from tracker.domain.signing import RecordKind
from tracker.domain.treatment_decisions import MedicineChange
from tracker.models.run_sheets import RunSheetMoveRow

WHY = "Digits swapped"


def arrival(at: Setting) -> Filled:
    course_id = course_of_today(at.db, at.world.a.clinician, at.world.a.patient_id)
    path = f"/planned-infusions/{planned_id(at.db, course_id)}/arrive"
    return opened(at.nurse, path, {"moved_time": "09:55"}, table="run_sheets")


def step(at: Setting) -> Filled:
    nurse, path = at.nurse, f"/infusions/{infusion_of(at)}"
    forms = nurse.get_page(path).forms
    (form,) = (each for each in forms if each["action"].endswith("/moves/pause"))
    data = form["fields"] | {"reason": "Line checked"}
    return Filled(
        visitor=nurse, path=form["action"], data=data, table="run_sheet_moves", text="reason"
    )


def check(at: Setting) -> Filled:
    course_id = course_of_today(at.db, at.world.a.clinician, at.world.a.patient_id)
    sheet_id = make_sheet(at.db, at.world.a.clinician, planned_id(at.db, course_id))
    answers = {"words_0": "Wristband", "result_0": "done"}
    path = f"/infusions/{sheet_id}/checks"
    return opened(at.nurse, path, answers, table="sheet_checks", text="words_0")


def _ended(at: Setting) -> UUID:
    infusion_id = infusion_of(at)
    make_end(at.db, at.world.a.clinician, infusion_id, now=NOW)
    return infusion_id


def _scored(number: int = 2) -> dict[str, str]:
    return {f"item_{place}": str(number) for place in range(1, 6)}


def recovery_score(at: Setting) -> Filled:
    path = f"/infusions/{_ended(at)}/recovery-scores/new"
    return opened(at.nurse, path, {"scored_time": "", **_scored()}, table="recovery_scores")


def recovery_correction(at: Setting) -> Filled:
    found = recovery_scores.record_score(
        at.db,
        at.world.a.clinician,
        _ended(at),
        RecoveryScale.ALDRETE,
        (2, 2, 2, 2, 2),
        scored_at=NOW,
        submission=None,
        now=NOW,
    )
    answers = {"correction_reason": WHY, "item_1": "1"}
    path = f"/recovery-scores/{found}/correct"
    return opened(at.nurse, path, answers, table="recovery_scores", text="correction_reason")


def time_correction(at: Setting) -> Filled:
    infusion_id = infusion_of(at)
    found = at.db.scalars(
        select(RunSheetMoveRow.id).where(
            RunSheetMoveRow.run_sheet_id == infusion_id, RunSheetMoveRow.move == "arrive"
        )
    ).one()
    at.db.rollback()
    answers = {"correction_reason": WHY, "moved_time": "09:40"}
    path = f"/run-sheet-moves/{found}/correct"
    return opened(at.nurse, path, answers, table="run_sheet_moves", text="correction_reason")


def medicine_given(at: Setting) -> Filled:
    answers = {"medicine": "Ondansetron", "dose": "4 mg", "reason": "nausea"}
    path = f"/infusions/{infusion_of(at)}/medicines/new"
    return opened(at.nurse, path, answers, table="medicines_given", text="reason")


def sheet_note(at: Setting) -> Filled:
    path = f"/infusions/{infusion_of(at)}/notes/new"
    return opened(at.nurse, path, {"note": "Sleeps"}, table="sheet_notes", text="note")


def acknowledgement(at: Setting) -> Filled:
    signs = make_vital_signs(
        at.db, at.world.a.clinician, infusion_of(at), now=NOW, systolic_mmhg=172, diastolic_mmhg=80
    )
    answers = {"other_action": "Physician told"}
    path = f"/vital-signs/{signs}/acknowledge"
    return opened(at.nurse, path, answers, table="notice_acknowledgements", text="other_action")


def _signs(at: Setting) -> UUID:
    return make_vital_signs(at.db, at.world.a.clinician, infusion_of(at), now=NOW)


def _event(at: Setting) -> UUID:
    what, common = Happening(term="Nausea", occurred_at=NOW), {"submission": None, "now": NOW}
    who = at.world.a.clinician
    return infusion_events.record_event(at.db, who, infusion_of(at), what, **common)


def _given(at: Setting) -> UUID:
    what, common = (
        Medicine(medicine="Ondansetron", dose="4 mg", given_at=NOW),
        {"submission": None, "now": NOW},
    )
    who = at.world.a.clinician
    return medicines_given.record_medicine(at.db, who, infusion_of(at), what, **common)


def _note(at: Setting) -> UUID:
    who = at.world.a.clinician
    return sheet_notes.record_note(
        at.db, who, infusion_of(at), "Sleeps", noted_at=NOW, submission=None, now=NOW
    )


def _rate(at: Setting) -> UUID:
    who = at.world.a.clinician
    course_id = course_of_today(at.db, who, at.world.a.patient_id)
    infusion_id = make_infusion(
        at.db,
        who,
        planned_id(at.db, course_id),
        prepared=Preparation(vial_mg_per_ml=Decimal(50), bag_ml=Decimal(50)),
    )
    rate = Rate(rate_ml_per_h=Decimal(60), changed_at=NOW, reason="nausea")
    return rate_changes.record_rate(at.db, who, infusion_id, rate, submission=None, now=NOW)


def _medicine(at: Setting) -> UUID:
    change = Change(
        medicine="Sertraline",
        change=MedicineChange.STARTED,
        dose="50 mg",
        changed_on=NOW.date() - timedelta(days=30),
    )
    return medicines.record_change(
        at.db, at.world.a.clinician, at.world.a.patient_id, change, submission=None, now=NOW
    )


def _changed(at: Setting, path: str, table: str, **answers: str) -> Filled:
    """The form that corrects or strikes out one entry."""
    data = {"correction_reason": WHY} | answers
    return opened(at.nurse, path, data, table=table, text="correction_reason")


def vital_signs_strike(at: Setting) -> Filled:
    return _changed(at, f"/vital-signs/{_signs(at)}/strike", "vital_signs")


def event_correction(at: Setting) -> Filled:
    return _changed(at, f"/infusion-events/{_event(at)}/correct", "infusion_events", grade="2")


def event_end(at: Setting) -> Filled:
    path = f"/infusion-events/{_event(at)}/end"
    return opened(at.nurse, path, {"seen_version": ""}, table="infusion_events")


def event_strike(at: Setting) -> Filled:
    return _changed(at, f"/infusion-events/{_event(at)}/strike", "infusion_events")


def medicine_correction(at: Setting) -> Filled:
    return _changed(at, f"/medicines-given/{_given(at)}/correct", "medicines_given", dose="8 mg")


def medicine_strike(at: Setting) -> Filled:
    return _changed(at, f"/medicines-given/{_given(at)}/strike", "medicines_given")


def note_correction(at: Setting) -> Filled:
    return _changed(at, f"/sheet-notes/{_note(at)}/correct", "sheet_notes", note="Awake")


def note_strike(at: Setting) -> Filled:
    return _changed(at, f"/sheet-notes/{_note(at)}/strike", "sheet_notes")


def rate_correction(at: Setting) -> Filled:
    path = f"/rate-changes/{_rate(at)}/correct"
    return _changed(at, path, "rate_changes", rate_ml_per_h="50")


def rate_strike(at: Setting) -> Filled:
    return _changed(at, f"/rate-changes/{_rate(at)}/strike", "rate_changes")


def medicine_change(at: Setting) -> Filled:
    answers = {
        "medicine": "Sertraline",
        "change": "started",
        "dose": "50 mg",
        "changed_on": "2026-10-01",
        "note": "by the family doctor",
    }
    path = f"/patients/{at.world.a.patient_id}/medicines"
    return opened(at.nurse, path, answers, table="medicine_changes", text="note")


def medicine_change_correction(at: Setting) -> Filled:
    path = f"/medicine-changes/{_medicine(at)}/correct"
    return _changed(at, path, "medicine_changes", dose="100 mg")


def medicine_change_strike(at: Setting) -> Filled:
    return _changed(at, f"/medicine-changes/{_medicine(at)}/strike", "medicine_changes")


def prior_treatment(at: Setting) -> Filled:
    answers = {
        "treatment": "Sertraline",
        "kind": "medicine",
        "dose": "200 mg",
        "weeks": "12",
        "adequacy": "adequate",
        "outcome": "partial",
        "ended_because": "no_benefit",
        "note": "by the family doctor",
    }
    path = f"/patients/{at.world.a.patient_id}/prior-treatments"
    return opened(at.nurse, path, answers, table="prior_treatments", text="note")


def prior_treatment_correction(at: Setting) -> Filled:
    path = f"/prior-treatments/{make_trial(at.db, at.world.a)}/correct"
    return _changed(at, path, "prior_treatments", dose="100 mg")


def prior_treatment_strike(at: Setting) -> Filled:
    path = f"/prior-treatments/{make_trial(at.db, at.world.a)}/strike"
    return _changed(at, path, "prior_treatments")


def assessment(at: Setting) -> Filled:
    course_id = make_course(at.db, at.world.a.clinician, at.world.a.patient_id)
    answers = {"icd10_code": "f4312", "trauma": "accident", "assessment": "Sleeps better"}
    path = f"/courses/{course_id}/assessment"
    return opened(at.nurse, path, answers, table="course_assessments", text="assessment")


def course_review(at: Setting) -> Filled:
    course_id = make_better_course(at.db, at.world.a)
    answers = {"reason": "Little change so far", "decision": "continue"}
    path = f"/courses/{course_id}/reviews/new"
    return opened(at.nurse, path, answers, table="course_reviews", text="reason")


def private_note(at: Setting) -> Filled:
    course_id = make_course(at.db, at.world.a.clinician, at.world.a.patient_id)
    found = make_therapy_session(at.db, at.world.a.therapist, course_id)
    path = f"/therapy-sessions/{found}/private-note"
    visitor = at.browser(at.world.a.therapist)
    return opened(
        visitor, path, {"text": "the river again"}, table="psychotherapy_notes", text="text"
    )


def _records(at: Setting) -> Records:
    give_password(at.db, at.world.a.clinician)
    return make_records(at.db, at.world)


def signature(at: Setting) -> Filled:
    sheet_id = _records(at).ids[RecordKind.RUN_SHEET]
    nurse, path = at.nurse, f"/infusions/{sheet_id}/sign?with-gaps=yes"
    form = nurse.get_page(path).form("password")
    text = "gaps_reason" if "gaps_reason" in form["fields"] else None
    data = form["fields"] | {"password": PASSWORD} | ({text: "On paper"} if text else {})
    return Filled(
        visitor=nurse, path=form["action"] or path, data=data, table="signatures", text=text
    )


def amendment(at: Setting) -> Filled:
    records = _records(at)
    sign_record(at.db, records, RecordKind.RUN_SHEET)
    answers: dict[str, Any] = {
        "addendum": "Slept well.",
        "reason": "Left out",
        "password": PASSWORD,
    }
    path = f"/infusions/{records.ids[RecordKind.RUN_SHEET]}/amend"
    return opened(at.nurse, path, answers, table="amendments", text="addendum")


ENTRIES = (
    arrival,
    step,
    check,
    recovery_score,
    medicine_given,
    sheet_note,
    acknowledgement,
    medicine_change,
    prior_treatment,
    assessment,
    course_review,
    private_note,
)
CORRECTIONS = (
    recovery_correction,
    time_correction,
    vital_signs_strike,
    event_correction,
    event_end,
    event_strike,
    medicine_correction,
    medicine_strike,
    note_correction,
    note_strike,
    rate_correction,
    rate_strike,
    medicine_change_correction,
    medicine_change_strike,
    prior_treatment_correction,
    prior_treatment_strike,
)
SIGNING = (signature, amendment)
"""These ask for a password: twenty passwords at once are twenty guesses."""

ROOM_CREATING = (*ENTRIES, *CORRECTIONS)
ROOM_WITH_TEXT = tuple(
    make for make in (*ROOM_CREATING, *SIGNING) if make not in {arrival, recovery_score, event_end}
)
