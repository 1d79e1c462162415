"""Two that check first and act then: on both engines the second sees what the first did."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.orm import Session

from tests.models.conftest import make_database
from tracker.models.database import prepare_sqlite, sqlite_driver, transaction
from tracker.models.postgres import postgres_options

PLACES = 3


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of each kind, opened as the application opens it.

    PostgreSQL's has a default of its own, at which a writer would not see the one before it.
    """
    if request.param == "postgresql":
        url = make_database(request.getfixturevalue("postgres_url"))
        set_default_isolation(url, "repeatable read")
        made = create_engine(url, **postgres_options(8))
        yield made
        made.dispose()
        return
    made = create_engine(f"sqlite:///{tmp_path / 'w.db'}", module=sqlite_driver())
    prepare_sqlite(made)
    yield made
    made.dispose()


def set_default_isolation(url: URL, level: str) -> None:
    """What a connection gets that says nothing of it."""
    outside = create_engine(url, isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        connection.execute(
            text(f"ALTER DATABASE {url.database} SET default_transaction_isolation = '{level}'")
        )
    outside.dispose()


def test_a_limit_holds_when_many_check_it_at_once(engine: Engine) -> None:
    """Each counts the rows and adds one if there is room: together they never go beyond it."""
    with Session(engine) as session, transaction(session):
        session.execute(text("CREATE TABLE places (taken_by INTEGER)"))
    at_once = threading.Barrier(8)

    def take(number: int) -> None:
        with Session(engine) as session:
            at_once.wait()
            with transaction(session):
                if session.execute(text("SELECT count(*) FROM places")).scalar_one() < PLACES:
                    session.execute(text("INSERT INTO places VALUES (:n)"), {"n": number})

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(engine) as session:
        assert session.execute(text("SELECT count(*) FROM places")).scalar_one() == PLACES


def test_threads_wait_for_the_turn_of_another_process(tmp_path: Path) -> None:
    made = create_engine(f"sqlite:///{tmp_path / 'w.db'}", module=sqlite_driver())
    prepare_sqlite(made)
    has_written = threading.Event()

    def write() -> None:
        with Session(made) as session, transaction(session):
            session.execute(text("CREATE TABLE any_name (number INTEGER)"))
        has_written.set()

    other = os.open(tmp_path, os.O_RDONLY)  # opened anew it stands for another process
    fcntl.flock(other, fcntl.LOCK_EX)
    thread = threading.Thread(target=write)
    thread.start()
    assert not has_written.wait(0.1)
    os.close(other)  # as the system does for a process that was killed
    thread.join(20)
    assert has_written.is_set()
    made.dispose()
