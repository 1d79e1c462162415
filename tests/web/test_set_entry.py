"""Entering a set beside the values before, the table of the sets, and what a form carries."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.make.infusions import (
    course_of_today,
    make_end,
    make_infusion,
    make_vital_signs,
    planned_id,
)
from tests.make.patients import NOW
from tests.statements import count_statements
from tracker.actions import infusion_events, medicines_given, sheet_notes
from tracker.actions.infusion_events import Happening
from tracker.actions.medicines_given import Medicine
from tracker.domain.infusion_volume import Preparation
from tracker.domain.rescue_medicines import NAMES
from tracker.models.run_sheets import InfusionEventRow, RateChangeRow, VitalSignsRow

AT_TEN = NOW + timedelta(minutes=10)


@pytest.fixture
def nurse(browser, world):
    return browser(world.a.clinician)


@pytest.fixture
def course_id(db, world):
    return course_of_today(db, world.a.clinician, world.a.patient_id)


@pytest.fixture
def infusion_id(db, world, course_id):
    prepared = Preparation(vial_mg_per_ml=Decimal(50), bag_ml=Decimal(50))
    planned = planned_id(db, course_id)
    return make_infusion(db, world.a.clinician, planned, prepared=prepared)


@pytest.fixture
def sheet_path(infusion_id):
    return f"/infusions/{infusion_id}"


def log_one_of_each(db, who, infusion_id, words, *, now):
    """An event, a medicine and a note that can be told from those of another sheet."""
    common = {"submission": None, "now": now}
    infusion_events.record_event(
        db, who, infusion_id, Happening(term=f"Event {words}", occurred_at=now), **common
    )
    given = Medicine(medicine=f"Medicine {words}", dose="4 mg", given_at=now)
    medicines_given.record_medicine(db, who, infusion_id, given, **common)
    sheet_notes.record_note(db, who, infusion_id, f"Note {words}", noted_at=now, **common)


def rows(db, row):
    db.rollback()
    return db.scalars(select(row).order_by(row.recorded_at)).all()


def table_of(page):
    """The table of the sets as lists of its cells, without markup; a struck cell in <s>."""
    table = page.html.split("Sets of vital signs, newest first</caption>")[1].split("</table>")[0]
    body = table.split("<tbody>")[1]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in body.split("<tr>")[1:]]
    return [[re.sub(r"<(?!/?s>)[^>]*>", " ", cell).split() for cell in row] for row in cells]


def test_the_value_before_stands_beside_its_field_and_never_inside(
    nurse, db, world, clock, sheet_path, infusion_id
):
    make_vital_signs(
        db, world.a.clinician, infusion_id, now=NOW, systolic_mmhg=141, diastolic_mmhg=86
    )
    make_vital_signs(db, world.a.clinician, infusion_id, now=AT_TEN, heart_rate_bpm=82, rass=-1)
    clock.set(NOW + timedelta(minutes=12))
    page = nurse.get_page(sheet_path)
    assert "was 141 at 10:00" in page.html  # the newest of each measure, however old
    assert "was 82 at 10:10" in page.html
    assert "was −1 at 10:10" in page.html
    fields = page.form("systolic_mmhg")["fields"]
    assert fields["systolic_mmhg"] == fields["heart_rate_bpm"] == [""]
    assert "rass" not in fields  # no step is chosen beforehand
    assert 'aria-describedby="systolic_mmhg-was"' in page.html


def test_numbers_lead_to_sedation_and_sedation_to_the_button(nurse, sheet_path):
    form = nurse.get_page(sheet_path).html.split('class="vitals-entry"')[1].split("</form>")[0]
    order = ["systolic_mmhg", "diastolic_mmhg", "heart_rate_bpm", "spo2_percent"]
    order += ["respiration_per_minute", "rass"]
    places = [form.index(f'id="{name}"') for name in order] + [form.index('type="submit"')]
    assert places == sorted(places)
    assert form.index('value="-3"') < places[-1] < form.index('value="-4"')
    assert form.count('inputmode="numeric"') == 6
    assert "<select" not in form


def test_a_step_beyond_the_usual_ones_comes_back_where_it_can_be_seen(nurse, db, sheet_path):
    typed = {"systolic_mmhg": "120", "rass": "-5"}
    answer = nurse.submit(sheet_path, typed)
    assert answer.status_code == 422
    form = answer.text.split('class="vitals-entry"')[1].split("</form>")[0]
    assert "<details open>" in form
    assert re.search(r'value="-5" checked', form)
    whole = nurse.submit(sheet_path, {"heart_rate_bpm": "70", "rass": "2"})
    assert whole.status_code == 303
    (row,) = rows(db, VitalSignsRow)
    assert row.rass == 2


def test_the_table_has_every_set_with_what_became_of_it(
    nurse, db, world, clock, sheet_path, infusion_id
):
    who = world.a.clinician
    values = {"systolic_mmhg": 148, "diastolic_mmhg": 92, "heart_rate_bpm": 78}
    make_vital_signs(db, who, infusion_id, now=AT_TEN, spo2_percent=97, rass=-1, **values)
    late = NOW + timedelta(minutes=30)
    slip = make_vital_signs(
        db, who, infusion_id, now=late, measured_at=NOW + timedelta(minutes=20), cadss6=4
    )
    clock.set(NOW + timedelta(minutes=31))
    strike = {"correction_reason": "Another patient"}
    assert nurse.submit(f"/vital-signs/{slip}/strike", strike).status_code == 303
    newest, oldest = table_of(nurse.get_page(sheet_path))
    assert oldest[0] == ["10:10", "T+10"]
    assert oldest[1:8] == [["148/92"], ["111"], ["78"], ["97"], ["–"], ["RASS", "−1"], ["–"]]
    assert newest[0] == ["<s>10:20</s>", "T+20"]
    assert newest[7] == ["<s>4</s>"]
    assert " ".join(newest[8]).endswith("entered later, struck out")


def test_nothing_of_another_infusion_is_on_a_sheet(
    browser, db, world, clock, course_id, infusion_id
):
    """The log is read by its own sheet, never by the patient or the day."""
    who = world.a.clinician
    log_one_of_each(db, who, infusion_id, "of the first", now=NOW)
    make_vital_signs(db, who, infusion_id, now=NOW, heart_rate_bpm=61)
    make_end(db, who, infusion_id, now=NOW + timedelta(minutes=40))
    later = NOW + timedelta(days=4)
    second = make_infusion(db, who, planned_id(db, course_id, 2), now=later)
    log_one_of_each(db, who, second, "of the second", now=later)
    clock.set(later)
    nurse = browser(who)
    pages = {key: nurse.get_page(f"/infusions/{key}").html for key in (infusion_id, second)}
    assert pages[infusion_id].count("of the first") == pages[second].count("of the second") == 3
    assert "of the second" not in pages[infusion_id]
    assert "of the first" not in pages[second]
    assert "heart rate 61" not in pages[second]
    assert "was 61" not in pages[second]


def test_names_of_medicines_are_offered_and_never_doses(nurse, sheet_path):
    page = nurse.get_page(f"{sheet_path}/medicines/new").html
    assert 'list="medicine-offered"' in page
    offered = re.findall(r'<option value="([^"]*)">', page.split('id="medicine-offered"')[1])
    assert tuple(offered[: len(NAMES)]) == NAMES
    assert not any(re.search(r"\d", words) for words in offered)


@pytest.mark.parametrize(
    ("path", "answers", "row"),
    [
        ("events/new", {"term": "Nausea"}, InfusionEventRow),
        ("rates/new", {"rate_ml_per_h": "60", "reason": "nausea"}, RateChangeRow),
    ],
)
def test_an_entry_that_waited_keeps_when_it_was_made(
    nurse, db, clock, sheet_path, path, answers, row
):
    clock.set(NOW + timedelta(minutes=25))
    path = f"{sheet_path}/{path}"
    page = nurse.get_page(path)
    assert "data-outbox" in page.html
    form = page.form(next(iter(answers)))
    waited = {"taken_at": f"{AT_TEN:%Y-%m-%dT%H:%M:%SZ}"}
    assert nurse.client_post(path, form["fields"] | answers | waited).status_code == 303
    (stored,) = rows(db, row)
    assert (stored.occurred_at, stored.recorded_at) == (AT_TEN, clock())


def test_an_end_that_waited_is_the_time_at_which_it_was_said(nurse, db, clock, sheet_path):
    nurse.submit(f"{sheet_path}/events/new", {"term": "Nausea"})
    (old,) = rows(db, InfusionEventRow)
    clock.set(NOW + timedelta(minutes=25))
    path = f"/infusion-events/{old.id}/end"
    form = nurse.get_page(path).form("submission_id")
    waited = {"taken_at": f"{AT_TEN:%Y-%m-%dT%H:%M:%SZ}"}
    assert nurse.client_post(path, form["fields"] | waited).status_code == 303
    assert rows(db, InfusionEventRow)[-1].ended_at == AT_TEN


def test_the_sheet_takes_the_same_statements_however_much_was_logged(
    nurse, app, db, world, clock, sheet_path, infusion_id
):
    who = world.a.clinician
    clock.set(NOW + timedelta(minutes=40))
    make_vital_signs(db, who, infusion_id, now=NOW)
    log_one_of_each(db, who, infusion_id, "0", now=NOW)
    nurse.get(sheet_path)  # the first look after a sign-in asks more
    few = count_statements(app, lambda: nurse.get(sheet_path))
    for minutes in range(1, 12):
        at = NOW + timedelta(minutes=minutes)
        make_vital_signs(db, who, infusion_id, now=at, systolic_mmhg=172, diastolic_mmhg=80)
        log_one_of_each(db, who, infusion_id, str(minutes), now=at)
    assert count_statements(app, lambda: nurse.get(sheet_path)) == few
