"""Several processes that do the same work: each uses one processor, whatever threads it has.

They share what the process that started them had open (a listening socket) and what it had read.
It must have no thread and no database connection then: neither survives being copied.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any

logger = logging.getLogger(__name__)
SHORTEST_LIFE_SECONDS = 5
"""One that ends by itself sooner would end again: everything stops and says so."""


def run_in(count: int, work: Callable[[], None]) -> None:
    """Do `work` in so many processes until this one is stopped. One that ends is begun again.

    They end with this process, whatever ends it.
    """
    ours = _Processes(work)
    signal.signal(signal.SIGTERM, _stop)
    try:
        for _ in range(count):
            ours.begin_one()
        while True:
            ours.replace_the_next_that_ends()
    except KeyboardInterrupt:
        return
    finally:
        ours.end_all()


def _stop(*_: Any) -> None:
    sys.exit(0)


class _Processes:
    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._began: dict[int, float] = {}
        self._alive = os.pipe()  # nothing is ever written: it closes when this process ends

    def begin_one(self) -> None:
        process = os.fork()
        if process:
            self._began[process] = monotonic()
            return
        try:
            self._do_the_work()
            os._exit(0)
        except BaseException:
            logger.exception("a process of the server ended")
        finally:
            os._exit(1)  # what the first process does at its end is not for this one to do

    def _do_the_work(self) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        reading, writing = self._alive
        os.close(writing)
        threading.Thread(target=end_at_the_end_of, args=(reading,), daemon=True).start()
        self._work()

    def replace_the_next_that_ends(self) -> None:
        process, status = os.wait()
        lived = monotonic() - self._began.pop(process, 0.0)
        logger.error("a process of the server ended after %.0f s", lived)
        if lived < SHORTEST_LIFE_SECONDS and not os.WIFSIGNALED(status):
            sys.exit("The server's processes end as soon as they begin; see the lines above.")
        self.begin_one()

    def end_all(self) -> None:
        for process in self._began:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        for process in self._began:
            with suppress(ChildProcessError):
                os.waitpid(process, 0)


def end_at_the_end_of(pipe: int) -> None:
    """End this process when nobody can write into the pipe any more: whoever held it has ended."""
    os.read(pipe, 1)
    os._exit(0)
