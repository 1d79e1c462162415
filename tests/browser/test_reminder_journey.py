"""A patient asks for reminders, gets one and stops them with what the mail says: in a browser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.visiting import complaints_of, sign_in
from tests.databases import copy_installation
from tests.mailbox import Mailbox, serve_mail
from tests.serving import ROOT, Server, environment, start_server, stop_server

pytestmark = pytest.mark.browser


@pytest.fixture
def server(demo_folder: Path, tmp_path: Path) -> Iterator[Server]:
    """A server with the fictitious clinic, to be written on."""
    started = start_server(copy_installation(demo_folder, tmp_path / "instance"), demo=True)
    yield started
    stop_server(started)


def send(server: Server, mailbox: Mailbox) -> None:
    """One run of the command that sends what waits."""
    mail = {"TRACKER_SMTP_URL": mailbox.url, "TRACKER_MAIL_FROM": "hello@post.test"}
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "reminders", "send"],
        cwd=ROOT,
        env=environment(server.folder, urlsplit(server.url).port or 0, demo=True) | mail,
        check=True,
        capture_output=True,
    )


def ask_for_reminders(page: Any, server: Server) -> None:
    """Without an hour it is refused beside the question; with one a test can be asked for."""
    page.goto(f"{server.url}/me/settings")
    assert page.get_by_text("(optional)").count() == 0
    page.select_option("[name=remind_by]", "email")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Choose at what time you want to be reminded.").first.wait_for()
    assert complaints_of(Axe(), page) == []
    page.select_option("[name=remind_at]", "09:00")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Send me a test").click()
    page.get_by_text("A test is on its way.").wait_for()
    assert complaints_of(Axe(), page) == []


def stop(page: Any, mail: EmailMessage) -> None:
    """As a person does: open the address, read, press the button."""
    page.goto(mail["List-Unsubscribe"].strip("<>"))
    page.get_by_text("Press the button and you will not be reminded any more.").wait_for()
    assert complaints_of(Axe(), page) == []
    page.get_by_role("button", name="Stop these messages").click()
    page.get_by_role("heading", name="Messages stopped").wait_for()
    assert complaints_of(Axe(), page) == []


def test_a_patient_asks_for_reminders_and_stops_them_with_the_mail(
    chromium: Any, server: Server
) -> None:
    phone = {"viewport": {"width": 360, "height": 800}, "color_scheme": "dark"}
    own, other = chromium.new_context(**phone), chromium.new_context(**phone)
    try:
        sign_in(own, server, "patient")
        page = own.new_page()
        ask_for_reminders(page, server)
        with serve_mail() as mailbox:
            send(server, mailbox)
            (mail, *_rest) = mailbox.arrived
            assert mail["To"] == "patient@demo.test"
            stop(other.new_page(), mail)
            before = len(mailbox.arrived)
            send(server, mailbox)
            assert len(mailbox.arrived) == before
        page.goto(f"{server.url}/me/settings")
        page.get_by_text("Messages are stopped. Save your choice to get them again.").wait_for()
        assert page.get_by_role("button", name="Send me a test").count() == 0
    finally:
        own.close()
        other.close()
