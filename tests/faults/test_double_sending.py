"""A form that is sent twenty times at once is stored once, and every sender learns the same."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import text

from tests.browsing import BASE
from tests.make.filled import CREATING, Filled, Setting
from tracker.web.cookies import LOOPBACK_NAME

AT_ONCE = 20


@pytest.fixture
def setting(browser: Any, world: Any, db: Any) -> Setting:
    return Setting(browser=browser, world=world, db=db)


def how_many(db: Any, table: str) -> int:
    db.rollback()
    found: int = db.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
    db.rollback()
    return found


def send_at_once(app: Any, filled: Filled) -> list[Any]:
    """The same form from as many tabs of the same person's browser."""
    cookie = filled.visitor.client.get_cookie(LOOPBACK_NAME, domain="127.0.0.1").value
    barrier = threading.Barrier(AT_ONCE)
    answers: list[Any] = []

    def send() -> None:
        client = app.test_client()
        client.set_cookie(LOOPBACK_NAME, cookie, domain="127.0.0.1")
        barrier.wait()
        answers.append(client.post(filled.path, base_url=BASE, data=filled.data))

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
    filled = make(setting)
    before = how_many(db, filled.table)
    answers = send_at_once(app, filled)
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert how_many(db, filled.table) == before + 1
    again = filled.visitor.client_post(filled.path, filled.data)
    assert again.status_code == 303
    assert how_many(db, filled.table) == before + 1


@pytest.mark.parametrize(
    "make", [make for make in CREATING if make.__name__ != "check_in"], ids=lambda m: m.__name__
)
def test_other_answers_under_the_same_number_are_not_stored(
    make: Any, setting: Setting, db: Any
) -> None:
    filled = make(setting)
    assert filled.visitor.client_post(filled.path, filled.data).status_code == 303
    before = how_many(db, filled.table)
    name, value = OTHER.get(make.__name__, (filled.text, "something else"))
    answer = filled.visitor.client_post(filled.path, filled.data | {name: value})
    assert answer.status_code == 409
    assert "unchanged" in answer.text
    assert how_many(db, filled.table) == before


OTHER = {
    "vital_signs": ("systolic_mmhg", "127"),
    "start": ("dose_reason", "something else"),
    "drug_account": ("occurred_time", "09:59"),
    "vial_count": ("occurred_time", "09:59"),
}


def test_other_answers_to_an_answered_check_in_do_not_replace_the_first(
    setting: Setting, db: Any
) -> None:
    from tests.make.filled import check_in

    filled = check_in(setting)
    assert filled.visitor.client_post(filled.path, filled.data).status_code == 303
    answers = "SELECT answers FROM check_ins"
    first = db.execute(text(answers)).all()
    db.rollback()
    changed = filled.data | {"answer_mood": "9"}
    assert filled.visitor.client_post(filled.path, changed).status_code in {200, 303, 409}
    assert db.execute(text(answers)).all() == first
