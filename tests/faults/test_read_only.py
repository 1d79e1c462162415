"""What takes no writing: the server says why in one line, or answers and stores nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from tests.browsing import BASE
from tests.make.world import World
from tests.serving import ROOT, environment, free_port, start_server, stop_server
from tracker.models import db as flask_db

pytestmark = [pytest.mark.fault, pytest.mark.sqlite("the mode and the owner of its file")]

NO_POWER = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner,-chown")
"""A superuser opens everything: without these it is held by modes and owners like anybody."""

ANOTHER = 65534


def held_by_modes() -> tuple[str, ...]:
    if os.geteuid():
        return ()
    if shutil.which("setpriv") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("needs setpriv (Debian package util-linux)")
        pytest.skip("needs setpriv (Debian package util-linux)")
    return NO_POWER


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An installation in which nobody has an account yet: its start writes."""
    made = tmp_path / "instance"
    server = start_server(made, demo=False)
    stop_server(server)
    yield made
    for each in (made, *made.rglob("*")):  # so that it can be removed
        os.chmod(each, 0o700)


def belong_to_another(path: Path) -> None:
    """Out of reach: of another account where this one may say so, else of no mode."""
    if os.geteuid() == 0:
        os.chown(path, ANOTHER, ANOTHER)
    else:
        path.chmod(0)


def read_only_file(folder: Path) -> None:
    (folder / "tracker.db").chmod(0o400)


def read_only_folder(folder: Path) -> None:
    read_only_file(folder)
    folder.chmod(0o500)


def folder_of_another(folder: Path) -> None:
    belong_to_another(folder)


def file_of_another(folder: Path) -> None:
    belong_to_another(folder / "tracker.db")


def key_of_another(folder: Path) -> None:
    belong_to_another(folder / "secret.key")


@pytest.mark.parametrize(
    ("spoil", "setting"),
    [
        (read_only_file, "TRACKER_DATABASE_URL"),
        (read_only_folder, "TRACKER_DATABASE_URL"),
        (folder_of_another, "TRACKER_SECRET_KEY"),
        (file_of_another, "TRACKER_DATABASE_URL"),
        (key_of_another, "TRACKER_SECRET_KEY"),
    ],
)
def test_a_start_that_cannot_write_says_why_in_one_line(
    folder: Path, spoil: Callable[[Path], None], setting: str
) -> None:
    spoil(folder)
    ended = subprocess.run(
        [*held_by_modes(), sys.executable, "wsgi.py"],
        cwd=ROOT,
        env=environment(folder, free_port(), demo=False),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.strip().splitlines()
    assert line.startswith(f"{setting}: ")
    assert re.search("readonly|Permission denied", line)


@contextmanager
def only_read(app: Flask) -> Iterator[None]:
    """The system opens the file for reading only, from now on."""
    with app.app_context():
        engine = flask_db.engine
        flask_db.session.remove()
        engine.dispose()

    def open_it(dialect: Any, _record: Any, given: Any, more: Any) -> Any:
        return dialect.dbapi.connect(f"file:{given[0]}?mode=ro", uri=True, **more)

    event.listen(engine, "do_connect", open_it)
    try:
        yield
    finally:
        event.remove(engine, "do_connect", open_it)
        engine.dispose()


def test_a_file_that_is_only_read_answers_what_needs_no_trace_and_takes_nothing(
    app: Flask, browser: Any, world: World
) -> None:
    person, stranger = browser(world.a.administrator), browser(None)
    token = person.csrf_token()
    with only_read(app):
        for path in ("/login", "/healthz", "/help"):
            assert stranger.client.get(path, base_url=BASE).status_code == 200, path
        assert person.client.get("/account", base_url=BASE).status_code == 200
        assert person.client.get("/admin", base_url=BASE).status_code == 503, "no trace, no page"
        for path, answers in (
            ("/admin/closures", {"day": "2026-12-24", "reason": "x"}),
            ("/logout", {}),
            ("/lock", {}),
        ):
            answer = person.client.post(path, base_url=BASE, data={"csrf_token": token} | answers)
            assert answer.status_code == 503, path
            assert "nothing was saved" in answer.text.lower(), path
    assert person.client.get("/admin", base_url=BASE).status_code == 200, "still signed in"
