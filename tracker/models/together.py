"""Several writes in one transaction: whoever has the turn takes along what waits behind.

A commit and its way to the disk cost as much for eight check-ins as for one. Under load the threads
of a process wait in line with theirs; the first in line writes all of them and commits once, and
each gives its answer only then. Where one of them fails all are undone, and each is written by
itself: who gave no cause notices nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.domain.errors import StorageBusy
from tracker.models.database import end_the_read, send_waiting, transaction, written_along
from tracker.models.engines import engine_of

Result = TypeVar("Result")


def write_together(db: Session, write: Callable[[Session], Result]) -> Result:
    """What `write` returns, committed: alone, or in one transaction with what others write.

    It may run on another thread's session, and again after it was undone: it takes the session that
    it is handed, and makes no objects of rows. On PostgreSQL it has a transaction of its own.
    """
    if engine_of(db).dialect.name != "sqlite":
        return _alone(db, write)
    mine = _Write(db, write)
    end_the_read(db)
    line = _line_of(db)
    if line.join(mine) or mine.waits_until_it_leads():
        _lead(db, line)
    return cast(Result, _outcome(db, mine))


def _alone(db: Session, write: Callable[[Session], Result]) -> Result:
    with transaction(db):
        return write(db)


class _Write:
    """One write that waits. It is `done` when it was committed."""

    def __init__(self, db: Session, write: Callable[[Session], Any]) -> None:
        self._db = db
        self._write = write
        self._woken = threading.Event()
        self._leads = False
        self.done = False
        self.result: Any = None
        self.problem: StorageBusy | None = None

    def run(self, db: Session) -> None:
        """Write in another session's transaction, or in one's own."""
        if db is not self._db:
            send_waiting(self._db, db)
        self.result = self._write(db)

    def wake(self, *, to_lead: bool = False) -> None:
        self._leads = to_lead
        self._woken.set()

    def waits_until_it_leads(self) -> bool:
        """False when another one took it along."""
        self._woken.wait()
        return self._leads

    def write_alone(self) -> Any:
        return _alone(self._db, self._write)


class _Line:
    """The writes of one process that wait for a transaction. One of them leads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Write] = []
        self._is_led = False

    def join(self, one: _Write) -> bool:
        """Stand in line. True for who finds nobody there: they lead."""
        with self._lock:
            self._waiting.append(one)
            leads, self._is_led = not self._is_led, True
            return leads

    def take(self) -> Sequence[_Write]:
        """Everybody who waits now."""
        with self._lock:
            taken, self._waiting = self._waiting, []
            return taken

    def pass_on(self) -> None:
        """Let the first of those who came meanwhile lead."""
        with self._lock:
            if self._waiting:
                self._waiting[0].wake(to_lead=True)
            else:
                self._is_led = False


def _lead(db: Session, line: _Line) -> None:
    """Write everything that waits when the turn comes, commit it, tell the others."""
    taken: Sequence[_Write] = ()
    try:
        with transaction(db):
            taken = line.take()
            for each in taken:
                each.run(db)
        for each in taken:
            each.done = True
    except StorageBusy as problem:
        if not taken:  # the turn never came: for nobody in line
            taken = line.take()
            for each in taken:
                each.problem = problem
    except Exception:  # noqa: S110 - each is written by itself now, and says what is wrong with it
        pass
    finally:
        line.pass_on()
        for each in taken:
            each.wake()


def _outcome(db: Session, mine: _Write) -> Any:
    if mine.problem is not None:
        raise mine.problem
    if not mine.done:
        return mine.write_alone()
    written_along(db)
    return mine.result


_LINES: WeakKeyDictionary[Engine, _Line] = WeakKeyDictionary()
_lines_lock = threading.Lock()


def _line_of(db: Session) -> _Line:
    with _lines_lock:
        return _LINES.setdefault(engine_of(db), _Line())
