"""A full disk, a locked database: a plain page, nothing half-saved, then on again."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from tests.browsing import BASE
from tests.make.sessions import command_session
from tracker.models import database
from tracker.models import db as flask_db
from tracker.models.database import sqlite_driver
from tracker.queries import clinics

pytestmark = pytest.mark.fault


def closures(app) -> int:
    with app.app_context():
        found: int = (
            command_session().execute(text("SELECT count(*) FROM clinic_closures")).scalar_one()
        )
        flask_db.session.remove()
        return found


def add_closure(administrator, reason="x"):
    return administrator.client.post(
        "/admin/closures",
        base_url=BASE,
        data={
            "csrf_token": administrator.csrf_token(),
            "day": "2026-12-24",
            "reason": reason,
        },
    )


@pytest.fixture
def impatient(app, monkeypatch):
    """Waits a tenth of a second for a lock instead of five."""
    monkeypatch.setattr(database, "LOCK_WAIT_MS", 100)
    with app.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()
    return app


@pytest.mark.sqlite("the disk, or a lock, of its file")
def test_a_locked_database_says_that_nothing_was_saved(impatient, browser, world):
    administrator = browser(world.a.administrator)
    path = impatient.config["SETTINGS"].instance_dir / "tracker.db"
    other = sqlite_driver().connect(str(path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = add_closure(administrator)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "nothing was saved" in answer.text.lower()
    other.execute("ROLLBACK")
    other.close()
    assert closures(impatient) == 0
    assert add_closure(administrator).status_code == 303
    assert closures(impatient) == 1


@pytest.mark.sqlite("the disk, or a lock, of its file")
def test_a_page_that_cannot_be_written_into_the_trail_is_not_shown(impatient, browser, world):
    administrator = browser(world.a.administrator)
    path = impatient.config["SETTINGS"].instance_dir / "tracker.db"
    other = sqlite_driver().connect(str(path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = administrator.client.get("/admin", base_url=BASE)
    other.execute("ROLLBACK")
    other.close()
    assert answer.status_code == 503
    assert "Closed days" not in answer.text


@pytest.mark.sqlite("the disk, or a lock, of its file")
def test_a_full_disk_says_that_nothing_was_saved_and_works_again_with_room(app, browser, world):
    administrator = browser(world.a.administrator)
    with app.app_context():
        engine = flask_db.engine
        flask_db.session.remove()
        engine.dispose()

        @event.listens_for(engine, "connect")
        def _no_room(connection, _record):
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages}")

    answers = {add_closure(administrator, "x" * 120).status_code}
    for day in range(1, 29):
        answer = administrator.client.post(
            "/admin/closures",
            base_url=BASE,
            data={
                "csrf_token": administrator.csrf_token(),
                "day": f"2027-02-{day:02}",
                "reason": "y" * 120,
            },
        )
        answers.add(answer.status_code)
        if answer.status_code == 503:
            break
    assert 503 in answers
    assert "nothing was saved" in answer.text.lower()
    stored = closures(app)
    with app.app_context():
        event.remove(engine, "connect", _no_room)
        flask_db.session.remove()
        engine.dispose()
        assert command_session().execute(text("PRAGMA integrity_check")).scalar() == "ok"
        flask_db.session.remove()
    assert add_closure(administrator).status_code == 303
    assert closures(app) >= stored


def test_the_audit_event_and_the_change_live_or_die_together(app, browser, world, monkeypatch):
    from tracker.actions import audit

    def broken(*_args, **_kwargs):
        raise RuntimeError("the trail cannot be written")

    administrator = browser(world.a.administrator)
    token = administrator.csrf_token()
    monkeypatch.setattr(audit, "record", broken)
    answer = administrator.client.post(
        "/admin/closures",
        base_url=BASE,
        data={"csrf_token": token, "day": "2026-12-24", "reason": "x"},
    )
    assert answer.status_code == 500
    assert closures(app) == 0


def test_an_unexpected_failure_shows_a_reference_and_nothing_else(app, browser, world, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("secret words of a patient")

    administrator = browser(world.a.administrator)
    monkeypatch.setattr(clinics, "get_settings", broken)
    answer = administrator.client.get("/admin/clinic", base_url=BASE)
    assert answer.status_code == 500
    assert "secret words" not in answer.text
    assert "Traceback" not in answer.text
    monkeypatch.undo()
    assert administrator.client.get("/healthz", base_url=BASE).status_code == 200


def test_a_refused_row_is_not_taken_for_trouble_by_what_somebody_typed(
    app, browser, world, monkeypatch
):
    def refused(*_args, **_kwargs):
        said = "duplicate key value\nDETAIL:  Key (name)=(a full day, locked) already exists."
        raise IntegrityError("INSERT", {}, Exception(said))

    administrator = browser(world.a.administrator)
    monkeypatch.setattr(clinics, "get_settings", refused)
    answer = administrator.client.get("/admin/clinic", base_url=BASE)
    assert answer.status_code == 500
    assert "full day" not in answer.text


def test_a_database_that_is_gone_gets_a_plain_page_and_comes_back(app, browser, world, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from tracker.queries import accounts

    def gone(*_args, **_kwargs):
        raise OperationalError("SELECT", {}, Exception("disk I/O error"))

    administrator = browser(world.a.administrator)
    with monkeypatch.context() as broken:
        broken.setattr(accounts, "find_signed_in", gone)
        answer = administrator.client.get("/admin", base_url=BASE)
        assert answer.status_code == 503
        assert "<h1" in answer.text
    assert administrator.client.get("/admin", base_url=BASE).status_code == 200
