"""A check-in on a phone that loses its connection: nothing lost, twice, or left behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Error

from tests.browser.phones import (
    BROKEN_STORAGE,
    DAILY,
    FORM,
    WEEKLY,
    Phone,
    answer_and_send,
    answer_step,
    held,
    make_clinic,
    near,
    press_on,
    rows,
    say_own_phone,
)
from tests.conftest import START
from tests.serving import start_server, stop_server

pytestmark = pytest.mark.browser

SMALL = {"width": 360, "height": 740}
SAVED = "Saved on this phone"
LOCAL_START = START.astimezone(ZoneInfo("America/New_York"))
HOLD_THE_QUEUE = """() => new Promise((held) => {
  navigator.locks.request("check-ins", () => new Promise((done) => {
    globalThis.release = done;
    held();
  }));
})"""
SO_MANY_WAIT = "async (many) => (await navigator.locks.query()).pending.length === many"


@pytest.fixture
def phone(chromium: Any, tmp_path: Path) -> Iterator[Phone]:
    folder, clock = tmp_path / "instance", tmp_path / "now"
    clock.write_text(START.isoformat())
    links = make_clinic(folder)
    command = ("-m", "tests.clocked_server", str(clock))
    server = start_server(folder, demo=False, command=command)
    context = chromium.new_context(viewport=SMALL, has_touch=True, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    made = Phone(server=server, context=context, links=links, server_clock=clock)
    made.set_clock(START)
    yield made
    context.close()
    stop_server(made.server)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=2)])
def test_opened_offline_answered_closed_reopened_online_it_is_stored_once_at_its_time(phone, ahead):
    """The phone's clock may be wrong: the server's counts."""
    phone.set_clock(START + ahead)
    page = phone.open_link(phone.links.daily)
    page.locator(FORM).wait_for()
    say_own_phone(page)
    phone.cut_off()
    page.close()
    page = phone.page()
    page.goto(phone.server.url + DAILY)  # without a connection: what the phone kept
    answer_and_send(page)
    page.locator("h1", has_text=SAVED).wait_for()
    assert len(held(page)["check-ins"]) == 1
    page.close()
    phone.set_clock(START + ahead + timedelta(minutes=50))
    phone.set_server_clock(START + timedelta(minutes=50))
    again = phone.page()
    again.goto(f"{phone.server.url}/open/{phone.links.daily}")  # the link in the message, again
    again.locator("h1", has_text=SAVED).wait_for()
    phone.reach_again(again)
    again.wait_for_url("**/me/check-ins/sent")
    assert "Sent" in again.inner_text("h1")
    ((key, occurred_at, recorded_at),) = rows(phone.server)
    assert key == "daily:2026-11-23"
    assert near(occurred_at, START, seconds=120)
    assert near(recorded_at, START + timedelta(minutes=50))
    nothing_is_left(again)


def test_what_waits_on_a_phone_of_another_zone_shows_the_time_that_the_receipt_will_show(
    phone, chromium
):
    phone.context.close()
    phone.context = chromium.new_context(timezone_id="Asia/Tokyo")
    phone.set_clock(START)
    page = phone.open_link(phone.links.daily)
    answer_step(page)
    phone.context.set_offline(True)
    press_on(page)
    page.locator("aside", has_text=f"{LOCAL_START:%H:%M}. ").wait_for()
    phone.online(page)
    page.wait_for_url("**/me/check-ins/sent")
    assert f"{LOCAL_START.hour}:{LOCAL_START:%M} a.m." in page.inner_text("main")


SLOW = {  # an old 2G connection, as browsers' tools have it
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50 * 1024 / 8,
    "uploadThroughput": 20 * 1024 / 8,
}


def test_a_check_in_is_sent_over_a_connection_of_the_second_generation(phone):
    page = phone.page()
    network = phone.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    phone.open_link(phone.links.daily, page)
    answer_step(page)
    press_on(page)
    page.wait_for_url("**/me/check-ins/sent")
    assert "Sent" in page.inner_text("h1")
    assert len(rows(phone.server)) == 1


def nothing_is_left(page: Any) -> None:
    """No answer anywhere; of pages only those that show nothing of anybody, and a blank form."""
    left = held(page)
    assert (left["answers"], left["check-ins"], left["tab"], left["local"]) == ([], [], {}, {})
    for path, content in left["pages"]:
        assert path in {"/offline", DAILY, WEEKLY} or path.startswith("/static/"), path
        assert "checked" not in content or path.startswith("/static/"), path
    shown = [content for path, content in left["pages"] if path.startswith("/me")]
    assert not [content for content in shown if "Sam" in content]


def test_two_taps_and_two_tabs_store_one(phone):
    page = phone.open_link(phone.links.daily)
    other = phone.page()
    other.goto(phone.server.url + DAILY)
    answer_step(other)
    answer_step(page)
    page.locator(f"{FORM} .buttons button").dblclick()
    page.wait_for_url("**/me/check-ins/sent")
    press_on(other)
    other.wait_for_url("**/me/check-ins/sent")
    assert "already received" in other.locator("main").inner_text()
    assert len(rows(phone.server)) == 1
    nothing_is_left(page)


def test_what_another_tab_sends_shows_its_receipt_where_it_was_answered(phone):
    page = phone.open_link(phone.links.daily)
    other = phone.page()
    other.goto(phone.server.url + DAILY)
    other.locator(FORM).wait_for()
    answer_step(page)
    page.evaluate(HOLD_THE_QUEUE)
    other.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function(SO_MANY_WAIT, arg=1)
    press_on(page)
    page.wait_for_function(SO_MANY_WAIT, arg=2)
    page.evaluate("release()")
    page.wait_for_url("**/me/check-ins/sent")
    assert len(rows(phone.server)) == 1
    nothing_is_left(page)


def test_what_goes_out_at_the_second_try_shows_its_receipt(phone):
    page = phone.open_link(phone.links.daily)
    answer_step(page)
    page.route("**/me/sending", lambda route: route.fulfill(status=503))
    press_on(page)
    page.locator("h1", has_text=SAVED).wait_for()
    page.unroute("**/me/sending")
    phone.online(page)
    page.wait_for_url("**/me/check-ins/sent")
    assert len(rows(phone.server)) == 1
    nothing_is_left(page)


SCRIPT = "**/check-in.js*"
TILES_OF_THREE = """all => {
  const names = [...new Set(all.map(({ name }) => name))].slice(0, 3);
  return names.map((name) => all.find((each) => each.name === name && each.value === "2").id);
}"""


@pytest.mark.parametrize("kind", ["daily", "weekly"])
def test_what_is_tapped_before_the_script_is_there_stays(phone, kind):
    held_up = []
    phone.context.route(SCRIPT, lambda route: held_up.append(route))
    page = phone.page()
    with page.expect_request(SCRIPT):
        phone.open_link(getattr(phone.links, kind), page)
    tiles = "main form[data-check-in] input[type=radio]"
    page.locator(tiles).first.wait_for(state="attached")
    for tile in page.eval_on_selector_all(tiles, TILES_OF_THREE):
        page.locator(f"#{tile}").check(force=True)
    held_up[0].continue_()
    page.locator(FORM).wait_for()
    assert page.locator("main input:checked").count() == 3
    phone.context.unroute(SCRIPT)
    page.reload()
    page.locator(FORM).wait_for()
    assert page.locator("main input:checked").count() == 3


@pytest.mark.parametrize("broken", BROKEN_STORAGE)
@pytest.mark.parametrize(("kind", "steps"), [("daily", 1), ("weekly", 5)])
def test_a_browser_that_keeps_nothing_sends_all_the_same(phone, kind, steps, broken):
    phone.context.add_init_script(broken)
    page = phone.open_link(getattr(phone.links, kind))
    for _ in range(steps):
        answer_and_send(page)
    if steps > 1:
        page.locator("h1", has_text="Check your answers").wait_for()
        press_on(page)
    page.wait_for_url("**/me/check-ins/sent*")
    assert len(rows(phone.server)) == 1


def test_back_after_sending_shows_when_it_was_received_and_no_answers(phone):
    page = phone.open_link(phone.links.daily)
    answer_and_send(page)
    page.wait_for_url("**/me/check-ins/sent")
    page.go_back()
    page.goto(phone.server.url + DAILY)
    assert "Sent at" in page.locator("main").inner_text()
    assert page.locator("input:checked").count() == 0


def test_a_long_one_is_shown_step_by_step_in_one_document_and_sent_whole(phone):
    page = phone.open_link(phone.links.weekly)
    asked = []
    page.on(
        "request",
        lambda request: asked.append(request) if request.is_navigation_request() else None,
    )
    for number in (1, 2, 3, 4, 5):
        page.locator("h1", has_text=f"page {number} of 5").wait_for()
        answer_step(page)
        press_on(page)
    page.locator("h1", has_text="Check your answers").wait_for()
    assert page.locator("[data-step=check] dt").count() == 26
    assert asked == []
    press_on(page)
    page.wait_for_url("**/me/check-ins/sent")
    assert len(rows(phone.server)) == 1
    nothing_is_left(page)


def test_an_untouched_question_is_asked_again_and_back_goes_a_step_back(phone):
    page = phone.open_link(phone.links.weekly)
    page.locator(FORM).wait_for()
    press_on(page)
    assert page.locator(".field-error").count() == 5
    assert page.evaluate("document.activeElement.name.startsWith('answer_')")
    answer_step(page)
    press_on(page)
    page.locator("h1", has_text="page 2 of 5").wait_for()
    page.go_back()
    page.locator("h1", has_text="page 1 of 5").wait_for()
    assert page.locator("[data-step]:not([hidden]) input:checked").count() == 5


def test_another_device_goes_on_where_the_phone_lost_its_signal(phone, chromium):
    page = phone.open_link(phone.links.weekly)
    for number in (1, 2):
        page.locator("h1", has_text=f"page {number} of 5").wait_for()
        answer_step(page)
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            press_on(page)
    phone.context.set_offline(True)
    laptop = chromium.new_context()
    there = Phone(
        server=phone.server, context=laptop, links=phone.links, server_clock=phone.server_clock
    )
    other = there.open_link(phone.links.weekly)
    other.locator("h1", has_text="page 3 of 5").wait_for()
    for number in (3, 4, 5):
        other.locator("h1", has_text=f"page {number} of 5").wait_for()
        answer_step(other)
        press_on(other)
    other.locator("h1", has_text="Check your answers").wait_for()
    press_on(other)
    other.wait_for_url("**/me/check-ins/sent")
    laptop.close()
    assert len(rows(phone.server)) == 1


def test_a_reload_in_the_tunnel_loses_no_step_on_ones_own_phone(phone):
    page = phone.open_link(phone.links.weekly)
    page.locator(FORM).wait_for()
    say_own_phone(page)
    answer_step(page)
    press_on(page)
    page.locator("h1", has_text="page 2 of 5").wait_for()
    phone.cut_off()
    answer_step(page)
    press_on(page)
    page.locator("h1", has_text="page 3 of 5").wait_for()
    page.close()
    again = phone.page()
    again.goto(phone.server.url + WEEKLY)
    again.locator("h1", has_text="page 3 of 5").wait_for()
    for number in (3, 4, 5):
        again.locator("h1", has_text=f"page {number} of 5").wait_for()
        answer_step(again)
        press_on(again)
    press_on(again)
    again.locator("h1", has_text=SAVED).wait_for()
    phone.reach_again(again)
    again.wait_for_url("**/me/check-ins/sent")
    assert len(rows(phone.server)) == 1
    nothing_is_left(again)


def test_on_a_shared_device_nothing_opens_offline_and_nothing_stays(phone):
    page = phone.open_link(phone.links.daily)
    answer_step(page)
    assert held(page)["answers"] == []
    page.locator("a[data-leave]").click()
    page.wait_for_url("**/away")
    assert page.locator("body").inner_text().strip().startswith("Nothing here")
    for _ in range(100):  # leaving ends the sign-in, and does not wait for it
        page.goto(phone.server.url + DAILY)
        if page.url.endswith("/login"):
            break
    assert page.url.endswith("/login")
    nothing_is_left(page)
    phone.cut_off()
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        page.goto(phone.server.url + DAILY)


def test_what_waits_is_never_sent_under_another_person_and_shown_to_nobody_else(phone):
    page = phone.open_link(phone.links.daily)
    page.locator(FORM).wait_for()
    phone.context.set_offline(True)
    answer_and_send(page, self_harm="2")
    page.locator("h1", has_text=SAVED).wait_for()
    blank = phone.context.new_page()  # the switch reaches a worker while any page is open
    page.close()  # first: seen again, the connection would send what waits to its owner's record
    phone.context.set_offline(False)
    blank.close()
    other = phone.open_link(phone.links.neighbour)
    other.locator(FORM).wait_for()
    assert other.locator("#waiting").is_hidden()
    assert rows(phone.server) == []
    assert len(held(other)["check-ins"]) == 1
    back = phone.open_link(phone.links.daily, other)
    back.wait_for_url("**/me/check-ins/sent")
    assert [key for key, _, _ in rows(phone.server)] == ["daily:2026-11-23"]
    nothing_is_left(back)


def test_a_sign_in_that_ran_out_keeps_what_waits_until_the_link_is_opened_again(phone):
    page = phone.open_link(phone.links.daily)
    page.locator(FORM).wait_for()
    phone.context.set_offline(True)
    answer_and_send(page)
    page.locator("h1", has_text=SAVED).wait_for()
    phone.set_server_clock(START + timedelta(hours=30))
    phone.set_clock(START + timedelta(hours=30))
    phone.online(page)
    page.locator("#waiting", has_text="open your link again").wait_for()
    assert rows(phone.server) == []
    phone.open_link(phone.links.daily, page)
    page.locator("#waiting", has_text="was sent at").wait_for()
    found = rows(phone.server)
    assert len(found) == 1
    assert near(found[0][1], START, seconds=120)
    assert near(found[0][2], START + timedelta(hours=30))
    nothing_is_left(page)


def test_help_is_on_the_screen_at_once_without_a_connection(phone):
    page = phone.open_link(phone.links.daily)
    page.locator(FORM).wait_for()
    phone.context.set_offline(True)
    answer_and_send(page, self_harm="2")
    page.locator("h1", has_text=SAVED).wait_for()
    card = page.locator("main .help-card")
    assert card.locator("a[href='tel:988']").first.is_visible()
    assert "has not reached your clinic" in page.locator("main").inner_text()


def test_five_wrong_dates_lock_the_link_in_a_browser_too(phone):
    page = phone.page()
    for _ in range(5):
        phone.open_link(phone.links.daily, page, born=(6, 5, 1985))
        page.locator(".error-summary").wait_for()
    phone.open_link(phone.links.daily, page)
    page.locator(".error-summary", has_text="do not open a check-in").wait_for()
    phone.open_link(phone.links.weekly, page)
    page.wait_for_url("**" + WEEKLY)


def test_a_stale_link_says_what_happened_and_asks_for_another(phone):
    phone.set_server_clock(START + timedelta(days=2))
    page = phone.open_link(phone.links.daily)
    page.locator("h1", has_text="This check-in is closed").wait_for()
    page.locator("main form button").click()
    page.locator(".message", has_text="Your care team sees").wait_for()


def test_signing_out_leaves_nothing_on_a_phone_that_was_ones_own(phone):
    page = phone.sign_in()
    page.goto(phone.server.url + DAILY)
    page.locator(FORM).wait_for()
    say_own_phone(page)
    answer_step(page)
    page.locator(".sign-out button").click()
    page.wait_for_url("**/login")
    left = held(page)
    assert (left["answers"], left["device"], left["tab"]) == ([], [], {})
    assert not [path for path, _ in left["pages"] if path.startswith("/me")]


def test_a_check_in_needs_no_mouse_and_fits_a_small_screen_with_large_letters(phone):
    page = phone.open_link(phone.links.daily)
    page.locator(FORM).wait_for()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = page.eval_on_selector_all(
        "main label, main button, header a, header button",
        "all => all.filter((each) => each.scrollWidth > each.clientWidth + 1)"
        ".map((each) => each.textContent.trim())",
    )
    assert cut == []
    page.evaluate("document.documentElement.style.fontSize = ''")
    small = page.eval_on_selector_all(
        "main .tile label, main button, header a, header button, .own-phone label",
        "all => all.filter((each) => each.getBoundingClientRect().height < 43.5)"
        ".map((each) => each.textContent.trim())",
    )
    assert small == []
    for name in ("memories", "sleep", "anxiety", "mood", "safety", "self_harm"):
        page.locator(f"[name=answer_{name}]").first.focus()
        page.keyboard.press("Space")
    page.locator(f"{FORM} .buttons button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/check-ins/sent")
