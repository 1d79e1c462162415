"""What people complain about in other systems, tried on the pages of the infusion room."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import CheckConstraint, select, text

from tests.browsing import BASE
from tests.make import filled, filled_sheets
from tests.make.filled import Setting
from tests.make.infusions import (
    course_of_today,
    make_end,
    make_infusion,
    make_ready,
    make_vital_signs,
    planned_id,
)
from tests.make.patients import NOW, make_patient
from tracker.actions import infusion_events
from tracker.actions.infusion_events import Happening
from tracker.domain.vital_signs import POSSIBLE, Measure
from tracker.models.run_sheets import RunSheetRow, VitalSignsRow
from tracker.web.infusions.forms import CorrectionForm, VitalSignsForm

FORMS_WITH_A_TIME = (
    filled.vital_signs,
    filled.correction,
    filled.infusion_event,
    filled.rate_change,
    filled.infusion_end,
    filled.drug_draw,
    filled.drug_account,
    filled_sheets.arrival,
    filled_sheets.step,
    filled_sheets.recovery_score,
    filled_sheets.recovery_correction,
    filled_sheets.time_correction,
    filled_sheets.medicine_given,
    filled_sheets.medicine_correction,
    filled_sheets.sheet_note,
    filled_sheets.note_correction,
    filled_sheets.event_correction,
    filled_sheets.rate_correction,
    filled_sheets.acknowledgement,
)


@pytest.fixture
def nurse(browser, world):
    return browser(world.a.clinician)


@pytest.fixture
def setting(browser, world, db):
    return Setting(browser=browser, world=world, db=db)


@pytest.fixture
def sheet_id(db, world):
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    return make_infusion(db, world.a.clinician, planned_id(db, course_id))


def printed(nurse, sheet_id):
    answer = nurse.client.get(f"/infusions/{sheet_id}/record.pdf", base_url=BASE)
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_a_tablet_that_slept_says_how_late_the_set_is_and_the_gap_stays_on_paper(
    nurse, clock, sheet_id
):
    """Scenario of a nurse with gloves on: started at 10:00, a set at 10:20, asleep until 10:34."""
    path = f"/infusions/{sheet_id}"
    clock.set(NOW + timedelta(minutes=20))
    empty = nurse.client.get(f"{path}/vital-signs.svg", base_url=BASE).text
    numbers = {"systolic_mmhg": "124", "diastolic_mmhg": "78", "heart_rate_bpm": "72"}
    assert nurse.submit(path, numbers).status_code == 303
    shown = nurse.get_page(path)
    assert "Saved at 10:20" in shown.text
    assert "T+20" in shown.text
    assert nurse.client.get(f"{path}/vital-signs.svg", base_url=BASE).text != empty
    clock.set(NOW + timedelta(minutes=34))
    woken = nurse.get_page(path)
    assert "10:30" in woken.text
    assert "4 min late" in woken.text
    fields = woken.form("systolic_mmhg")["fields"]
    typed = [value for name, value in fields.items() if name.endswith(("mmhg", "bpm", "percent"))]
    assert typed == [[""]] * len(typed)
    assert nurse.submit(path, numbers | {"heart_rate_bpm": "73"}).status_code == 303
    record = printed(nurse, sheet_id)
    assert "T+20 10:20 124/78" in record
    assert "No set between 10:20 and 10:34 (14 min; every 10 asked)" in record
    assert "T+34 10:34 124/78" in record
    assert "T+30 " not in record


def test_no_reading_of_many_is_left_out_or_averaged(nurse, db, clock, sheet_id):
    """Thirty sets in fifteen minutes, two in each: all in the log and all on paper."""
    path, rates = f"/infusions/{sheet_id}", range(60, 90)
    for number, rate in enumerate(rates):
        clock.set(NOW + timedelta(seconds=30 * number))
        assert nurse.submit(path, {"heart_rate_bpm": str(rate)}).status_code == 303
    log = nurse.get_page(path).html.partition('id="log"')[2]
    record = printed(nurse, sheet_id)
    for rate in rates:
        assert f"heart rate {rate}" in log
        assert re.search(rf"\b{rate}\b", record), rate


def test_a_form_stores_with_the_patient_whose_page_it_came_from(nurse, db, world, sheet_id):
    """Two sheets lie open in two tabs: the one that was opened first is sent last."""
    who = world.a.clinician
    other_patient = make_patient(db, who, family_name="Othername")
    other = make_infusion(db, who, planned_id(db, course_of_today(db, who, other_patient)))
    first, second = (nurse.get_page(f"/infusions/{each}") for each in (sheet_id, other))
    assert "SampleA" in first.text
    assert "6 May 1984" in first.text
    assert "Othername" not in first.text
    assert "Othername" in second.text
    for page, rate in ((second, "91"), (first, "61")):
        form = page.form("systolic_mmhg")
        sent = nurse.client_post(form["action"], form["fields"] | {"heart_rate_bpm": rate})
        assert sent.status_code == 303
    db.rollback()
    stored = db.execute(select(VitalSignsRow.run_sheet_id, VitalSignsRow.heart_rate_bpm)).all()
    assert set(stored) == {(sheet_id, 61), (other, 91)}


def test_the_next_infusion_shows_nothing_that_happened_during_the_one_before(
    nurse, browser, db, world, clock, sheet_id
):
    who = world.a.clinician
    happened = Happening(term="Unheard-of hiccups", occurred_at=NOW)
    infusion_events.record_event(db, who, sheet_id, happened, submission=None, now=NOW)
    make_vital_signs(db, who, sheet_id, now=NOW, heart_rate_bpm=87)
    make_end(db, who, sheet_id, now=NOW + timedelta(minutes=40))
    make_ready(db, who, sheet_id, at=NOW + timedelta(hours=2))
    first = nurse.get_page(f"/infusions/{sheet_id}").html
    assert "Unheard-of hiccups" in first
    assert "heart rate 87" in first
    course_id = db.scalars(select(RunSheetRow.course_id)).one()
    clock.set(NOW + timedelta(days=4))
    second = make_infusion(db, who, planned_id(db, course_id, 2), now=clock())
    page = browser(who).get_page(f"/infusions/{second}").html
    assert "Unheard-of hiccups" not in page
    assert "heart rate 87" not in page


@pytest.mark.parametrize("measure", list(Measure))
def test_one_range_holds_on_every_screen_and_in_the_database(app, measure):
    """What is impossible is the same for a new set, a corrected one and a stored row."""
    low, high = POSSIBLE[measure]
    with app.test_request_context("/"):
        for form in (VitalSignsForm(formdata=None), CorrectionForm(formdata=None)):
            field = form[measure.value]
            if hasattr(field, "low"):
                assert (field.low, field.high) == (low, high)
            else:
                offered = {int(key) for key, _words in field.choices if key}
                assert offered == set(range(low, high + 1))
    checks = [
        str(each.sqltext)
        for each in VitalSignsRow.__table__.constraints
        if isinstance(each, CheckConstraint) and str(each.sqltext).startswith(measure.value)
    ]
    assert any(f"{low}" in each and f"{high}" in each for each in checks), checks


@pytest.mark.parametrize("make", FORMS_WITH_A_TIME, ids=lambda make: make.__name__)
def test_a_time_that_is_still_to_come_is_refused_on_every_form(make, setting, db):
    form = make(setting)
    (name,) = [each for each in form.data if each.endswith("_time") and each != "ended_time"] or [
        "ended_time"
    ]
    before = stored(db, form.table)
    answer = form.visitor.client_post(form.path, form.data | {name: "10:30"})
    assert answer.status_code == 422
    assert "future" in answer.text
    assert stored(db, form.table) == before


def stored(db, table):
    db.rollback()
    found = db.execute(text(f'SELECT * FROM "{table}" ORDER BY 1')).all()
    db.rollback()
    return found
