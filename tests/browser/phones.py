"""A patient's phone in a real browser: a clinic, due check-ins, links, a connection to lose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from config import read_settings
from tests.conftest import START
from tests.make.accounts import PASSWORD, give_password
from tests.make.courses import make_course
from tests.make.patients import make_patient
from tests.make.schema import bring_schema_up
from tests.make.sessions import command_session, instant, look_into
from tests.make.world import make_world
from tests.serving import Server, environment, start_server, stop_server
from tracker.actions.check_in_links import make_link
from tracker.app import create_app
from tracker.models import db as flask_db
from tracker.models.check_in_preferences import CheckInPreferencesRow
from tracker.models.database import transaction

BORN = (6, 5, 1984)
DAILY, WEEKLY = "/me/check-in/daily", "/me/check-in/weekly"
FORM = "form[data-check-in][data-ready]"
IN_TIME = date(2026, 11, 24)
"""The first infusion: the day after the tests begin."""

CLOCK = """(() => {
  const Real = globalThis.RealDate ?? Date;
  // Scripts of a context run in no certain order: the latest moment counts.
  globalThis.startMs = Math.max(globalThis.startMs ?? 0, MOMENT_MS);
  globalThis.aheadMs = globalThis.startMs - Real.now();
  if (globalThis.RealDate) return;
  globalThis.RealDate = Real;
  globalThis.Date = class extends Real {
    constructor(...given) {
      if (given.length) super(...given);
      else super(Real.now() + globalThis.aheadMs);
    }
    static now() {
      return Real.now() + globalThis.aheadMs;
    }
  };
})()"""
BROKEN_STORAGE = (
    "IDBFactory.prototype.open = () => ({})",  # never answers, as some do after an update
    "IDBFactory.prototype.open = () => { throw new Error('not here') }",
)
STORES = ("answers", "check-ins", "device")
HELD = """async (names) => {
  const known = new Set((await indexedDB.databases()).map(({ name }) => name));
  const read = (name) => new Promise((done) => {
    if (!known.has(name)) return done([]);
    const opening = indexedDB.open(name);
    opening.onsuccess = () => {
      const asked = opening.result.transaction("entries").objectStore("entries").getAll();
      asked.onsuccess = () => { opening.result.close(); done(asked.result); };
    };
  });
  const held = {};
  for (const name of names) held[name] = await read(name);
  const pages = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys())
      pages.push([new URL(url).pathname, await (await cache.match(url)).text()]);
  }
  return { ...held, pages, tab: { ...sessionStorage }, local: { ...localStorage } };
}"""


@dataclass(frozen=True, kw_only=True)
class Links:
    """The tokens of links: of the patient of clinic A, and of a neighbour born on the same day."""

    daily: str
    weekly: str
    neighbour: str


def make_clinic(folder: Path) -> Links:
    """A patient with an account and a neighbour without, each with a course; links for both."""
    app = create_app(read_settings(environment(folder, 8000, demo=False)), CLOCK=lambda: START)
    bring_schema_up(app)
    with app.app_context():
        db = command_session()
        people = make_world(db, now=START).a
        give_password(db, people.patient)
        course_id = make_course(db, people.clinician, people.patient_id, start_on=IN_TIME)
        other = make_patient(db, people.clinician, born_on=date(1984, 5, 6))
        make_course(db, people.clinician, other, start_on=IN_TIME)
        with transaction(db):
            agreed = {"not_watched_agreed_at": START, "changed_at": START}
            db.add(CheckInPreferencesRow(patient_id=other, clinic_id=people.clinic.id, **agreed))
        today = f"daily:{START.date()}"
        links = Links(
            daily=make_link(db, None, people.patient_id, today, now=START).token,
            weekly=make_link(
                db, None, people.patient_id, f"weekly:baseline:{course_id}", now=START
            ).token,
            neighbour=make_link(db, None, other, today, now=START).token,
        )
        flask_db.session.remove()
        flask_db.engine.dispose()
    return links


@dataclass
class Phone:
    """One browser. ``server_clock`` is the file that the server reads the time from."""

    server: Server
    context: Any
    links: Links
    server_clock: Path
    faults: list[str] = field(default_factory=list)

    def page(self) -> Any:
        return self.context.new_page()

    def open_link(self, token: str, page: Any = None, born: tuple[int, int, int] = BORN) -> Any:
        """Follow a link and enter a date of birth."""
        page = page or self.page()
        page.goto(f"{self.server.url}/open/{token}")
        for name, number in zip(("day", "month", "year"), born, strict=True):
            page.fill(f"[name=born_{name}]", str(number))
        page.locator("main form button").click()
        return page

    def sign_in(self) -> Any:
        page = self.page()
        page.goto(self.server.url + "/login")
        page.fill("#email", "patient@a.test")
        page.fill("#password", PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/me")
        return page

    def set_server_clock(self, moment: datetime) -> None:
        self.server_clock.with_suffix(".new").write_text(moment.isoformat())
        self.server_clock.with_suffix(".new").replace(self.server_clock)

    def set_clock(self, moment: datetime) -> None:
        """What the clock of the phone says from now on and when a page is opened; never back."""
        script = CLOCK.replace("MOMENT_MS", str(round(moment.timestamp() * 1000)))
        self.context.add_init_script(script)
        for page in self.context.pages:
            page.evaluate(script)

    def cut_off(self) -> None:
        """No server far and wide. The driver's own "offline" does not hold for a page's worker."""
        stop_server(self.server)

    def reach_again(self, page: Any = None) -> None:
        """The server is there again, under the same address."""
        command = ("-m", "tests.clocked_server", str(self.server_clock))
        port = int(self.server.url.rsplit(":", 1)[1])
        self.server = start_server(self.server.folder, demo=False, port=port, command=command)
        if page is not None:
            page.evaluate("dispatchEvent(new Event('online'))")

    def online(self, *pages: Any) -> None:
        self.context.set_offline(False)
        for page in pages:
            page.evaluate("dispatchEvent(new Event('online'))")


def answer_step(page: Any, *, self_harm: str = "0") -> None:
    """Choose an answer to every question that is shown."""
    page.locator(FORM).wait_for()
    names = page.eval_on_selector_all(
        "[data-step]:not([hidden]) fieldset input",
        "all => [...new Set(all.map(({ name }) => name))]",
    )
    for name in names:
        value = {"answer_self_harm": self_harm, "answer_side_effects": "none"}.get(name, "1")
        page.locator(f"[name={name}][value='{value}']").check(force=True)


def press_on(page: Any) -> None:
    """Continue, or send."""
    page.locator(f"{FORM} .buttons button").click()


def answer_and_send(page: Any, **answers: str) -> None:
    answer_step(page, **answers)
    press_on(page)


def say_own_phone(page: Any) -> None:
    """Tick "this is my own phone" and wait until the form is kept."""
    page.locator("[data-own-phone] input").check()
    page.locator("[data-own-phone]", has_text="opens without a connection").wait_for()


def held(page: Any) -> dict[str, Any]:
    """Everything that this browser keeps for the site."""
    found: dict[str, Any] = page.evaluate(HELD, list(STORES))
    return found


def rows(server: Server, of: str = "self") -> list[tuple[str, datetime, datetime]]:
    """Due key, occurred at, recorded at of every check-in: as the database has it."""
    found = look_into(
        server.folder,
        "SELECT due_key, occurred_at, recorded_at FROM check_ins WHERE mode = :of"
        " ORDER BY recorded_at",
        of=of,
    )
    return [(each.due_key, instant(each.occurred_at), instant(each.recorded_at)) for each in found]


def near(at: datetime, wanted: datetime, seconds: float = 30) -> bool:
    """Whether two instants are the same but for the time that a test takes."""
    return abs(at - wanted) <= timedelta(seconds=seconds)
