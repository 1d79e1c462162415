"""Changing the rate of an infusion, and ending it with what really ran in."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.browsing import Page
from tests.make.infusions import course_of_today, make_infusion, planned_id
from tests.make.patients import NOW
from tracker.domain.infusion_volume import Preparation
from tracker.models.infusions import GivenInfusionRow
from tracker.models.run_sheets import RateChangeRow, RunSheetMoveRow

IN_A_BAG = Preparation(vial_mg_per_ml=Decimal(50), bag_ml=Decimal(50))


@pytest.fixture
def nurse(browser, world):
    return browser(world.a.clinician)


@pytest.fixture
def planned(db, world):
    return planned_id(db, course_of_today(db, world.a.clinician, world.a.patient_id))


@pytest.fixture
def sheet(db, world, planned, clock):
    """The address of a sheet whose infusion has run for 20 minutes: 40 mg in 50 mL."""
    infusion_id = make_infusion(db, world.a.clinician, planned, prepared=IN_A_BAG)
    clock.set(NOW + timedelta(minutes=20))
    return f"/infusions/{infusion_id}"


def rates(db):
    db.rollback()
    return db.scalars(select(RateChangeRow).order_by(RateChangeRow.recorded_at)).all()


def given(db):
    db.rollback()
    return db.scalars(select(GivenInfusionRow)).one()


def test_the_sheet_says_at_which_rate_it_runs_and_what_ran_in(nurse, sheet):
    page = nurse.get_page(sheet)
    assert "Runs at 75 mL/h. By now 25 mL of 50 mL have run in, computed" in page.html
    assert "40 mg ÷ 50 mg/mL = 0.8 mL to draw up" in page.html


def test_a_change_of_rate_counts_from_now_on(nurse, db, sheet, clock):
    change = {"rate_ml_per_h": "30", "reason": "Nausea"}
    assert nurse.submit(f"{sheet}/rates/new", change).status_code == 303
    (row,) = rates(db)
    assert (row.rate_ml_per_h, row.reason) == (Decimal(30), "Nausea")
    clock.set(NOW + timedelta(minutes=30))
    page = nurse.get_page(sheet)
    assert "Runs at 30 mL/h. By now 30 mL of 50 mL" in page.html
    assert "30 mL/h from" in page.html


def test_a_corrected_rate_stays_readable_and_no_longer_counts(nurse, db, sheet):
    nurse.submit(f"{sheet}/rates/new", {"rate_ml_per_h": "300", "reason": "Nausea"})
    (wrong,) = rates(db)
    path = f"/rate-changes/{wrong.id}"
    right = {"rate_ml_per_h": "30", "correction_reason": "A nought too many"}
    assert nurse.submit(f"{path}/correct", right).status_code == 303
    page = nurse.get_page(sheet)
    assert "Runs at 30 mL/h" in page.html
    assert "<s>300 mL/h from" in page.html
    assert "A nought too many" in page.html
    again = nurse.submit(f"{path}/strike", {"correction_reason": "Twice"})
    assert again.status_code == 409
    assert "was corrected before" in again.text
    assert "Now stands: 30 mL/h" in again.text


def test_a_struck_rate_stays_readable_and_the_first_rate_counts_again(nurse, db, sheet):
    nurse.submit(f"{sheet}/rates/new", {"rate_ml_per_h": "30", "reason": "Nausea"})
    (wrong,) = rates(db)
    why = {"correction_reason": "Another patient's pump"}
    assert nurse.submit(f"/rate-changes/{wrong.id}/strike", why).status_code == 303
    page = nurse.get_page(sheet)
    assert "Runs at 75 mL/h" in page.html
    assert "Struck out at" in page.html


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rate_ml_per_h": ""}, "from 0.1 to 5000 mL/h"),
        ({"rate_ml_per_h": "9999999"}, "from 0.1 to 5000 mL/h"),
        ({"rate_ml_per_h": "1.25"}, "at most 1 decimal places"),
        ({"reason": ""}, "Say why the rate is changed."),
        ({"reason": "x" * 201}, "Shorten this"),
        ({"changed_time": "09:00"}, "before the start"),
        ({"changed_time": "23:00"}, "cannot be in the future"),
        ({"changed_time": "25:61"}, "Enter a time such as 14:05."),
        ({"changed_day": "2026-02-30"}, "does not exist"),
    ],
)
def test_a_rate_that_does_not_fit_comes_back(nurse, db, sheet, changes, words):
    answer = nurse.submit(
        f"{sheet}/rates/new", {"rate_ml_per_h": "30", "reason": "Nausea"} | changes
    )
    assert answer.status_code == 422
    assert words in answer.text
    fields = Page(answer.text).form("rate_ml_per_h")["fields"]
    assert all(fields[name] == [typed] for name, typed in changes.items())
    assert rates(db) == []


def test_a_rate_sent_twice_is_stored_once(nurse, db, sheet):
    form = nurse.get_page(f"{sheet}/rates/new").form("rate_ml_per_h")["fields"]
    sent = form | {"rate_ml_per_h": "30", "reason": "Nausea"}
    for _ in range(2):
        assert nurse.client_post(f"{sheet}/rates/new", sent).status_code == 303
    assert len(rates(db)) == 1


def test_another_clinic_finds_neither_sheet_nor_rate(browser, nurse, db, world, sheet):
    nurse.submit(f"{sheet}/rates/new", {"rate_ml_per_h": "30", "reason": "Nausea"})
    stranger = browser(world.b.clinician)
    assert stranger.get(f"{sheet}/rates/new").status_code == 404
    assert stranger.get(f"/rate-changes/{rates(db)[0].id}/correct").status_code == 404


def test_nothing_is_filled_in_at_the_end_but_what_was_computed_is_said(nurse, sheet):
    page = nurse.get_page(f"{sheet}/end")
    fields = page.form("given_mg")["fields"]
    assert (fields["given_mg"], fields["infused_ml"]) == ([""], [""])
    assert "40 mg was ordered." in page.html
    assert "Computed from the rates by now: 25 mL of 50 mL." in page.html


def test_an_early_stop_keeps_what_really_ran_in(nurse, db, sheet):
    early = {"given_mg": "20", "infused_ml": "25", "stop_reason": "Panic"}
    assert nurse.submit(f"{sheet}/end", early).status_code == 303
    row = given(db)
    assert (row.state, row.given_mg, row.infused_ml) == (
        "stopped_early",
        Decimal(20),
        Decimal(25),
    )
    moves = set(db.scalars(select(RunSheetMoveRow.move)))
    assert "stop_early" in moves
    assert "20 mg of 40 mg; 25 mL of 50 mL infused" in nurse.get_page(sheet).html


def test_milligrams_and_millilitres_that_do_not_fit_are_asked_about(nurse, db, sheet):
    answer = nurse.submit(f"{sheet}/end", {"given_mg": "40", "infused_ml": "25"})
    assert answer.status_code == 422
    assert "25 mL of 50 mL hold 20 mg; 40 mg are entered as given." in answer.text
    assert given(db).state == "running"
    form = Page(answer.text).form("given_mg")["fields"]
    confirmed = form | {"confirmed": "amounts 40 25"}
    assert nurse.client_post(f"{sheet}/end", confirmed).status_code == 303
    assert given(db).infused_ml == Decimal(25)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"given_mg": ""}, "Enter how much was given."),
        ({"given_mg": "41"}, "Enter a number from 0 to 40"),
        ({"given_mg": "20", "stop_reason": ""}, "Say why less was given"),
        ({"infused_ml": "51"}, "Enter a number from 0 to 50"),
        ({"infused_ml": "-1"}, "from 0 to 5000 mL"),
        ({"ended_time": "23:00"}, "cannot be in the future"),
    ],
)
def test_an_end_that_does_not_fit_comes_back(nurse, db, sheet, changes, words):
    answer = nurse.submit(f"{sheet}/end", {"given_mg": "40"} | changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert given(db).state == "running"


def test_without_volumes_no_rate_is_computed_and_none_can_be_entered(nurse, db, world, planned):
    path = f"/infusions/{make_infusion(db, world.a.clinician, planned)}"
    page = nurse.get_page(path)
    assert "Runs at" not in page.html
    assert "Change the rate" not in page.html
    refused = nurse.submit(f"{path}/rates/new", {"rate_ml_per_h": "30", "reason": "Nausea"})
    assert "No volume was written down" in refused.text
    assert "infused_ml" not in nurse.get_page(f"{path}/end").form("given_mg")["fields"]


def test_an_end_that_the_clock_contradicts_is_asked_about_and_then_stored(nurse, db, sheet, clock):
    answer = nurse.submit(f"{sheet}/end", {"given_mg": "40", "infused_ml": "50"})
    assert answer.status_code == 422
    words = "25 mL of 50 mL ran in; 50 mL are entered. Is this right?"
    assert words in answer.text
    assert given(db).state == "running"
    form = Page(answer.text).form("given_mg")["fields"] | {"confirmed": "clock 50 mL"}
    clock.set(NOW + timedelta(minutes=22))
    assert nurse.client_post(f"{sheet}/end", form).status_code == 303
    assert given(db).infused_ml == Decimal(50)
