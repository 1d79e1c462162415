"""The list of safety alerts and the page that closes one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.make.check_ins import send_daily
from tests.make.courses import make_course
from tracker.models.check_ins import SafetyAlertRow


@pytest.fixture
def alert(db, world, clock):
    """Monday's answer is "often"; Saturday's and Sunday's were milder."""
    make_course(db, world.a.clinician, world.a.patient_id, now=clock() - timedelta(days=5))
    for days_ago, answer in ((2, 0), (1, None), (0, 2)):
        send_daily(db, world.a, now=clock() - timedelta(days=days_ago), self_harm=answer)
    found = db.scalars(select(SafetyAlertRow.id).order_by(SafetyAlertRow.level.desc())).first()
    db.rollback()
    return found


def test_open_alerts_are_listed_by_level_and_without_the_answer(browser, world, alert):
    page = browser(world.a.therapist).get_page("/alerts")
    assert page.text.index("Within hours") < page.text.index("Look today")
    assert "SampleA" in page.text
    assert "Yes, often" not in page.text


def test_the_page_shows_the_answer_the_two_before_it_and_the_telephone(browser, world, alert):
    text = browser(world.a.therapist).get_page(f"/alerts/{alert}").text
    assert "Have you had thoughts today" in text
    assert "Yes, often" in text
    assert "Sun 22 Nov 2026, 10:00 Skipped" in text
    assert "Sat 21 Nov 2026, 10:00 No" in text
    assert "None on record" in text


def test_an_overdue_alert_says_by_how_much(browser, world, alert, clock):
    clock.forward(hours=4, minutes=25)
    staff = browser(world.a.clinician)
    assert "overdue by 25 min" in staff.get_page("/alerts").text
    assert "overdue by 25 min" in staff.get_page(f"/alerts/{alert}").text


def test_an_alert_is_closed_with_what_was_done(browser, world, alert):
    staff = browser(world.a.therapist)
    words = "Called <b>her</b>. Safe for now."
    answer = staff.submit(f"/alerts/{alert}", {"action_taken": words})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/alerts")
    page = staff.get_page("/alerts")
    assert "Saved at 10:00." in page.text
    assert "Called &lt;b&gt;her&lt;/b&gt;" in page.html
    closed = staff.get_page(f"/alerts/{alert}")
    assert "Closed Mon 23 Nov 2026, 10:00 by Therapist A." in closed.text
    assert "Close this alert" not in closed.text


@pytest.mark.parametrize("words", ["", "  ", "\x00", "x" * 4001])
def test_the_form_comes_back_when_nothing_usable_is_written(browser, world, alert, db, words):
    answer = browser(world.a.therapist).submit(f"/alerts/{alert}", {"action_taken": words})
    assert answer.status_code == 422
    assert db.get(SafetyAlertRow, alert).closed_at is None


def test_a_second_sending_is_marked_as_one(browser, world, db, clock):
    make_course(db, world.a.clinician, world.a.patient_id)
    send_daily(db, world.a, now=clock())
    send_daily(db, world.a, now=clock(), self_harm=3)
    alert_id = db.scalar(select(SafetyAlertRow.id))
    db.rollback()
    text = browser(world.a.clinician).get_page(f"/alerts/{alert_id}").text
    assert "Yes, and I might act on them (sent a second time; the first answers stand)" in text
