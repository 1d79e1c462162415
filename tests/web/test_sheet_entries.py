"""What is logged on a run sheet beside the steps, as a nurse meets it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.browsing import Page
from tests.make.infusions import course_of_today, make_infusion, make_vital_signs, planned_id
from tests.make.patients import NOW
from tracker.domain.side_effects import TERMS
from tracker.models.run_sheets import (
    InfusionEventRow,
    MedicineGivenRow,
    NoticeAcknowledgementRow,
    SheetNoteRow,
    VitalSignsRow,
)


@pytest.fixture
def nurse(browser, world):
    return browser(world.a.clinician)


@pytest.fixture
def infusion_id(db, world):
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    return make_infusion(db, world.a.clinician, planned_id(db, course_id))


@pytest.fixture
def sheet_path(infusion_id):
    return f"/infusions/{infusion_id}"


def rows(db, row):
    db.rollback()
    return db.scalars(select(row).order_by(row.recorded_at)).all()


def how_many(db, row):
    db.rollback()
    return db.scalar(select(func.count()).select_from(row))


def high_set(db, world, infusion_id, **values):
    signs = values or {"systolic_mmhg": 172, "diastolic_mmhg": 80}
    return make_vital_signs(db, world.a.clinician, infusion_id, now=NOW, measured_at=NOW, **signs)


def test_a_slip_that_was_confirmed_is_amended_and_everything_stays_readable(
    nurse, db, clock, sheet_path
):
    clock.set(NOW + timedelta(minutes=20))
    asked = nurse.submit(sheet_path, {"systolic_mmhg": "210", "diastolic_mmhg": "80"})
    assert asked.status_code == 422
    assert "210/80 mmHg: is this right?" in asked.text
    form = Page(asked.text).form("systolic_mmhg")
    kept = nurse.client_post(form["action"], form["fields"] | {"confirmed": ["pressure 210/80"]})
    assert kept.headers["Location"] == f"{sheet_path}#vital-signs"
    (old,) = rows(db, VitalSignsRow)
    clock.set(NOW + timedelta(minutes=35))
    path = f"/vital-signs/{old.id}/correct"
    amended = nurse.submit(path, {"systolic_mmhg": "120", "correction_reason": "Digits swapped"})
    assert amended.status_code == 303
    page = nurse.get_page(sheet_path).html
    assert "<s>210/80" in page
    assert "Corrected at 10:35 by" in page
    assert "measured 10:20, entered 10:35" in page
    assert "highest blood pressure 120/80 at 20 min" in page
    first, second = rows(db, VitalSignsRow)
    assert (first.systolic_mmhg, second.systolic_mmhg) == (210, 120)
    assert first.occurred_at == second.occurred_at


def test_a_notice_waits_on_the_sheet_until_somebody_says_what_was_done(
    nurse, db, world, sheet_path, infusion_id
):
    set_id = high_set(db, world, infusion_id)
    assert "Say what was done" in nurse.get_page(sheet_path).html
    path = f"/vital-signs/{set_id}/acknowledge"
    silent = nurse.submit(path, {"other_action": ""})
    assert silent.status_code == 422
    done = nurse.submit(
        path, {"other_action": "calm", "actions": ["Measured again", "Told the prescriber"]}
    )
    assert done.headers["Location"] == f"{sheet_path}#vital-signs"
    (row,) = rows(db, NoticeAcknowledgementRow)
    assert row.action == "Measured again; Told the prescriber; calm"
    page = nurse.get_page(sheet_path).html
    assert "Say what was done" not in page
    assert "Done: Measured again; Told the prescriber; calm" in page


def test_whoever_comes_second_sees_who_was_first(nurse, browser, db, world, infusion_id):
    set_id = high_set(db, world, infusion_id)
    path = f"/vital-signs/{set_id}/acknowledge"
    form = nurse.get_page(path).form("other_action")
    other = browser(world.a.clinician)
    assert other.submit(path, {"actions": ["Paused"]}, containing="other_action").status_code == 303
    late = nurse.client_post(path, form["fields"] | {"actions": ["Rate changed"]})
    assert late.status_code == 422
    assert "was first and wrote: “Paused”" in late.text
    assert how_many(db, NoticeAcknowledgementRow) == 1


def test_the_same_acknowledgement_sent_twice_is_one(nurse, db, world, infusion_id):
    path = f"/vital-signs/{high_set(db, world, infusion_id)}/acknowledge"
    form = nurse.get_page(path).form("other_action")
    for _ in range(2):
        sent = nurse.client_post(path, form["fields"] | {"actions": ["Paused"]})
        assert sent.status_code == 303
    assert how_many(db, NoticeAcknowledgementRow) == 1


def test_a_set_that_reached_no_limit_has_nothing_to_acknowledge(nurse, db, world, infusion_id):
    set_id = high_set(db, world, infusion_id, heart_rate_bpm=70)
    sent = nurse.submit(
        f"/vital-signs/{set_id}/acknowledge", {"actions": ["Paused"]}, containing="other_action"
    )
    assert sent.status_code == 422
    assert how_many(db, NoticeAcknowledgementRow) == 0


def test_a_struck_set_stays_readable_and_nothing_takes_its_place(
    nurse, db, world, sheet_path, infusion_id
):
    set_id = high_set(db, world, infusion_id)
    path = f"/vital-signs/{set_id}/strike"
    assert nurse.submit(path, {"correction_reason": ""}).status_code == 422
    assert nurse.submit(path, {"correction_reason": "Another patient"}).status_code == 303
    page = nurse.get_page(sheet_path).html
    assert "<s>172/80" in page
    assert "Struck out at 10:00 by" in page
    assert "Say what was done" not in page
    assert nurse.submit(path, {"correction_reason": "Again"}).status_code == 409
    assert how_many(db, VitalSignsRow) == 2


def test_other_scales_are_kept_with_the_set(nurse, db, sheet_path):
    nurse.submit(sheet_path, {"heart_rate_bpm": "70", "moaas": "4", "cadss6": "9"})
    (row,) = rows(db, VitalSignsRow)
    assert (row.moaas, row.cadss6) == (4, 9)
    assert "MOAA/S 4, CADSS-6 9" in nurse.get_page(sheet_path).html


def test_two_sets_of_one_minute_both_stand_in_the_log(nurse, db, sheet_path):
    for rate in ("70", "71"):
        assert nurse.submit(sheet_path, {"heart_rate_bpm": rate}).status_code == 303
    page = nurse.get_page(sheet_path).html
    assert "heart rate 70" in page
    assert "heart rate 71" in page


def test_nothing_is_filled_in_for_the_next_set(nurse, db, world, sheet_path, infusion_id):
    high_set(db, world, infusion_id)
    fields = nurse.get_page(sheet_path).form("systolic_mmhg")["fields"]
    typed = {name: value for name, value in fields.items() if name.endswith(("mmhg", "bpm"))}
    assert set(map(tuple, typed.values())) == {("",)}


def test_a_gap_stays_visible(nurse, db, clock, sheet_path, infusion_id, world):
    high_set(db, world, infusion_id, heart_rate_bpm=70)
    clock.set(NOW + timedelta(minutes=24))
    assert "No set since 10:00 (24 min; every 10 asked)" in nurse.get_page(sheet_path).html
    nurse.submit(sheet_path, {"heart_rate_bpm": "72"})
    log = nurse.get_page(sheet_path).html.partition('id="log"')[2]
    assert "No set between 10:00 and 10:24 (24 min; every 10 asked)" in log
    assert log.index("heart rate 72") < log.index("No set between")  # the newest first


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"systolic_mmhg": "1200", "diastolic_mmhg": "80"}, "from 30 to 300"),
        ({"systolic_mmhg": "80", "diastolic_mmhg": "80"}, "below the systolic one"),
        ({"heart_rate_bpm": "70", "measured_time": "10:30"}, "cannot be in the future"),
        ({"heart_rate_bpm": "70", "measured_time": "09:30"}, "before the patient arrived"),
        ({"cadss6": "25"}, "from 0 to 24"),
        ({"moaas": "6"}, "Choose"),
    ],
)
def test_a_set_that_cannot_be_comes_back(nurse, db, sheet_path, typed, words):
    answer = nurse.submit(sheet_path, {"systolic_mmhg": ""} | typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert how_many(db, VitalSignsRow) == 0


def test_an_event_is_one_touch_away_and_ends_without_typing(nurse, db, clock, sheet_path):
    quick = f"{sheet_path}/events/new/{TERMS.index('Nausea')}"
    assert quick in nurse.get_page(sheet_path).html
    saved = nurse.submit(quick, {"grade": "1", "relatedness": "probable", "note": "after cup"})
    assert saved.status_code == 303
    (old,) = rows(db, InfusionEventRow)
    clock.set(NOW + timedelta(minutes=6))
    ended = nurse.submit(f"/infusion-events/{old.id}/end", {}, containing="submission_id")
    assert ended.status_code == 303
    new = rows(db, InfusionEventRow)[-1]
    assert (new.term, new.note, new.ended_at) == ("Nausea", "after cup", clock())
    assert (new.corrects_id, new.correction_reason) == (old.id, "Ended")
    page = nurse.get_page(sheet_path).html
    assert "grade 1, probably related" in page
    assert "Ended 10:06" in page


def test_no_term_has_a_place_beyond_the_catalogue(nurse, sheet_path):
    assert nurse.get(f"{sheet_path}/events/new/{len(TERMS)}").status_code == 404


def test_a_medicine_needs_an_amount_with_its_unit(nurse, db, sheet_path):
    path = f"{sheet_path}/medicines/new"
    for dose in ("", "4", "some"):
        bad = nurse.submit(path, {"medicine": "Ondansetron", "dose": dose})
        assert bad.status_code == 422
    good = nurse.submit(path, {"medicine": "Ondansetron", "dose": "4 mg", "reason": "nausea"})
    assert good.status_code == 303
    (old,) = rows(db, MedicineGivenRow)
    change = {"dose": "8 mg", "correction_reason": "Two ampoules"}
    assert nurse.submit(f"/medicines-given/{old.id}/correct", change).status_code == 303
    page = nurse.get_page(sheet_path).html
    assert "<s>Ondansetron 4 mg: nausea</s>" in page
    assert "Ondansetron 8 mg: nausea" in page


def test_a_note_is_written_corrected_and_struck_out(nurse, db, sheet_path):
    path = f"{sheet_path}/notes/new"
    assert nurse.submit(path, {"note": "Music <b>off</b>"}).status_code == 303
    (old,) = rows(db, SheetNoteRow)
    change = {"note": "Music on", "correction_reason": "Slip"}
    assert nurse.submit(f"/sheet-notes/{old.id}/correct", change).status_code == 303
    new = next(each for each in rows(db, SheetNoteRow) if each.corrects_id)
    struck = nurse.submit(f"/sheet-notes/{new.id}/strike", {"correction_reason": "Not here"})
    assert struck.status_code == 303
    page = nurse.get_page(sheet_path).html
    assert "<s>Music &lt;b&gt;off&lt;/b&gt;</s>" in page
    assert "<s>Music on</s>" in page


def test_two_who_correct_one_note_see_both_and_the_way_to_the_newest(nurse, db, sheet_path):
    nurse.submit(f"{sheet_path}/notes/new", {"note": "Music off"})
    (old,) = rows(db, SheetNoteRow)
    path = f"/sheet-notes/{old.id}/correct"
    nurse.submit(path, {"note": "Music on", "correction_reason": "Slip"})
    new = next(each for each in rows(db, SheetNoteRow) if each.corrects_id)
    late = nurse.submit(path, {"note": "Radio on", "correction_reason": "Heard it"})
    assert late.status_code == 409
    page = Page(late.text)
    assert "Now stands: Music on, at Mon 23 Nov 2026, 10:00. Corrected by Clinician A" in page.text
    assert "Reason: Slip" in page.text
    assert "Note Radio on Music on" in page.text  # the table of what differs
    kept = page.form("note")["fields"]
    assert kept["note"][0].strip() == "Radio on"  # what was typed
    assert kept["correction_reason"] == ["Heard it"]
    assert f'href="/sheet-notes/{new.id}/correct"' in late.text
    assert len(rows(db, SheetNoteRow)) == 2
    nurse.submit(f"/sheet-notes/{new.id}/strike", {"correction_reason": "Not here"})
    gone = nurse.submit(path, {"note": "Radio on", "correction_reason": "Heard it"})
    assert gone.status_code == 409
    assert "Struck out by Clinician A" in gone.text
    assert "Correct the newest one" not in gone.text


def test_what_is_more_than_a_day_old_is_asked_about(browser, world, clock, sheet_path):
    clock.set(NOW + timedelta(hours=30))
    nurse = browser(world.a.clinician)
    path = f"{sheet_path}/notes/new"
    typed = {"note": "late", "noted_time": "10:05", "noted_day": "2026-11-23"}
    asked = nurse.submit(path, typed)
    assert asked.status_code == 422
    assert "This is 29 hours ago. It is meant." in asked.text
    form = Page(asked.text).form("note")
    fields = form["fields"] | {"confirmed": ["ago 2026-11-23T15:05"]}
    assert nurse.client_post(path, fields).status_code == 303
    assert "Entered later" in nurse.get_page(sheet_path).html


def test_another_clinic_finds_none_of_it(browser, db, world, infusion_id):
    set_id = high_set(db, world, infusion_id)
    stranger = browser(world.b.clinician)
    for path in (f"/vital-signs/{set_id}/strike", f"/vital-signs/{set_id}/acknowledge"):
        assert stranger.get(path).status_code == 404
