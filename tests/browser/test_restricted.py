"""A restricted record: one colleague restricts it, another opens it with a reason and closes it."""

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


@pytest.fixture
def server(demo_folder: Path, tmp_path: Path) -> Iterator[Server]:
    started = start_server(copy_installation(demo_folder, tmp_path / "instance"), demo=True)
    yield started
    stop_server(started)


def shot(page: Any, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def page_of(chromium: Any, server: Server, who: str, width: int) -> Any:
    context = chromium.new_context(viewport={"width": width, "height": 900})
    sign_in(context, server, who)
    return context.new_page()


def test_a_nurse_opens_a_restricted_record_with_a_reason(chromium: Any, server: Server) -> None:
    axe = Axe()
    clinician = page_of(chromium, server, "clinician", 1180)
    clinician.goto(server.url + "/patients")
    name = clinician.locator("main table tbody tr a").first.inner_text()
    clinician.get_by_role("link", name=name).first.click()
    shot(clinician, "patient")
    clinician.get_by_role("link", name="Change who opens it").click()
    clinician.get_by_label("The patient asked for it").check()
    assert not complaints_of(axe, clinician)
    shot(clinician, "restriction")
    clinician.get_by_role("button", name="Restrict the record").click()
    expect(clinician.locator("main")).to_contain_text("Only people who are named open this record")
    record = clinician.url

    nurse = page_of(chromium, server, "nurse", 390)
    assert nurse.goto(record).status == 404
    assert not complaints_of(axe, nurse)
    shot(nurse, "shut")
    nurse.goto(server.url + "/patients")
    nurse.get_by_role("link", name=name).first.click()
    shot(nurse, "glass")
    nurse.get_by_label("An emergency").check()
    nurse.get_by_role("button", name="Open the record").click()
    expect(nurse.locator("main")).to_contain_text("Say in a few words")
    nurse.fill("#words", "Collapsed in the waiting room")
    assert not complaints_of(axe, nurse)
    nurse.get_by_role("button", name="Open the record").click()
    expect(nurse).to_have_url(record)
    expect(nurse.locator("main")).to_contain_text("You opened this restricted record")
    assert not complaints_of(axe, nurse)
    shot(nurse, "opened")
    nurse.get_by_role("button", name="Close it now").click()
    expect(nurse).to_have_url(re.compile("/patients$"))
    assert nurse.goto(record).status == 404

    admin = page_of(chromium, server, "admin", 1180)
    admin.goto(server.url + "/admin/trail")
    expect(admin.locator("#glass-h + *")).to_contain_text("Collapsed in the waiting room")
    assert not complaints_of(axe, admin)
    shot(admin, "trail")
