"""The worklist of check-ins: who falls behind, what is open, what staff enter from paper."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.make.asking import ask_also, load_wording
from tests.make.check_ins import send_daily
from tests.make.courses import make_course
from tests.make.patients import make_patient
from tests.statements import count_statements
from tracker.domain.instrument_uses import InstrumentUse, Intake


def section(page, start, end):
    return page.text.split(start)[1].split(end)[0]


def test_somebody_who_missed_two_in_a_row_is_behind(browser, world, db, clock):
    make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    page = browser(world.a.therapist).get_page("/check-ins")
    assert "Nobody is behind." in page.text
    assert "Nothing was due yet" in page.text
    clock.set(datetime(2026, 11, 26, 15, tzinfo=UTC))
    page = browser(world.a.therapist).get_page("/check-ins")
    behind = section(page, "Behind (1)", "The others in treatment")
    assert "A-1001 4 0 of 4 due" in behind  # missed in a row: three days and the baseline
    assert "0 of 4 due" in behind
    assert "Daily check-in of Thu 26 Nov, due" in behind
    assert f"/patients/{world.a.patient_id}/check-in-links" in page.html


def test_an_answer_takes_somebody_off_the_list(browser, world, db, clock):
    make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    clock.set(datetime(2026, 11, 26, 15, tzinfo=UTC))
    send_daily(db, world.a, now=clock())
    text = browser(world.a.clinician).get_page("/check-ins").text
    assert "Nobody is behind." in text
    assert "1 of 5 due" in text


def test_what_has_no_words_for_the_patient_is_for_staff_to_enter(browser, world, db):
    who = world.a.clinician
    ask_also(db, who, InstrumentUse(key="pcl-5", rules=(Intake(),), least_days_apart=28))
    course_id = make_course(db, who, world.a.patient_id)
    db.rollback()
    nurse = browser(who)
    page = nurse.get_page("/check-ins")
    assert "Enter paper form: PCL-5, past month of Tue 24 Nov, due" in page.text
    assert f"/courses/{course_id}/check-ins/pcl-5" in page.html
    load_wording(db, who, "pcl-5", "en")
    page = nurse.get_page("/check-ins")
    assert "Enter paper form" not in page.text
    assert "PCL-5, past month of Tue 24 Nov, due" in page.text


def test_another_clinics_patients_are_not_on_it(browser, world, db):
    make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    assert "The others in treatment (0)" in browser(world.b.clinician).get_page("/check-ins").text


def test_it_costs_the_same_whatever_the_size_of_the_clinic(browser, world, db, app):
    make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    nurse = browser(world.a.clinician)
    before = count_statements(app, lambda: nurse.get_page("/check-ins"))
    make_course(db, world.a.clinician, make_patient(db, world.a.clinician))
    db.rollback()
    assert count_statements(app, lambda: nurse.get_page("/check-ins")) == before
