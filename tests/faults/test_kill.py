"""The server is killed again and again while people write: what was acknowledged is there, once.

Four nurses take over paper check-ins, four log vital signs. Whoever gets no answer sends the same
form again when the server is back.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from config import read_settings
from tests.browsing import Browser
from tests.make.infusions import course_of_today, make_infusion, planned_id
from tests.make.patients import make_patient
from tests.make.schema import bring_schema_up
from tests.make.world import World, make_world
from tests.serving import Server, kill_server, start_server, stop_server
from tracker.app import create_app
from tracker.models import db as flask_db
from tracker.web.cookies import LOOPBACK_NAME

WRITERS_OF_EACH_KIND = 4
KILLS = 4
BETWEEN_KILLS = (40, 110)  # acknowledged writes
MOST_TRIES = 400


@dataclass
class Site:
    """Where the server is now, and how many writes it has acknowledged."""

    folder: Path
    server: Server | None = None
    acknowledged: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)
    is_over: bool = False

    @property
    def port(self) -> int:
        assert self.server is not None
        return int(self.server.url.rsplit(":", 1)[1])

    def acknowledge(self) -> None:
        with self.changed:
            self.acknowledged += 1
            self.changed.notify_all()

    def wait_for(self, acknowledged: int, writers: list[Writer]) -> None:
        with self.changed:
            fine = self.changed.wait_for(
                lambda: self.acknowledged >= acknowledged or any(w.problem for w in writers),
                timeout=60,
            )
        problems = [writer.problem for writer in writers if writer.problem]
        assert not problems
        assert fine, "no answers any more"


class Writer(threading.Thread):
    """Sends one form after the other; the same one again until it is acknowledged."""

    def __init__(
        self, site: Site, visitor: Browser, path: str, form: Callable[[int], dict[str, Any]]
    ) -> None:
        super().__init__(daemon=True)
        self.site, self.path, self.form = site, path, form
        self.token = visitor.csrf_token()
        self.cookie = visitor.client.get_cookie(LOOPBACK_NAME, domain="127.0.0.1").value
        self.stored: list[UUID] = []
        self.problem: str | None = None

    def run(self) -> None:
        number = 0
        while not self.site.is_over and self.problem is None:
            submission = uuid4()
            data = self.form(number) | {
                "csrf_token": self.token,
                "submission_id": str(submission),
            }
            if self.send_until_acknowledged(urlencode(data)):
                self.stored.append(submission)
                self.site.acknowledge()
            number += 1

    def send_until_acknowledged(self, body: str) -> bool:
        pause = threading.Event()
        for _ in range(MOST_TRIES):
            try:
                code, words = self.send(body)
            except (OSError, http.client.HTTPException):
                pause.wait(0.05)  # the server is down: it is being started again
                continue
            if code == 303:
                return True
            if code != 503:
                break
        else:
            code, words = 0, "no answer"
        self.problem = f"{self.path}: {code} {words[:2000]}"
        self.site.acknowledge()
        return False

    def send(self, body: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=20)
        try:
            connection.request(
                "POST",
                self.path,
                body=body,
                headers={
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Cookie": f"{LOOPBACK_NAME}={self.cookie}",
                },
            )
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(folder=tmp_path / "instance")
    yield made
    made.is_over = True
    if made.server is not None:
        stop_server(made.server)


@pytest.fixture
def application(site: Site) -> Iterator[Flask]:
    """The same installation, opened by the test as well: same key, same database file."""
    app = create_app(read_settings({"TRACKER_INSTANCE_DIR": str(site.folder)}))
    bring_schema_up(app)
    yield app
    with app.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()


def paper(number: int) -> dict[str, Any]:
    """A quiet day's answers on paper, each of another day long ago."""
    answers = {"memories": 3, "sleep": 4, "anxiety": 5, "mood": 2, "safety": 1, "self_harm": 0}
    return {f"answer_{name}": value for name, value in answers.items()} | {
        "instrument_version": 1,
        "mode": "paper",
        "answered_on": (date(2010, 1, 1) + timedelta(days=number)).isoformat(),
        "answered_time": "12:00",
    }


