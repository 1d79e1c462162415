"""Scenario 8, a therapist before a session: five minutes, a telephone, one page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.visiting import complaints_of, sign_in
from tests.serving import Server

pytestmark = pytest.mark.browser
SINCE = re.compile(r"infusion \d+, (\d+ days? ago|today) \(", re.IGNORECASE)
PARTS = (
    "baseline",
    "Intrusion",
    "Avoidance",
    "Mood and thinking",
    "Arousal",
    "Last infusion",
    "Check-ins missed",
    "Last session: ",
    "Focus",
    "Plan",
    "Homework set",
)


def hrefs(page: Any, start: str) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        f"main a[href^='{start}']", "all => [...new Set(all.map(each => each.pathname))]"
    )
    return found


def a_planned_session(page: Any, server: Server) -> Any:
    """The block on the page of a session to come whose course had one, and an infusion, already."""
    page.goto(server.url + "/patients")
    for course in hrefs(page, "/courses/"):
        page.goto(server.url + course)
        for session in hrefs(page, "/therapy-sessions/"):
            page.goto(server.url + session)
            block = page.get_by_role("region", name="Before this session")
            is_there = block.get_by_text("Last session: ").count()
            if is_there and SINCE.search(block.inner_text()):
                return block
    raise AssertionError("no course of the demonstration is between two sessions")


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (820, "dark")])
def test_a_therapist_reads_on_one_page_what_counts_before_a_session(
    chromium: Any, demo_server: Server, width: int, scheme: Any
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 844}, color_scheme=scheme, reduced_motion="reduce"
    )
    sign_in(context, demo_server, "therapist")
    page = context.new_page()
    block = a_planned_session(page, demo_server)
    for words in PARTS:
        expect(block).to_contain_text(words)
    assert re.search(r"No alert is open|Safety alert", block.inner_text())
    box = block.bounding_box()
    form = page.get_by_role("heading", name="Appointment").bounding_box()
    assert box["y"] + box["height"] <= form["y"]  # read first, written afterwards
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints_of(Axe(), page) == []
    block.get_by_role("link", name="The whole note").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Therapy session")
    expect(page.get_by_role("region", name="Before this session")).to_have_count(0)
    context.close()
