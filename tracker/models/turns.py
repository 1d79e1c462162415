"""Whose turn it is to write to an SQLite file: threads and processes stand in line here.

SQLite lets one write at a time by itself, but those who wait for it sleep and try again: under load
the file lies idle meanwhile, and some starve. Who holds the turn is the only one to ask SQLite. The
line is a courtesy; what keeps writers apart stays SQLite's own lock.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker.domain.errors import StorageBusy

_threads = threading.Lock()
_standing_at: tuple[int, str, int] | None = None
"""The process, the folder of the file, and that folder opened: what was open before a process was
copied would stand for both.
"""


@contextmanager
def turn_to_write(database: str | None, *, wait_seconds: float) -> Iterator[None]:
    """Hold the turn of a database file. Raises `StorageBusy` when the line does not move."""
    if not _threads.acquire(timeout=wait_seconds):
        raise StorageBusy
    try:
        with _turn_of_this_process(database):
            yield
    finally:
        _threads.release()


@contextmanager
def _turn_of_this_process(database: str | None) -> Iterator[None]:
    if not database or database == ":memory:":
        yield
        return
    folder = _opened(str(Path(database).parent))
    fcntl.flock(folder, fcntl.LOCK_EX)  # the system lets go of it when a process dies
    try:
        yield
    finally:
        fcntl.flock(folder, fcntl.LOCK_UN)


def _opened(folder: str) -> int:
    global _standing_at
    if _standing_at is None or _standing_at[:2] != (os.getpid(), folder):
        if _standing_at is not None:
            os.close(_standing_at[2])
        _standing_at = os.getpid(), folder, os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    return _standing_at[2]
