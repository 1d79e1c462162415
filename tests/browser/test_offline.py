"""Nothing entered on a run sheet is lost: offline, a dead tablet, a killed server, two tabs."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.browser.conftest import FLAGS, find_browser
from tests.browser.phones import BROKEN_STORAGE
from tests.browser.sheets import (
    FORM,
    WAITING,
    come_back_online,
    enter,
    kept,
    nothing_waits,
    open_sheet,
    open_sheets,
    stored,
    type_set,
    waits,
)
from tests.browser.visiting import sign_in
from tests.databases import copy_installation
from tests.serving import Server, kill_server, process_wait, start_server, stop_server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the fictitious clinic, to be written on: each test has numbers of its own."""
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


def test_entries_wait_without_a_connection_and_go_out_once_in_order_with_their_times(
    context, server
):
    start = datetime.fromtimestamp(os.stat(server.folder).st_mtime, UTC) - timedelta(minutes=4)
    context.clock.install(time=start)
    page = open_sheet(context, server)
    context.set_offline(True)
    for number, systolic in enumerate((131, 132, 133), start=1):
        enter(page, systolic)
        waits(page, f"{number} entr")
        page.clock.fast_forward("01:00")
    taken = [datetime.fromisoformat(entry["taken_at"]) for entry in kept(page)["outbox"]]
    assert all(b - a >= timedelta(minutes=1) for a, b in zip(taken, taken[1:], strict=False))
    come_back_online(context, page)
    nothing_waits(page)
    assert kept(page) == {"outbox": [], "drafts": []}
    assert [stored(server, each) for each in (131, 132, 133)] == [[at] for at in taken]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_an_entry_that_waits_shows_the_clinics_time_on_a_tablet_of_another_zone(
    chromium, server, zone
):
    context = chromium.new_context(timezone_id=zone)
    sign_in(context, server, "clinician")
    page = open_sheet(context, server)
    context.set_offline(True)
    enter(page, 149)
    waits(page, "1 entry waits")
    (entry,) = kept(page)["outbox"]
    taken = datetime.fromisoformat(entry["taken_at"])
    at = taken.astimezone(ZoneInfo("America/New_York"))
    waits(page, f"{at:%H:%M}.")
    assert f"{taken.astimezone(ZoneInfo(zone)):%H:%M}" not in page.inner_text("#outbox")
    page.evaluate("document.body.dataset.zone = 'Nowhere/Known'")
    page.evaluate("dispatchEvent(new Event('online'))")  # it draws anew
    waits(page, f"{taken.astimezone(ZoneInfo(zone)):%H:%M}.")
    come_back_online(context, page)
    nothing_waits(page)
    context.close()


def test_an_entry_of_one_sheet_goes_out_while_another_sheet_stays_open(context, server):
    page = context.new_page()
    first, second = open_sheets(page, server, many=2)
    page.goto(first)
    other = context.new_page()
    other.goto(second)
    patient = other.locator("main .patient-banner, main .banner").first.inner_text()
    heading = other.locator("h1").inner_text()
    context.set_offline(True)
    enter(page, 134)
    waits(page, "1 entry")
    page.close()
    come_back_online(context, other)
    nothing_waits(other)
    assert len(stored(server, 134)) == 1
    assert other.url == second
    assert other.locator("main .patient-banner, main .banner").first.inner_text() == patient
    assert other.locator("h1").inner_text() == heading
    assert "134/81" not in other.locator("main").inner_text()
    action = other.locator(FORM).get_attribute("action")
    assert action == second.removeprefix(server.url) + "/vital-signs"


def test_what_is_typed_meanwhile_stays_when_the_answer_comes(context, server):
    page = open_sheet(context, server)
    context.set_offline(True)
    enter(page, 135)
    waits(page, "1 entry")
    page.fill(f"{FORM} [name=systolic_mmhg]", "14")
    come_back_online(context, page)
    nothing_waits(page)
    page.locator("#log", has_text="135/81").wait_for()
    assert page.input_value(f"{FORM} [name=systolic_mmhg]") == "14"
    assert len(stored(server, 135)) == 1


def test_two_taps_store_one_row(context, server):
    page = open_sheet(context, server)
    type_set(page, 136)
    page.locator(f"{FORM} button[type=submit]").first.dblclick()
    page.locator("#log", has_text="136/81").wait_for()
    nothing_waits(page)
    assert len(stored(server, 136)) == 1
    assert kept(page) == {"outbox": [], "drafts": []}


@pytest.mark.parametrize(
    ("broken", "systolic"), [(BROKEN_STORAGE[0], 147), (BROKEN_STORAGE[1], 148)]
)
def test_a_browser_that_keeps_nothing_stores_all_the_same(context, server, broken, systolic):
    context.add_init_script(broken)
    page = open_sheet(context, server)
    enter(page, systolic)
    page.locator("#log", has_text=f"{systolic}/81").wait_for()
    assert len(stored(server, systolic)) == 1


