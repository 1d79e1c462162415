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
    assert "Yes, and I might act on them" in text
    assert "Sent a second time; the first answer, “No”, stands" in text


def test_what_was_done_earlier_is_stored_with_both_times(browser, world, alert, db, clock):
    clock.forward(hours=3)
    staff = browser(world.a.therapist)
    done = {"action_taken": "Called.", "done_time": "11:30"}
    assert staff.submit(f"/alerts/{alert}", done).status_code == 303
    row = db.get(SafetyAlertRow, alert)
    assert (clock() - row.done_at, row.closed_at) == (timedelta(minutes=90), clock())
    text = staff.get_page(f"/alerts/{alert}").text
    assert "Done Mon 23 Nov 2026, 11:30. Closed Mon 23 Nov 2026, 13:00 by Therapist A." in text


@pytest.mark.parametrize(
    "when", [{"done_time": "09:30"}, {"done_time": "10:30"}, {"done_day": "2026-11-22"}]
)
def test_an_alert_stays_open_when_the_time_cannot_be(browser, world, alert, db, when):
    """It was raised at 10:00, which is now."""
    answer = browser(world.a.therapist).submit(f"/alerts/{alert}", {"action_taken": "x"} | when)
    assert answer.status_code == 422
    assert db.get(SafetyAlertRow, alert).closed_at is None


def test_the_list_says_when_the_backup_was_told(browser, world, alert, db, clock):
    db.get(SafetyAlertRow, alert).escalated_at = clock() + timedelta(hours=4, minutes=32)
    db.commit()
    clock.forward(hours=5)
    staff = browser(world.a.therapist)
    assert "overdue by 60 min; backup told at 14:32" in staff.get_page("/alerts").text
    assert "overdue by 60 min; backup told at 14:32" in staff.get_page(f"/alerts/{alert}").text


def test_no_list_is_a_verdict_that_all_is_well(browser, world, alert, db, clock):
    """It says what was asked and when; that nothing is open is no finding."""
    staff = browser(world.a.therapist)
    text = staff.get_page("/alerts").text
    assert "during the last 24 hours: 1, the last one Mon 23 Nov 2026, 10:00." in text
    assert "defaults of this system: they need clinical review" in text
    clock.forward(days=3)
    staff = browser(world.a.therapist)
    text = staff.get_page("/alerts").text
    assert "No check-in with a question on self-harm was answered during the last 24" in text
    assert "clear" not in text.lower()
