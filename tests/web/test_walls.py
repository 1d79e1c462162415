"""The application on PostgreSQL, behind the walls between clinics: for both at once."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import URL, create_engine, event, make_url, text
from sqlalchemy.orm import Session

from tests.browsing import BASE, Browser
from tests.conftest import SettableClock, settings_for
from tests.make.accounts import PASSWORD, give_password
from tests.make.check_in_links import make_daily_link, try_link
from tests.make.everything import ids_of, make_everything
from tests.make.schema import bring_schema_up
from tests.make.world import World, make_world
from tests.models.conftest import make_database, postgres_url  # noqa: F401 - a fixture
from tracker.app import create_app
from tracker.models import db as flask_db
from tracker.models.reach import open_to_all
from tracker.queries import patients as patient_queries

pytestmark = pytest.mark.postgres
PATIENT = {
    "record_number": "R-77",
    "given_name": "Robin",
    "family_name": "Example",
    "born_on": "1980-02-29",
}


@dataclass(frozen=True, kw_only=True)
class Served:
    """The application on PostgreSQL with one of everything in two clinics."""

    app: Flask
    world: World
    clock: SettableClock
    url: URL

    def browser(self, person: Any = None) -> Browser:
        return Browser(self.app, person, now=self.clock())

    def from_outside(self) -> Session:
        with self.app.app_context():
            db = Session(flask_db.engine)
        open_to_all(db)
        return db

    def run(self, *command: str) -> Any:
        return self.app.test_cli_runner().invoke(args=command)


@pytest.fixture(scope="module")
def served(
    postgres_url: str,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    url, clock = make_database(postgres_url), SettableClock()
    app = open_app(url, tmp_path_factory.mktemp("served"), clock)
    bring_schema_up(app)
    found = Served(app=app, world=make_world(None, now=clock()), clock=clock, url=url)
    try:
        with found.from_outside() as db:
            make_world(db, now=clock())
            make_everything(db, found.world, now=clock())
            for people in (found.world.a, found.world.b):
                give_password(db, people.clinician)
        yield found
    finally:
        with app.app_context():
            flask_db.engine.dispose()


def open_app(url: URL, folder: Path, clock: SettableClock) -> Flask:
    settings = settings_for(folder, database_url=url.render_as_string(hide_password=False))
    return create_app(settings, TESTING=False, CLOCK=clock, RATELIMIT_ENABLED=False)


LETTERS = ("a", "b")


@pytest.mark.parametrize("letter", LETTERS)
def test_each_clinic_reads_and_writes_its_own(served: Served, letter: str) -> None:
    other = "b" if letter == "a" else "a"
    people, ids = getattr(served.world, letter), ids_of(letter)
    clinician = served.browser(people.clinician)
    for path in (
        "/board",
        "/patients",
        f"/patients/{ids['patient']}",
        f"/courses/{ids['course']}",
        f"/courses/{ids['course']}/progress",
        f"/infusions/{ids['infusion']}",
        "/ledger",
        "/outcomes",
        "/alerts",
    ):
        shown = clinician.get_page(path).text
        assert f"Sample{other.upper()}" not in shown, path
    assert clinician.submit("/patients/new", PATIENT).status_code == 303  # in both, one number
    assert clinician.get(f"/patients/{ids_of(other)['patient']}").status_code == 404
    assert served.browser(people.patient).get("/me").status_code == 200
    assert served.browser(people.administrator).get("/admin").status_code == 200
    assert served.browser(people.administrator).get("/admin/trail").status_code == 200


@pytest.mark.parametrize("letter", LETTERS)
def test_people_of_both_clinics_sign_in_and_out(served: Served, letter: str) -> None:
    visitor = served.browser()
    email = f"clinician@{letter}.test"
    wrong = visitor.submit("/login", {"email": email, "password": "wrong words here"})
    assert wrong.status_code == 422
    right = visitor.submit("/login", {"email": email, "password": PASSWORD})
    assert right.status_code == 303
    assert f"Clinic {letter.upper()}" in visitor.get_page("/board").text
    assert visitor.submit_logout().status_code == 303
    assert visitor.get("/board").status_code == 303


@pytest.mark.parametrize("letter", LETTERS)
def test_a_private_link_lets_a_patient_of_either_clinic_in(served: Served, letter: str) -> None:
    people = getattr(served.world, letter)
    with served.from_outside() as db:
        link = make_daily_link(db, people.clinician, people.patient_id, now=served.clock())
    visitor = served.browser()
    assert try_link(visitor, link.token).status_code == 303
    assert visitor.get("/me/check-in/daily").status_code == 200


def test_an_invitation_is_taken_up_by_somebody_whom_nobody_knows_yet(served: Served) -> None:
    inviting = served.browser(served.world.b.administrator)
    asked = {"email": "clinician@a.test", "name": "Robin", "role": "therapist"}
    taken = inviting.submit("/admin/people/invite", asked, containing="email")
    assert "has an account already" in taken.text  # though that account is of the other clinic
    asked["email"] = "robin@b.test"
    invited = inviting.submit("/admin/people/invite", asked, containing="email")
    (link,) = set(re.findall(r"/welcome/[\w-]{43}", invited.text))
    visitor = served.browser()
    assert visitor.submit(link, {"password": PASSWORD}).status_code == 303
    assert "Clinic B" in visitor.get_page("/board").text


def test_a_query_that_asks_for_the_wrong_clinic_finds_nothing(
    served: Served,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    postgres_url: str,  # noqa: F811
) -> None:
    asked = patient_queries.list_patients

    def astray(db: Session, who: Any, **how: Any) -> Any:
        return asked(db, replace(who, clinic_id=served.world.b.clinic.id), **how)

    monkeypatch.setattr(patient_queries, "list_patients", astray)
    clinician = served.world.a.clinician
    assert "SampleB" not in served.browser(clinician).get_page("/patients").text
    past_the_walls = open_app(
        make_url(postgres_url).set(database=served.url.database), tmp_path, served.clock
    )
    page = Browser(past_the_walls, clinician, now=served.clock()).get_page("/patients")
    assert "SampleB" in page.text  # the mistake is a real one
    with past_the_walls.app_context():
        flask_db.engine.dispose()


def test_only_the_look_up_of_the_sign_in_reaches_further_than_its_clinic(served: Served) -> None:
    people, told = served.world.a, []

    def listen(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if "tracker.every_clinic" in statement:
            told.append((values["clinic"], values["every"]))

    visitor = served.browser(people.clinician)
    with served.app.app_context():
        engine = flask_db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        assert visitor.get(f"/patients/{people.patient_id}").status_code == 200
        signed_in = list(told)
        told.clear()
        assert served.app.test_client().get("/board", base_url=BASE).status_code == 303
        assert served.app.test_client().get("/login", base_url=BASE).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert signed_in[0] == ("", "on")
    assert set(signed_in[1:]) == {(str(people.clinic.id), "")}
    assert told == []  # nobody is signed in: nobody's rows


def test_the_trail_and_the_signatures_of_both_clinics_are_checked(served: Served) -> None:
    for people in (served.world.a, served.world.b, served.world.a):
        served.browser(people.clinician).get("/board")
    result = served.run("audit", "verify", "--json")
    found = json.loads(result.stdout.splitlines()[0])
    assert (found["trail"], found["events_before_seals"]) == ([], 0)
    with served.from_outside() as db:
        assert found["events"] == db.scalar(text("SELECT count(*) FROM audit_events"))
        assert found["signatures"] == db.scalar(text("SELECT count(*) FROM signatures"))


def test_workers_and_a_monitor_serve_every_clinic(served: Served) -> None:
    sent = json.loads(served.run("reminders", "send", "--json").stdout)
    with served.from_outside() as db:
        open_alerts = db.scalar(text("SELECT count(*) FROM safety_alerts"))
    assert sent["untold"] == open_alerts == 2  # one of each clinic; nobody is on call
    metrics = served.app.test_client().get("/metrics", base_url=BASE).text
    assert "tracker_alerts_open 2" in metrics
    made = json.loads(served.run("reports", "work", "--json").stdout)
    assert made["failed"] == 0


def test_the_server_says_whether_its_role_is_held(
    served: Served,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    postgres_url: str,  # noqa: F811
) -> None:
    with caplog.at_level(logging.WARNING, "tracker.database"):
        ready = ready_of(served.url, tmp_path / "held", served.clock)
        assert (ready.status_code, ready.json["row_security"]) == (200, "on")
        assert caplog.messages == []
        superuser = make_url(postgres_url).set(database=served.url.database)
        ready = ready_of(superuser, tmp_path / "past", served.clock)
        assert ready.status_code == 200
        assert ready.json["row_security"] == "off: the role postgres is a superuser"
        (said,) = caplog.messages
        assert "kept apart by queries alone: the role postgres is a superuser" in said


def ready_of(url: URL, folder: Path, clock: SettableClock) -> Any:
    """What a server says that starts now and connects to this database."""
    folder.mkdir()
    app = open_app(url, folder, clock)
    ready = app.test_client().get("/readyz", base_url=BASE)
    with app.app_context():
        flask_db.engine.dispose()
    return ready


def test_the_isolation_is_the_one_that_is_pinned_whatever_the_server_says(
    served: Served,
    tmp_path: Path,
    postgres_url: str,  # noqa: F811
) -> None:
    url = make_database(postgres_url)
    outside = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        database = url.database
        connection.execute(
            text(f"ALTER DATABASE {database} SET default_transaction_isolation = 'serializable'")
        )
    outside.dispose()
    app = open_app(url, tmp_path, served.clock)
    with app.app_context():
        engine = flask_db.engine
        with Session(engine) as db:
            asked = text(
                "SELECT current_setting('default_transaction_isolation'),"
                " current_setting('transaction_isolation')"
            )
            assert tuple(db.execute(asked).one()) == ("serializable", "read committed")
            db.rollback()
            assert tuple(db.execute(asked).one()) == ("serializable", "read committed")
        engine.dispose()
