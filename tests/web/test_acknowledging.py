"""What a script that sends a waiting form is told: stored under this id, or nothing of the kind."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.make.infusions import course_of_today, make_infusion, planned_id
from tracker.models.run_sheets import VitalSignsRow

ASKING = {"X-Outbox": "shown"}
SET = {"systolic_mmhg": "128", "diastolic_mmhg": "82", "heart_rate_bpm": "70"}


@pytest.fixture
def nurse(browser, world):
    return browser(world.a.clinician)


@pytest.fixture
def path(db, world):
    course_id = course_of_today(db, world.a.clinician, world.a.patient_id)
    return f"/infusions/{make_infusion(db, world.a.clinician, planned_id(db, course_id))}"


def send(visitor, path, answers, **headers):
    return visitor.post(f"{path}/vital-signs", SET | answers, headers=ASKING | headers)


def sets(db):
    db.rollback()
    return db.scalar(select(func.count()).select_from(VitalSignsRow))


def test_a_stored_form_is_acknowledged_by_its_id_each_time_it_comes(nurse, path, db):
    mine = str(uuid4())
    before = sets(db)
    for _ in range(2):
        answer = send(nurse, path, {"submission_id": mine})
        assert (answer.status_code, answer.text) == (201, "")
        assert answer.headers["X-Stored"] == mine
        assert answer.headers["Location"].startswith(path)
    assert sets(db) == before + 1


def test_nothing_is_acknowledged_when_nothing_was_stored(nurse, path, db, browser, world):
    before = sets(db)
    mine = {"submission_id": str(uuid4())}
    refused = send(nurse, path, mine | {"systolic_mmhg": "5"})
    unknown = send(nurse, f"/infusions/{uuid4()}", mine)
    signed_out = send(browser(None), path, mine)
    without_id = send(nurse, path, {"submission_id": "junk", "systolic_mmhg": "5"})
    answers = (refused, unknown, signed_out, without_id)
    assert [each.status_code for each in answers] == [422, 404, 303, 422]
    assert not any("X-Stored" in each.headers for each in answers)
    assert sets(db) == before


def test_other_answers_under_a_stored_id_are_not_acknowledged(nurse, path):
    mine = {"submission_id": str(uuid4())}
    assert send(nurse, path, mine).status_code == 201
    other = send(nurse, path, mine | {"systolic_mmhg": "131"})
    assert other.status_code == 409
    assert "X-Stored" not in other.headers


def test_a_redirect_that_stored_nothing_is_no_acknowledgement(nurse):
    """Signing out with an id that was never stored is a redirect all the same."""
    answer = nurse.post("/logout", {"submission_id": str(uuid4())}, headers=ASKING)
    assert answer.status_code == 303
    assert "X-Stored" not in answer.headers


def test_a_form_of_a_browser_without_scripts_is_redirected_as_ever(nurse, path):
    answer = nurse.post(f"{path}/vital-signs", SET)
    assert answer.status_code == 303
    assert "X-Stored" not in answer.headers


def test_the_words_of_a_form_sent_behind_a_page_do_not_wait_for_the_next_page(nurse, path):
    send(nurse, path, {"submission_id": str(uuid4())}, **{"X-Outbox": "behind"})
    assert "Saved at" not in nurse.get(path).text
    send(nurse, path, {"submission_id": str(uuid4()), "systolic_mmhg": "129"})
    assert "Saved at" in nurse.get(path).text
