"""Reminders as people meet them: choosing, stopping by a link, being reminded by hand."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import UUID, uuid4

import pytest
from itsdangerous import Signer
from sqlalchemy import text

from tests.browsing import BASE
from tests.make.courses import make_course
from tests.make.reminders import change_choice, stored_messages, want_reminders
from tracker.models.audit import AuditEventRow
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.web.reminders.stop_links import patient_of, stop_token

SECRET = "k" * 48
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
CHOICE = {"remind_by": "email", "remind_at": "09:00"}


def chosen(db: Any, patient_id: UUID) -> CheckInPreferencesRow:
    db.rollback()
    row = db.get_one(CheckInPreferencesRow, patient_id)
    db.expunge_all()
    db.rollback()
    return row


def events(db: Any) -> list[str]:
    found = [row.event for row in db.query(AuditEventRow).order_by(AuditEventRow.seq)]
    db.rollback()
    return found


@pytest.fixture
def stop_path(world: Any) -> str:
    return f"/stop/{stop_token(SECRET, world.a.patient_id)}"


def test_looking_at_the_stop_link_stops_nothing(db, world, browser, stop_path):
    want_reminders(db, world.a)
    for _ in range(3):
        page = browser(None).get_page(stop_path)
        browser(None).client.head(stop_path, base_url=BASE)
    assert chosen(db, world.a.patient_id).reminders_stopped_at is None
    assert "SampleA" not in page.html
    assert "Clinic A" not in page.html


def test_the_button_stops_without_a_sign_in(db, world, browser, stop_path, clock):
    want_reminders(db, world.a)
    answer = browser(None).submit(stop_path, {})
    assert answer.status_code == 200
    assert chosen(db, world.a.patient_id).reminders_stopped_at == clock()
    assert events(db).count("reminders stopped") == 1


def test_a_mail_program_stops_with_one_click_and_twice_is_fine(db, world, app, stop_path, clock):
    """RFC 8058: no cookie, no token of a form, nothing but the one field."""
    want_reminders(db, world.a)
    for _ in range(2):
        answer = app.test_client().post(stop_path, data=ONE_CLICK, base_url=BASE)
        assert answer.status_code == 200
    assert chosen(db, world.a.patient_id).reminders_stopped_at == clock()
    assert events(db).count("reminders stopped") == 1


def test_the_page_says_how_to_start_again_in_the_readers_language(db, world, app, stop_path):
    want_reminders(db, world.a)
    answer = app.test_client().post(
        stop_path, data=ONE_CLICK, base_url=BASE, headers={"Accept-Language": "es"}
    )
    assert "Ajustes" in answer.text


@pytest.mark.parametrize(
    "token",
    [
        "x" * 66,
        stop_token("another key" * 5, uuid4()),
        stop_token(SECRET, uuid4()),
        Signer(SECRET, salt="something else").sign("A" * 22).decode().ljust(66, "x")[:66],
    ],
    ids=["noise", "another key", "nobody", "another purpose"],
)
def test_what_we_did_not_sign_stops_nothing(db, world, app, token):
    want_reminders(db, world.a)
    answer = app.test_client().post(f"/stop/{token}", data=ONE_CLICK, base_url=BASE)
    assert answer.status_code == 404
    assert chosen(db, world.a.patient_id).reminders_stopped_at is None


def test_a_changed_token_is_nobodys(world):
    token = stop_token(SECRET, world.a.patient_id)
    assert patient_of(SECRET, token) == world.a.patient_id
    for place in (0, 10, 30, 65):
        other = "A" if token[place] != "A" else "B"
        assert patient_of(SECRET, token[:place] + other + token[place + 1 :]) is None


def test_a_page_of_another_site_cannot_press_the_button(db, world, app, stop_path):
    want_reminders(db, world.a)
    answer = app.test_client().post(
        stop_path, data=ONE_CLICK, base_url=BASE, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert chosen(db, world.a.patient_id).reminders_stopped_at is None


def test_a_patient_chooses_and_starts_again_after_stopping(db, world, browser, stop_path):
    want_reminders(db, world.a, remind_by="none", remind_at=None)
    phone = browser(world.a.patient)
    assert phone.submit("/me/settings", CHOICE).status_code == 303
    row = chosen(db, world.a.patient_id)
    assert (row.remind_by, row.remind_at) == ("email", time(9))
    browser(None).submit(stop_path, {})
    page = phone.get_page("/me/settings")
    assert page.form("remind_by")["fields"]["remind_by"] == ["none"]
    assert phone.submit("/me/settings", CHOICE).status_code == 303
    assert chosen(db, world.a.patient_id).reminders_stopped_at is None


@pytest.mark.parametrize(
    ("address", "choice", "says"),
    [
        ({}, {"remind_by": "email"}, "elija a qué hora"),
        ({"email": ""}, CHOICE, "correo electrónico en el expediente"),
        ({"phone": ""}, CHOICE | {"remind_by": "sms"}, "teléfono en el expediente"),
        ({}, CHOICE | {"remind_at": "22:00"}, ""),
    ],
)
def test_what_cannot_work_is_refused(db, world, browser, address, choice, says):
    """In the patient's language; a night hour is not even in the list."""
    want_reminders(db, world.a, remind_by="none", remind_at=None, language="es", **address)
    answer = browser(world.a.patient).submit("/me/settings", choice)
    assert answer.status_code == 422
    assert says.casefold() in answer.text.casefold()
    assert chosen(db, world.a.patient_id).remind_by == "none"


