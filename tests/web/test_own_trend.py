"""What the page after sending shows of earlier answers: one's own numbers, and only if agreed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from tests.make.check_ins import form_fields, send_daily
from tests.make.courses import make_course
from tracker.models.check_in_preferences import CheckInPreferencesRow

DAILY = "/me/check-in/daily"
SENT = "/me/check-ins/sent"
HEADING = "How your answers went"


@pytest.fixture
def phone(browser: Any, world: Any, db: Any, clock: Any) -> Any:
    """The patient's phone on a later day, with a check-in of the day before stored."""
    make_course(db, world.a.clinician, world.a.patient_id)
    send_daily(db, world.a, now=clock())
    clock.forward(days=1)
    return browser(world.a.patient)


def send(phone: Any, **changes: str) -> str:
    page = phone.get_page(DAILY)
    answer = phone.client_post(DAILY, form_fields(page, **changes))
    assert answer.status_code == 303
    text: str = phone.get_page(SENT).text
    return text


def test_the_numbers_stand_with_their_days_and_say_which_way_is_better(phone):
    text = send(phone, memories="8")
    shown = text[text.index(HEADING) :]
    assert shown.index("Mon 23 Nov 15") < shown.index("Tue 24 Nov 12")
    assert "It can be 0 to 50, and lower is better." in shown
    assert "it is not a diagnosis" in shown


SKIPPED = dict.fromkeys(("memories", "sleep", "anxiety"), "skip")
NOT_ENOUGH = "There are not enough answers yet to show how it goes."


def test_a_day_with_too_few_answers_is_a_gap_and_no_number(phone, clock, browser, world):
    send(phone)
    clock.forward(days=1)
    text = send(browser(world.a.patient), **SKIPPED)
    assert "Wed 25 Nov Too few answers for a number" in text


def test_one_number_alone_is_no_trend(phone, db, clock, world, browser):
    assert NOT_ENOUGH in send(phone, **SKIPPED)
    clock.forward(days=-1)
    text = browser(world.a.patient).get_page(SENT).text
    assert NOT_ENOUGH in text
    assert "Mon 23 Nov 15" not in text


def test_the_progress_page_and_its_picture_follow_the_same_choice(phone, db):
    db.execute(update(CheckInPreferencesRow).values(sees_own_trend=False))
    db.commit()
    page = phone.get_page("/me/progress")
    assert "You chose not to be shown how your answers go." in page.text
    assert 'href="/me/settings"' in page.html
    assert "<figure" not in page.html
    assert phone.get("/me/progress/charts/progress/abc.svg").status_code == 404


@pytest.mark.parametrize("agreed", [True, False])
def test_they_are_shown_only_where_the_patient_agreed(phone, db, agreed):
    db.execute(update(CheckInPreferencesRow).values(sees_own_trend=agreed))
    db.commit()
    send(phone)
    page = phone.get_page(SENT)
    assert (HEADING in page.text) is agreed
    assert ('href="/me/progress"' in page.html) is agreed


def test_help_comes_alone(phone):
    text = send(phone, self_harm="2")
    assert "You can talk to someone now" in text
    assert HEADING not in text
    assert 'href="/me/progress"' not in phone.get_page(SENT).html


def test_the_patient_decides_in_the_settings(phone):
    assert phone.submit("/me/settings", {"sees_own_trend": "no"}).status_code == 303
    assert HEADING not in send(phone)
    assert phone.submit("/me/settings", {"sees_own_trend": "yes"}).status_code == 303
    assert HEADING in phone.get_page(SENT).text
