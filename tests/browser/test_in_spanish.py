"""A patient whose browser speaks English chooses Spanish, and everything is in it from then on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.visiting import complaints_of, sign_in
from tests.databases import copy_installation
from tests.serving import Server, start_server, stop_server

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 780}


@pytest.fixture
def clinic_of_its_own(demo_folder: Path, tmp_path: Path) -> Iterator[Server]:
    """The fictitious clinic, for a test that writes."""
    folder = copy_installation(demo_folder, tmp_path / "instance")
    server = start_server(folder, demo=True)
    yield server
    stop_server(server)


def check_page(page: Any) -> None:
    """In Spanish, accessible, and no wider than the phone."""
    assert page.get_attribute("html", "lang") == "es", page.url
    assert complaints_of(Axe(), page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def answer_calmly(page: Any) -> None:
    """The lowest answer to every question on the page; none of the things that may be ticked."""
    for group in page.locator("fieldset.question:has([type=radio])").all():
        group.locator("input").first.check(force=True)
    for nothing in page.locator("input[type=checkbox][value=none]").all():
        nothing.check(force=True)


def test_settings_answer_and_receipt_are_in_spanish_on_a_phone(
    chromium: Any, clinic_of_its_own: Server
) -> None:
    server = clinic_of_its_own
    context = chromium.new_context(viewport=PHONE, locale="en-US", reduced_motion="reduce")
    sign_in(context, server, "patient")
    page = context.new_page()
    page.goto(server.url + "/me")
    assert page.get_attribute("html", "lang") == "en"

    page.goto(server.url + "/me/settings")
    page.select_option("#language", "es")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_selector("html[lang=es]")
    check_page(page)

    page.goto(server.url + "/me")
    check_page(page)
    page.locator("main .card a.button").first.click()
    while page.locator("fieldset.question").count():
        check_page(page)
        answer_calmly(page)
        address = page.url
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url, before=address: url != before)
    if "sent" not in page.url:
        check_page(page)
        page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/me/check-ins/sent")
    check_page(page)
    assert re.match(r"Enviado: \d{1,2}:\d{2}\W[ap]\.\Wm\.", page.inner_text("h1"))

    page.goto(server.url + "/me/progress")
    check_page(page)
    assert page.inner_text("h1") == "Su progreso"
    picture = page.locator("figure.chart img").first
    assert "bajó" in (picture.get_attribute("alt") or "")
    context.close()