def test_staff_choose_for_a_patient_who_agreed(db, world, browser):
    want_reminders(db, world.a, remind_by="none", remind_at=None)
    nurse = browser(world.a.clinician)
    path = f"/patients/{world.a.patient_id}/check-in-settings"
    refused = nurse.submit(path, CHOICE)
    assert refused.status_code == 422
    assert "tick that they agreed" in refused.text
    assert nurse.submit(path, CHOICE | {"agreed": "yes"}).status_code == 303
    assert chosen(db, world.a.patient_id).remind_by == "email"
    assert "sam@home.test" in nurse.get_page(path).text


def test_a_test_is_queued_once_and_not_again_at_once(db, world, browser):
    want_reminders(db, world.a)
    phone = browser(world.a.patient)
    form = phone.get_page("/me/settings").forms[-1]["fields"]
    for _ in range(2):
        assert phone.client_post("/me/settings/test", form).status_code == 303
    assert len(stored_messages(db, kind="reminder")) == 1
    again = phone.get_page("/me/settings").forms[-1]["fields"]
    phone.client_post("/me/settings/test", again)
    assert len(stored_messages(db, kind="reminder")) == 1
    assert "Wait a little" in phone.get_page("/me/settings").text


@pytest.fixture
def behind(db: Any, world: Any, clock: Any) -> None:
    """The patient of clinic A has been silent for days in an active course."""
    make_course(db, world.a.clinician, world.a.patient_id)
    db.execute(text("UPDATE courses SET state = 'active'"))
    db.commit()
    clock.forward(days=5)


def test_the_board_says_what_became_of_reminders_and_sends_one(db, world, browser, behind, clock):
    want_reminders(db, world.a)
    nurse = browser(world.a.clinician)
    page = nurse.get_page("/board")
    assert "By e-mail: 0 reminders sent." in page.text
    form = next(each for each in page.forms if each["action"].endswith("/remind"))
    for _ in range(2):
        assert nurse.client_post(form["action"], form["fields"]).status_code == 303
    (row,) = stored_messages(db)
    assert row.state == "queued"
    assert events(db).count("reminder asked for") == 1
    page = nurse.get_page("/board")
    assert "1 on the way" in page.text
    again = next(each for each in page.forms if each["action"].endswith("/remind"))
    nurse.client_post(again["action"], again["fields"])
    assert len(stored_messages(db)) == 1, "a second one within the hour"
    clock.forward(hours=1, minutes=1)
    assert "on its way already" in nurse.get_page("/board").text


def test_the_board_says_why_reminders_failed_and_who_stopped(db, world, browser, behind, clock):
    want_reminders(db, world.a)
    nurse = browser(world.a.clinician)
    page = nurse.get_page("/board")
    form = next(each for each in page.forms if each["action"].endswith("/remind"))
    nurse.client_post(form["action"], form["fields"])
    db.execute(
        text(
            "UPDATE messages SET state = 'failed', last_problem = 'refused with 550',"
            " settled_at = recorded_at"
        )
    )
    db.commit()
    assert "0 reminders sent, 1 failed (refused with 550)" in nurse.get_page("/board").text
    change_choice(db, world.a.patient_id, reminders_stopped_at=clock())
    page = nurse.get_page("/board")
    assert "The patient stopped reminders." in page.text
    assert not [each for each in page.forms if each["action"].endswith("/remind")]


def test_nobody_reminds_another_clinics_patient(db, world, browser):
    want_reminders(db, world.b)
    nurse = browser(world.a.clinician)
    form = {"csrf_token": nurse.csrf_token()}
    answer = nurse.client_post(f"/patients/{world.b.patient_id}/remind", form)
    assert answer.status_code == 404
    assert stored_messages(db) == []
