"""A passkey in a real browser: made, used instead of a code, used alone, removed, and replayed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.visiting import complaints_of
from tests.serving import Server, free_port, start_server, stop_server

pytestmark = pytest.mark.browser

PASSWORD = "four words and a lamp"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A new clinic under a name: an address of numbers has no passkeys."""
    port = free_port()
    started = start_server(
        tmp_path / "instance",
        demo=False,
        port=port,
        second_factor="required",
        more={"TRACKER_PUBLIC_URL": f"http://localhost:{port}"},
    )
    yield started
    stop_server(started)


def shot(page: Any, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def with_authenticator(chromium: Any) -> tuple[Any, Any]:
    """A page in a browser whose device has a screen lock that always opens."""
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return context, page


def set_the_clinic_up(page: Any, server: Server) -> pyotp.TOTP:
    link = re.search(r"http://localhost:\d+/welcome/\S+", server.said)
    assert link, server.said
    page.goto(link[0].rstrip('".'))
    page.fill("#clinic_name", "Harbour Clinic")
    page.fill("#name", "Dr. Ada Quill")
    page.fill("#email", "ada@harbour.test")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Open the account").click()
    app = pyotp.TOTP(page.locator("main code").inner_text().replace(" ", ""))
    page.fill("#code", app.now())
    page.keyboard.press("Enter")
    page.get_by_role("link", name="I have kept them").click()
    return app


def sign_out(page: Any) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/login$"))


def test_a_passkey_is_made_used_twice_and_removed(chromium: Any, server: Server) -> None:
    axe = Axe()
    context, page = with_authenticator(chromium)
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    set_the_clinic_up(page, server)
    site = page.url.split("/", 3)[:3]
    page.goto("/".join([*site, "account"]))
    page.get_by_role("link", name="Add a passkey").click()
    page.wait_for_url("**/account/passkeys/new")
    assert not complaints_of(axe, page)
    shot(page, "passkey-new")
    page.fill("#name", "My phone")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.locator("main")).to_contain_text("The passkey is added")
    expect(page.locator("main")).to_contain_text("My phone")
    assert not complaints_of(axe, page)
    shot(page, "passkey-account")

    sign_out(page)
    shot(page, "passkey-login")
    assert not complaints_of(axe, page)
    page.fill("#email", "ada@harbour.test")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Enter the code")
    assert not complaints_of(axe, page)
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page).not_to_have_url(re.compile("second-factor"))
    page.goto("/".join([*site, "account"]))
    expect(page.locator("main")).to_contain_text("Used last on")

    sign_out(page)
    with page.expect_request("**/login/passkey") as sent:
        page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    replay(page, sent.value)

    page.goto("/".join([*site, "confirm"]))
    assert not complaints_of(axe, page)
    shot(page, "passkey-confirm")
    with page.expect_request("**/confirm/passkey") as sent:
        page.get_by_role("button", name="Use a passkey instead").click()
    expect(page).not_to_have_url(re.compile("confirm"))
    replay(page, sent.value)

    page.goto("/".join([*site, "account"]))
    page.get_by_role("button", name="Remove My phone").click()
    expect(page.locator("main")).to_contain_text("The passkey is removed")
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("main")).to_contain_text("This passkey was not taken")
    hints = ("Clear-Site-Data", "[DOM] Password forms should have")
    assert not [each for each in said if not any(hint in each for hint in hints)]
    context.close()


def replay(page: Any, sent: Any) -> None:
    """The same answer once more, in a browser that has nothing else: it opens nothing."""
    cookies = page.context.cookies()
    answer = page.context.request.post(
        sent.url,
        headers={"Content-Type": "application/x-www-form-urlencoded", "Referer": sent.url},
        data=sent.post_data,
        max_redirects=0,
    )
    assert answer.status == 400 or answer.headers["location"].endswith(("/login", "/confirm"))
    page.context.clear_cookies()
    page.context.add_cookies(cookies)
