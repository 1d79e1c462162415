"""A patient who forgot the password: asks on the sign-in page, reads the mail, is back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_reminder_journey import send
from tests.browser.visiting import complaints_of
from tests.databases import copy_installation
from tests.mailbox import Mailbox, serve_mail
from tests.serving import Server, start_server, stop_server

pytestmark = pytest.mark.browser

NEW = "five words that are new"
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Clinic:
    server: Server
    mailbox: Mailbox


@pytest.fixture
def clinic(demo_folder: Path, tmp_path: Path) -> Iterator[Clinic]:
    """A server with the fictitious clinic that can send mail, and where that arrives."""
    with serve_mail() as mailbox:
        mail = {"TRACKER_SMTP_URL": mailbox.url, "TRACKER_MAIL_FROM": "hello@post.test"}
        folder = copy_installation(demo_folder, tmp_path / "instance")
        server = start_server(folder, demo=True, more=mail)
        yield Clinic(server=server, mailbox=mailbox)
        stop_server(server)


def check_page(page: Any, language: str) -> None:
    assert page.get_attribute("html", "lang") == language, page.url
    assert complaints_of(Axe(), page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize(
    ("language", "scheme", "script"), [("en", "light", False), ("es", "dark", True)]
)
def test_a_patient_gets_in_again_with_a_link_by_mail(
    chromium: Any, clinic: Clinic, language: str, scheme: str, script: bool
) -> None:
    url = clinic.server.url
    context = chromium.new_context(viewport=PHONE, locale=language, color_scheme=scheme)
    quiet = chromium.new_context(
        viewport=PHONE, locale=language, color_scheme=scheme, java_script_enabled=script
    )
    try:
        page = quiet.new_page()  # half of the time without scripts; axe needs them, and looks after
        page.goto(f"{url}/login")
        page.locator("main a[href='/reset']").click()
        page.wait_for_url("**/reset")
        page.fill("[name=email]", "patient@demo.test")
        page.locator("main form button").click()
        page.wait_for_url("**/reset/asked")
        send(clinic.server, clinic.mailbox)
        mail = clinic.mailbox.arrived[-1]
        assert mail["To"] == "patient@demo.test"
        assert mail["Content-Language"] == language
        link = re.search(r"http://\S+/reset/[\w-]{43}", mail.get_content())
        assert link
        looked_at = context.new_page()
        for path in (f"{url}/login", f"{url}/reset", f"{url}/reset/asked", link[0]):
            looked_at.goto(path)
            check_page(looked_at, language)
        page.goto(link[0])
        page.fill("[name=password]", NEW)
        page.locator("main form button").click()
        page.wait_for_url("**/me")
        send(clinic.server, clinic.mailbox)
        assert len(clinic.mailbox.arrived) == 2
        looked_at.goto(link[0])
        assert looked_at.locator("[name=password]").count() == 0, "the link worked once"
    finally:
        context.close()
        quiet.close()
