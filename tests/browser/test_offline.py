"""Nothing typed on the run sheet is lost: offline, a dead tablet, a killed server, a reload."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import FLAGS, find_browser
from tests.browser.test_every_page import sign_in
from tests.serving import ROOT, Server, environment, kill_server, start_server, stop_server

pytestmark = pytest.mark.browser

STORES = """async () => {
  const read = (name, store) => new Promise((done) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => {
      const all = opening.result.transaction(store).objectStore(store).getAll();
      all.onsuccess = () => { opening.result.close(); done(all.result); };
    };
  });
  return [await read("outbox", "entries"), await read("drafts", "drafts")];
}"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "demo" / "instance"
    folder.parent.mkdir()
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load"],
        cwd=ROOT,
        env=environment(folder, 8000, demo=True),
        check=True,
        capture_output=True,
    )
    started = start_server(folder, demo=True)
    yield started
    stop_server(started)


@pytest.fixture
def context(chromium: Any, server: Server) -> Iterator[Any]:
    made = chromium.new_context(viewport={"width": 1180, "height": 800}, reduced_motion="reduce")
    sign_in(made, server, "clinician")
    yield made
    made.close()


def open_sheet(context: Any, server: Server) -> Any:
    """A run sheet on which vital signs can be entered, found from the board."""
    page = context.new_page()
    page.goto(server.url + "/board")
    hrefs = page.eval_on_selector_all("main a[href*='/infusions/']", "all => all.map(a => a.href)")
    for href in hrefs:
        page.goto(href)
        if page.locator("form.vitals-entry").count():
            return page
    raise AssertionError(f"no open run sheet on the board: {hrefs}")


def enter(page: Any, systolic: int) -> None:
    page.fill("form.vitals-entry [name=systolic_mmhg]", str(systolic))
    page.fill("form.vitals-entry [name=diastolic_mmhg]", "81")
    page.wait_for_timeout(1100)  # a second tap within a second is the same tap
    page.locator("form.vitals-entry button[type=submit]").first.click()


def waiting(page: Any, many: str) -> None:
    page.locator("#outbox", has_text=many).wait_for()


def nothing_waits(page: Any) -> None:
    page.wait_for_function("() => document.querySelector('#outbox .notice') === null")
    page.locator("#outbox [role=status]", has_text="Saved").wait_for()


def times_stored(page: Any, systolic: int) -> int:
    page.goto(page.url.split("#")[0])
    return len(re.findall(rf"\b{systolic}/81\b", page.locator("#log").inner_text()))


def test_entries_wait_without_a_connection_and_go_out_once_in_order(context, server):
    page = open_sheet(context, server)
    context.set_offline(True)
    for number, systolic in enumerate((131, 132, 133), start=1):
        enter(page, systolic)
        waiting(page, f"{number} entr")
    taken = [entry["taken_at"] for entry in page.evaluate(STORES)[0]]
    assert taken == sorted(taken)
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    nothing_waits(page)
    assert page.evaluate(STORES) == [[], []]
    assert [times_stored(page, each) for each in (131, 132, 133)] == [1, 1, 1]


def test_two_taps_store_one_row(context, server):
    page = open_sheet(context, server)
    page.fill("form.vitals-entry [name=systolic_mmhg]", "134")
    page.fill("form.vitals-entry [name=diastolic_mmhg]", "81")
    page.locator("form.vitals-entry button[type=submit]").first.dblclick()
    nothing_waits(page)
    assert times_stored(page, 134) == 1
    assert page.evaluate(STORES) == [[], []]


def test_a_set_takes_two_taps_beside_its_numbers(context, server):
    page = open_sheet(context, server)
    address = page.url.split("#")[0]
    page.goto("about:blank")
    page.goto(f"{address}#vital-signs")
    waits_for_systolic = "() => document.activeElement.name === 'systolic_mmhg'"
    page.wait_for_function(waits_for_systolic)
    for number in ("135", "81", "77", "97", "14"):
        page.keyboard.type(number)
        page.keyboard.press("Enter")  # the "next" key sends nothing
    page.locator("form.vitals-entry [name=rass][value='-1']").check()
    page.locator("form.vitals-entry button[type=submit]").first.click()
    nothing_waits(page)
    page.wait_for_function(waits_for_systolic)
    assert "was 135 at" in page.locator("#systolic_mmhg-was").inner_text()
    assert page.input_value("#systolic_mmhg") == ""
    assert times_stored(page, 135) == 1


