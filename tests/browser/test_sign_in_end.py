"""A sign-in that ends: it is said before, nothing stays on the screen, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.test_at_night import make_the_clinic
from tests.browser.visiting import complaints_of
from tests.make.accounts import PASSWORD
from tests.serving import Server, start_server, stop_server

pytestmark = pytest.mark.browser

MORNING = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
KEPT = "() => JSON.stringify(Object.entries(sessionStorage))"
PHONE = "+1 555 010 7788"


@dataclass
class Desk:
    """A browser and the server that it talks to: one time for both."""

    server: Server
    page: Any
    clock: Path
    now: datetime = MORNING

    def pass_by(self, *, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.clock.write_text(self.now.isoformat())
        self.page.clock.fast_forward(minutes * 60_000)

    def fill_in_sign_in(self, name: str) -> None:
        self.page.fill("[name=email]", f"{name}@a.test")
        self.page.fill("[name=password]", PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def sign_in(self, name: str) -> None:
        self.page.goto(self.server.url + "/login")
        self.fill_in_sign_in(name)
        self.page.wait_for_url(lambda url: not url.endswith("/login"))

    def open_details(self) -> str:
        """The form of the one patient's details; returns its address."""
        page = self.page
        page.goto(self.server.url + "/patients")
        page.locator("main a[href^='/patients/']:not([href$='/new'])").first.click()
        page.goto(page.url.split("?")[0] + "/edit")
        expect(page.get_by_role("heading", level=1)).to_have_text("Change details")
        address: str = page.url
        return address

    def kept(self) -> str:
        found: str = self.page.evaluate(KEPT)
        return found


@pytest.fixture
def desk(chromium: Any, tmp_path: Path) -> Iterator[Desk]:
    folder, clock = tmp_path / "instance", tmp_path / "now"
    clock.write_text(MORNING.isoformat())
    make_the_clinic(folder)
    server = start_server(folder, demo=False, command=("-m", "tests.clocked_server", str(clock)))
    context = chromium.new_context(service_workers="block")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.clock.install(time=MORNING)
    yield Desk(server=server, page=page, clock=clock)
    context.close()
    stop_server(server)


def dialog(desk: Desk) -> Any:
    return desk.page.get_by_role("alertdialog")


def nothing_is_kept(desk: Desk) -> None:
    """Once the scripts of the page have run."""
    desk.page.wait_for_function("() => sessionStorage.length === 0")


def press(desk: Desk, key: str) -> None:
    """One press, and what it comes to on the server."""
    with desk.page.expect_response("**/still-here"):
        desk.page.keyboard.press(key)


def test_one_press_goes_on_and_the_typing_too(desk: Desk) -> None:
    desk.sign_in("clinician")
    desk.open_details()
    desk.page.fill("[name=phone]", PHONE)
    desk.pass_by(minutes=56)
    expect(dialog(desk)).to_have_count(0)
    desk.pass_by(minutes=2)
    expect(dialog(desk)).to_contain_text("You will be signed out in a few minutes.")
    expect(dialog(desk).get_by_role("button", name="Go on")).to_be_focused()
    assert complaints_of(Axe(), desk.page) == []
    press(desk, "Enter")
    expect(dialog(desk)).to_have_count(0)
    expect(desk.page.locator("[name=phone]")).to_be_focused()
    desk.pass_by(minutes=56)
    expect(dialog(desk)).to_have_count(0)
    desk.page.get_by_role("button", name="Save").click()
    expect(desk.page.get_by_role("main")).to_contain_text(PHONE)
    nothing_is_kept(desk)


def test_escape_goes_on_as_well(desk: Desk) -> None:
    desk.sign_in("clinician")
    desk.pass_by(minutes=58)
    expect(dialog(desk)).to_be_visible()
    press(desk, "Escape")
    expect(dialog(desk)).to_have_count(0)
    desk.pass_by(minutes=56)
    desk.page.reload()
    assert desk.page.url.endswith("/board")


