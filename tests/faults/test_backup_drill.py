"""Backups while people write: each holds whatever was acknowledged before it began, and comes back.

The server is a process of its own, as it is in a clinic; the backups are made by another one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from config import read_settings
from tests.browsing import Browser
from tests.databases import lives_in
from tests.faults.test_kill import new_course, new_sheet, paper, signs
from tests.killing import Site, Writer
from tests.make.schema import bring_schema_up
from tests.make.sessions import command_session
from tests.make.signed import make_records, sign_record
from tests.make.world import World, make_world
from tests.serving import start_server, stop_server
from tracker.app import create_app
from tracker.domain.signing import RecordKind
from tracker.models import db as flask_db
from tracker.models.database import sqlite_driver

BACKUPS = 10
BETWEEN = 8
"""Acknowledged writes between two backups."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(folder=tmp_path / "instance")
    yield made
    made.is_over = True
    if made.server is not None:
        stop_server(made.server)


@pytest.fixture
def application(site: Site) -> Iterator[Flask]:
    site.folder.mkdir(mode=0o700)
    (site.folder / "signing.key").write_text("s" * 48)  # the server's too, and of what is signed
    (site.folder / "signing.key").chmod(0o600)
    app = create_app(read_settings(lives_in(site.folder)))
    bring_schema_up(app)
    yield app
    with app.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()


def run(app: Flask, *words: object) -> Any:
    done = app.test_cli_runner().invoke(args=[*(str(each) for each in words), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def writers(app: Flask, site: Site, world: World, now: datetime) -> list[Writer]:
    """Two who take over papers, two who log vital signs."""
    who, zone = world.a.clinician, world.a.clinic.zone
    with app.app_context():
        works = [paper(new_course(who, zone, number, now)) for number in range(2)]
        works += [signs(new_sheet(who, zone, number, now)) for number in range(2, 4)]
        flask_db.session.remove()
    return [Writer(site, Browser(app, who, now=now), work) for work in works]


@pytest.mark.sqlite("restored into a folder; tests/models/test_postgres_backup.py has the other")
@pytest.mark.fault
def test_ten_backups_under_load_are_whole_and_come_back(
    site: Site, application: Flask, tmp_path: Path
) -> None:
    now = datetime.fromtimestamp(site.folder.stat().st_mtime, UTC)
    with application.app_context():
        world = make_world(command_session(), now=now)
        sign_record(
            command_session(),
            make_records(command_session(), world),
            RecordKind.THERAPY_SESSION,
        )
        flask_db.session.remove()
    everybody = writers(application, site, world, now)
    site.server = start_server(site.folder, demo=False)
    for each in everybody:
        each.start()
    made = []
    for _ in range(BACKUPS):
        site.wait_for(site.acknowledged + BETWEEN, everybody)
        acknowledged = {each for writer in everybody for each in tuple(writer.stored)}
        made.append((run(application, "backup", "create"), acknowledged))
    site.is_over = True
    for each in everybody:
        each.join(30)
    assert [each.problem for each in everybody if each.problem] == []
    assert len(made[-1][1]) >= BACKUPS * BETWEEN - len(everybody)
    for number, (backup, acknowledged) in enumerate(made):
        check(application, backup, acknowledged, tmp_path / f"again-{number}")


def check(app: Flask, backup: dict[str, Any], acknowledged: set[UUID], folder: Path) -> None:
    """Rows, seals and trail as they were; nothing that was acknowledged is missing or twice."""
    restored = run(app, "backup", "restore", backup["file"], "--to", folder)
    assert restored["rows"] == backup["rows"]
    assert restored["signatures_and_addenda"] == 3
    with closing(sqlite_driver().connect(str(folder / "tracker.db"))) as connection:

        def ask(statement: str) -> list[Any]:
            return list(connection.execute(statement).fetchall())

        assert ask("PRAGMA integrity_check") == [("ok",)]
        stored = {
            UUID(each)
            for table in ("submissions", "check_ins")
            for (each,) in ask(f"SELECT submission_id FROM {table}")
        }
        assert acknowledged <= stored
        sent = ask("SELECT object_id FROM audit_events WHERE event = 'check-in sent'")
        assert sorted(sent) == sorted(ask("SELECT id FROM check_ins"))
        logged = ask("SELECT object_id FROM audit_events WHERE event = 'vital signs recorded'")
        assert sorted(logged) == sorted(ask("SELECT id FROM vital_signs"))
        (seqs,) = ask("SELECT min(seq), max(seq), count(*) FROM audit_events")
        assert seqs[1] - seqs[0] + 1 == seqs[2]
