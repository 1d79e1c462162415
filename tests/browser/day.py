"""A clinic's day for a browser test: people, a clock that the test moves, and a nurse's hands.

Everything is found as people find it, by labels, names and headings. The server's clock and the
browser's stand still until `Day.until`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from config import read_settings
from tests.browser.visiting import complaints_of
from tests.conftest import START
from tests.make.accounts import PASSWORD, give_password, make_colleague
from tests.make.courses import make_course
from tests.make.drug_ledger import make_vial
from tests.make.infusions import TODAY
from tests.make.patients import make_patient
from tests.make.schema import bring_schema_up
from tests.make.sessions import command_session
from tests.make.world import make_world
from tests.serving import Server, environment
from tracker.app import create_app
from tracker.models import db as flask_db

HOURS_BEHIND = 5
"""The clinic's clocks in November against UTC."""
FIRST = "clinician@a.test"
SECOND = "second@a.test"
NAMES = {"Ash": "Alder", "Birch": "Beech", "Cedar": "Cypress", "Dale": "Dogwood"}
SIGNS = ("Systolic", "Diastolic", "Heart rate", "SpO₂", "Respiration")


def make_the_clinic(folder: Path) -> None:
    """Two clinicians, four patients with an infusion this morning, a vial in the safe."""
    app = create_app(read_settings(environment(folder, 8000, demo=False)), CLOCK=lambda: START)
    bring_schema_up(app)
    with app.app_context():
        session = command_session()
        people = make_world(session, now=START).a
        give_password(session, people.clinician)
        make_colleague(session, people.clinic.id)
        for number, (given, family) in enumerate(NAMES.items()):
            patient = make_patient(session, people.clinician, given_name=given, family_name=family)
            make_course(
                session,
                people.clinician,
                patient,
                start_on=TODAY,
                time_of_day=time(10, 5 * number),
                room=f"Room {number + 1}",
            )
        make_vial(session, people.clinician)
        flask_db.session.remove()
        flask_db.engine.dispose()


def labelled(words: str) -> re.Pattern[str]:
    """A label that begins with these words; its unit, or that it is optional, may follow."""
    return re.compile(rf"^\s*{re.escape(words)}(\s|$)")


@dataclass
class Day:
    """One tablet in a clinic of four rooms."""

    server: Server
    context: Any
    page: Any
    clock: Path
    moment: datetime = START
    sheets: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    # --- time, people, screens

    def set_clock(self) -> None:
        self.clock.with_suffix(".new").write_text(self.moment.isoformat())
        self.clock.with_suffix(".new").replace(self.clock)
        self.context.clock.set_fixed_time(self.moment)

    def until(self, hour: int, minute: int) -> None:
        """Time goes on while the tablet shows the board."""
        self.open("/board")
        self.moment = self.moment.replace(hour=hour + HOURS_BEHIND, minute=minute, second=0)
        self.set_clock()
        self.open("/board")

    def later(self, *, seconds: int) -> None:
        """Time goes on while the tablet shows what it shows."""
        self.moment += timedelta(seconds=seconds)
        self.context.clock.fast_forward(1000 * seconds)
        self.set_clock()

    def open(self, path: str) -> None:
        self.page.goto(self.server.url + path)

    def sign_in(self, email: str) -> None:
        self.open("/login")
        self.fill("E-mail address", email)
        self.fill("Password", PASSWORD)
        self.press("Sign in")
        expect(self.page.get_by_role("navigation", name="Main")).to_be_visible()

    def hand_over(self, email: str) -> None:
        """The screen is locked, and somebody else takes the tablet."""
        self.page.get_by_role("button", name="Lock").click()
        self.press("Switch person")
        self.sign_in(email)

    def hold(self, width: int, height: int = 1000) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def sheet(self, name: str) -> None:
        if self.page.url.split("#")[0] != self.server.url + self.sheets[name]:
            self.open(self.sheets[name])
        expect(self.main.get_by_text(NAMES[name]).first).to_be_visible()

    def look(self, stage: str) -> None:
        """The page as it is: accessible, and no wider than the screen."""
        self.faults += [f"{stage}: {each}" for each in complaints_of(Axe(), self.page)]
        if not self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            self.faults.append(f"{stage}: wider than the screen")

    # --- hands

    @property
    def main(self) -> Any:
        return self.page.get_by_role("main")

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", self.main.inner_text())

    def part(self, heading: str) -> Any:
        return self.main.get_by_role("region", name=heading, exact=True)

    def fill(self, label: str, value: str, within: Any = None) -> None:
        (within or self.main).get_by_label(labelled(label)).first.fill(value)

    def press(self, name: str, within: Any = None) -> None:
        (within or self.main).get_by_role("button", name=name, exact=True).first.click()

    def go(self, name: str, within: Any = None) -> None:
        (within or self.main).get_by_role("link", name=name).first.click()

    def reads(self, *words: str) -> None:
        for each in words:
            expect(self.main).to_contain_text(each)

    def board_row(self, name: str) -> Any:
        """The row of the visit; what waits for attention stands in rows of its own."""
        rows = self.main.get_by_role("listitem").filter(has_text="Infusion 1 of 6")
        return rows.filter(has_text=f"{name} {NAMES[name]}")

    def on_board(self, name: str, *words: str) -> None:
        """What the board says of somebody."""
        self.open("/board")
        for each in words:
            expect(self.board_row(name)).to_contain_text(each)
