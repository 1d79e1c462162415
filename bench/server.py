"""The server under measurement: started as `make run` starts it, in a folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_START_SECONDS = 60
_STOP_SECONDS = 10


class ServerDidNotStart(SystemExit):
    """The server ended, or never answered. Its log says why."""


class Server:
    """The application in one process, or in several; use it with `with`."""

    def __init__(
        self, folder: Path, *, processes: int = 1, more: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.processes = processes
        self.more = more or {}
        self.port = _free_port()
        self.first_page_seconds = 0.0
        self.log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        started = time.perf_counter()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.app"],
                cwd=ROOT,
                env=self.environment(),
                stdout=log,
                stderr=log,
            )
        while not self._answers():
            ended = self._process.poll() is not None
            if ended or time.perf_counter() - started > _START_SECONDS:
                self.__exit__()
                raise ServerDidNotStart(f"The server did not start; see {self.log}")
            time.sleep(0.01)
        self.first_page_seconds = time.perf_counter() - started
        return self

    def __exit__(self, *_: object) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def environment(self) -> Mapping[str, str]:
        """The settings of this installation; whatever else is set does not reach it.

        Its bytecode is kept beside its database: all starts but the first find it there, as they
        would in any installation.
        """
        left_out = ("TRACKER_", "PYTHONDONTWRITEBYTECODE")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not any(part in name for part in left_out)
        }
        return kept | {
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
            "TRACKER_INSTANCE_DIR": str(self.folder),
            "TRACKER_PORT": str(self.port),
            "TRACKER_SECOND_FACTOR": "optional",  # its people were signed in by hand
            "TRACKER_PROCESSES": str(self.processes),
            **self.more,
        }

    def memory_mb(self) -> dict[str, float]:
        """Resident memory of the server and of the processes that it started, in MB."""
        assert self._process is not None
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True
        )
        rows = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
        own = {pid: rss for pid, _, rss in rows}.get(self._process.pid, 0)
        children = sum(rss for _, parent, rss in rows if parent == self._process.pid)
        return {"server": own / 1024, "its children": children / 1024}

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/login")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
