"""What a page knows of the end of its sign-in, and the question that prolongs it."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from tests.browsing import BASE
from tests.make.check_in_links import make_daily_link, try_link
from tests.make.courses import make_course
from tests.make.second_factors import give_everybody_a_password

BACKGROUND = {"X-Background-Refresh": "1"}


def told(html: str) -> dict[str, Any] | None:
    found = re.search(r"data-sign-in='([^']*)'", html)
    return json.loads(unescape(found[1])) if found else None


def left(visitor: Any, **headers: str) -> dict[str, Any]:
    answer = visitor.client.get("/still-here", base_url=BASE, headers=headers)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json
    return found


@pytest.mark.parametrize(
    ("role", "page", "minutes"),
    [
        ("clinician", "/board", 60),
        ("clinician", "/patients", 60),
        ("administrator", "/admin", 15),
        ("administrator", "/account", 15),
        ("patient", "/me", 20),
        ("patient", "/me/progress", 20),
        ("patient", "/account", 20),
    ],
)
def test_every_page_says_how_long_the_sign_in_lasts(browser, world, role, page, minutes):
    found = told(browser(getattr(world.a, role)).get(page).text)
    assert found is not None
    assert (found["left_s"], found["is_last"]) == (minutes * 60, False)
    assert len(found["of"]) == 16


def test_the_time_runs_and_asking_prolongs_it(browser, world, clock):
    visitor = browser(world.a.clinician)
    clock.forward(minutes=50)
    assert left(visitor, **BACKGROUND) == {"left_s": 600, "is_last": False}, "only a look"
    assert left(visitor)["left_s"] == 3600
    clock.forward(minutes=59)
    assert told(visitor.get("/board").text)["left_s"] == 3600, "so does any page"


def test_a_page_within_the_minute_says_when_it_really_ends(browser, world, clock):
    """Use is written down once a minute: the end counts from what was written."""
    visitor = browser(world.a.clinician)
    clock.forward(seconds=59)
    assert told(visitor.get("/board").text)["left_s"] == 3541


def test_towards_the_absolute_end_nothing_prolongs_it(browser, world, clock):
    visitor = browser(world.a.clinician)
    for _part in range(13):
        clock.forward(minutes=50)
        left(visitor)
    clock.forward(minutes=30)
    assert left(visitor) == {"left_s": 40 * 60, "is_last": True}
    clock.forward(minutes=40)
    answer = visitor.client.get("/still-here", base_url=BASE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


def test_signed_out_locked_and_by_a_link_a_page_says_nothing(db, browser, world, clock):
    give_everybody_a_password(db)
    assert told(browser(None).get("/login").text) is None
    visitor = browser(world.a.clinician)
    visitor.post("/lock", {})
    assert told(visitor.get("/locked").text) is None
    headers = {"Sec-Fetch-Mode": "cors"}
    answer = visitor.client.get("/still-here", base_url=BASE, headers=headers)
    assert answer.status_code == 401
    make_course(db, world.a.clinician, world.a.patient_id)
    link = make_daily_link(db, None, world.a.patient_id, now=clock())
    phone = browser(None)
    assert try_link(phone, link.token).status_code == 303
    assert told(phone.get("/me/check-in/daily").text) is None


def test_a_check_in_keeps_its_answers_itself_and_is_never_taken_away(db, browser, world):
    make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    for path in ("/me/check-in/daily", "/me/check-in/daily/blank"):
        answer = browser(world.a.patient).get(path)
        assert answer.status_code == 200
        assert "data-sign-in" not in answer.text
        assert "sign-in-end" not in answer.text
