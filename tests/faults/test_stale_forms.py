"""Two people change one record: the slower one sees both versions, and nothing is overwritten."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.browsing import BASE
from tests.make.filled import CHANGING, Filled, Setting, protocol
from tests.make.filled_sheets import step
from tracker.web.cookies import LOOPBACK_NAME

pytestmark = pytest.mark.fault


@pytest.fixture
def setting(browser: Any, world: Any, db: Any) -> Setting:
    return Setting(browser=browser, world=world, db=db)


def values_of(db: Any, filled: Filled) -> list[Any]:
    db.rollback()
    found = db.execute(text(f'SELECT "{filled.text}" FROM "{filled.table}"')).scalars().all()
    db.rollback()
    return list(found)


def with_words(filled: Filled, words: str) -> dict[str, Any]:
    """The same form with other words, as another tab would send it: under its own number."""
    changed = {filled.text: words, "submission_id": str(uuid4())}
    return filled.data | changed


@pytest.mark.parametrize("make", CHANGING, ids=lambda make: make.__name__)
def test_the_slower_of_two_gets_both_versions_and_stores_nothing(
    make: Any, setting: Setting, db: Any
) -> None:
    filled = make(setting)
    first = filled.visitor.client_post(filled.path, with_words(filled, "the faster words"))
    assert first.status_code == 303
    slower = filled.visitor.client_post(filled.path, with_words(filled, "the slower words"))
    assert slower.status_code == 409
    assert "the faster words" in slower.text
    assert "the slower words" in slower.text
    stored = values_of(db, filled)
    assert "the faster words" in stored
    assert "the slower words" not in stored


@pytest.mark.parametrize("make", CHANGING, ids=lambda make: make.__name__)
def test_a_form_without_the_version_that_it_showed_changes_nothing(
    make: Any, setting: Setting, db: Any
) -> None:
    filled = make(setting)
    for damaged in ({}, {"seen_version": ""}, {"seen_version": "9"}, {"seen_version": "x"}):
        data = {key: each for key, each in filled.data.items() if key != "seen_version"}
        answer = filled.visitor.client_post(filled.path, data | damaged)
        assert answer.status_code == 409, damaged
    assert filled.data[filled.text] not in values_of(db, filled)


@pytest.mark.parametrize("make", CHANGING, ids=lambda make: make.__name__)
def test_the_same_change_sent_twice_is_no_conflict(make: Any, setting: Setting, db: Any) -> None:
    filled = make(setting)
    for _ in range(2):
        assert filled.visitor.client_post(filled.path, filled.data).status_code == 303
    assert filled.data[filled.text] in values_of(db, filled)


@pytest.mark.parametrize("make", CHANGING, ids=lambda make: make.__name__)
def test_of_eight_at_once_one_wins_and_seven_see_what_won(
    make: Any, setting: Setting, app: Any, db: Any
) -> None:
    filled = make(setting)
    cookie = filled.visitor.client.get_cookie(LOOPBACK_NAME, domain="127.0.0.1").value
    barrier, answers = threading.Barrier(8), {}

    def send(words: str) -> None:
        client = app.test_client()
        client.set_cookie(LOOPBACK_NAME, cookie, domain="127.0.0.1")
        data = with_words(filled, words)
        barrier.wait()
        answers[words] = client.post(filled.path, base_url=BASE, data=data)

    threads = [threading.Thread(target=send, args=(f"words {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = sorted(answer.status_code for answer in answers.values())
    assert codes == [303] + [409] * 7
    (winner,) = [words for words, answer in answers.items() if answer.status_code == 303]
    assert winner in values_of(db, filled)
    for words, answer in answers.items():
        assert words in answer.text or words == winner


def test_of_two_new_versions_of_a_protocol_the_slower_sees_what_the_faster_changed(
    setting: Setting, db: Any
) -> None:
    form = protocol(setting)
    faster = form.data | {"before_0": "the faster words", "submission_id": str(uuid4())}
    slower = form.data | {"before_0": "the slower words", "submission_id": str(uuid4())}
    assert form.visitor.client_post(form.path, faster).status_code == 303
    answer = form.visitor.client_post(form.path, slower)
    assert answer.status_code == 409
    assert "the faster words" in answer.text
    assert "the slower words" in answer.text
    definitions = values_of(db, replace(form, text="definition"))
    assert len(definitions) == 3  # the first of each clinic, and one newer version
    assert not [each for each in definitions if "the slower words" in each]


def test_a_step_that_comes_too_late_gives_its_reason_back(setting: Setting, db: Any) -> None:
    form = step(setting)
    faster = form.data | {"reason": "the faster words", "submission_id": str(uuid4())}
    slower = form.data | {"reason": "the slower words", "submission_id": str(uuid4())}
    assert form.visitor.client_post(form.path, faster).status_code == 303
    answer = form.visitor.client_post(form.path, slower)
    assert answer.status_code == 409
    assert "the slower words" in answer.text
    assert "the sheet says: paused" in answer.text
    assert "the slower words" not in values_of(db, form)
