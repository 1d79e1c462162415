"""Two clinics at work in one database, in any order: neither sees or changes a thing of the other.

Hypothesis chooses who does what: stores forms that fit, looks at pages, sends a form of theirs with
an id of the other clinic in its address or in one of its fields.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests import databases
from tests.browsing import BASE, Browser, Page
from tests.conftest import COMPILED_TEMPLATES, SettableClock, settings_for
from tests.conventions.test_routes import address, rules
from tests.make import filled, filled_sheets
from tests.make.everything import ids_of, make_everything
from tests.make.filled import Setting
from tests.make.patients import make_patient
from tests.make.sessions import open_connection, open_session
from tests.make.world import World, make_world
from tracker.app import create_app
from tracker.domain.errors import NotFound, Refused
from tracker.models import Base
from tracker.models import db as flask_db
from tracker.web.typesetting import TYPESETTER

WORDS = {"a": "Aquila", "b": "Borealis"}
THEIRS = {
    "a": re.compile(r"SampleA|Aquila|Clinic A\b|\bA-1001|\bK-a\b|LOT-a"),
    "b": re.compile(r"SampleB|Borealis|Clinic B\b|\bB-1001|\bK-b\b|LOT-b"),
}
OTHER = {"a": "b", "b": "a"}
AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LEAVES = re.compile(r"/(logout|lock|switch-person|account|second-factor|admin/people)")
MARKS = re.compile(r"submission_id|seen_")
"""Made by the form itself: what it is sent as, and what of its own record it has seen."""
FORMS = (*filled.WITH_TEXT, *filled_sheets.ROOM_WITH_TEXT, filled.vital_signs, filled.check_in)
ACTS = st.integers(0, 10**6)
BOTH = st.sampled_from("ab")


class TwoClinics(RuleBasedStateMachine):
    """One database, a browser in each clinic, and what each of them has come across."""

    template: Path
    done: Counter[str] = Counter()

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="two-clinics-"))
        databases.chosen().copy(self.template, self.folder)
        clock = SettableClock()
        self.app = create_app(settings_for(self.folder), CLOCK=clock, RATELIMIT_ENABLED=False)
        self.app.jinja_env.bytecode_cache = COMPILED_TEMPLATES
        world = make_world(None, now=clock())
        self.worlds = {"a": world, "b": World(a=world.b, b=world.a)}
        self.clock = clock
        self.signed_in: dict[UUID, Browser] = {}
        self.visitors = {each: self._browser(self.worlds[each].a.clinician) for each in "ab"}
        self.pages = {each: ["/board", "/patients", "/ledger", "/alerts"] for each in "ab"}
        self.ids = {each: [str(one) for one in ids_of(each).values()] for each in "ab"}
        for each in "ab":
            own = {address(one, ids_of(each)) for one in rules(self.app) if "GET" in one.methods}
            self.pages[each] += sorted(
                path for path in own if AN_ID.search(path) and not path.endswith((".pdf", ".zip"))
            )

    def teardown(self) -> None:
        if hasattr(self, "app"):
            if setter := self.app.extensions.get(TYPESETTER):
                setter.close()
            with self.app.app_context():
                flask_db.session.remove()
                flask_db.engine.dispose()
            shutil.rmtree(self.folder)

    @rule(kind=st.integers(0, 3), whose=BOTH, number=ACTS, at=ACTS, theirs=ACTS)
    def act(self, kind: int, whose: str, number: int, at: int, theirs: int) -> None:
        """One rule for all kinds: of several, Hypothesis leaves some out for a whole run."""
        if kind == 0:
            self.look(whose, number)
        elif kind == 1:
            self.store(whose, number)
        elif kind == 2:
            self.send_with_a_foreign_id(whose, number, at, theirs)
        else:
            self.look_at_a_foreign_page(whose, number)

    def look(self, whose: str, number: int) -> None:
        path = self.pages[whose][number % len(self.pages[whose])]
        answer = self.visitors[whose].client.get(path, base_url=BASE, follow_redirects=True)
        self._check(whose, path, answer)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            self._remember(whose, path, answer.text)

    def store(self, whose: str, number: int) -> None:
        """A form that fits: a patient, a course, vital signs, a note, a correction, a signature."""
        make = FORMS[number % len(FORMS)]
        before = self._stored(OTHER[whose])
        with self.app.app_context():
            engine = flask_db.engine
        with open_session(engine) as db:
            try:
                world = self._with_a_new_patient(db, whose)
                form = make(Setting(browser=self._browser, world=world, db=db))
            except (
                Refused,
                NotFound,
                IntegrityError,
                AssertionError,
            ):  # what it needs is there already
                return
        data = form.data | ({form.text: f"{WORDS[whose]} {number}"} if form.text else {})
        answer = form.visitor.client.post(form.path, base_url=BASE, data=data)
        self._check(whose, form.path, answer)
        if answer.status_code == 303:
            self.pages[whose].append(answer.headers["Location"])
            self.done["stored"] += 1
        assert self._stored(OTHER[whose]) == before, form.path

    def send_with_a_foreign_id(self, whose: str, number: int, at: int, theirs: int) -> None:
        """In the address or in a field, a record of the other clinic is none."""
        found = self._forms(whose, self.pages[whose][number % len(self.pages[whose])])
        if not found:
            return
        path, fields = found[at % len(found)]
        foreign = self.ids[OTHER[whose]][theirs % len(self.ids[OTHER[whose]])]
        in_path = AN_ID.findall(path)
        named = [
            name
            for name, values in fields.items()
            if not MARKS.match(name) and any(AN_ID.fullmatch(each) for each in values)
        ]
        places = [*in_path, *named]
        if not places:
            return
        place = places[at % len(places)]
        data = dict(fields)
        if place in in_path:
            path = path.replace(place, foreign)
        else:
            data[place] = [foreign]
        before = self._stored(OTHER[whose])
        answer = self.visitors[whose].client.post(path, base_url=BASE, data=data)
        self._check(whose, path, answer)
        self.done["in the address" if place in in_path else "in a field"] += 1
        assert answer.status_code in {400, 403, 404, 405, 409, 422}, (path, place, answer.status)
        if place in in_path:
            assert answer.status_code in {403, 404}, (path, answer.status)
        assert self._stored(OTHER[whose]) == before, path

    def look_at_a_foreign_page(self, whose: str, number: int) -> None:
        found = [each for each in self.pages[OTHER[whose]] if AN_ID.search(each)]
        path = found[number % len(found)]
        answer = self.visitors[whose].client.get(path, base_url=BASE)
        self._check(whose, path, answer)
        assert answer.status_code in {403, 404}, path

    def _with_a_new_patient(self, db: Session, whose: str) -> World:
        """So that a course can be planned and an infusion started, whatever was before."""
        world = self.worlds[whose]
        self.patients = getattr(self, "patients", 0) + 1
        number = f"{whose.upper()}-2{self.patients:03d}"
        patient_id = make_patient(
            db, world.a.clinician, record_number=number, family_name=WORDS[whose]
        )
        return replace(world, a=replace(world.a, patient_id=patient_id))

    def _browser(self, person: Any) -> Browser:
        """One sign-in each: the oldest of many would be ended."""
        if person.user_id not in self.signed_in:
            self.signed_in[person.user_id] = Browser(self.app, person, now=self.clock())
        return self.signed_in[person.user_id]

    def _check(self, whose: str, path: str, answer: Any) -> None:
        assert answer.status_code < 500, path
        if answer.mimetype not in {"application/pdf", "application/zip"}:
            found = THEIRS[OTHER[whose]].search(answer.text)
            assert found is None, f"{path} of {whose} shows {found}"

    def _remember(self, whose: str, path: str, html: str) -> None:
        known = self.pages[whose]
        for href in re.findall(r'href="(/[^"#?]*)', html):
            if href not in known and not LEAVES.match(href) and not href.startswith("/static"):
                known.append(href)

    def _forms(self, whose: str, page: str) -> list[tuple[str, dict[str, Any]]]:
        answer = self.visitors[whose].client.get(page, base_url=BASE)
        self._check(whose, page, answer)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            return []
        forms = [(form["action"] or page, form) for form in Page(answer.text).forms]
        return [
            (action, form["fields"])
            for action, form in forms
            if (form["method"] or "").lower() == "post" and not LEAVES.match(action)
        ]

    def _stored(self, letter: str) -> dict[str, str]:
        """A digest of every row of a clinic, but for its trail and its sign-ins."""
        clinic_id: UUID = self.worlds[letter].a.clinic.id
        found = {}
        with self.app.app_context(), open_connection(flask_db.engine) as connection:
            for table in Base.metadata.sorted_tables:
                if "clinic_id" in table.c and table.name not in {"audit_events", "sign_ins"}:
                    rows = connection.execute(
                        text(f'SELECT * FROM "{table.name}" WHERE clinic_id = :id ORDER BY 1, 2'),
                        {"id": clinic_id.hex},
                    ).all()
                    found[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
        return found


@pytest.mark.scan
def test_two_clinics_at_work_in_any_order(app: Any, db: Any, world: World, clock: Any) -> None:
    make_everything(db, world, now=clock())
    db.commit()
    with app.app_context():
        flask_db.engine.dispose()
    TwoClinics.template = app.config["SETTINGS"].instance_dir
    machine = TwoClinics.TestCase()
    machine.settings = settings(
        max_examples=6,
        derandomize=True,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=(Phase.generate,),  # no shrinking: a failure names the steps as they were
    )
    machine.runTest()
    assert TwoClinics.done["stored"] > 3, TwoClinics.done
    assert TwoClinics.done["in the address"] > 3, TwoClinics.done