def signs(number: int) -> dict[str, Any]:
    return {"systolic_mmhg": 120 + number % 10, "diastolic_mmhg": 78, "heart_rate_bpm": 70}


def writers(site: Site, app: Flask, world: World, now: datetime) -> list[Writer]:
    """A course of its own for each; half of them with a running infusion."""
    found = []
    with app.app_context():
        session = flask_db.session()
        who = world.a.clinician
        for number in range(2 * WRITERS_OF_EACH_KIND):
            patient_id = make_patient(session, who, now=now, record_number=f"K-{number}")
            today = now.astimezone(world.a.clinic.zone).date()
            course_id = course_of_today(
                session, who, patient_id, now=now, start_on=today, reason="as agreed"
            )
            form: Callable[[int], dict[str, Any]] = paper
            path = f"/courses/{course_id}/check-ins/daily"
            if number % 2:
                infusion_id = make_infusion(session, who, planned_id(session, course_id), now=now)
                form, path = signs, f"/infusions/{infusion_id}/vital-signs"
            found.append((path, form))
        session.rollback()
    people = [
        Browser(app, world.a.clinician, now=now) for _ in range(4)
    ]  # five would end the first
    return [
        Writer(site, people[place % len(people)], path, form)
        for place, (path, form) in enumerate(found)
    ]


@pytest.mark.fault
def test_every_acknowledged_write_is_there_once_with_its_trace(
    site: Site, application: Flask
) -> None:
    now = datetime.fromtimestamp(os.stat(site.folder).st_mtime, UTC)  # the server has a real clock
    world = make_world(None, now=now)
    with application.app_context():
        make_world(flask_db.session(), now=now)
        flask_db.session.remove()
    chance = random.Random(20261123)
    everybody = writers(site, application, world, now)
    site.server = start_server(site.folder, demo=False)
    for writer in everybody:
        writer.start()
    for _ in range(KILLS):
        site.wait_for(site.acknowledged + chance.randint(*BETWEEN_KILLS), everybody)
        kill_server(site.server)
        site.server = start_server(site.folder, demo=False)
    site.wait_for(site.acknowledged + BETWEEN_KILLS[0], everybody)
    site.is_over = True
    for writer in everybody:
        writer.join(30)
    assert not [writer.problem for writer in everybody if writer.problem]
    check_what_is_stored(application, everybody)


def check_what_is_stored(app: Flask, everybody: list[Writer]) -> None:
    on_paper = {each.hex for writer in everybody if writer.form is paper for each in writer.stored}
    measured = {each.hex for writer in everybody if writer.form is signs for each in writer.stored}
    assert len(on_paper) > 50
    assert len(measured) > 50
    with app.app_context():
        ask = flask_db.session.execute
        assert ask(text("PRAGMA integrity_check")).scalar() == "ok"
        assert ask(text("PRAGMA foreign_key_check")).all() == []
        check_ins = ask(text("SELECT id, submission_id FROM check_ins")).all()
        sets = set(ask(text("SELECT id FROM vital_signs")).scalars())
        results = ask(text("SELECT submission_id, result FROM submissions")).all()
        events = ask(text("SELECT event, object_id FROM audit_events")).all()
        scored = set(ask(text("SELECT DISTINCT check_in_id FROM scores")).scalars())
        flask_db.session.remove()
    assert len(check_ins) == len(on_paper)
    assert {each.submission_id for each in check_ins} == on_paper
    assert scored == {each.id for each in check_ins}
    answered = {
        each.submission_id: next(iter(json.loads(each.result).values())) for each in results
    }
    assert measured <= set(answered)
    named = {UUID(answered[each]).hex for each in measured}
    assert len(named) == len(measured)
    sent = [each.object_id for each in events if each.event == "check-in sent"]
    recorded = [each.object_id for each in events if each.event == "vital signs recorded"]
    assert sorted(sent) == sorted(each.id for each in check_ins)
    assert sorted(recorded) == sorted(sets)
    assert named == sets
