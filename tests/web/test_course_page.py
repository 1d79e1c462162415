"""The page of one course: what it says, to whom it offers what, and how it is read."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.make.accounts import PASSWORD, give_password
from tests.make.infusions import (
    course_of_today,
    make_end,
    make_infusion,
    make_move,
    make_ready,
    planned_id,
)
from tests.make.patients import NOW
from tests.make.progress import make_better_course, make_running_course, make_weekly
from tests.statements import but_beginnings, statements_sent
from tracker.domain.run_sheet_stages import Move


@pytest.fixture
def course_id(db, world):
    return make_better_course(db, world.a)


def test_the_page_says_whose_course_it_is_and_how_it_goes(browser, world, course_id):
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}")
    for words in (
        "Sam SampleA",
        "6 May 1984",
        "A-1001",
        "Course 1",
        "day 29 of planned 19",
        ". Start 60, −40, 67 % better: Response",
        "3 of 6",
        "Infusion 4",
        "40 mg (0.5 mg/kg × 80 kg), 40 min. Highest 151/93 mmHg. Lowest SpO₂ 95 %.",
        "2 skipped, computed from the rest",
        "Lower is better.",
        "site setting, needs clinical review",
    ):
        assert words in page.text, words


def test_the_order_stands_beside_what_was_given_when_it_was_stopped_early(browser, db, world):
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    infusion_id = make_infusion(db, world.a.clinician, planned_id(db, course_id))
    part = {"given_mg": Decimal("30.5"), "stop_reason": "asked to stop"}
    make_end(db, world.a.clinician, infusion_id, now=NOW + timedelta(minutes=30), **part)
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}")
    assert "30.5 of 40 mg ordered (0.5 mg/kg × 80 kg), 30 min." in page.text


def test_the_picture_has_its_sentence_and_the_same_numbers(browser, world, course_id):
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}")
    sentence = "Weekly trauma symptoms fell from 60 to 20 in 3 weeks, with three infusions"
    assert f'alt="{sentence}' in page.html
    for value in ("60", "40", "20", "missed"):
        assert f">{value}<" in page.html.replace(" ", "").replace("\n", ""), value


def test_worse_is_said_as_plainly_as_better(browser, db, world):
    course_id = make_running_course(db, world.a)
    make_weekly(db, world.a, course_id, 2, on=date(2026, 10, 23))
    make_weekly(db, world.a, course_id, 3, on=date(2026, 11, 9))
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}")
    assert "Start 40, +20, 50 % worse: Much worse" in page.text


def test_nothing_is_made_up_when_nothing_was_answered(browser, db, world):
    course_id = make_running_course(db, world.a, given=0)
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}")
    assert "No scores yet" in page.text
    assert "No data" in page.text
    assert "<img" not in page.html.split("<main")[1].split("</main")[0]


def test_the_next_infusion_is_offered_to_those_who_may_start_it(browser, world, course_id):
    clinician = browser(world.a.clinician).get_page(f"/courses/{course_id}")
    assert "Open infusion 4" in clinician.text
    assert "Change plan" in clinician.text
    therapist = browser(world.a.therapist).get_page(f"/courses/{course_id}")
    assert "Open infusion 4" not in therapist.text
    assert "Change plan" not in therapist.text
    assert "Add therapy session" in therapist.text


def test_a_running_infusion_leads_to_its_run_sheet(browser, db, world):
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    infusion_id = make_infusion(db, world.a.clinician, planned_id(db, course_id), now=NOW)
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}")
    assert "Open run sheet of infusion 1" in page.text
    assert f"/infusions/{infusion_id}" in page.html
    assert "Open infusion" not in page.text


@pytest.mark.parametrize(("page", "most"), [("", 16), ("/progress", 14), ("/report", 21)])
def test_a_page_takes_the_same_number_of_statements_however_much_there_is(
    app, browser, db, world, page, most
):
    course_id = make_running_course(db, world.a, given=1)
    clinician = browser(world.a.clinician)
    path = f"/courses/{course_id}{page}"
    clinician.get_page(path)
    with statements_sent(app) as before:
        clinician.get_page(path)
    for week in range(3):
        make_weekly(db, world.a, course_id, 2, on=date(2026, 11, 2 + 7 * week))
    with statements_sent(app) as after:
        clinician.get_page(path)
    assert len(after) == len(before)
    assert len(but_beginnings(after)) <= most


def test_another_clinics_course_is_not_found(browser, world, course_id):
    assert browser(world.b.clinician).get(f"/courses/{course_id}").status_code == 404


def test_the_page_leads_to_the_medicines_of_the_patient(browser, world, course_id):
    page = browser(world.a.clinician).get_page(f"/courses/{course_id}")
    assert f'href="/patients/{world.a.patient_id}/medicines"' in page.html


def test_a_sheet_that_nobody_signed_waits_on_the_page_until_it_is_signed(browser, db, world, clock):
    who = world.a.clinician
    give_password(db, who)
    course_id = course_of_today(db, who, world.a.patient_id)
    sheet_id = make_infusion(db, who, planned_id(db, course_id), now=clock())
    clock.forward(minutes=40)
    make_end(db, who, sheet_id, now=clock())
    waits = "The run sheet of infusion 1, Mon 23 Nov 2026, is not signed"
    page = browser(who).get_page(f"/courses/{course_id}")
    assert "To do" in page.text
    assert waits not in page.text
    clock.forward(minutes=80)
    make_ready(db, who, sheet_id, at=clock())
    make_move(db, who, sheet_id, Move.LEAVE, at=clock(), now=clock(), left_with="A friend")
    nurse = browser(who)
    page = nurse.get_page(f"/courses/{course_id}")
    assert waits in page.text
    assert f'href="/infusions/{sheet_id}#sign-off"' in page.html
    signed = {"gaps_reason": "On paper", "password": PASSWORD}
    nurse.submit(f"/infusions/{sheet_id}/sign?with-gaps=yes", signed, containing="password")
    assert waits not in nurse.get_page(f"/courses/{course_id}").text
