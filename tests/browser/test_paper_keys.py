"""A paper form by the keyboard: twenty answers in twenty keys, in a real browser."""

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

ANSWERS = "01234012340123401234"
COURSE = re.compile("/courses/[0-9a-f-]{36}")


@pytest.fixture(scope="module")
def server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the fictitious clinic, to be written on."""
    folder = tmp_path_factory.mktemp("paper") / "instance"
    copy_installation(demo_folder, folder)
    started = start_server(folder, demo=True)
    yield started
    stop_server(started)


@pytest.fixture
def page(chromium: Any, server: Server) -> Iterator[Any]:
    """The page of a PCL-5 on paper, for the first patient of the list."""
    context = chromium.new_context(viewport={"width": 1180, "height": 800}, reduced_motion="reduce")
    sign_in(context, server, "clinician")
    made = context.new_page()
    made.goto(f"{server.url}/board")
    addresses = made.eval_on_selector_all("main a", "all => all.map(one => one.pathname)")
    made.goto(server.url + next(path for path in addresses if COURSE.fullmatch(path)))
    made.get_by_role("link", name="Enter a paper form").click()
    made.locator("main a[href$='/check-ins/pcl-5']").click()
    made.wait_for_url("**/check-ins/pcl-5")
    yield made
    context.close()


def chosen(page: Any) -> list[str | None]:
    found: list[str | None] = page.eval_on_selector_all(
        "[data-keypad]", "all => all.map(one => one.querySelector('input:checked')?.value ?? null)"
    )
    return found


def place(page: Any) -> int:
    """Which question has the focus, from 0."""
    found: int = page.evaluate(
        "[...document.querySelectorAll('[data-keypad]')]"
        ".indexOf(document.activeElement.closest('[data-keypad]'))"
    )
    return found


def test_twenty_answers_take_twenty_keys(page: Any) -> None:
    for key in ANSWERS:
        page.keyboard.press(key)
    assert chosen(page) == list(ANSWERS)
    assert page.evaluate("document.activeElement.innerText") == "Save these answers"


def test_backspace_goes_back_s_skips_and_the_question_in_hand_is_seen(page: Any) -> None:
    for key in ("3", "9", "4", "Backspace", "1", "s"):  # 9 is no answer: nothing happens
        page.keyboard.press(key)
    assert chosen(page)[:4] == ["3", "1", "skip", None]
    assert place(page) == 3
    box = page.locator("[data-keypad]").nth(3)
    assert box.evaluate("one => getComputedStyle(one).borderLeftColor") != page.locator(
        "[data-keypad]"
    ).nth(4).evaluate("one => getComputedStyle(one).borderLeftColor")
    assert box.is_visible()


def test_the_papers_date_is_typed_without_answering_anything(page: Any) -> None:
    page.locator("[name=answered_time]").press("1")
    assert set(chosen(page)) == {None}


def test_what_was_entered_by_keys_is_stored(page: Any) -> None:
    page.locator("[name=mode][value=paper]").check(force=True)
    page.fill("[name=answered_on]", "2026-01-05")
    page.fill("[name=answered_time]", "09:30")
    page.locator("[data-keypad] input").first.focus()
    for key in ANSWERS:
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/check-ins/" not in url)
    page.get_by_text("Saved at").first.wait_for()


def test_tiles_work_without_scripts_and_the_page_is_accessible(
    chromium: Any, server: Server, page: Any
) -> None:
    assert complaints_of(Axe(), page) == []
    context = chromium.new_context(java_script_enabled=False)
    sign_in(context, server, "clinician")
    plain = context.new_page()
    plain.goto(page.url)
    plain.locator("[name=answer_q1][value='3']").check(force=True)
    assert plain.locator("[name=answer_q1]:checked").get_attribute("value") == "3"
    context.close()
