"""An open run sheet: what was half typed, what colleagues enter, minutes that go on, the lock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.sheets import (
    CHANGE_DRAFT,
    FORM,
    UNTIL,
    draft_is_kept,
    enter,
    open_sheet,
)
from tests.browser.visiting import PASSWORD, sign_in
from tests.databases import copy_installation
from tests.serving import Server, start_server, stop_server

pytestmark = pytest.mark.browser

SYSTOLIC = f"{FORM} [name=systolic_mmhg]"
DAY_MS = 24 * 3600 * 1000


@pytest.fixture(scope="module")
def server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the fictitious clinic, to be written on."""
    folder = tmp_path_factory.mktemp("written") / "instance"
    copy_installation(demo_folder, folder)
    started = start_server(folder, demo=True)
    yield started
    stop_server(started)


@pytest.fixture
def context(chromium: Any, server: Server) -> Iterator[Any]:
    made = chromium.new_context(viewport={"width": 1180, "height": 800}, reduced_motion="reduce")
    sign_in(made, server, "clinician")
    yield made
    made.close()


def half_typed(context: Any, server: Server) -> Any:
    page = open_sheet(context, server)
    page.fill(SYSTOLIC, "15")
    draft_is_kept(page)
    return page


def test_what_was_half_typed_comes_back_after_a_reload(context, server):
    page = half_typed(context, server)
    page.reload()
    note = page.locator(f"{FORM} [role=status]", has_text="Restored what was typed at")
    note.wait_for()
    assert page.input_value(SYSTOLIC) == "15"
    note.get_by_role("button", name="Discard").click()
    assert page.input_value(SYSTOLIC) == ""
    page.wait_for_function(
        "() => document.querySelector('form.vitals-entry [role=status]') === null"
    )


def test_a_draft_of_another_version_is_offered_and_not_put_in(context, server):
    page = half_typed(context, server)
    page.evaluate(CHANGE_DRAFT, {"version": "7"})
    page.reload()
    note = page.locator(f"{FORM} [role=status]", has_text="and not saved")
    note.wait_for()
    assert page.input_value(SYSTOLIC) == ""
    note.get_by_role("button", name="Use it").click()
    assert page.input_value(SYSTOLIC) == "15"


def test_a_draft_is_gone_after_a_day(context, server):
    page = half_typed(context, server)
    page.evaluate(CHANGE_DRAFT, {"later_ms": -DAY_MS - 1000})
    page.reload()
    page.evaluate(UNTIL, ["drafts", 0])
    assert page.input_value(SYSTOLIC) == ""


def test_a_draft_is_not_shown_to_another_person(context, server):
    page = half_typed(context, server)
    sheet = page.url
    context.clear_cookies()
    sign_in(context, server, "nurse")
    page.goto(sheet)
    page.locator("#outbox").wait_for(state="attached")
    assert page.input_value(SYSTOLIC) == ""
    assert page.locator(f"{FORM} [role=status]").count() == 0


def test_an_entry_of_a_colleague_appears_where_somebody_types(context, server, chromium):
    page = open_sheet(context, server)
    page.fill(SYSTOLIC, "12")
    page.focus(f"{FORM} [name=diastolic_mmhg]")
    colleague = chromium.new_context()
    sign_in(colleague, server, "nurse")
    theirs = colleague.new_page()
    theirs.goto(page.url)
    enter(theirs, 151)
    theirs.locator("#log", has_text="151/81").wait_for()
    colleague.close()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator("#log", has_text="151/81").wait_for()
    assert page.input_value(SYSTOLIC) == "12"
    assert page.evaluate("document.activeElement.name") == "diastolic_mmhg"


def test_minutes_go_on_without_the_server(context, server):
    context.clock.install()
    page = open_sheet(context, server)
    running = page.locator(".stat-value[data-since]").first
    before = int(re.match(r"\d+", running.inner_text())[0])
    context.set_offline(True)
    page.clock.fast_forward("01:05")
    page.wait_for_function(
        "(was) => parseInt(document.querySelector('.stat-value[data-since]').textContent) > was",
        arg=before,
    )
    assert int(re.match(r"\d+", running.inner_text())[0]) in {before + 1, before + 2}


def test_the_screen_locks_after_two_minutes_with_a_warning_and_nothing_is_lost(context, server):
    context.clock.install()
    page = half_typed(context, server)
    sheet, heading = page.url, page.locator("main h1").inner_text()
    warning = page.get_by_role("alert")
    page.clock.fast_forward(101_000)
    warning.wait_for()
    page.keyboard.press("Shift")
    page.clock.fast_forward(2_000)
    warning.wait_for(state="hidden")
    page.clock.fast_forward(99_000)
    warning.wait_for()
    page.clock.fast_forward(20_000)
    page.wait_for_url("**/locked")
    assert heading not in page.content()
    page.go_back()
    page.wait_for_url("**/locked")
    assert page.locator("h1").inner_text() == "Screen locked"
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Unlock").click()
    page.wait_for_url(lambda url: not url.endswith("/locked"))
    page.goto(sheet)
    page.locator(f"{FORM} [role=status]", has_text="Restored what was typed").wait_for()
    assert page.input_value(SYSTOLIC) == "15"
