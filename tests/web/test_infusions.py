"""The pages of an infusion, as a nurse and a therapist see them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.make.infusions import (
    course_of_today,
    make_checked_sheet,
    make_end,
    make_infusion,
    make_vital_signs,
    planned_id,
)
from tests.make.patients import NOW
from tracker.models.courses import PlannedInfusionRow
from tracker.models.infusions import GivenInfusionRow
from tracker.models.run_sheets import InfusionEventRow, VitalSignsRow


@pytest.fixture
def nurse(browser, world):
    return browser(world.a.clinician)


@pytest.fixture
def course_id(db, world):
    return course_of_today(db, world.a.clinician, world.a.patient_id)


@pytest.fixture
def infusion_id(db, world, course_id):
    return make_infusion(db, world.a.clinician, planned_id(db, course_id))


@pytest.fixture
def sheet_path(infusion_id):
    return f"/infusions/{infusion_id}"


def rows(db, row):
    db.rollback()
    return db.scalars(select(row)).all()


def how_many(db, row):
    db.rollback()
    return db.scalar(select(func.count()).select_from(row))


def again(nurse, answer, path, **changes):
    """Send the form of an answer again, as a person would after looking at it."""
    from tests.browsing import Page

    form = Page(answer.text).form("systolic_mmhg")
    return nurse.client_post(form["action"] or path, form["fields"] | changes)


def test_the_weight_is_never_filled_in_beforehand(nurse, db, world, course_id, infusion_id):
    make_end(db, world.a.clinician, infusion_id, now=NOW)
    second = make_checked_sheet(db, world.a.clinician, planned_id(db, course_id, 2))
    page = nurse.get_page(f"/infusions/{second}/start")
    assert page.form("weight_kg")["fields"]["weight_kg"] == [""]
    assert page.form("weight_kg")["fields"]["dose_mg_per_kg"] == ["0.5"]
    assert "80 kg, 0.5 mg/kg, 40 mg ordered, 40 mg given." in page.html


def test_an_infusion_that_runs_leads_from_its_start_page_to_its_sheet(nurse, sheet_path):
    assert nurse.get(f"{sheet_path}/start").headers["Location"] == sheet_path


def test_the_run_sheet_takes_a_set_and_shows_both_clocks(nurse, db, clock, sheet_path):
    clock.set(NOW + timedelta(minutes=31))
    answer = nurse.submit(
        sheet_path,
        {
            "systolic_mmhg": "148",
            "diastolic_mmhg": "92",
            "heart_rate_bpm": "78",
            "spo2_percent": "97",
            "rass": "-1",
            "measured_time": "10:22",
        },
    )
    assert answer.status_code == 303
    page = nurse.get_page(sheet_path)
    assert "148/92 (MAP 111), heart rate 78, SpO₂ 97 %, RASS −1" in page.html
    assert "measured 10:22, entered 10:31" in page.html
    assert "22 min" in page.html
    (row,) = rows(db, VitalSignsRow)
    assert row.occurred_at == NOW + timedelta(minutes=22)


def test_a_set_without_a_time_was_taken_now(nurse, db, clock, sheet_path):
    path = sheet_path
    page = nurse.get_page(path)
    clock.set(NOW + timedelta(minutes=8))
    form = page.form("systolic_mmhg")
    nurse.client_post(form["action"], form["fields"] | {"heart_rate_bpm": "71"})
    (row,) = rows(db, VitalSignsRow)
    assert row.occurred_at == NOW + timedelta(minutes=8)


def test_an_unusual_set_is_asked_about_once(nurse, db, sheet_path):
    asked = nurse.submit(sheet_path, {"systolic_mmhg": "200", "diastolic_mmhg": "110"})
    assert asked.status_code == 422
    assert "200/110 mmHg: is this right?" in asked.text
    assert how_many(db, VitalSignsRow) == 0
    kept = again(nurse, asked, sheet_path, confirmed=["pressure 200/110"])
    assert kept.status_code == 303
    page = nurse.get_page(sheet_path)
    assert "200/110" in page.html
    assert "the site&#39;s hold limit is 160 mmHg or above" in page.html


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Enter at least one value."),
        ({"systolic_mmhg": "80", "diastolic_mmhg": "120"}, "below the systolic one"),
        ({"spo2_percent": "101"}, "from 30 to 100"),
        ({"heart_rate_bpm": "٧٢"}, "from 10 to 300"),
        (
            {"heart_rate_bpm": "72", "measured_time": "02:30", "measured_day": "2026-03-08"},
            "clocks",
        ),
        ({"heart_rate_bpm": "72", "measured_day": "2026-11-22"}, "Enter the time too."),
    ],
)
def test_a_set_that_cannot_be_comes_back_on_the_sheet(nurse, db, sheet_path, typed, words):
    answer = nurse.submit(sheet_path, {"systolic_mmhg": ""} | typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert how_many(db, VitalSignsRow) == 0


def test_a_corrected_set_stays_readable_struck_through(nurse, db, world, sheet_path, infusion_id):
    old = make_vital_signs(db, world.a.clinician, infusion_id, now=NOW)
    path = f"/vital-signs/{old}/correct"
    page = nurse.get_page(path)
    assert page.form("systolic_mmhg")["fields"]["systolic_mmhg"] == ["128"]
    refused = nurse.submit(path, {"systolic_mmhg": "182", "correction_reason": ""})
    assert refused.status_code == 422
    answer = nurse.submit(path, {"systolic_mmhg": "182", "correction_reason": "Digits swapped"})
    assert answer.headers["Location"] == f"{sheet_path}#vital-signs"
    shown = nurse.get_page(sheet_path).html
    assert "<s>128/80 (MAP 96), heart rate 76</s>" in shown
    assert "Correction: Digits swapped" in shown
    assert "182/80" in shown
    again_refused = nurse.submit(path, {"systolic_mmhg": "183", "correction_reason": "Again"})
    assert again_refused.status_code == 409


def test_an_event_is_recorded_with_its_grade(nurse, db, sheet_path):
    path = f"{sheet_path}/events/new"
    missing = nurse.submit(path, {"term": "Other", "other_term": ""})
    assert missing.status_code == 422
    done = nurse.submit(path, {"term": "Nausea", "grade": "2", "action": "Ondansetron 4 mg"})
    assert done.status_code == 303
    (row,) = rows(db, InfusionEventRow)
    assert (row.term, row.grade) == ("Nausea", 2)
    page = nurse.get_page(sheet_path).html
    assert "grade 2. Done: Ondansetron 4 mg" in page


def test_the_end_says_what_was_given(nurse, db, clock, sheet_path):
    clock.set(NOW + timedelta(minutes=21))
    path = f"{sheet_path}/end"
    assert nurse.get_page(path).form("given_mg")["fields"]["given_mg"] == [""]
    refused = nurse.submit(path, {"given_mg": "21.5"})
    assert refused.status_code == 422
    assert "Say why less was given" in refused.text
    done = nurse.submit(
        path,
        {"given_mg": "21.5", "stop_reason": "Panic", "course_of_infusion": "Fear, then calm"},
    )
    assert done.status_code == 303
    (row,) = rows(db, GivenInfusionRow)
    assert row.state == "stopped_early"
    page = nurse.get_page(sheet_path).html
    assert "Stopped early" in page
    assert "21.5 mg" in page
    assert "Fear, then calm" in page
    assert nurse.get(path).headers["Location"] == sheet_path


def test_two_people_who_end_one_infusion_see_both_versions(
    nurse, browser, world, clock, sheet_path
):
    clock.set(NOW + timedelta(minutes=40))
    path = f"{sheet_path}/end"
    form = nurse.get_page(path).form("given_mg")
    other = browser(world.a.clinician)
    assert other.submit(path, {"given_mg": "40", "course_of_infusion": "Calm"}).status_code == 303
    late = nurse.client_post(
        path, form["fields"] | {"given_mg": "40", "course_of_infusion": "Tearful"}
    )
    assert late.status_code == 409
    assert "Tearful" in late.text
    assert "Calm" in late.text


def test_vital_signs_go_on_after_the_end(nurse, db, world, clock, sheet_path, infusion_id):
    ended = NOW + timedelta(minutes=40)
    make_end(db, world.a.clinician, infusion_id, now=ended)
    clock.set(ended + timedelta(minutes=15))
    assert nurse.submit(sheet_path, {"heart_rate_bpm": "70"}).status_code == 303
    assert "T+55" in nurse.get_page(sheet_path).html


def test_the_next_set_is_named_with_how_late_it_is(nurse, db, clock, sheet_path):
    clock.set(NOW + timedelta(minutes=13))
    page = nurse.get_page(sheet_path).html
    assert "10:10" in page
    assert "3 min late" in page


def test_a_therapist_reads_the_run_sheet_and_writes_nothing(browser, world, sheet_path):
    therapist = browser(world.a.therapist)
    page = therapist.get_page(sheet_path)
    assert "systolic_mmhg" not in page.html
    assert "End the infusion" not in page.html
    assert therapist.post(f"{sheet_path}/vital-signs", {}).status_code == 403


def test_the_picture_is_asked_for_again_with_its_etag(nurse, db, world, infusion_id, sheet_path):
    make_vital_signs(db, world.a.clinician, infusion_id, now=NOW)
    path = f"{sheet_path}/vital-signs.svg"
    shown = re.compile(rf'src="({path}\?of=\d+)"')
    addresses = set(shown.findall(nurse.get_page(sheet_path).html))
    assert len(addresses) == 1
    first = nurse.get(path)
    assert (first.status_code, first.mimetype) == (200, "image/svg+xml")
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert b"<svg" in first.data
    again = nurse.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    make_vital_signs(db, world.a.clinician, infusion_id, now=NOW)
    assert nurse.get(path).headers["ETag"] != first.headers["ETag"]
    dark = nurse.get(f"{path}?theme=dark")
    assert (dark.status_code, b"#ffffff" in dark.data) == (200, False)
    # an open page asks again
    assert set(shown.findall(nurse.get_page(sheet_path).html)) != addresses


def test_an_infusion_that_was_missed_leads_to_the_plan(nurse, db, course_id):
    planned = planned_id(db, course_id)
    path = f"/planned-infusions/{planned}/not-given"
    assert nurse.submit(path, {"reason": "Ill"}).status_code == 422
    done = nurse.submit(path, {"reason": "Ill", "state": "missed"})
    assert done.headers["Location"] == f"/courses/{course_id}/plan"
    assert rows(db, PlannedInfusionRow)[0].state in {"missed", "planned"}
    assert db.get(PlannedInfusionRow, planned).not_given_reason == "Ill"
    shown = nurse.get_page(f"/planned-infusions/{planned}/arrive").text
    assert "Did not come" in shown
    assert "Ill" in shown
