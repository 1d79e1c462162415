"""The first administrator of a new clinic: link, password, authenticator app, recovery codes."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.visiting import complaints_of
from tests.serving import ROOT, environment, start_server, stop_server

pytestmark = pytest.mark.browser

PASSWORD = "four words and a lamp"


@pytest.fixture(scope="module")
def new_clinic(tmp_path_factory: pytest.TempPathFactory) -> Any:
    server = start_server(
        tmp_path_factory.mktemp("new") / "instance", demo=False, second_factor="required"
    )
    yield server
    stop_server(server)


def setup_link(server: Any) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/welcome/\S+", server.said)
    assert found, server.said
    return found[0].rstrip('".')


def test_the_first_administrator_sets_up_a_second_factor(chromium: Any, new_clinic: Any) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page, axe = context.new_page(), Axe()
    page.goto(setup_link(new_clinic))
    page.fill("#clinic_name", "Harbour Clinic")
    page.fill("#name", "Dr. Ada Quill")
    page.fill("#email", "ada@harbour.test")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Open the account").click()
    expect(page).to_have_url(re.compile("/second-factor/set-up$"))
    assert not complaints_of(axe, page)
    page.goto(new_clinic.url + "/board")
    expect(page).to_have_url(re.compile("/second-factor/set-up$"))
    app = pyotp.TOTP(page.locator("main code").inner_text().replace(" ", ""))
    page.fill("#code", "12")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("This code is not right")
    page.fill("#code", app.now())
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Keep these recovery codes")
    codes = page.locator("main li code").all_inner_texts()
    assert len(codes) == 10
    assert not complaints_of(axe, page)
    page.get_by_role("link", name="I have kept them").click()
    page.goto(new_clinic.url + "/account")
    expect(page.locator("main")).to_contain_text("10 recovery codes are left")
    assert not complaints_of(axe, page)
    page.goto(new_clinic.url + "/admin/people/invite")
    expect(page.locator("h1")).to_have_text("Invite a colleague")
    context.close()
    come_back_with_a_recovery_code(chromium, new_clinic, codes[0])


def come_back_with_a_recovery_code(chromium: Any, server: Any, code: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark")
    page, axe = context.new_page(), Axe()
    page.goto(server.url + "/login")
    page.fill("#email", "ada@harbour.test")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Enter the code")
    assert not complaints_of(axe, page)
    page.get_by_role("link", name="use a recovery code").click()
    page.fill("#code", code)
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("9 recovery codes are left")
    reset_on_the_server(page, axe, server)
    context.close()


def reset_on_the_server(page: Any, axe: Axe, server: Any) -> None:
    """The phone and every code are lost, and nobody else administers the clinic."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "accounts", "reset"]
    settings = environment(server.folder, int(server.url.rpartition(":")[2]), demo=False)
    said = subprocess.run(
        [*command, "ada@harbour.test"],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        check=True,
    )
    page.goto(server.url + "/account")
    expect(page).to_have_url(re.compile("/login$"))
    page.goto(said.stdout.strip())
    assert not complaints_of(axe, page)
    page.fill("#password", "other words and a lamp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/second-factor/set-up$"))
