"""A PIN opens the locked screen of the sign-in that it was chosen under, for that day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.browsing import BASE
from tests.make.accounts import PASSWORD, give_password
from tests.web.test_lock import locked
from tracker.actions.screen_locks import PinIsSpent, unlock_with_pin
from tracker.domain.errors import Refused
from tracker.domain.screen_pins import TRIES
from tracker.models import db as flask_db
from tracker.models.accounts import SignInRow
from tracker.models.audit import AuditEventRow
from tracker.models.database import transaction
from tracker.models.reach import open_to_all

PIN = "274913"


@pytest.fixture
def nurse(db, browser, world):
    """Signed in, with a PIN, on a screen that is locked again."""
    give_password(db, world.a.clinician)
    visitor = locked(browser, world.a.clinician, headers={"Referer": f"{BASE}/patients"})
    assert "Your PIN" not in visitor.get("/locked").text
    answer = visitor.submit("/locked", {"password": PASSWORD, "new_pin": PIN})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/patients")
    visitor.post("/lock", {}, headers={"Referer": f"{BASE}/patients"})
    return visitor


def try_pin(visitor, pin):
    return visitor.submit("/locked", {"pin": pin})


def events(db):
    return db.scalars(select(AuditEventRow.event).order_by(AuditEventRow.seq)).all()


def test_the_pin_opens_the_page_that_was_open(db, nurse):
    page = nurse.get("/locked")
    assert "Your PIN" in page.text
    answer = try_pin(nurse, PIN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/patients")
    assert nurse.get("/patients").status_code == 200
    assert "screen PIN chosen" in events(db)
    assert events(db).count("screen unlocked") == 2
    stored = db.scalars(select(SignInRow.pin_hash).where(SignInRow.pin_hash.is_not(None))).one()
    assert PIN.encode() not in stored


def test_a_wrong_pin_says_so_and_the_right_one_gives_all_tries_back(db, nurse):
    for _ in range(3):
        for _ in range(TRIES - 1):
            answer = try_pin(nurse, "903182")
            assert answer.status_code == 422
            assert "The PIN is not right" in answer.text
            assert "There is a problem" in answer.text
            assert "903182" not in answer.text
        assert nurse.get("/board").headers["Location"] == "/locked"
        assert try_pin(nurse, PIN).status_code == 303
        nurse.post("/lock", {})


def test_the_fifth_wrong_pin_in_a_row_ends_the_sign_in(db, nurse):
    for _ in range(TRIES - 1):
        assert try_pin(nurse, "903182").status_code == 422
    before = nurse.client.get_cookie("tracker-local", domain="127.0.0.1").value
    answer = try_pin(nurse, "903182")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert "five times" in nurse.get("/login").text
    nurse.client.set_cookie("tracker-local", before, domain="127.0.0.1")
    assert nurse.get("/board").headers["Location"] == "/login"
    assert events(db).count("screen PIN wrong") == TRIES
    assert "sign-ins ended" in events(db)


def test_the_password_opens_it_all_the_same(db, nurse):
    answer = nurse.submit("/locked", {"password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/patients")


@pytest.mark.parametrize(
    ("pin", "words"), [("12345", "six digits"), ("123456", "try this one first")]
)
def test_a_pin_that_will_not_do_is_refused_and_nothing_is_unlocked(db, browser, world, pin, words):
    give_password(db, world.a.clinician)
    visitor = locked(browser, world.a.clinician)
    answer = visitor.submit("/locked", {"password": PASSWORD, "new_pin": pin})
    assert answer.status_code == 422
    assert words in answer.text
    assert visitor.get("/board").headers["Location"] == "/locked"
    assert "screen PIN chosen" not in events(db)


def test_a_pin_of_yesterday_opens_nothing(db, nurse):
    with transaction(db):
        row = db.scalars(select(SignInRow).where(SignInRow.pin_hash.is_not(None))).one()
        row.pin_chosen_at = row.pin_chosen_at - timedelta(days=1)
    assert "Your PIN" not in nurse.get("/locked").text
    answer = nurse.post("/locked/pin", {"pin": PIN})
    assert answer.status_code == 422
    assert "no PIN for today" in answer.text


def test_a_pin_is_no_proof_for_what_asks_for_the_password(db, nurse):
    with transaction(db):
        db.execute(update(SignInRow).values(proved_at=None))
    try_pin(nurse, PIN)
    assert "/confirm" in nurse.get("/outcomes.csv").headers["Location"]


def test_another_sign_in_of_the_same_person_has_not_this_pin(db, browser, world, nurse):
    other = locked(browser, world.a.clinician)
    assert "Your PIN" not in other.get("/locked").text
    assert other.post("/locked/pin", {"pin": PIN}).status_code == 422


def test_patients_choose_none(db, browser, world):
    visitor = locked(browser, world.a.patient)
    assert "new_pin" not in visitor.get("/locked").text


def test_many_tries_at_once_are_no_more_tries(app, db, nurse, world, clock):
    row = db.scalars(select(SignInRow).where(SignInRow.pin_hash.is_not(None))).one()
    who = replace(world.a.clinician, sign_in_id=row.id)
    db.rollback()
    with app.app_context():
        engine = flask_db.engine

    def attempt(_):
        with Session(engine) as session:
            open_to_all(session)
            try:
                unlock_with_pin(session, who, "903182", clinic=world.a.clinic, now=clock())
            except Refused as problem:
                return problem.field
            except PinIsSpent:
                return "spent"

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(attempt, range(16)))
    assert found.count("spent") == 1
    assert found.count("pin") == TRIES - 1
    assert found.count("password") == 16 - TRIES
