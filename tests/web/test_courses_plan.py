"""Planning a course in a browser: what is asked, what is shown, what is stored."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.browsing import Browser, Page
from tests.make.courses import make_course
from tests.make.patients import NOW, make_patient
from tests.make.world import World
from tracker.actions import clinics
from tracker.models.courses import CourseRow, PlanChangeRow, PlannedInfusionRow

GOOD = {
    "start_on": "2026-11-24",
    "time_of_day": "09:00",
    "room": "Room 2",
    "infusion_count": "6",
    "step": "show",
}


def stored(db: Session) -> int:
    db.rollback()
    return db.execute(select(func.count()).select_from(CourseRow)).scalar_one()


def path_of(world: World) -> str:
    return f"/patients/{world.a.patient_id}/courses/new"


def preview(clinician: Browser, path: str, **changes: str) -> Page:
    answer = clinician.submit(path, GOOD | changes)
    assert answer.status_code == 200
    return Page(answer.text)


def accept(clinician: Browser, path: str, page: Page, **changes: str) -> Any:
    fields = page.form("shown")["fields"]
    return clinician.client_post(path, fields | {"step": "accept"} | changes)


def test_the_dates_shown_are_the_dates_stored_when_the_plan_is_accepted(
    browser: Any, world: World, db: Session
) -> None:
    clinician = browser(world.a.clinician)
    page = preview(clinician, path_of(world))
    assert "6 infusions from Tue 24 Nov 2026" in page.text
    assert "Infusion 2, 09:00, Room 2" in page.text
    assert "days after infusion 1" in page.text
    assert "Therapy session" in page.text
    assert stored(db) == 0
    answer = accept(clinician, path_of(world), page)
    assert answer.status_code == 303
    assert stored(db) == 1
    days = db.scalars(select(PlannedInfusionRow.planned_on).order_by(PlannedInfusionRow.number))
    shown = page.form("shown")["fields"]["shown"][0].split("/")[0].split()
    assert [on.isoformat() for on in days] == shown


def test_what_was_typed_is_kept_when_the_answers_are_changed_after_the_preview(
    browser: Any, world: World, db: Session
) -> None:
    clinician = browser(world.a.clinician)
    page = preview(clinician, path_of(world), room="Blue room", infusion_count="7")
    answer = accept(clinician, path_of(world), page, step="edit")
    fields = Page(answer.text).form("room")["fields"]
    assert (fields["room"], fields["infusion_count"]) == (["Blue room"], ["7"])
    assert stored(db) == 0


def test_one_course_is_stored_when_the_acceptance_is_sent_twice(
    browser: Any, world: World, db: Session
) -> None:
    clinician = browser(world.a.clinician)
    page = preview(clinician, path_of(world))
    first = accept(clinician, path_of(world), page)
    second = accept(clinician, path_of(world), page)
    assert first.headers["Location"] == second.headers["Location"]
    assert stored(db) == 1


def test_new_dates_are_shown_when_a_day_was_closed_after_the_preview(
    browser: Any, world: World, db: Session
) -> None:
    clinician = browser(world.a.clinician)
    page = preview(clinician, path_of(world))
    clinics.close_on(db, world.a.administrator, day=date(2026, 11, 24), reason="", now=NOW)
    answer = accept(clinician, path_of(world), page)
    assert answer.status_code == 200
    assert "The dates changed since you saw them" in answer.text
    assert stored(db) == 0
    assert accept(clinician, path_of(world), Page(answer.text)).status_code == 303
    assert stored(db) == 1


def test_the_first_infusion_moves_on_when_the_clinic_is_closed_on_the_start(
    browser: Any, world: World, db: Session
) -> None:
    page = preview(browser(world.a.clinician), path_of(world), start_on="2026-11-28")
    assert "Mon 30 Nov 2026" in page.text
    assert "does not open on Sat 28 Nov" in page.text


def test_gaps_outside_the_protocol_need_a_reason(browser: Any, world: World, db: Session) -> None:
    clinician = browser(world.a.clinician)
    gaps = {"min_gap_days": "7", "max_gap_days": "7", "preferred_gap_days": "7"}
    page = preview(clinician, path_of(world), **gaps)
    assert "The protocol has 3 to 5 days between infusions; this plan allows 7 to 7." in page.text
    assert "No plan keeps every gap" not in page.text
    assert accept(clinician, path_of(world), page).status_code == 422
    assert stored(db) == 0
    assert accept(clinician, path_of(world), page, reason="lives far away").status_code == 303
    db.rollback()
    assert db.scalar(select(PlanChangeRow.reason)) == "lives far away"


def test_the_nearest_plan_needs_a_reason_when_no_plan_keeps_every_gap(
    browser: Any, world: World, db: Session
) -> None:
    clinician = browser(world.a.clinician)
    gaps = {"min_gap_days": "3", "max_gap_days": "3", "preferred_gap_days": "3"}
    for n in range(40):
        day = date(2026, 11, 26) + timedelta(days=n)
        if day.weekday() == 3:
            clinics.close_on(db, world.a.administrator, day=day, reason="", now=NOW)
    page = preview(clinician, path_of(world), start_on="2026-11-23", **gaps)
    assert "No plan keeps every gap" in page.text
    assert "rule allows" in page.text
    assert "Why accept it as it is?" in page.text
    assert "(optional)" not in page.text
    refused = accept(clinician, path_of(world), page)
    assert refused.status_code == 422
    assert "Say why" in refused.text
    assert stored(db) == 0
    taken = accept(clinician, path_of(world), Page(refused.text), reason="agreed with Dr Lee")
    assert taken.status_code == 303
    db.rollback()
    row = db.execute(select(PlanChangeRow.reason, PlanChangeRow.broken_gaps)).one()
    assert row.reason == "agreed with Dr Lee"
    assert row.broken_gaps


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("start_on", ""),
        ("start_on", "2026-02-30"),
        ("start_on", "tomorrow"),
        ("start_on", "2026-11-22"),
        ("start_on", "2099-01-01"),
        ("time_of_day", ""),
        ("time_of_day", "25:00"),
        ("time_of_day", "9 am"),
        ("room", "x" * 81),
        ("infusion_count", ""),
        ("infusion_count", "six"),
        ("infusion_count", "5"),
        ("infusion_count", "9"),
        ("infusion_count", "-6"),
        ("infusion_count", "999999999999"),
        ("min_gap_days", "0"),
        ("max_gap_days", "61"),
        ("preferred_gap_days", "9"),
        ("protocol", "00000000-0000-0000-0000-000000000000"),
        ("protocol", "'; DROP TABLE courses; --"),
        ("therapy", "9"),
        ("indication", "x" * 201),
    ],
)
def test_the_form_comes_back_and_nothing_is_stored_when_an_answer_does_not_fit(
    browser: Any, world: World, db: Session, name: str, typed: str
) -> None:
    clinician = browser(world.a.clinician)
    answer = clinician.submit(path_of(world), GOOD | {name: typed})
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    fields = Page(answer.text).form("room")["fields"]
    for kept in ("room", "start_on", "time_of_day"):
        assert fields[kept] == [typed if kept == name else GOOD[kept]]
    assert stored(db) == 0


def test_planning_leads_to_the_open_course_when_there_is_one(
    browser: Any, world: World, db: Session
) -> None:
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    answer = browser(world.a.clinician).get(path_of(world))
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/courses/{course_id}"


def test_nothing_is_stored_when_somebody_planned_a_course_after_the_preview(
    browser: Any, world: World, db: Session
) -> None:
    clinician = browser(world.a.clinician)
    page = preview(clinician, path_of(world))
    make_course(db, world.a.clinician, world.a.patient_id)
    answer = accept(clinician, path_of(world), page)
    assert answer.status_code == 422
    assert "open course already" in answer.text
    assert stored(db) == 1


def test_only_clinicians_of_the_clinic_plan_courses(
    browser: Any, world: World, db: Session
) -> None:
    other = make_patient(db, world.b.clinician)
    assert browser(world.a.therapist).get(path_of(world)).status_code == 403
    assert browser(world.a.patient).get(path_of(world)).status_code == 403
    assert browser(world.a.clinician).get(f"/patients/{other}/courses/new").status_code == 404
