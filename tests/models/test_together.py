"""Several writes in one transaction: nobody answers before it is committed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.domain.errors import StorageBusy
from tracker.models import database, together
from tracker.models.database import prepare_sqlite, sqlite_driver, transaction
from tracker.models.together import write_together
from tracker.models.turns import turn_to_write

WRITERS = 6


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = create_engine(f"sqlite:///{tmp_path / 'w.db'}", module=sqlite_driver())
    prepare_sqlite(made)
    with Session(made) as session, transaction(session):
        session.execute(text("CREATE TABLE numbers (number INTEGER PRIMARY KEY) STRICT"))
    yield made
    made.dispose()


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Can be acquired once for each who stands in line."""
    standing = threading.Semaphore(0)
    join = together._Line.join

    def note(line: together._Line, one: together._Write) -> bool:
        leads = join(line, one)
        standing.release()
        return leads

    monkeypatch.setattr(together._Line, "join", note)
    return standing


def adds(number: int) -> Callable[[Session], int]:
    def write(db: Session) -> int:
        db.execute(text("INSERT INTO numbers VALUES (:number)"), {"number": number})
        return number

    return write


def write_at_once(
    engine: Engine, joined: threading.Semaphore, numbers: list[int]
) -> list[Future[int]]:
    """All stand in line before the first of them can write."""

    def work(number: int) -> int:
        with Session(engine) as session:
            session.execute(text("SELECT count(*) FROM numbers")).scalar()
            return write_together(session, adds(number))

    turn = turn_to_write(engine.url.database, wait_seconds=5)
    with ThreadPoolExecutor(len(numbers)) as pool, turn:
        sent = [pool.submit(work, number) for number in numbers]
        for _ in numbers:
            assert joined.acquire(timeout=20)
    return sent


def stored(engine: Engine) -> list[int]:
    with Session(engine) as session:
        found = session.execute(text("SELECT number FROM numbers ORDER BY number"))
        return list(found.scalars())


def test_those_who_wait_are_written_in_one_transaction(
    engine: Engine, joined: threading.Semaphore
) -> None:
    commits: list[object] = []
    event.listen(engine, "commit", commits.append)
    sent = write_at_once(engine, joined, list(range(WRITERS)))
    assert [each.result() for each in sent] == list(range(WRITERS))
    assert stored(engine) == list(range(WRITERS))
    assert len(commits) == 1


def test_who_fails_harms_nobody_else(engine: Engine, joined: threading.Semaphore) -> None:
    with Session(engine) as session:
        write_together(session, adds(3))
    assert joined.acquire(timeout=20)
    sent = write_at_once(engine, joined, list(range(WRITERS)))
    problems = [each.exception() for each in sent]
    assert [type(each) for each in problems if each] == [IntegrityError]
    assert isinstance(problems[3], IntegrityError)
    assert stored(engine) == list(range(WRITERS))


def test_everybody_learns_that_the_line_does_not_move(
    engine: Engine, joined: threading.Semaphore, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves_on = threading.Event()

    def stuck(*_: object, **__: object) -> None:
        moves_on.wait(20)
        raise StorageBusy

    monkeypatch.setattr(database, "turn_to_write", stuck)
    with ThreadPoolExecutor(WRITERS) as pool:

        def work(number: int) -> int:
            with Session(engine) as session:
                return write_together(session, adds(number))

        sent = [pool.submit(work, number) for number in range(WRITERS)]
        for _ in sent:
            assert joined.acquire(timeout=20)
        moves_on.set()
    assert {type(each.exception()) for each in sent} == {StorageBusy}
    assert stored(engine) == []


def test_nobody_waits_for_ever_when_the_storage_is_busy_in_the_middle(
    engine: Engine, joined: threading.Semaphore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_session: Session) -> None:
        raise StorageBusy

    monkeypatch.setattr(Session, "commit", busy)
    sent = write_at_once(engine, joined, [1, 2, 3])
    assert {type(each.exception(timeout=20)) for each in sent} == {StorageBusy}
    assert stored(engine) == []


def test_nobody_is_told_of_what_was_not_committed(
    engine: Engine, joined: threading.Semaphore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_session: Session) -> None:
        raise OSError("no room")

    monkeypatch.setattr(Session, "commit", no_room)
    sent = write_at_once(engine, joined, [1, 2])
    assert {str(each.exception()) for each in sent} == {"no room"}
    assert stored(engine) == []


@pytest.mark.postgres
def test_each_has_a_transaction_of_its_own_on_postgresql(postgres_engine: Engine) -> None:
    with Session(postgres_engine) as session, transaction(session):
        session.execute(text("CREATE TABLE numbers (number INTEGER PRIMARY KEY)"))

    def work(number: int) -> int:
        with Session(postgres_engine) as session:
            return write_together(session, adds(number))

    with ThreadPoolExecutor(3) as pool:
        sent = [pool.submit(work, number) for number in (1, 2, 2)]
    problems = [each.exception() for each in sent]
    assert [type(each) for each in problems if each] == [IntegrityError]
    assert stored(postgres_engine) == [1, 2]