def test_at_the_end_nothing_stays_and_after_signing_in_again_everything_is_back(desk: Desk) -> None:
    desk.sign_in("clinician")
    address = desk.open_details()
    name = desk.page.input_value("[name=given_name]")
    desk.page.fill("[name=phone]", PHONE)
    desk.pass_by(minutes=61)
    desk.page.wait_for_url("**/login")
    assert name not in desk.page.content()
    assert PHONE not in desk.page.content()
    desk.fill_in_sign_in("clinician")
    desk.page.wait_for_url(address)
    expect(desk.page.get_by_role("status")).to_contain_text("is back. It is not saved yet.")
    expect(desk.page.locator("[name=phone]")).to_have_value(PHONE)
    nothing_is_kept(desk)
    desk.page.get_by_role("button", name="Save").click()
    expect(desk.page.get_by_role("main")).to_contain_text(PHONE)


def test_what_was_sent_too_late_is_back_too(desk: Desk) -> None:
    """The clock of the page stood still, as on a tablet that slept."""
    desk.sign_in("clinician")
    address = desk.open_details()
    desk.page.fill("[name=phone]", PHONE)
    desk.clock.write_text((MORNING + timedelta(minutes=61)).isoformat())
    desk.page.get_by_role("button", name="Save").click()
    desk.page.wait_for_url("**/login")
    desk.fill_in_sign_in("clinician")
    desk.page.wait_for_url(address)
    expect(desk.page.locator("[name=phone]")).to_have_value(PHONE)


def test_what_one_person_typed_is_not_for_the_next(desk: Desk) -> None:
    desk.sign_in("clinician")
    desk.open_details()
    desk.page.fill("[name=phone]", PHONE)
    desk.pass_by(minutes=61)
    desk.page.wait_for_url("**/login")
    assert PHONE in desk.kept()
    assert "SampleA" not in desk.kept(), "what the record says is not kept"
    desk.fill_in_sign_in("patient")
    desk.page.wait_for_url("**/me")
    nothing_is_kept(desk)


def test_signing_out_forgets_what_was_typed_and_no_password_is_ever_kept(desk: Desk) -> None:
    desk.sign_in("clinician")
    desk.page.goto(desk.server.url + "/account/password")
    for field in desk.page.locator("main [type=password]").all():
        field.fill("a secret of nobody else")
    desk.pass_by(minutes=61)
    desk.page.wait_for_url("**/login")
    assert "/account/password" in desk.kept()
    assert "a secret" not in desk.kept()
    desk.fill_in_sign_in("clinician")
    desk.page.wait_for_url("**/account/password")
    desk.open_details()
    desk.page.fill("[name=phone]", PHONE)
    desk.page.get_by_role("button", name="Sign out").click()
    desk.page.wait_for_url("**/login")
    nothing_is_kept(desk)


@pytest.mark.parametrize("path", ["/board", "/patients", "/outcomes"])
def test_records_leave_the_screen_of_every_page(desk: Desk, path: str) -> None:
    desk.sign_in("clinician")
    desk.page.goto(desk.server.url + path)
    desk.pass_by(minutes=58)
    expect(dialog(desk)).to_be_visible()
    desk.pass_by(minutes=3)
    desk.page.wait_for_url("**/login")
    desk.fill_in_sign_in("clinician")
    desk.page.wait_for_url(f"**{path}")


def test_a_sign_in_that_is_used_in_another_tab_goes_on_in_this_one(desk: Desk) -> None:
    desk.sign_in("clinician")
    address = desk.open_details()
    desk.now += timedelta(minutes=50)
    desk.clock.write_text(desk.now.isoformat())
    desk.page.context.request.get(desk.server.url + "/board")
    desk.now -= timedelta(minutes=50)
    desk.pass_by(minutes=61)
    desk.page.wait_for_timeout(500)
    assert desk.page.url == address
    expect(dialog(desk)).to_have_count(0)
    expect(desk.page.get_by_role("heading", level=1)).to_be_visible()


def test_a_patient_reads_it_in_spanish(desk: Desk) -> None:
    desk.sign_in("patient")
    desk.page.set_extra_http_headers({"Accept-Language": "es"})
    desk.page.goto(desk.server.url + "/me")
    desk.pass_by(minutes=18)
    expect(dialog(desk)).to_contain_text("La sesión se cerrará en unos minutos.")
