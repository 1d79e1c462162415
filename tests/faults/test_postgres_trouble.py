"""PostgreSQL that refuses for a while: a plain page, nothing by halves, then on by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import make_url

from tests.browsing import BASE
from tests.conftest import SettableClock, settings_for
from tests.databases import PostgresDatabases
from tests.faults.test_trouble import check_refused, close_day
from tests.make.schema import bring_schema_up
from tests.make.sessions import command_session, plain_rows
from tests.make.world import make_world
from tests.models.conftest import postgres_url  # noqa: F401 - a fixture
from tracker.app import create_app
from tracker.models import db as flask_db
from tracker.models import postgres
from tracker.models.database import WRITERS
from tracker.queries import clinics

pytestmark = [pytest.mark.postgres, pytest.mark.fault]


@pytest.fixture
def app(
    postgres_url: str,  # noqa: F811
    tmp_path: Path,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Flask]:
    """The application on PostgreSQL, which waits half a second for a lock instead of five."""
    monkeypatch.setattr(postgres, "LOCK_WAIT_MS", 500)
    databases = PostgresDatabases(postgres_url)
    settings = settings_for(tmp_path, database_url=databases.url_of(tmp_path))
    made = create_app(settings, TESTING=False, CLOCK=clock, RATELIMIT_ENABLED=False)
    bring_schema_up(made)
    with made.app_context():
        make_world(command_session(), now=clock())
        flask_db.session.remove()
    yield made
    with made.app_context():
        flask_db.engine.dispose()
    databases.drop(databases.known())


@pytest.fixture
def outside(app: Flask, postgres_url: str) -> Iterator[psycopg.Connection[Any]]:  # noqa: F811
    """Somebody with the superuser's password, in the same database."""
    with app.app_context():
        name = flask_db.engine.url.database
    address = make_url(postgres_url).set(drivername="postgresql", database=name)
    connection = psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)
    with closing(connection):
        yield connection


@pytest.fixture
def administrator(browser: Any, world: Any) -> Any:
    return browser(world.a.administrator)


def closed(app: Flask) -> list[str]:
    with app.app_context():
        found = plain_rows(command_session(), "SELECT reason FROM clinic_closures ORDER BY reason")
        traces = plain_rows(
            command_session(),
            "SELECT seq FROM audit_events WHERE event = 'clinic settings changed'",
        )
        flask_db.session.remove()
    assert len(traces) == len(found)
    return [each.reason.split(" x")[0] for each in found]


def hold_back(outside: psycopg.Connection[Any], app: Flask, words: str) -> None:
    """Change what every new connection gets, and let none of the old ones live."""
    with app.app_context():
        name = flask_db.engine.url.database
    outside.execute(f"ALTER DATABASE {name} {words}")
    end_connections(outside)


def end_connections(outside: psycopg.Connection[Any]) -> None:
    outside.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def test_a_server_that_only_reads_takes_nothing(
    app: Flask, outside: Any, administrator: Any, browser: Any
) -> None:
    """As a standby is, before it is made the first."""
    token = administrator.csrf_token()
    hold_back(outside, app, "SET default_transaction_read_only = on")
    check_refused(close_day(administrator, 1, token))
    assert administrator.client.get("/admin", base_url=BASE).status_code == 503
    assert browser(None).client.get("/login", base_url=BASE).status_code == 200
    hold_back(outside, app, "SET default_transaction_read_only = off")
    assert closed(app) == []
    assert close_day(administrator, 1, token).status_code == 303
    assert closed(app) == ["closed 1"]


def test_a_server_that_takes_no_more_connections_is_waited_for(
    app: Flask, outside: Any, administrator: Any
) -> None:
    token = administrator.csrf_token()
    hold_back(outside, app, "CONNECTION LIMIT 0")
    check_refused(close_day(administrator, 1, token))
    assert administrator.client.get("/healthz", base_url=BASE).status_code == 200
    assert administrator.client.get("/readyz", base_url=BASE).status_code == 503
    hold_back(outside, app, "CONNECTION LIMIT -1")
    assert close_day(administrator, 1, token).status_code == 303
    assert closed(app) == ["closed 1"]


def test_connections_that_were_ended_are_noticed_before_they_are_used(
    app: Flask, outside: Any, administrator: Any
) -> None:
    token = administrator.csrf_token()
    for number in range(3):
        end_connections(outside)
        assert close_day(administrator, number, token).status_code == 303
    assert closed(app) == ["closed 0", "closed 1", "closed 2"]


def test_a_writer_who_does_not_end_refuses_the_others_in_time(
    app: Flask, outside: Any, administrator: Any
) -> None:
    token = administrator.csrf_token()
    outside.execute(f"SELECT pg_advisory_lock({WRITERS})")
    began = time.monotonic()
    check_refused(close_day(administrator, 1, token))
    assert time.monotonic() - began < 5
    outside.execute(f"SELECT pg_advisory_unlock({WRITERS})")
    assert closed(app) == []
    assert close_day(administrator, 1, token).status_code == 303


def test_a_writer_who_ends_in_time_delays_the_others_only(
    app: Flask, outside: Any, administrator: Any
) -> None:
    token = administrator.csrf_token()
    outside.execute(f"SELECT pg_advisory_lock({WRITERS})")
    release = threading.Timer(0.2, lambda: outside.execute(f"SELECT pg_advisory_unlock({WRITERS})"))
    release.start()
    assert close_day(administrator, 1, token).status_code == 303
    release.join()


@pytest.mark.parametrize("how", ["ended by somebody", "idle for too long"])
def test_a_connection_that_is_ended_under_a_page_is_said_as_trouble_that_passes(
    app: Flask, outside: Any, administrator: Any, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    asked = clinics.get_settings

    def after_a_while(db: Any, *given: Any, **named: Any) -> Any:
        found = asked(db, *given, **named)
        if how == "ended by somebody":
            end_connections(outside)
        else:
            db.connection().exec_driver_sql("SET idle_in_transaction_session_timeout = 50")
            time.sleep(0.3)
        return asked(db, *given, **named) or found

    monkeypatch.setattr(clinics, "get_settings", after_a_while)
    check_refused(administrator.client.get("/admin/clinic", base_url=BASE))
    monkeypatch.setattr(clinics, "get_settings", asked)
    assert administrator.client.get("/admin/clinic", base_url=BASE).status_code == 200
