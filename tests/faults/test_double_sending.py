"""A form that is sent twenty times at once is stored once, and every sender learns the same."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import text

from tests.browsing import BASE
from tests.make import filled, filled_sheets
from tests.make.filled import Filled, Setting
from tracker.web.cookies import LOOPBACK_NAME

pytestmark = pytest.mark.fault

AT_ONCE = 20
CREATING = (*filled.CREATING, *filled_sheets.ROOM_CREATING)


@pytest.fixture
def setting(browser: Any, world: Any, db: Any) -> Setting:
    return Setting(browser=browser, world=world, db=db)


def how_many(db: Any, table: str) -> int:
    db.rollback()
    found: int = db.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
    db.rollback()
    return found


def send_at_once(app: Any, form: Filled) -> list[Any]:
    """The same form from as many tabs of the same person's browser."""
    cookie = form.visitor.client.get_cookie(LOOPBACK_NAME, domain="127.0.0.1").value
    barrier = threading.Barrier(AT_ONCE)
    answers: list[Any] = []

    def send() -> None:
        client = app.test_client()
        client.set_cookie(LOOPBACK_NAME, cookie, domain="127.0.0.1")
        barrier.wait()
        answers.append(client.post(form.path, base_url=BASE, data=form.data))

    threads = [threading.Thread(target=send) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.parametrize("make", CREATING, ids=lambda make: make.__name__)
def test_one_row_and_one_answer_when_a_form_comes_many_times_at_once(
    make: Any, setting: Setting, app: Any, db: Any
) -> None:
    form = make(setting)
    before = how_many(db, form.table)
    answers = send_at_once(app, form)
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert how_many(db, form.table) == before + 1
    again = form.visitor.client_post(form.path, form.data)
    assert again.status_code == 303
    assert how_many(db, form.table) == before + 1


@pytest.mark.parametrize(
    "make", [make for make in CREATING if make.__name__ != "check_in"], ids=lambda m: m.__name__
)
def test_other_answers_under_the_same_number_are_not_stored(
    make: Any, setting: Setting, db: Any
) -> None:
    form = make(setting)
    assert form.visitor.client_post(form.path, form.data).status_code == 303
    before = how_many(db, form.table)
    name, value = OTHER.get(make.__name__, (form.text, "something else"))
    answer = form.visitor.client_post(form.path, form.data | {name: value})
    assert answer.status_code == 409
    assert "unchanged" in answer.text
    assert how_many(db, form.table) == before


OTHER = {
    "vital_signs": ("systolic_mmhg", "127"),
    "start": ("dose_reason", "something else"),
    "arrival": ("moved_time", "09:50"),
    "recovery_score": ("item_1", "1"),
    "event_end": ("seen_version", "7"),
    "drug_account": ("occurred_time", "09:59"),
    "vial_count": ("occurred_time", "09:59"),
}


def test_other_answers_to_an_answered_check_in_do_not_replace_the_first(
    setting: Setting, db: Any
) -> None:
    form = filled.check_in(setting)
    assert form.visitor.client_post(form.path, form.data).status_code == 303
    answers = "SELECT answers FROM check_ins"
    first = db.execute(text(answers)).all()
    db.rollback()
    changed = form.data | {"answer_mood": "9"}
    assert form.visitor.client_post(form.path, changed).status_code in {200, 303, 409}
    assert db.execute(text(answers)).all() == first
