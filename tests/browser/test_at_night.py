"""The worst answer at 23:40: help at once, on the duty board within seconds, closed with words.

A patient with a phone and a clinician with an open board, on one server whose clock the test moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from config import read_settings
from tests.browser.visiting import complaints_of
from tests.make.accounts import PASSWORD, give_password
from tests.make.courses import make_course
from tests.make.schema import bring_schema_up
from tests.make.sessions import command_session, look_into
from tests.make.world import make_world
from tests.serving import Server, environment, start_server, stop_server
from tracker.actions.on_call import name_on_call
from tracker.app import create_app
from tracker.models import db as flask_db

pytestmark = pytest.mark.browser

PLANNED_AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 4, 40, tzinfo=UTC)  # 23:40 in New York
WORST = "Yes, and I might act on them"
POLL_MS = 5_000


@dataclass
class Night:
    """The clinic's board on the desk, the patient's phone in the dark."""

    server: Server
    phone: Any
    desk: Any
    said: list[str]

    def sign_in(self, page: Any, email: str) -> None:
        page.goto(self.server.url + "/login")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/login" not in url)


def make_the_clinic(folder: Path) -> None:
    app = create_app(read_settings(environment(folder, 8000, demo=False)), CLOCK=lambda: PLANNED_AT)
    bring_schema_up(app)
    with app.app_context():
        session = command_session()
        people = make_world(session, now=PLANNED_AT).a
        give_password(session, people.clinician)
        give_password(session, people.patient)
        make_course(session, people.clinician, people.patient_id)
        name_on_call(
            session,
            people.administrator,
            first=[people.clinician.user_id],
            backup=[people.therapist.user_id],
            seen_version=0,
            submission=None,
            now=PLANNED_AT,
        )
        flask_db.session.remove()
        flask_db.engine.dispose()


@pytest.fixture
def night(chromium: Any, tmp_path: Path) -> Iterator[Night]:
    folder, clock = tmp_path / "instance", tmp_path / "now"
    clock.write_text(NIGHT.isoformat())
    make_the_clinic(folder)
    server = start_server(folder, demo=False, command=("-m", "tests.clocked_server", str(clock)))
    said: list[str] = []
    pages = []
    for width in (360, 1280):
        context = chromium.new_context(viewport={"width": width, "height": 800})
        context.set_default_timeout(30_000)
        context.on("console", lambda message: said.append(message.text))
        pages.append(context.new_page())
    yield Night(server=server, phone=pages[0], desk=pages[1], said=said)
    for page in pages:
        page.context.close()
    stop_server(server)


def test_a_patient_in_danger_at_night_is_helped_at_once_and_found_by_the_clinic(
    night: Night,
) -> None:
    desk, phone = night.desk, night.phone
    desk.clock.install(time=NIGHT)
    night.sign_in(desk, "clinician@a.test")
    desk.goto(night.server.url + "/board")
    alert = desk.get_by_role("listitem").filter(has_text="Safety alert")
    expect(alert).to_have_count(0)

    night.sign_in(phone, "patient@a.test")
    phone.goto(night.server.url + "/me/check-in/daily")
    answer_with_the_worst(phone)
    phone.wait_for_url("**/me/check-ins/sent")
    first = phone.locator("main h2").first
    expect(first).to_have_text("You can talk to someone now")
    main = phone.get_by_role("main")
    expect(main.get_by_role("link", name="Call 988").first).to_be_in_viewport()
    expect(main).to_contain_text("when the clinic is open again")
    expect(main).to_contain_text("Nobody watches your answers day and night.")
    assert complaints_of(Axe(), phone) == []
    main.get_by_role("button", name="I have seen this").click()
    expect(main).to_contain_text("You said that you have seen this.")

    desk.clock.fast_forward(POLL_MS)  # one poll of the open board, nothing touched
    expect(alert).to_contain_text("Now")
    alert.get_by_role("link", name="Open").click()
    look_and_close(desk)
    assert stored(night.server) == [("alert", "email", "clinician@a.test", "queued")]
    assert night.said == [] or all("422" in each for each in night.said), night.said


def answer_with_the_worst(phone: Any) -> None:
    for group in phone.locator("main fieldset").all():
        worst = group.get_by_label(WORST)
        (worst if worst.count() else group.locator("input").first).check(force=True)
    phone.get_by_role("button", name="Send check-in").click()


def look_and_close(desk: Any) -> None:
    main = desk.get_by_role("main")
    expect(main).to_contain_text(WORST)
    expect(main).to_contain_text("Mon 23 Nov 2026, 23:40")
    expect(main).to_contain_text("the patient confirmed at")
    assert complaints_of(Axe(), desk) == []
    main.get_by_role("button", name="Close this alert").click()
    expect(main).to_contain_text("An alert closes in no other way.")
    main.get_by_label("What was done").fill("Called at once; a friend is there.")
    main.get_by_role("button", name="Close this alert").click()
    desk.wait_for_url("**/alerts")
    expect(desk.get_by_role("main")).to_contain_text("Called at once; a friend is there.")


def stored(server: Server) -> list[tuple[str, ...]]:
    """The messages that wait. A message has no column for a text: it is made when it goes out."""
    found = look_into(server.folder, "SELECT kind, channel, address, state FROM messages")
    return [(each.kind, each.channel, each.address, each.state) for each in found]
