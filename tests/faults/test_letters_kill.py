"""A worker that is killed while it makes letters: what was made stays, another makes the rest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import read_settings
from tests.databases import lives_in
from tests.make.patients import make_patient
from tests.make.progress import make_running_course
from tests.make.schema import bring_schema_up
from tests.make.sessions import open_session
from tests.make.world import World, make_world
from tests.serving import ROOT, environment
from tracker.actions.report_batches import order_batch
from tracker.app import create_app
from tracker.domain.report_batches import LEASE, BatchState, BatchWish, LetterState, Month
from tracker.domain.report_kinds import ReportKind
from tracker.models import db as flask_db
from tracker.models.report_batches import BatchLetterRow
from tracker.queries.report_batches import get_batch, get_batch_file
from tracker.web.reports.month_work import work

pytestmark = pytest.mark.fault

LETTERS = 6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "instance"


@pytest.fixture
def installation(folder: Path) -> Iterator[Flask]:
    """An installation that the workers open too."""
    app = create_app(read_settings(lives_in(folder)))
    bring_schema_up(app)
    yield app
    with app.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()


@pytest.fixture
def now(installation: Flask, folder: Path) -> datetime:
    """The workers have a real clock."""
    return _written(folder)


@pytest.fixture
def db(installation: Flask) -> Iterator[Session]:
    with installation.app_context():
        engine = flask_db.engine
    with open_session(engine) as session:
        yield session


@pytest.fixture
def clinic(db: Session, now: datetime) -> World:
    world = make_world(db, now=now)
    for number in range(LETTERS):
        who = make_patient(db, world.a.clinician, now=now, record_number=f"K-{number}")
        make_running_course(db, world.a, given=1, patient_id=who)
    return world


def start_worker(
    folder: Path, *more: str, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "reports", "work", *more],
        cwd=ROOT,
        stdin=stdin,
        env=environment(folder, 8000, demo=False),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def made(db: Session) -> int:
    counted = select(func.count()).where(BatchLetterRow.state == LetterState.MADE)
    found: int = db.scalar(counted) or 0
    db.rollback()
    return found


def test_a_killed_worker_loses_one_letter_at_the_most(
    installation: Flask, db: Session, clinic: World, folder: Path, now: datetime
) -> None:
    wish = BatchWish(month=Month(2026, 10), kind=ReportKind.PATIENT)
    people = clinic.a
    batch_id = order_batch(
        db, people.clinician, people.clinic, wish, submission=None, now=max(now, _after(wish))
    )
    worker, pause = start_worker(folder), threading.Event()
    while made(db) < 2:
        assert worker.poll() is None, "the worker ended by itself"
        pause.wait(0.02)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    kept = made(db)
    assert start_worker(folder).wait(timeout=60) == 0
    assert made(db) >= max(kept, LETTERS - 1)
    (folder / "now").touch()
    later = _written(folder / "now") + LEASE
    with installation.app_context():
        work(db, lambda: later, lambda document: b"%PDF-of-the-second-try")
    assert get_batch(db, people.clinician, batch_id).state is BatchState.DONE
    file, _hash = get_batch_file(db, people.clinician, batch_id)
    assert file.count(b"%PDF-") >= LETTERS
    tries = db.scalars(select(BatchLetterRow.attempts)).all()
    assert sum(tries) <= LETTERS + 1


def test_a_helper_ends_with_the_process_that_started_it_and_not_before(
    installation: Flask, db: Session, clinic: World, folder: Path, now: datetime
) -> None:
    """Whatever ends that process closes the pipe."""
    wish = BatchWish(month=Month(2026, 10), kind=ReportKind.PATIENT)
    people = clinic.a
    ordered_at = max(now, _after(wish))
    order_batch(db, people.clinician, people.clinic, wish, submission=None, now=ordered_at)
    helper, pause = start_worker(folder, "--as-helper", stdin=subprocess.PIPE), threading.Event()
    while made(db) < 2:
        assert helper.poll() is None, "the helper ended by itself"
        pause.wait(0.02)
    assert helper.stdin is not None
    helper.stdin.close()
    assert helper.wait(timeout=10) == 0
    assert made(db) < LETTERS, "it went on to the end"


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(os.stat(path).st_mtime, UTC)


def _after(wish: BatchWish) -> datetime:
    """A moment at which the month is over."""
    last = wish.month.last_on
    return datetime(last.year, last.month, last.day, 23, tzinfo=UTC)
