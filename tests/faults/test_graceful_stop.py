"""A server that is told to stop under load answers what it took, and loses nothing."""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from flask import Flask

from config import read_settings
from tests.browsing import Browser
from tests.databases import lives_in
from tests.faults.test_kill import check_whole, new_course, paper
from tests.killing import Site, Writer
from tests.make.schema import bring_schema_up
from tests.make.sessions import command_session, plain_rows
from tests.make.world import make_world
from tests.serving import start_server, stop_server
from tracker.app import create_app
from tracker.models import db as flask_db

CLIENTS = 4
PROMISED_S = 10
"""What docs/operating.md says, and after which whoever stops it pulls the plug."""


@dataclass
class Client(threading.Thread):
    """Sends forms until nobody listens; keeps what was acknowledged, and what was cut off."""

    writer: Writer
    sent: list[UUID] = field(default_factory=list)
    acknowledged: list[UUID] = field(default_factory=list)
    cut_off: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        for number in range(2000):
            submission = uuid4()
            path, answers = self.writer.work.form(number)
            carried = {"csrf_token": self.writer.token, "submission_id": str(submission)}
            self.sent.append(submission)
            try:
                code, _words = self.writer.send(path, urlencode(answers | carried))
            except ConnectionRefusedError:
                return
            except (OSError, http.client.HTTPException) as problem:
                self.cut_off.append(repr(problem))
                return
            if code == 303:
                self.acknowledged.append(submission)
                self.writer.site.acknowledge()
            elif code != 503:
                self.cut_off.append(str(code))
                return

    def __hash__(self) -> int:
        return id(self)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(folder=tmp_path / "instance")
    yield made
    if made.server is not None:
        stop_server(made.server)


@pytest.fixture
def application(site: Site) -> Iterator[Flask]:
    app = create_app(read_settings(lives_in(site.folder)))
    bring_schema_up(app)
    yield app
    with app.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()


@pytest.mark.fault
@pytest.mark.parametrize("processes", [1, 2])
def test_what_was_taken_is_answered_and_stored_when_the_server_is_told_to_stop(
    site: Site, application: Flask, processes: int
) -> None:
    now = datetime.fromtimestamp(site.folder.stat().st_mtime, UTC)
    with application.app_context():
        world = make_world(command_session(), now=now)
        who, zone = world.a.clinician, world.a.clinic.zone
        works = [paper(new_course(who, zone, number, now)) for number in range(CLIENTS)]
        flask_db.session.remove()
    clients = [Client(Writer(site, Browser(application, who, now=now), work)) for work in works]
    site.server = start_server(site.folder, demo=False, processes=processes)
    for each in clients:
        each.start()
    site.wait_for(20, [each.writer for each in clients])
    began = time.monotonic()
    os.kill(site.server.process.pid, signal.SIGTERM)
    assert site.server.process.wait(30) == 0
    seconds = time.monotonic() - began
    for each in clients:
        each.join(30)
    check(application, clients)
    assert seconds < PROMISED_S, seconds


def check(application: Flask, clients: list[Client]) -> None:
    """Acknowledged is stored; what was cut off is nowhere, or was never taken."""
    with application.app_context():
        found = plain_rows(command_session(), "SELECT submission_id FROM check_ins")
        stored = [UUID(each.submission_id) for each in found]
        check_whole()
        flask_db.session.remove()
    acknowledged = {each for client in clients for each in client.acknowledged}
    assert set(stored) == acknowledged, [client.cut_off for client in clients]
    assert len(stored) == len(acknowledged)
    assert not [each for client in clients for each in client.cut_off if each.isdigit()]
