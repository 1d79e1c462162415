"""Forms that store something, filled in so that they fit: for tests that send them in odd ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browsing import Browser, Page
from tests.make.accounts import PASSWORD, make_colleague
from tests.make.check_ins import form_fields, send_daily
from tests.make.courses import make_course
from tests.make.drug_ledger import make_draw, make_vial
from tests.make.infusions import (
    course_of_today,
    make_checked_sheet,
    make_end,
    make_infusion,
    make_therapy_session,
    make_vital_signs,
    planned_id,
)
from tests.make.patients import NOW, make_patient
from tests.make.world import World
from tracker.actions.course_states import end_course
from tracker.domain.courses import CourseState
from tracker.domain.infusion_volume import Preparation
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.courses import CourseRow
from tracker.queries.protocols import newest_protocols


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a form is made from."""

    browser: Callable[..., Browser]
    world: World
    db: Session

    @property
    def nurse(self) -> Browser:
        return self.browser(self.world.a.clinician)


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A form ready to be sent: by whom, where, what; the table that gets one row; a text in it."""

    visitor: Browser
    path: str
    data: dict[str, Any]
    table: str
    text: str | None = None


def opened(visitor: Browser, path: str, answers: dict[str, Any], **more: Any) -> Filled:
    form = visitor.get_page(path).form(next(iter(answers)))
    return Filled(
        visitor=visitor, path=form["action"] or path, data=form["fields"] | answers, **more
    )


def patient(at: Setting) -> Filled:
    answers = {
        "record_number": "R-77",
        "given_name": "Robin",
        "family_name": "Example",
        "born_on": "1980-02-29",
        "allergies": "latex",
    }
    return opened(at.nurse, "/patients/new", answers, table="patients", text="allergies")


def course(at: Setting) -> Filled:
    nurse = at.nurse
    path = f"/patients/{at.world.a.patient_id}/courses/new"
    wanted = {"start_on": "2026-11-24", "time_of_day": "09:00", "step": "show", "indication": "x"}
    shown = nurse.submit(path, wanted)
    fields = Page(shown.text).form("shown")["fields"] | {"step": "accept"}
    return Filled(visitor=nurse, path=path, data=fields, table="courses", text="indication")


def start(at: Setting) -> Filled:
    course_id = course_of_today(at.db, at.world.a.clinician, at.world.a.patient_id)
    sheet_id = make_checked_sheet(at.db, at.world.a.clinician, planned_id(at.db, course_id))
    nurse, path = at.nurse, f"/infusions/{sheet_id}/start"
    dose = {"weight_kg": "82.4", "dose_mg_per_kg": "0.5", "planned_minutes": "40"}
    shown = nurse.submit(path, dose | {"step": "calculate"})
    fields = Page(shown.text).form("weight_kg")["fields"] | {"step": "start"}
    return Filled(visitor=nurse, path=path, data=fields, table="given_infusions")


def infusion_of(at: Setting) -> UUID:
    course_id = course_of_today(at.db, at.world.a.clinician, at.world.a.patient_id)
    return make_infusion(at.db, at.world.a.clinician, planned_id(at.db, course_id))


def rate_change(at: Setting) -> Filled:
    course_id = course_of_today(at.db, at.world.a.clinician, at.world.a.patient_id)
    infusion_id = make_infusion(
        at.db,
        at.world.a.clinician,
        planned_id(at.db, course_id),
        prepared=Preparation(vial_mg_per_ml=Decimal(50), bag_ml=Decimal(50)),
    )
    answers = {"rate_ml_per_h": "60", "reason": "nausea"}
    path = f"/infusions/{infusion_id}/rates/new"
    return opened(at.nurse, path, answers, table="rate_changes", text="reason")


def protocol(at: Setting) -> Filled:
    newest = newest_protocols(at.db, at.world.a.clinician)[0]
    at.db.rollback()
    answers = {"before_0": "Name and wristband agree", "observe_minutes": "150"}
    path = f"/admin/protocols/{newest.id}/edit"
    return opened(at.nurse, path, answers, table="protocols", text="before_0")


def vital_signs(at: Setting) -> Filled:
    answers = {"systolic_mmhg": "128", "diastolic_mmhg": "80", "heart_rate_bpm": "76"}
    return opened(at.nurse, f"/infusions/{infusion_of(at)}", answers, table="vital_signs")


def correction(at: Setting) -> Filled:
    infusion_id = infusion_of(at)
    signs = make_vital_signs(at.db, at.world.a.clinician, infusion_id, now=NOW)
    answers = {"correction_reason": "Digits swapped", "systolic_mmhg": "126"}
    path = f"/vital-signs/{signs}/correct"
    return opened(at.nurse, path, answers, table="vital_signs", text="correction_reason")


def infusion_event(at: Setting) -> Filled:
    path = f"/infusions/{infusion_of(at)}/events/new"
    answers = {"term": "Nausea", "grade": "2", "action": "Ondansetron", "note": "better soon"}
    return opened(at.nurse, path, answers, table="infusion_events", text="note")


def therapy_session(at: Setting) -> Filled:
    course_id = make_course(at.db, at.world.a.clinician, at.world.a.patient_id)
    answers = {
        "focus": "sleep",
        "state": "held",
        "planned_on": "2026-11-23",
        "kind": "integration",
        "format": "in_person",
        "held_time": "09:00",
        "minutes": "50",
    }
    path = f"/courses/{course_id}/therapy-sessions/new"
    visitor = at.browser(at.world.a.therapist)
    return opened(visitor, path, answers, table="therapy_sessions", text="focus")


def booster(at: Setting) -> Filled:
    course_id = course_of_today(at.db, at.world.a.clinician, at.world.a.patient_id)
    infusion_id = make_infusion(at.db, at.world.a.clinician, planned_id(at.db, course_id))
    make_end(at.db, at.world.a.clinician, infusion_id, now=NOW)
    seen = at.db.scalars(select(CourseRow.version).where(CourseRow.id == course_id)).one()
    end_course(
        at.db,
        at.world.a.clinician,
        course_id,
        to=CourseState.MAINTENANCE,
        ended_on=NOW.date(),
        reason="as agreed",
        seen_version=seen,
        submission=None,
        now=NOW,
    )
    answers = {"on": "2027-03-15", "time_of_day": "09:00", "note": "mood is falling"}
    path = f"/courses/{course_id}/boosters"
    return opened(at.nurse, path, answers, table="planned_infusions", text="note")


def check_in(at: Setting) -> Filled:
    make_course(at.db, at.world.a.clinician, at.world.a.patient_id)
    phone = at.browser(at.world.a.patient)
    page = phone.get_page("/me/check-in/daily")
    path = page.form("due_key")["action"] or "/me/check-in/daily"
    return Filled(visitor=phone, path=path, data=form_fields(page), table="check_ins")


def alert(at: Setting) -> Filled:
    make_course(at.db, at.world.a.clinician, at.world.a.patient_id)
    send_daily(at.db, at.world.a, now=NOW, self_harm=3)
    alert_id = at.db.scalars(select(SafetyAlertRow.id)).first()
    answers = {"action_taken": "Spoke on the telephone"}
    path = f"/alerts/{alert_id}"
    return opened(at.nurse, path, answers, table="safety_alerts", text="action_taken")


def patient_change(at: Setting) -> Filled:
    patient_id = make_patient(at.db, at.world.a.clinician)
    answers = {"allergies": "penicillin", "phone": "+1 555 0199"}
    path = f"/patients/{patient_id}/edit"
    return opened(at.nurse, path, answers, table="patients", text="allergies")


def therapy_change(at: Setting) -> Filled:
    course_id = make_course(at.db, at.world.a.clinician, at.world.a.patient_id)
    found = make_therapy_session(at.db, at.world.a.therapist, course_id)
    answers = {"homework": "breathing", "kind": "integration", "format": "video"}
    path = f"/therapy-sessions/{found}"
    visitor = at.browser(at.world.a.therapist)
    return opened(visitor, path, answers, table="therapy_sessions", text="homework")


def infusion_end(at: Setting) -> Filled:
    answers = {"given_mg": "40", "course_of_infusion": "calm", "confirmed": "clock 40 mg"}
    path = f"/infusions/{infusion_of(at)}/end"
    return opened(at.nurse, path, answers, table="given_infusions", text="course_of_infusion")


def vials_received(at: Setting) -> Filled:
    answers = {
        "lot": "LOT-A7",
        "expires_on": "2027-05-31",
        "mg_per_ml": "50",
        "volume_ml": "10",
        "first_label": "K-07",
        "supplier": "Pharmacy",
    }
    return opened(at.nurse, "/ledger/vials/new", answers, table="vials", text="supplier")


def drug_draw(at: Setting) -> Filled:
    vial, infusion_id = make_vial(at.db, at.world.a.clinician), infusion_of(at)
    answers = {"amount_mg": "40", "vial": str(vial), "reason": "as ordered"}
    path = f"/infusions/{infusion_id}/draws/new"
    return opened(at.nurse, path, answers, table="vial_entries", text="reason")


def drug_account(at: Setting) -> Filled:
    vial, infusion_id = make_vial(at.db, at.world.a.clinician), infusion_of(at)
    entry = make_draw(at.db, at.world.a.clinician, infusion_id, vial)
    answers = {"given_mg": "40", "wasted_mg": "0"}
    return opened(at.nurse, f"/vial-entries/{entry}/account", answers, table="draw_accounts")


def _witnessed(at: Setting) -> dict[str, str]:
    make_colleague(at.db, at.world.a.clinic.id)
    return {"witness_email": "second@a.test", "witness_password": PASSWORD}


def vial_waste(at: Setting) -> Filled:
    vial = make_vial(at.db, at.world.a.clinician)
    answers = {"amount_mg": "10", "reason": "spilled"} | _witnessed(at)
    path = f"/ledger/vials/{vial}/waste"
    return opened(at.nurse, path, answers, table="vial_entries", text="reason")


def vial_adjustment(at: Setting) -> Filled:
    vial = make_vial(at.db, at.world.a.clinician)
    answers = {"found_mg": "190", "reason": "spilled"} | _witnessed(at)
    path = f"/ledger/vials/{vial}/adjust"
    return opened(at.nurse, path, answers, table="vial_entries", text="reason")


def vial_count(at: Setting) -> Filled:
    vial = make_vial(at.db, at.world.a.clinician)
    answers = {f"counted_{vial.hex}": "20"}
    return opened(at.nurse, "/ledger/count", answers, table="vial_entries")


LEDGER_FORMS = (vials_received, drug_draw, drug_account, vial_count)
"""Without those that always need a witness: twenty passwords at once are twenty guesses."""


def clinic(at: Setting) -> Filled:
    answers = {"phone": "+1 555 0177", "name": "Clinic by the River"}
    visitor = at.browser(at.world.a.administrator)
    return opened(visitor, "/admin/clinic", answers, table="clinics", text="name")


CREATING = (
    patient,
    course,
    start,
    rate_change,
    protocol,
    vital_signs,
    correction,
    infusion_event,
    therapy_session,
    booster,
    check_in,
    *LEDGER_FORMS,
)
CHANGING = (patient_change, therapy_change, infusion_end, clinic)
WITH_TEXT = (
    patient,
    course,
    correction,
    rate_change,
    protocol,
    infusion_event,
    therapy_session,
    booster,
    alert,
    patient_change,
    therapy_change,
    infusion_end,
    clinic,
    vials_received,
    drug_draw,
    vial_waste,
    vial_adjustment,
)