def test_a_set_takes_two_taps_beside_its_numbers(context, server):
    page = open_sheet(context, server)
    address = page.url.split("#")[0]
    page.goto("about:blank")
    page.goto(f"{address}#vital-signs")
    waits_for_systolic = "() => document.activeElement.name === 'systolic_mmhg'"
    page.wait_for_function(waits_for_systolic)
    for number in ("146", "81", "77", "97", "14"):
        page.keyboard.type(number)
        page.keyboard.press("Enter")  # the "next" key sends nothing
    page.locator(f"{FORM} [name=rass][value='-1']").check()
    page.locator(f"{FORM} button[type=submit]").first.click()
    page.locator("#log", has_text="146/81").wait_for()
    nothing_waits(page)
    page.wait_for_function(waits_for_systolic)
    assert "was 146 at" in page.locator("#systolic_mmhg-was").inner_text()
    assert page.input_value("#systolic_mmhg") == ""
    assert len(stored(server, 146)) == 1


def test_two_tabs_send_an_entry_once(context, server):
    page = open_sheet(context, server)
    other = context.new_page()
    other.goto(page.url)
    context.set_offline(True)
    enter(page, 137)
    waits(page, "1 entry")
    sent = []
    context.on("request", lambda asked: sent.append(asked) if asked.method == "POST" else None)
    come_back_online(context, page, other)
    for each in (page, other):
        nothing_waits(each)
    assert len(sent) == 1
    assert len(stored(server, 137)) == 1


def test_an_expired_token_is_renewed_and_the_entry_sent_again(context, server):
    page = open_sheet(context, server)
    page.evaluate(
        "() => document.querySelectorAll('[name=csrf_token]').forEach((each) => each.value = 'old')"
    )
    answers = []
    page.on("response", lambda each: each.request.method == "POST" and answers.append(each.status))
    enter(page, 138)
    page.locator("#log", has_text="138/81").wait_for()
    nothing_waits(page)
    assert answers == [400, 201]
    assert len(stored(server, 138)) == 1


def test_an_entry_is_kept_until_the_server_says_that_it_is_stored(context, server):
    page = open_sheet(context, server)
    page.route(
        "**/vital-signs",
        lambda route: route.fulfill(status=200, body="<main><p>Welcome</p></main>"),
    )
    enter(page, 139)
    waits(page, "The server did not say that it stored it.")
    assert [len(kept(page)["outbox"]), stored(server, 139)] == [1, []]
    page.unroute("**/vital-signs")
    page.get_by_role("link", name="Open and correct").click()
    page.locator("form[data-replaces]").wait_for()
    page.locator(f"{FORM} button[type=submit]").first.click()
    nothing_waits(page)
    assert len(stored(server, 139)) == 1


def test_a_refused_entry_is_kept_with_the_words_until_it_is_corrected(context, server):
    page = open_sheet(context, server)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    page.fill(f"{FORM} [name=systolic_mmhg]", "5")
    page.fill(f"{FORM} [name=diastolic_mmhg]", "81")
    page.locator(f"{FORM} button[type=submit]").first.click()
    waits(page, "1 entry")
    taken = datetime.fromisoformat(kept(page)["outbox"][0]["taken_at"])
    page.reload()
    page.locator("h1", has_text="No connection").wait_for()
    with page.expect_navigation():  # the page without a connection reloads itself
        context.set_offline(False)
    page.goto(page.url.split("#")[0])
    waits(page, "was not stored")
    page.get_by_role("link", name="Open and correct").click()
    page.locator("form[data-replaces]").wait_for()
    assert page.input_value(f"{FORM} [name=systolic_mmhg]") == "5"
    enter(page, 140)
    nothing_waits(page)
    assert stored(server, 140) == [taken]


def test_a_refused_step_leaves_the_list_once_the_same_step_is_stored(context, server):
    page = open_sheet(context, server)
    lost = "<main><p>Welcome</p></main>"
    page.route("**/moves/pause", lambda route: route.fulfill(status=200, body=lost))
    pause(page)
    waits(page, "was not stored")
    page.unroute("**/moves/pause")
    page.reload()
    pause(page)
    page.locator("#outbox", has_text="refused before, is off the list.").wait_for()
    assert kept(page)["outbox"] == []


def pause(page):
    form = page.locator("form[action$='/moves/pause']")
    if not form.is_visible():
        page.locator("details", has=form).locator("summary").first.click()
    form.locator("[name=reason]").fill("Line")
    form.locator("button[type=submit]").click()


