"""PostgreSQL is killed again and again while two servers write to it: nothing is lost or doubled.

The servers stay: whoever writes meanwhile is told to try again, and is served once it is back.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from config import read_settings
from tests.browsing import Browser
from tests.databases import PostgresDatabases, make_role
from tests.faults.test_kill import (
    SIGN_INS,
    check_entries,
    check_paper,
    new_course,
    new_sheet,
    paper,
    signs,
)
from tests.killing import Site, Writer
from tests.make.schema import bring_schema_up
from tests.make.sessions import command_session
from tests.make.world import World, make_world
from tests.postgres_server import PostgresServer, postgres_server
from tests.serving import start_server, stop_server
from tracker.app import create_app
from tracker.models import db as flask_db

pytestmark = [pytest.mark.postgres, pytest.mark.fault]

DURABLE = {"wal_level": "minimal", "max_wal_senders": "0"}
KILLS = 4
BETWEEN = 60
DOWN_SECONDS = 0.5
BACK_WITHIN_SECONDS = 2


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    """A server that keeps what it acknowledged."""
    with postgres_server(DURABLE) as server:
        make_role(server.url)
        yield server


@pytest.fixture
def place(postgres: PostgresServer, tmp_path: Path) -> dict[str, str]:
    """An installation on it, as its environment says."""
    folder = tmp_path / "instance"
    url = PostgresDatabases(postgres.url).url_of(folder)
    return {"TRACKER_INSTANCE_DIR": str(folder), "TRACKER_DATABASE_URL": url}


@pytest.fixture
def application(place: dict[str, str]) -> Iterator[Flask]:
    """The installation, opened by the test as well."""
    app = create_app(read_settings(place))
    bring_schema_up(app)
    yield app
    with app.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()


@pytest.fixture
def now() -> datetime:
    """The servers have a real clock."""
    return datetime.fromtimestamp(time.time(), UTC)  # noqa: TID251


@pytest.fixture
def clinic(application: Flask, now: datetime) -> World:
    with application.app_context():
        made = make_world(command_session(), now=now)
        flask_db.session.remove()
    return made


@pytest.fixture
def sites(place: dict[str, str], clinic: World) -> Iterator[list[Site]]:
    """Two servers, as on two machines, each with a port of its own."""
    folder = Path(place["TRACKER_INSTANCE_DIR"])
    with ExitStack() as stack:
        made = []
        for _ in range(2):
            server = start_server(folder, demo=False, more=place)
            stack.callback(stop_server, server)
            made.append(Site(folder=folder, server=server))
        yield made
        for site in made:
            site.is_over = True


def kill_and_wait(postgres: PostgresServer, sites: list[Site], everybody: list[Writer]) -> float:
    """How many seconds after it was back each server had stored something again."""
    for site in sites:
        site.wait_for(site.acknowledged + BETWEEN, everybody)
    postgres.kill()
    time.sleep(DOWN_SECONDS)
    postgres.start()
    back = time.monotonic()
    for site in sites:
        site.wait_for(site.acknowledged + 1, everybody)
    return time.monotonic() - back


def test_two_servers_lose_and_double_nothing_when_postgresql_is_killed(
    postgres: PostgresServer, application: Flask, sites: list[Site], clinic: World, now: datetime
) -> None:
    who, zone = clinic.a.clinician, clinic.a.clinic.zone
    with application.app_context():
        works = [paper(new_course(who, zone, number, now)) for number in range(4)]
        works += [signs(new_sheet(who, zone, number, now)) for number in range(4, 8)]
        flask_db.session.remove()
    people = [Browser(application, who, now=now) for _ in range(SIGN_INS)]
    everybody = [
        Writer(sites[place % 2], people[place % len(people)], work)
        for place, work in enumerate(works)
    ]
    for writer in everybody:
        writer.start()
    waits = [kill_and_wait(postgres, sites, everybody) for _ in range(KILLS)]
    for site in sites:
        site.is_over = True
    for writer in everybody:
        writer.join(30)
    assert [writer.problem for writer in everybody if writer.problem] == []
    assert sum(writer.unanswered for writer in everybody) == 0
    assert sum(writer.refused_for_now for writer in everybody) >= KILLS
    assert max(waits) <= BACK_WITHIN_SECONDS, waits
    with application.app_context():
        flask_db.engine.dispose()  # what it held was killed with the server
        check_paper(everybody)
        check_entries(everybody, "vital_signs", "vital signs recorded")
        flask_db.session.remove()
    verified = application.test_cli_runner().invoke(args=["audit", "verify"])
    assert verified.exit_code == 0, verified.output
