"""Run sheets in a real browser: find an open one, enter a set, look into what the browser keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.make.sessions import instant, look_into
from tests.serving import Server

FORM = "form.vitals-entry"
WAITING = "#outbox .notice"

KEPT = """async () => {
  const read = (name) => new Promise((done) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => {
      const asked = opening.result.transaction("entries").objectStore("entries").getAll();
      asked.onsuccess = () => { opening.result.close(); done(asked.result); };
    };
  });
  return { outbox: await read("outbox"), drafts: await read("drafts") };
}"""
UNTIL = """async ([store, many]) => {
  for (let tries = 0; tries < 5000; tries += 1) {
    const found = await (KEPT)();
    if (found[store].length === many) return;
  }
  throw new Error(`${store} never held ${many}`);
}""".replace("KEPT", KEPT)
CHANGE_DRAFT = """(changes) => new Promise((done) => {
  const opening = indexedDB.open("drafts");
  opening.onsuccess = () => {
    const drafts = opening.result.transaction("entries", "readwrite").objectStore("entries");
    drafts.getAll().onsuccess = ({ target }) => {
      const [draft] = target.result;
      drafts.put({ ...draft, ...changes, at: draft.at + (changes.later_ms ?? 0) }).onsuccess =
        () => { opening.result.close(); done(); };
    };
  };
})"""


def open_sheets(page: Any, server: Server, many: int = 1) -> list[str]:
    """The addresses of run sheets on which vital signs can be entered; the page shows the last."""
    page.goto(server.url + "/board")
    hrefs = page.eval_on_selector_all("main a[href*='/infusions/']", "all => all.map(a => a.href)")
    found: list[str] = []
    for href in dict.fromkeys(each.split("#")[0] for each in hrefs):
        page.goto(href)
        if page.locator(FORM).count():
            found.append(href)
        if len(found) == many:
            return found
    raise AssertionError(f"{len(found)} open run sheets on the board: {hrefs}")


def open_sheet(context: Any, server: Server) -> Any:
    """A page with a run sheet on which vital signs can be entered."""
    page = context.new_page()
    open_sheets(page, server)
    return page


def type_set(page: Any, systolic: int) -> None:
    page.fill(f"{FORM} [name=systolic_mmhg]", str(systolic))
    page.fill(f"{FORM} [name=diastolic_mmhg]", "81")


def enter(page: Any, systolic: int) -> None:
    type_set(page, systolic)
    page.locator(f"{FORM} button[type=submit]").first.click()


def waits(page: Any, words: str) -> None:
    page.locator("#outbox", has_text=words).wait_for()


def come_back_online(context: Any, *pages: Any) -> None:
    context.set_offline(False)
    for page in pages:
        page.evaluate("dispatchEvent(new Event('online'))")


def nothing_waits(page: Any) -> None:
    page.evaluate(UNTIL, ["outbox", 0])
    page.locator(WAITING).wait_for(state="detached")


def kept(page: Any) -> dict[str, list[dict[str, Any]]]:
    """What the browser's stores hold."""
    found: dict[str, list[dict[str, Any]]] = page.evaluate(KEPT)
    return found


def draft_is_kept(page: Any) -> None:
    page.evaluate(UNTIL, ["drafts", 1])


def stored(server: Server, systolic: int) -> list[datetime]:
    """When the sets with this pressure, sent with a form, were taken: as the database has it."""
    found = look_into(
        server.folder,
        "SELECT occurred_at FROM vital_signs WHERE systolic_mmhg = :it AND diastolic_mmhg = 81"
        " AND recorded_at IN (SELECT recorded_at FROM submissions) ORDER BY recorded_at",
        it=systolic,
    )
    return [instant(each.occurred_at) for each in found]