def test_another_person_does_not_send_and_the_same_person_does(context, server):
    page = open_sheet(context, server)
    sheet = page.url
    context.set_offline(True)
    enter(page, 141)
    waits(page, "1 entry")
    context.clear_cookies()
    context.set_offline(False)  # while the page is open: its worker has to hear of it too
    page.locator(WAITING, has_text="Sign in to send").wait_for()
    page.close()
    sign_in(context, server, "therapist")
    page = context.new_page()
    page.goto(server.url + "/board")
    waits(page, "for another person")
    assert len(kept(page)["outbox"]) == 1
    assert stored(server, 141) == []
    context.clear_cookies()
    sign_in(context, server, "clinician")
    page.goto(sheet)
    nothing_waits(page)
    assert len(stored(server, 141)) == 1


def test_signed_out_meanwhile_says_so_and_keeps_the_entry(context, server):
    page = open_sheet(context, server)
    cookies = context.cookies()
    context.clear_cookies()
    enter(page, 142)
    page.locator(WAITING, has_text="Sign in to send").wait_for()
    assert len(kept(page)["outbox"]) == 1
    context.add_cookies(cookies)
    page.reload()
    nothing_waits(page)
    assert len(stored(server, 142)) == 1


def test_signing_out_asks_first_while_entries_wait(context, server):
    page = open_sheet(context, server)
    sheet = page.url
    context.set_offline(True)
    enter(page, 143)
    waits(page, "1 entry")
    asked = []

    def refuse(dialog):
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    page.get_by_role("button", name="Sign out").click()
    assert len(asked) == 1
    assert asked[0].startswith("1 entry waits on this tablet. Sign out all the same?")
    assert page.url == sheet
    come_back_online(context, page)
    nothing_waits(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    assert len(asked) == 1


class OwnBrowser:
    """A Chromium process of the test's own, with a profile that outlives it."""

    def __init__(self, playwright_browser: Any, profile: Path) -> None:
        self._type, self._profile = playwright_browser.browser_type, profile

    def start(self) -> Any:
        """The one context of a new process."""
        port_file = self._profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [
                find_browser() or "",
                *FLAGS,
                "--remote-debugging-port=0",
                f"--user-data-dir={self._profile}",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
        for _ in range(300):
            if port_file.exists() and "\n" in port_file.read_text():
                break
            process_wait(self.process, 0.1)
        port = port_file.read_text().splitlines()[0]
        self._connection = self._type.connect_over_cdp(f"http://127.0.0.1:{port}")
        return self._connection.contexts[0]

    def kill(self) -> None:
        """As a battery would: nothing is told that it ends."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


def test_entries_survive_a_killed_server_and_a_killed_browser(tmp_path, demo_folder, chromium):
    folder = tmp_path / "demo" / "instance"
    copy_installation(demo_folder, folder)
    server = start_server(folder, demo=True)
    own = OwnBrowser(chromium, tmp_path / "profile")
    try:
        context = own.start()
        sign_in(context, server, "clinician")
        page = open_sheet(context, server)
        sheet, cookies = page.url, context.cookies()
        kill_server(server)
        for systolic, words in ((144, "1 entry"), (143, "2 entries"), (145, "3 entries")):
            enter(page, systolic)
            waits(page, words)
        own.kill()
        server = start_server(folder, demo=True, port=int(server.url.rsplit(":", 1)[1]))
        context = own.start()
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(sheet)
        nothing_waits(page)
        taken = [stored(server, systolic) for systolic in (144, 143, 145)]
        assert [len(each) for each in taken] == [1, 1, 1]
        assert taken == sorted(taken), "in the order in which they were made"
    finally:
        own.kill()
        stop_server(server)


def test_the_browser_keeps_the_page_without_a_connection_and_nothing_else(context, server):
    page = open_sheet(context, server)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    found = page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys())
            for (const each of await (await caches.open(name)).keys())
              found.push(new URL(each.url).pathname);
          return found.sort();
        }"""
    )
    assert found == [
        "/offline",
        "/static/css/app.css",
        "/static/icon.svg",
        "/static/js/outbox.js",
        "/static/js/shared/keeping.js",
        "/static/js/shared/sending.js",
    ]


def test_a_worker_that_is_stuck_holds_no_page_up(context, server):
    page = open_sheet(context, server)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # a page that was there before the worker is not held by it
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    context.service_workers[0].evaluate("() => { setTimeout(() => { for (;;); }); }")
    page.goto(server.url + "/board")
    page.reload()
    assert page.get_by_role("navigation", name="Main").is_visible()


def test_a_whole_entry_by_plain_form_without_scripts(chromium, server):
    context = chromium.new_context(java_script_enabled=False)
    sign_in(context, server, "clinician")
    page = open_sheet(context, server)
    enter(page, 145)
    page.locator(".messages", has_text="Saved at").wait_for()
    assert len(stored(server, 145)) == 1
    context.close()
