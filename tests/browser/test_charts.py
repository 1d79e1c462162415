"""A chart in a real browser: read value by value, looked at in part, with and without script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.visiting import sign_in
from tests.serving import Server

pytestmark = pytest.mark.browser


def progress_page(context: Any, server: Server) -> Any:
    """The progress of the first course in the list whose charts have parts."""
    sign_in(context, server, "clinician")
    page = context.new_page()
    page.goto(server.url + "/patients")
    courses = page.eval_on_selector_all(
        "main a[href^='/courses/']", "all => [...new Set(all.map(each => each.pathname))]"
    )
    for path in courses:
        page.goto(f"{server.url}{path}/progress")
        if page.locator("#symptoms-h ~ figure .chart-zooms a").count() > 1:
            return page
    raise AssertionError("no course of the demonstration has parts")


def test_a_chart_is_read_by_keys_by_pointer_and_part_by_part(
    chromium: Any, demo_server: Server
) -> None:
    context = chromium.new_context(viewport={"width": 1180, "height": 800}, color_scheme="dark")
    page = progress_page(context, demo_server)
    figure = page.locator("#symptoms-h ~ figure")
    drawing, said = figure.locator("[data-spots]"), figure.locator(".chart-readout")
    drawing.focus()
    page.keyboard.press("Home")
    first = said.inner_text()
    assert re.match(r"\d+ \w+ \d{4}: ", first)
    page.keyboard.press("ArrowRight")
    expect(said).not_to_have_text(first)
    page.keyboard.press("ArrowLeft")
    expect(said).to_have_text(first)
    box = figure.locator("picture:not(.on-paper) img").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    expect(said).not_to_have_text(first)
    expect(figure.locator(".chart-line")).to_be_visible()
    address = page.url
    link = figure.get_by_role("link", name="Treatment course")
    link.click()
    expect(link).to_have_attribute("aria-current", "true")
    expect(said).to_contain_text("(treatment course)")
    image = figure.locator("picture:not(.on-paper) img")
    expect(image).to_have_js_property("complete", True)
    current = image.evaluate("each => [each.currentSrc, each.naturalWidth]")
    assert "/progress_course-dark/" in current[0]
    assert current[1] > 0
    assert page.url == address
    context.close()


def test_without_script_a_part_is_a_page_of_its_own(chromium: Any, demo_server: Server) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 800}, java_script_enabled=False
    )
    page = progress_page(context, demo_server)
    page.locator("#symptoms-h ~ figure").get_by_role("link", name="Treatment course").click()
    page.wait_for_url("**?phase=course")
    image = page.locator("#symptoms-h ~ figure picture:not(.on-paper) img")
    assert "(treatment course)" in image.get_attribute("alt")
    context.close()