def test_what_was_half_typed_comes_back_after_a_reload(context, server):
    page = open_sheet(context, server)
    page.fill("form.vitals-entry [name=systolic_mmhg]", "135")
    page.wait_for_timeout(600)
    page.reload()
    page.locator("form.vitals-entry [role=status]", has_text="Restored what was typed").wait_for()
    assert page.input_value("form.vitals-entry [name=systolic_mmhg]") == "135"


def test_a_refused_entry_is_kept_with_the_words_until_it_is_corrected(context, server):
    page = open_sheet(context, server)
    context.set_offline(True)
    page.fill("form.vitals-entry [name=systolic_mmhg]", "5")
    page.fill("form.vitals-entry [name=diastolic_mmhg]", "81")
    page.locator("form.vitals-entry button[type=submit]").first.click()
    waiting(page, "1 entry")
    page.reload()
    page.locator("h1", has_text="No connection").wait_for()
    with page.expect_navigation():  # the page without a connection reloads itself
        context.set_offline(False)
    page.goto(page.url.split("#")[0])
    waiting(page, "was not stored")
    page.get_by_role("link", name="Open and correct").click()
    page.wait_for_function("() => document.querySelector('form[data-replaces]') !== null")
    assert page.input_value("form.vitals-entry [name=systolic_mmhg]") == "5"
    enter(page, 136)
    nothing_waits(page)
    assert times_stored(page, 136) == 1


def test_another_person_does_not_send_and_the_same_person_does(context, server):
    page = open_sheet(context, server)
    sheet = page.url
    context.set_offline(True)
    enter(page, 137)
    waiting(page, "1 entry")
    page.close()
    context.set_offline(False)
    context.clear_cookies()
    sign_in(context, server, "therapist")
    page = context.new_page()
    page.goto(server.url + "/board")
    waiting(page, "for another person")
    assert len(page.evaluate(STORES)[0]) == 1
    context.clear_cookies()
    sign_in(context, server, "clinician")
    page.goto(sheet)
    page.wait_for_function("() => document.querySelector('#outbox .notice') === null")
    assert times_stored(page, 137) == 1


def test_entries_survive_a_killed_server_and_a_killed_browser(server, tmp_path, chromium):
    browsers = chromium.browser_type
    options = {"executable_path": find_browser(), "args": FLAGS}
    context = browsers.launch_persistent_context(str(tmp_path / "profile"), **options)
    sign_in(context, server, "clinician")
    page = open_sheet(context, server)
    sheet = page.url
    cookies = context.cookies()
    kill_server(server)
    enter(page, 138)
    waiting(page, "1 entry")
    context.close()
    again = start_server(server.folder, demo=True, port=int(server.url.rsplit(":", 1)[1]))
    try:
        context = browsers.launch_persistent_context(str(tmp_path / "profile"), **options)
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(sheet)
        nothing_waits(page)
        assert times_stored(page, 138) == 1
        context.close()
    finally:
        stop_server(again)


def test_the_browser_keeps_the_page_without_a_connection_and_nothing_else(context, server):
    page = open_sheet(context, server)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    kept = page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys())
            for (const each of await (await caches.open(name)).keys())
              found.push(new URL(each.url).pathname);
          return found.sort();
        }"""
    )
    assert kept == ["/offline", "/static/css/app.css", "/static/icon.svg", "/static/js/outbox.js"]


def test_a_whole_entry_by_plain_form_without_scripts(chromium, server):
    context = chromium.new_context(java_script_enabled=False)
    sign_in(context, server, "clinician")
    page = open_sheet(context, server)
    page.fill("form.vitals-entry [name=systolic_mmhg]", "139")
    page.fill("form.vitals-entry [name=diastolic_mmhg]", "81")
    page.locator("form.vitals-entry button[type=submit]").first.click()
    page.locator(".messages", has_text="Saved at").wait_for()
    assert times_stored(page, 139) == 1
    context.close()
