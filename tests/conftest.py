"""What every test may ask for: an application on a real database, people, browsers."""

from __future__ import annotations

import os
import socket
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from config import Settings
from tests import databases
from tests.browsing import Browser
from tests.compiled_once import CompiledRule, CompiledTemplates
from tests.make.schema import bring_schema_up
from tests.make.world import World, make_world
from tests.quick import hash_quickly, leave_the_disk_alone
from tracker.app import create_app
from tracker.domain.key_ring import KeyRing
from tracker.domain.people import Person
from tracker.models import db as flask_db
from tracker.models.reach import open_to_all
from tracker.web.typesetting import TYPESETTER

settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("default")

COMPILED_TEMPLATES = CompiledTemplates()
Flask.url_rule_class = CompiledRule

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""The moment at which every test begins unless it says otherwise: a Monday, 10 a.m. in New York."""


class SettableClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> None:
        self.moment = moment

    def forward(self, **how_far: float) -> None:
        self.moment += timedelta(**how_far)


def settings_for(folder: Path, **changes: Any) -> Settings:
    """Settings of an installation in a folder of its own."""
    values: dict[str, Any] = {
        "instance_dir": folder,
        "database_url": databases.chosen().url_of(folder),
        "secret_key": "k" * 48,
        "signing_key": "s" * 48,
        "private_note_keys": KeyRing([b"n" * 32]),
        "field_keys": KeyRing([b"f" * 32]),
        "needs_second_factor": False,  # its own tests ask for it
        "backup_key": b"b" * 32,
        "backup_dir": folder / "backups",
        "host": "127.0.0.1",
        "port": 8000,
        "public_url": "http://127.0.0.1:8000",
        "proxy_count": 0,
        "clinic_timezone": "America/New_York",
        "demo": False,
        "debug": False,
        "threads": 4,
    }
    return Settings(**(values | changes))


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose database is migrated and has the people of two clinics: tests copy it."""
    folder = tmp_path_factory.mktemp("template")
    app = create_app(settings_for(folder), TESTING=True, CLOCK=lambda: START)
    bring_schema_up(app)
    with app.app_context():
        session = flask_db.session()
        open_to_all(session)
        make_world(session, now=START)
        flask_db.session.remove()
        flask_db.engine.dispose()
    return folder


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def waits_for_the_disk() -> bool:
    """Whether a commit does so: nothing of a test outlives it. Tests of the database say yes."""
    return False


@pytest.fixture
def app(
    template_database: Path, tmp_path: Path, clock: SettableClock, waits_for_the_disk: bool
) -> Iterator[Flask]:
    """The application on its own copy of the database."""
    databases.chosen().copy(template_database, tmp_path)
    application = create_app(
        settings_for(tmp_path), TESTING=False, CLOCK=clock, RATELIMIT_ENABLED=False
    )
    application.jinja_env.bytecode_cache = COMPILED_TEMPLATES
    if not waits_for_the_disk:
        with application.app_context():
            leave_the_disk_alone(flask_db.engine)
    yield application
    if setter := application.extensions.get(TYPESETTER):
        setter.close()  # a report that was printed started a child process
    with application.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()


@pytest.fixture
def db(app: Flask) -> Iterator[Session]:
    """A database session outside any request.

    No application context stays open: requests of a test client would share its `g`, and with it
    the person who signed in.
    """
    with app.app_context():
        engine = flask_db.engine
    with Session(engine) as session:
        open_to_all(session)
        yield session


@pytest.fixture
def world(template_database: Path) -> World:
    """The people of two clinics, as `make_world` names them."""
    return make_world(None, now=START)


@pytest.fixture
def browser(app: Flask, clock: SettableClock) -> Any:
    """`browser(person)` is signed in as that person; `browser(None)` as nobody."""

    def sign_in(person: Person | None = None) -> Browser:
        return Browser(app, person, now=clock())

    return sign_in


NEEDS_A_DATABASE = {"app", "template_database", "tmp_path", "tmp_path_factory"}
"""An installation needs a folder. A test that asks for none of these has none."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On another engine leave out what is about SQLite, about PostgreSQL anyway, or about neither.

    What is about SQLite says why.
    """
    for item in items:
        for mark in item.iter_markers("sqlite"):
            if not mark.args:
                raise pytest.UsageError(f"{item.nodeid}: why is it about SQLite?")
    if databases.on_postgres():
        left_out = [each for each in items if not _fits_postgres(each)]
        items[:] = [each for each in items if _fits_postgres(each)]
        config.hook.pytest_deselected(items=left_out)


def _fits_postgres(item: pytest.Item) -> bool:
    asks = set(getattr(item, "fixturenames", ()))
    is_of_one = any(item.iter_markers("sqlite")) or any(item.iter_markers("postgres"))
    return bool(asks & NEEDS_A_DATABASE) and not is_of_one


@pytest.fixture(autouse=True)
def _no_database_is_left() -> Iterator[None]:
    """What a test made on the server goes with it; what a session or a module made stays."""
    before = databases.chosen().known()
    yield
    databases.chosen().drop(databases.chosen().known() - before)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves the machine: a connection to anywhere but loopback fails the test."""
    connect = socket.socket.connect

    def only_loopback(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_loopback)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        default="sqlite",
        help="sqlite; postgresql, which starts a server; or a superuser's postgresql://… of one",
    )


def pytest_configure(config: pytest.Config) -> None:
    databases.begin(config.getoption("engine"))
    hash_quickly()
    os.environ.setdefault("MPLCONFIGDIR", str(Path(config.rootpath) / ".pytest_cache" / "mpl"))


@pytest.fixture(autouse=True)
def _say_what_went_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected failure inside a view shows its traceback in the test's output."""
    from tracker.web import errors

    log = errors._log

    def loudly(problem: BaseException) -> str:
        traceback.print_exception(problem)
        return log(problem)

    monkeypatch.setattr(errors, "_log", loudly)
