"""A clock that is set back: no sign-in, link or proof lives longer for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.browsing import BASE
from tests.make.check_in_links import make_daily_link, try_link
from tests.make.courses import make_course
from tracker.actions import accounts
from tracker.domain.people import Role

IN_1970 = datetime(1970, 1, 1, tzinfo=UTC)


def opens(visitor: Any, path: str = "/board") -> bool:
    return visitor.client.get(path, base_url=BASE).status_code == 200


@pytest.mark.parametrize("minutes", [2, 30, 60, 24 * 60])
def test_a_clock_set_back_ends_a_sign_in(browser, world, clock, minutes):
    visitor = browser(world.a.clinician)
    assert opens(visitor)
    clock.forward(minutes=-minutes)
    answer = visitor.get("/board")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


def test_a_clock_of_1970_ends_a_sign_in(browser, world, clock):
    visitor = browser(world.a.clinician)
    clock.set(IN_1970)
    assert not opens(visitor)


def test_a_small_correction_of_the_clock_ends_no_sign_in_and_makes_none_longer(
    browser, world, clock
):
    visitor = browser(world.a.administrator)
    assert opens(visitor, "/admin")
    clock.forward(seconds=-59)
    assert opens(visitor, "/admin")
    clock.forward(minutes=15, seconds=59)
    assert opens(visitor, "/admin"), "it was used at the corrected time"
    clock.forward(minutes=15, seconds=1)
    assert not opens(visitor, "/admin")


def test_used_after_a_step_of_a_minute_the_idle_time_begins_anew(browser, world, clock):
    visitor = browser(world.a.administrator)
    clock.forward(seconds=-60)
    assert opens(visitor, "/admin")
    clock.forward(minutes=15, seconds=1)
    assert not opens(visitor, "/admin"), "it counts from the use, not from before the step"


def test_an_invitation_opens_nothing_before_it_was_made(db, browser, world, clock):
    token = accounts.invite_staff(
        db, world.a.administrator, email="x@y.test", name="X", role=Role.THERAPIST, now=clock()
    )
    assert "used before or has run out" not in browser(None).get(f"/welcome/{token}").text
    clock.forward(hours=-1)
    assert "used before or has run out" in browser(None).get(f"/welcome/{token}").text


def test_a_private_link_opens_nothing_before_it_was_made(db, browser, world, clock):
    make_course(db, world.a.clinician, world.a.patient_id)
    link = make_daily_link(db, None, world.a.patient_id, now=clock())
    clock.forward(hours=-1)
    assert try_link(browser(None), link.token).status_code == 422
    clock.forward(hours=1)
    assert try_link(browser(None), link.token).status_code == 303
