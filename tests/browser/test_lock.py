"""A locked tablet shows nothing of anybody, loses nothing, and gives nothing to the next person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import keeping_browser
from tests.browser.sheets import (
    draft_is_kept,
    enter,
    kept,
    nothing_waits,
    open_sheet,
    stored,
    waits,
)
from tests.browser.visiting import PASSWORD, sign_in
from tests.databases import copy_installation
from tests.serving import Server, start_server, stop_server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A demonstration of these tests' own: they write into it."""
    folder = tmp_path_factory.mktemp("locked") / "instance"
    copy_installation(demo_folder, folder)
    started = start_server(folder, demo=True)
    yield started
    stop_server(started)


@pytest.fixture
def tablet(chromium: Any, server: Server) -> Iterator[Any]:
    browser = keeping_browser(chromium)
    context = browser.new_context(viewport={"width": 1180, "height": 800}, reduced_motion="reduce")
    sign_in(context, server, "clinician")
    yield context
    browser.close()


def lock(page: Any) -> None:
    page.get_by_role("button", name="Lock").click()
    page.wait_for_url("**/locked")


def unlock(page: Any) -> None:
    page.fill("main [name=password]", PASSWORD)
    page.get_by_role("button", name="Unlock").click()


def address(page: Any) -> str:
    """Without the part that is only a place on the page."""
    url: str = page.url
    return url.split("#")[0]


def stop_posts(route: Any) -> None:
    """As if the connection broke with each entry."""
    route.abort() if route.request.method == "POST" else route.continue_()


def patient_on(page: Any) -> str:
    name: str = page.locator("main .patient-banner").first.inner_text().split("\n")[0]
    assert len(name) > 3
    return name


def test_the_back_button_of_a_locked_screen_shows_nobody(tablet: Any, server: Server) -> None:
    page = open_sheet(tablet, server)
    sheet, name = address(page), patient_on(page)
    lock(page)
    assert name not in page.content()
    for _page in ("the run sheet", "the board"):
        page.evaluate("() => { setTimeout(() => history.back()) }")
        page.wait_for_timeout(500)
        page.wait_for_load_state()
        assert address(page).endswith("/locked")
        assert name not in page.content()
    page.goto(sheet)
    assert address(page).endswith("/locked")
    assert name not in page.content()


def test_unlocking_leads_back_to_the_page_with_what_was_half_typed(
    tablet: Any, server: Server
) -> None:
    page = open_sheet(tablet, server)
    sheet = address(page)
    page.fill("form.vitals-entry [name=systolic_mmhg]", "135")
    draft_is_kept(page)
    lock(page)
    unlock(page)
    page.wait_for_url(f"{sheet}*")
    page.locator("form.vitals-entry [role=status]", has_text="Restored what was typed").wait_for()
    assert page.input_value("form.vitals-entry [name=systolic_mmhg]") == "135"


def test_a_pin_unlocks_the_next_time_with_the_keyboard_alone(tablet: Any, server: Server) -> None:
    page = open_sheet(tablet, server)
    sheet = address(page)
    lock(page)
    page.fill("main [name=new_pin]", "274913")
    unlock(page)
    page.wait_for_url(f"{sheet}*")
    page.fill("form.vitals-entry [name=systolic_mmhg]", "136")
    draft_is_kept(page)
    lock(page)
    page.get_by_label("Your PIN").focus()
    page.keyboard.type("274913")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{sheet}*")
    page.locator("form.vitals-entry [role=status]", has_text="Restored what was typed").wait_for()
    assert page.input_value("form.vitals-entry [name=systolic_mmhg]") == "136"


def test_the_next_person_gets_nothing_of_what_the_first_one_typed(
    tablet: Any, server: Server
) -> None:
    page = open_sheet(tablet, server)
    sheet = address(page)
    page.fill("form.vitals-entry [name=systolic_mmhg]", "139")
    draft_is_kept(page)
    lock(page)
    page.get_by_role("button", name="Switch person").click()
    page.wait_for_url("**/login")
    sign_in(tablet, server, "nurse")
    page.goto(sheet)
    page.locator("#outbox").wait_for(state="attached")
    assert page.input_value("form.vitals-entry [name=systolic_mmhg]") == ""
    assert "139" not in page.locator("main").inner_text()
    tablet.clear_cookies()
    sign_in(tablet, server, "clinician")
    page.goto(sheet)
    page.locator("form.vitals-entry [role=status]", has_text="Restored what was typed").wait_for()
    assert page.input_value("form.vitals-entry [name=systolic_mmhg]") == "139"


def test_what_waits_survives_the_lock_and_goes_out_after_it(tablet: Any, server: Server) -> None:
    page = open_sheet(tablet, server)
    sheet = address(page)
    entries = re.compile(r"/infusions/")
    tablet.route(entries, stop_posts)
    enter(page, 138)
    waits(page, "1 entry")
    lock(page)
    tablet.unroute(entries)
    with page.expect_response(lambda answer: answer.request.method == "POST") as refused:
        page.reload()
    assert refused.value.status == 401
    page.locator("#outbox", has_text="Sign in to send").wait_for()
    (entry,) = kept(page)["outbox"]
    assert not entry.get("problem")
    unlock(page)
    page.wait_for_url(f"{sheet}*")
    nothing_waits(page)
    assert kept(page)["outbox"] == []
    assert len(stored(server, 138)) == 1
