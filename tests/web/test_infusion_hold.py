"""An open alert of the highest level holds the next infusion until it was reviewed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.browsing import BASE
from tests.make.check_ins import send_daily
from tests.make.infusions import (
    course_of_today,
    make_checked_sheet,
    make_sheet,
    planned_id,
    start_of,
)
from tracker.actions.alerts import close_alert
from tracker.actions.infusions import ask_before_start, start_infusion
from tracker.domain.infusion_hold import HELD, InfusionHeld
from tracker.models.check_ins import SafetyAlertRow
from tracker.models.infusions import GivenInfusionRow


@pytest.fixture
def planned(db, world):
    return planned_id(db, course_of_today(db, world.a.clinician, world.a.patient_id))


def begin(db, world, sheet_id, clock):
    return start_infusion(db, world.a.clinician, sheet_id, start_of(), submission=None, now=clock())


def ask(visitor, path, etag):
    headers = {"If-None-Match": etag}
    return visitor.client.get(path, base_url=BASE, headers=headers)


def alert_id(db):
    found = db.scalar(select(SafetyAlertRow.id))
    db.rollback()
    return found


def test_an_infusion_starts_only_after_the_alert_was_closed(db, world, clock, planned):
    sheet_id = make_checked_sheet(db, world.a.clinician, planned)
    send_daily(db, world.a, now=clock(), self_harm=3)
    with pytest.raises(InfusionHeld) as caught:
        ask_before_start(db, world.a.clinician, sheet_id, start_of(), now=clock())
    db.rollback()
    assert caught.value.alert_ids == (alert_id(db),)
    with pytest.raises(InfusionHeld):
        begin(db, world, sheet_id, clock)
    assert db.scalars(select(GivenInfusionRow.id)).all() == []
    close_alert(
        db,
        world.a.therapist,
        alert_id(db),
        action_taken="Seen in the room; plan agreed.",
        submission=None,
        now=clock(),
    )
    assert begin(db, world, sheet_id, clock) == sheet_id


@pytest.mark.parametrize("answer", [1, 2, None])
def test_lower_levels_hold_nothing(db, world, clock, planned, answer):
    sheet_id = make_checked_sheet(db, world.a.clinician, planned)
    send_daily(db, world.a, now=clock(), self_harm=answer)
    assert begin(db, world, sheet_id, clock) == sheet_id


def test_every_page_before_the_start_says_so_and_leads_to_the_alert(
    browser, db, world, clock, planned
):
    nurse = browser(world.a.clinician)
    arrive = f"/planned-infusions/{planned}/arrive"
    assert HELD not in nurse.get_page(arrive).text
    send_daily(db, world.a, now=clock(), self_harm=3)
    link = f'href="/alerts/{alert_id(db)}"'
    page = nurse.get(arrive).text
    assert HELD in page
    assert link in page
    sheet_id = make_checked_sheet(db, world.a.clinician, planned)
    for where in (f"/infusions/{sheet_id}", f"/infusions/{sheet_id}/start"):
        page = nurse.get(where).text
        assert HELD in page
        assert link in page


def test_an_open_sheet_hears_of_it_when_it_asks_again(browser, db, world, clock, planned):
    nurse = browser(world.a.clinician)
    sheet_id = make_sheet(db, world.a.clinician, planned)
    live = f"/infusions/{sheet_id}/live"
    etag = nurse.get(live).headers["ETag"]
    assert ask(nurse, live, etag).status_code == 304
    send_daily(db, world.a, now=clock(), self_harm=3)
    answer = ask(nurse, live, etag)
    assert answer.status_code == 200
    assert HELD in answer.text


def test_the_board_says_that_an_alert_holds_the_infusion(browser, db, world, clock, planned):
    nurse, words = browser(world.a.clinician), "Cannot start: a safety alert is open"
    assert words not in nurse.get_page("/board").text
    send_daily(db, world.a, now=clock(), self_harm=3)
    assert words in nurse.get_page("/board").text
    make_checked_sheet(db, world.a.clinician, planned)
    assert f"{words}; Checks done" in nurse.get_page("/board").text
    close_alert(
        db,
        world.a.therapist,
        alert_id(db),
        action_taken="Seen in the room; plan agreed.",
        submission=None,
        now=clock(),
    )
    assert words not in nurse.get_page("/board").text


def test_no_start_is_offered_while_an_alert_holds_it(browser, db, world, clock, planned):
    nurse, sheet = browser(world.a.clinician), make_checked_sheet(db, world.a.clinician, planned)
    path, start = f"/infusions/{sheet}/start", 'value="start">Start infusion 1<'
    typed = {"weight_kg": "80", "dose_mg_per_kg": "0.5", "step": "calculate"}
    typed |= {"systolic_mmhg": "120", "diastolic_mmhg": "80", "heart_rate_bpm": "70"}
    assert start in nurse.submit(path, typed).text
    send_daily(db, world.a, now=clock(), self_harm=3)
    held = nurse.submit(path, typed).text
    assert start not in held
    assert HELD in held
