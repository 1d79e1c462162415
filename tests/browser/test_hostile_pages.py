"""Hostile words in every text of a clinic, on every page, in a real browser: nothing runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.make.accounts import PASSWORD
from tests.scans.site import ROUTES
from tests.serving import Server, free_port, start_server, stop_server

pytestmark = [pytest.mark.browser, pytest.mark.scan]

INLINE = """
const script = document.createElement('script');
script.textContent = 'alert(1)';
document.head.append(script);
"""
PAGES_OF = {"patient": ("/me",), "clinician": ("/",), "administrator": ("/admin", "/account")}
NOT_A_PAGE = (".pdf", ".svg", ".csv", ".zip", ".js", ".txt", "/metrics")


@pytest.fixture
def poisoned(tmp_path: Path) -> Iterator[Server]:
    folder, port = tmp_path / "site", free_port()
    folder.mkdir(mode=0o700)
    command = ("-m", "tests.browser.poisoned_site", str(folder), str(port))
    server = start_server(folder, demo=False, port=port, command=command)
    yield server
    stop_server(server)


def visit_all(context: Any, server: Server, who: str, heard: list[str]) -> int:
    """Sign in and look at every page; returns how many showed the hostile words."""
    page = context.new_page()
    page.on("dialog", lambda dialog: (heard.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on(
        "request", lambda asked: heard.append(asked.url) if "/csp-report" in asked.url else None
    )
    page.goto(server.url + "/login")
    page.fill("#email", f"{who}@a.test")
    page.fill("#password", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/login" not in url)
    shown = 0
    for each in json.loads((server.folder / ROUTES).read_text()):
        path = each["path"]
        is_page = "GET" in each["methods"] and not path.endswith(NOT_A_PAGE) and "~" not in path
        if not is_page or not path.startswith(PAGES_OF[who]):
            continue
        answer = page.goto(server.url + path, wait_until="load")
        if answer and answer.status == 200:
            shown += "<script>alert(1)</script>" in page.content().replace("&lt;", "<").replace(
                "&gt;", ">"
            )
            assert page.locator("img[src=x], img[onerror]").count() == 0, path
            assert not heard, f"{path}: {heard}"
    return shown


def test_no_page_runs_hostile_words(chromium: Any, poisoned: Server) -> None:
    shown = {}
    for who in PAGES_OF:
        context, heard = chromium.new_context(), []
        shown[who] = visit_all(context, poisoned, who, heard)
        context.close()
    assert shown["clinician"] > 20, shown
    assert shown["administrator"] > 1, shown


def test_a_page_that_is_stopped_by_its_policy_is_reported(chromium: Any, poisoned: Server) -> None:
    """The control: the silence of the other test is the pages', not the browser's."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(poisoned.url + "/login")
    with page.expect_request("**/csp-report") as asked:
        page.evaluate(INLINE)
    assert asked.value.response().status == 204
    context.close()
