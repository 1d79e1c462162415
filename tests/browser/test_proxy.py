"""Staff arrange it, a proxy accepts and reads the visits, the patient ends it, all in a browser."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.visiting import complaints_of, sign_in
from tests.databases import copy_installation
from tests.serving import Server, start_server, stop_server

pytestmark = pytest.mark.browser

PASSWORD = "a few words in a row"


@pytest.fixture
def server(demo_folder: Path, tmp_path: Path) -> Iterator[Server]:
    started = start_server(copy_installation(demo_folder, tmp_path / "instance"), demo=True)
    yield started
    stop_server(started)


def look_at(page: Any, name: str) -> None:
    """Accessible and no wider than the screen; kept as a picture where somebody asked for it."""
    assert complaints_of(Axe(), page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def page_of(chromium: Any, server: Server, who: str | None, width: int, **options: Any) -> Any:
    context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
    if who:
        sign_in(context, server, who)
    return context.new_page()


def test_a_proxy_reads_the_visits_until_the_patient_ends_it(chromium: Any, server: Server) -> None:
    nurse = page_of(chromium, server, "nurse", 1180)
    nurse.goto(server.url + "/patients")
    nurse.get_by_role("link", name="Drew Fauxley").first.click()
    nurse.get_by_role("link", name="Who else sees the visits").click()
    look_at(nurse, "staff")
    nurse.fill("#name", "Robin Fauxley")
    nurse.fill("#email", "robin@proxy.test")
    nurse.get_by_label("written authorisation is in the record").check()
    nurse.get_by_role("button", name="Make an invitation link").click()
    look_at(nurse, "link")
    link = nurse.locator(".copy-text").inner_text()

    proxy = page_of(chromium, server, None, 390, java_script_enabled=True)
    proxy.goto(re.sub(r"^https?://[^/]+", server.url, link))
    look_at(proxy, "accept")
    proxy.fill("#password", PASSWORD)
    proxy.get_by_role("button", name="Open the account").click()
    expect(proxy).to_have_url(server.url + "/for")
    expect(proxy.locator("main")).to_contain_text("You see here the visits of Drew Fauxley.")
    look_at(proxy, "reading")
    for shut in ("/me", "/me/progress", "/patients", "/board"):
        assert proxy.goto(server.url + shut).status == 403, shut
    assert proxy.goto(server.url + "/for?language=es").status == 200
    look_at(proxy, "reading-es")

    patient = page_of(chromium, server, "patient", 390, java_script_enabled=False)
    patient.goto(server.url + "/me/opened")
    expect(patient.locator("main")).to_contain_text("Robin Fauxley")
    patient.get_by_role("link", name="Who sees my visits").click()
    if folder := os.environ.get("PICTURES"):
        patient.screenshot(path=f"{folder}/own.png", full_page=True)
    patient.get_by_role("button", name="End it now Robin Fauxley").click()
    expect(patient.locator("main")).to_contain_text("sees nothing any more")

    proxy.goto(server.url + "/for")
    expect(proxy).to_have_url(server.url + "/login")
    proxy.fill("#email", "robin@proxy.test")
    proxy.fill("#password", PASSWORD)
    proxy.locator("main form button").first.click()
    expect(proxy.locator("main")).to_contain_text(re.compile("not right|no es|no son", re.I))


def test_the_pages_of_the_demonstration_s_proxy_and_patient_work_without_a_script(
    chromium: Any, server: Server
) -> None:
    for width in (390, 1180):
        proxy = page_of(chromium, server, "proxy", width, java_script_enabled=False)
        proxy.goto(server.url + "/")
        expect(proxy).to_have_url(server.url + "/for")
        expect(proxy.locator("main")).to_contain_text("Visit")
    patient = page_of(chromium, server, "patient", 390)
    for where, name in (("/me/proxies", "own-proxies"), ("/me", "home"), ("/me/opened", "opened")):
        patient.goto(server.url + where)
        look_at(patient, name)
