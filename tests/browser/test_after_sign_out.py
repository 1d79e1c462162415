"""After staff signed out, the browser of a shared machine holds nobody's name anywhere."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import keeping_browser
from tests.browser.sheets import draft_is_kept, enter, open_sheet, type_set, waits
from tests.browser.visiting import sign_in
from tests.make.sessions import look_into
from tests.serving import Server, start_server, stop_server

pytestmark = pytest.mark.browser

EVERYTHING = """async () => {
  const held = { local: { ...localStorage }, tab: { ...sessionStorage }, stores: {}, caches: {} };
  for (const { name } of await indexedDB.databases())
    held.stores[name] = await new Promise((done) => {
      indexedDB.open(name).onsuccess = async ({ target: { result: database } }) => {
        const all = [...database.objectStoreNames].map((store) => new Promise((read) => {
          const asked = database.transaction(store).objectStore(store).getAll();
          asked.onsuccess = () => read(asked.result);
        }));
        const found = await Promise.all(all);
        database.close();
        done(found);
      };
    });
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys())
      held.caches[request.url] = await (await cache.match(request)).text();
  }
  return JSON.stringify(held);
}"""
WORDS = "Canary Quillfeather"


@pytest.fixture(scope="module")
def server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("left") / "instance"
    shutil.copytree(demo_folder, folder)
    started = start_server(folder, demo=True)
    yield started
    stop_server(started)


@pytest.fixture
def shared(chromium: Any, server: Server) -> Iterator[Any]:
    browser = keeping_browser(chromium)
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(60_000)
    sign_in(context, server, "clinician")
    yield context
    browser.close()


def names_of(server: Server) -> list[str]:
    rows = look_into(server.folder, "SELECT given_name, family_name FROM patients")
    both = [name for row in rows for name in (row.given_name, row.family_name)]
    names = sorted({name for name in both if len(name) > 3})
    assert len(names) > 20
    return names


def named_in(text: str, names: list[str]) -> list[str]:
    return re.findall(rf"\b(?:{'|'.join(map(re.escape, names))})\b", text)


def sign_out(page: Any) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")


def test_nothing_of_anybody_is_left_and_back_leads_to_nobody(shared: Any, server: Server) -> None:
    names = names_of(server)
    page = open_sheet(shared, server)
    visited = [page.url]
    type_set(page, 133)
    draft_is_kept(page)
    page.goto(server.url + "/patients")
    page.locator("main a[href^='/patients/']:not([href$='/new'])").first.click()
    visited.append(page.url)
    page.goto(page.url + "/edit")
    assert named_in(page.locator("main").inner_html(), names), "the check sees a name that is there"
    page.fill("[name=phone]", WORDS)
    page.goto(server.url + "/board")
    visited.append(page.url)
    sign_out(page)
    places = [page.content(), page.title(), page.evaluate(EVERYTHING), *visited]
    for place in places:
        assert not named_in(place, names)
        assert WORDS not in place
    assert json.loads(page.evaluate(EVERYTHING))["tab"] == {}
    for _step in range(4):
        page.evaluate("() => { setTimeout(() => history.back()) }")
        page.wait_for_timeout(500)
        page.wait_for_load_state()
        assert page.url.split("?")[0].endswith("/login"), page.url
        assert not named_in(page.content(), names)
        assert not named_in(page.title(), names)


def test_what_waits_to_be_sent_survives_signing_out_without_a_name(
    shared: Any, server: Server
) -> None:
    page = open_sheet(shared, server)
    shared.route(
        re.compile("/infusions/"),
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    enter(page, 132)
    waits(page, "1 entry")
    sign_out(page)
    held = page.evaluate(EVERYTHING)
    (waiting,) = json.loads(held)["stores"]["outbox"][0]
    assert ["systolic_mmhg", "132"] in waiting["body"]
    assert not named_in(held, names_of(server))
