"""The board of today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.browsing import BASE
from tests.make.check_ins import send_daily
from tests.make.courses import make_course
from tests.make.infusions import course_of_today, make_infusion, make_vital_signs, planned_id
from tests.make.patients import make_patient
from tracker.models import db as flask_db


@pytest.fixture
def course(db, world):
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    return course_id


@pytest.fixture
def staff(browser, world):
    return browser(world.a.clinician)


def test_an_empty_board_says_when_the_next_visit_is(staff, db, world):
    assert "No visits today, and none planned ahead." in staff.get_page("/board").text
    make_course(db, world.a.clinician, world.a.patient_id)
    assert "No visits today. Next: Tue 24 Nov 2026, 1 visit." in staff.get_page("/board").text


def test_a_planned_infusion_can_be_started_from_the_board(staff, browser, world, db, course):
    page = staff.get_page("/board")
    assert "Infusion 1 of 6, Room 2" in page.text
    assert f"/planned-infusions/{planned_id(db, course)}/start" in page.html
    others = browser(world.a.therapist).get_page("/board").html
    assert f"/courses/{course}" in others
    assert "/start" not in others


def test_an_infusion_that_has_not_started_says_how_late_it_is(staff, course):
    assert "Not started, 60 min late" in staff.get_page("/board").text


def test_a_running_infusion_says_since_when_and_how_late_vital_signs_are(
    staff, db, world, course, clock
):
    infusion_id = make_infusion(db, world.a.clinician, planned_id(db, course), now=clock())
    make_vital_signs(db, world.a.clinician, infusion_id, now=clock() + timedelta(minutes=10))
    clock.forward(minutes=15)
    page = staff.get_page("/board")
    assert "Running 15 min" in page.text
    assert "Last vital signs 10:10; next due 10:20" in page.text
    assert "overdue" not in page.text
    clock.forward(minutes=9)
    assert "next due 10:20, 4 min overdue" in staff.get_page("/board").text
    assert f"/infusions/{infusion_id}" in page.html


def test_an_infusion_that_still_runs_stays_on_the_board_after_midnight(
    browser, db, world, course, clock
):
    make_infusion(db, world.a.clinician, planned_id(db, course), now=clock())
    clock.forward(days=1)
    text = browser(world.a.clinician).get_page("/board").text
    assert "Mon 23 Nov" in text
    assert "Running 24 h" in text


def test_open_alerts_stand_on_top_without_the_answer(staff, db, world, course, clock):
    send_daily(db, world.a, now=clock(), self_harm=3)
    text = staff.get_page("/board").text
    assert text.index("Open safety alerts") < text.index("Visits")
    assert "Now" in text
    assert "hurting" not in text


def test_somebody_who_is_behind_is_named_with_a_telephone_number(browser, db, world, course, clock):
    make_infusion(db, world.a.clinician, planned_id(db, course), now=clock())
    send_daily(db, world.a, now=clock())
    for days, is_behind in ((2, False), (1, True)):
        clock.forward(days=days)
        text = browser(world.a.therapist).get_page("/board").text
        assert ("Last on Mon 23 Nov" in text) is is_behind
    assert "No telephone number on record" in text


def test_therapy_sessions_of_today_are_listed(browser, db, world, clock):
    make_course(db, world.a.clinician, world.a.patient_id)
    clock.forward(days=2)
    text = browser(world.a.therapist).get_page("/board").text
    assert "Therapy session Planned" in text


def test_another_clinics_board_shows_nothing_of_it(browser, db, world, course, clock):
    send_daily(db, world.a, now=clock(), self_harm=3)
    assert "SampleA" not in browser(world.b.clinician).get_page("/board").text


def test_the_part_that_refreshes_is_empty_when_nothing_changed(staff, course, clock):
    headers = {"X-Background-Refresh": "1"}
    first = staff.client.get("/board/today", base_url=BASE, headers=headers)
    assert "Infusion 1 of 6" in first.json["html"]
    assert first.headers["X-Updated-At"] == "10:00"
    headers["If-None-Match"] = first.headers["ETag"]
    same = staff.client.get("/board/today", base_url=BASE, headers=headers)
    assert (same.status_code, same.data) == (304, b"")
    clock.forward(minutes=1)
    other = staff.client.get("/board/today", base_url=BASE, headers=headers)
    assert other.status_code == 200


def statements(app, visit):
    with app.app_context():
        engine = flask_db.engine
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    visit()
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_the_board_takes_the_same_statements_however_many_come(staff, app, db, world, course):
    staff.get("/board")
    before = statements(app, lambda: staff.get("/board"))
    for _ in range(4):
        course_of_today(db, world.a.clinician, make_patient(db, world.a.clinician))
    assert statements(app, lambda: staff.get("/board")) == before
    assert staff.get_page("/board").text.count("Infusion 1 of 6") == 5
