"""What is due, late and missed on a patient's first page, by the rules of the course's protocol."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.make.asking import ask_also, load_wording
from tests.make.courses import make_course
from tests.make.infusions import complete_course
from tracker.domain.instrument_uses import FollowUp, InstrumentUse, Intake


@pytest.fixture
def phone(browser, world, db):
    make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    return browser(world.a.patient)


def test_what_was_missed_is_said_by_name_and_day(phone, browser, world, clock):
    assert "Missed in the last days" not in phone.get_page("/me").text
    clock.set(datetime(2026, 11, 25, 15, tzinfo=UTC))
    text = browser(world.a.patient).get_page("/me").text
    assert "Daily check-in: Mon 23 Nov; Tue 24 Nov" in text
    assert "Weekly rating: Tue 24 Nov" in text
    assert "go on with the next one" in text


def test_what_is_late_says_until_when_it_can_be_sent(browser, world, db, clock):
    make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    clock.set(datetime(2026, 11, 24, 6, tzinfo=UTC))  # one in the night
    text = browser(world.a.patient).get_page("/me").text
    assert "Yesterday’s check-in" in text
    assert "It is late: you can still send it until Tue 24 Nov, 3:00 a.m." in text


def test_an_instrument_is_asked_of_the_patient_once_its_words_are_there(browser, world, db):
    who = world.a.clinician
    use = InstrumentUse(key="pcl-5", rules=(Intake(),), least_days_apart=28)
    ask_also(db, who, use)
    make_course(db, who, world.a.patient_id)
    db.rollback()
    words = "Questions about the past month"
    assert words not in browser(world.a.patient).get_page("/me").text
    load_wording(db, who, "pcl-5", "es")
    assert words not in browser(world.a.patient).get_page("/me").text
    load_wording(db, who, "pcl-5", "en")
    text = browser(world.a.patient).get_page("/me").text
    assert words in text
    assert "PCL" not in text


def test_nothing_is_said_to_be_missed_before_the_course_was_planned(phone, browser, world, clock):
    clock.forward(days=1)
    text = browser(world.a.patient).get_page("/me").text
    assert "Mon 23 Nov" in text
    assert "Sun 22 Nov" not in text


@pytest.mark.parametrize("rules", [(FollowUp(days=(30,)),), (Intake(),)])
def test_a_completed_course_is_followed_up_where_its_protocol_says_so(
    browser, world, db, clock, rules
):
    who = world.a.clinician
    ask_also(db, who, InstrumentUse(key="weekly", rules=rules))
    course_id = complete_course(db, who, world.a.patient_id)
    clock.set(datetime(2026, 12, 24, 15, tzinfo=UTC))  # the 31st day
    phone = browser(world.a.patient)
    is_asked = isinstance(rules[0], FollowUp)
    assert ("Weekly rating" in phone.get_page("/me").text) == is_asked
    assert (f"weekly:follow-up-30:{course_id}" in phone.get_page("/me/check-in/weekly").html) == (
        is_asked
    )
