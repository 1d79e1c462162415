"""Saying in the protocol which instrument is asked when."""

from __future__ import annotations

import pytest

from tests.make.courses import make_course
from tracker.domain.instrument_uses import FollowUp, Intake, Weekly
from tracker.models.courses import CourseRow
from tracker.queries.protocols import newest_protocols


@pytest.fixture
def lead(browser, world):
    return browser(world.a.clinician)


@pytest.fixture
def newest(db, world):
    def ask():
        db.rollback()
        (found,) = newest_protocols(db, world.a.clinician)
        return found

    return ask


def use_path(newest, key):
    return f"/admin/protocols/{newest().id}/questions/{key}"


def use_of(newest, key):
    found = [use for use in newest().protocol.instruments if use.key == key]
    return found[0] if found else None


def test_the_page_says_what_is_asked_when_and_what_has_no_wording(lead, newest):
    page = lead.get_page("/admin/protocol")
    assert "every 7 days from infusion 1, also in maintenance" in page.text
    page = lead.get_page(f"/admin/protocols/{newest().id}/questions")
    assert "In the 7 days before infusion 1" in page.text
    assert "No wording in this clinic: staff enter paper forms" in page.text
    assert "Not asked" in lead.get_page(use_path(newest, "phq-9")).text


def test_a_ready_made_use_is_taken_over_as_it_is_offered(lead, db, world, newest):
    old = newest()
    course_id = make_course(db, world.a.clinician, world.a.patient_id)
    page = lead.get_page(use_path(newest, "phq-8"))
    assert "default, needs clinical review" in page.text
    assert lead.submit(use_path(newest, "phq-8"), {}).status_code == 303
    use = use_of(newest, "phq-8")
    assert use.rule(Intake) == Intake()
    assert use.rule(Weekly).every_days == 14
    assert use.least_days_apart == 14
    assert newest().protocol.version == 2
    assert db.get(CourseRow, course_id).protocol_id == old.id


def test_an_item_on_self_harm_is_not_asked_while_nobody_is_told_of_the_answer(lead, newest):
    answer = lead.submit(use_path(newest, "phq-9"), {})
    assert answer.status_code == 422
    assert "PHQ-8 can be asked instead" in answer.text


def test_numbers_and_days_are_those_that_were_typed(lead, newest):
    changes = {"asked": ["intake", "follow_up"], "days_before": "10", "follow_up_days": "45, 90"}
    assert lead.submit(use_path(newest, "pcl-5"), changes).status_code == 303
    use = use_of(newest, "pcl-5")
    assert use.rules == (Intake(days_before=10), FollowUp(days=(45, 90)))


def test_an_instrument_goes_when_nothing_is_ticked(lead, newest):
    assert lead.submit(use_path(newest, "weekly"), {"asked": []}).status_code == 303
    assert use_of(newest, "weekly") is None
    assert use_of(newest, "daily") is not None


@pytest.mark.parametrize(
    ("key", "changes", "words"),
    [
        ("phq-9", {"least_days_apart": "7"}, "leave at least 14 between two"),
        ("pcl-5", {"asked": ["weekly"]}, "looks back over a month"),
        ("pcl-5", {"follow_up_days": "20, 60"}, "from day 30 on"),
        ("phq-9", {"follow_up_days": "30, 35"}, "each at least 14 after the one before"),
        ("phq-9", {"follow_up_days": "thirty"}, "Enter days with commas"),
        ("daily", {"asked": ["daily", "weekly"]}, "Choose one rhythm"),
        ("after-infusion", {"late_hours": "1"}, "It opens first"),
        ("daily", {"asked": ["mid_course"], "after_number": "40"}, "from 1 to 8"),
        ("daily", {"daily_every_days": "0"}, "from 1 to 14"),
    ],
)
def test_rules_that_contradict_each_other_are_refused(lead, newest, key, changes, words):
    answer = lead.submit(use_path(newest, key), changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert newest().protocol.version == 1


def test_an_instrument_that_is_not_there_is_not_found(lead, newest):
    assert lead.get(use_path(newest, "horoscope")).status_code == 404
