"""`demo load` on the command line: what it says, and when it refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.browsing import Browser
from tests.databases import on_postgres
from tests.make.demo import everything_stored, make_demo_app
from tests.make.schema import bring_schema_up
from tests.make.sessions import command_session
from tests.make.world import make_world
from tracker.actions.demo.clinic import CLINIC_ID
from tracker.actions.demo.moments import known_id
from tracker.domain.people import Person, Role
from tracker.models import db as flask_db

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
DAY = "2026-11-23"


@pytest.fixture
def demo_app(tmp_path):
    app = make_demo_app(tmp_path, now=NOW)
    yield app
    with app.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()


def run(app, *words):
    return app.test_cli_runner().invoke(args=["demo", "load", *words])


def test_the_clinic_is_loaded_into_a_database_that_is_not_there_yet(demo_app, tmp_path):
    result = run(demo_app, "--date", DAY)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "Loaded a fictitious clinic with 25 patients.\n"
    if not on_postgres():
        assert (tmp_path / "tracker.db").stat().st_mode & 0o777 == 0o600


def test_loading_twice_says_that_nothing_was_changed(demo_app):
    run(demo_app, "--date", DAY)
    before = everything_stored(demo_app)
    result = run(demo_app, "--date", DAY)
    assert result.exit_code == 0
    assert "nothing was changed" in result.stdout
    assert everything_stored(demo_app) == before


def test_an_older_demonstration_says_how_to_get_a_fresh_one(demo_app):
    run(demo_app, "--date", DAY)
    result = run(demo_app, "--date", "2026-12-01")
    assert result.exit_code == 0
    assert "23 Nov 2026" in result.stdout
    assert "--fresh" in result.stdout
    fresh = run(demo_app, "--date", "2026-12-01", "--fresh", "--json")
    assert json.loads(fresh.stdout) == {
        "loaded": True,
        "told_from": "2026-12-01",
        "patients": 25,
    }


def test_it_refuses_in_one_line_when_demonstrations_are_off(tmp_path):
    app = make_demo_app(tmp_path, now=NOW, demo=False)
    result = run(app)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "TRACKER_DEMO" in result.stderr
    assert not (tmp_path / "tracker.db").exists()


def test_it_refuses_in_one_line_when_the_database_holds_other_data(demo_app):
    bring_schema_up(demo_app)
    with demo_app.app_context():
        make_world(command_session(), now=NOW)
        flask_db.session.remove()
    before = everything_stored(demo_app)
    for words in ((), ("--fresh",)):
        result = run(demo_app, *words)
        assert result.exit_code == 1
        assert result.stderr.count("\n") == 1
        assert "other data" in result.stderr
    assert everything_stored(demo_app) == before


def test_a_demonstrations_cookie_opens_nothing_once_demonstrations_are_off(demo_app, tmp_path):
    run(demo_app, "--date", DAY)
    person = Person(
        user_id=known_id("clinician"),
        clinic_id=CLINIC_ID,
        name="",
        roles=frozenset({Role.CLINICIAN}),
    )
    assert Browser(demo_app, person, now=NOW).get("/board").status_code == 200
    switched_off = make_demo_app(tmp_path, now=NOW, demo=False)
    answer = Browser(switched_off, person, now=NOW).get("/board")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/login")
    with switched_off.app_context():
        flask_db.engine.dispose()


def test_what_the_stories_signed_matches_and_the_latest_sheets_wait(demo_app):
    run(demo_app, "--date", DAY)
    verified = demo_app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (verified.exit_code, "0 records differ" in verified.stdout) == (0, True)
    clinician = Person(
        user_id=known_id("clinician"),
        clinic_id=CLINIC_ID,
        name="",
        roles=frozenset({Role.CLINICIAN}),
    )
    page = Browser(demo_app, clinician, now=NOW).get_page("/board")
    assert page.html.count("Not signed") == 2
