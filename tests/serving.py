"""A real server of an installation of its own: started by the tests, stopped by the tests."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.databases import lives_in

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Server:
    """A running server of an installation of its own."""

    url: str
    folder: Path
    process: subprocess.Popen[str]
    said: str


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(
    folder: Path, port: int, *, demo: bool, processes: int = 1, second_factor: str = "optional"
) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        **lives_in(folder),
        "TRACKER_PORT": str(port),
        "TRACKER_DEMO": "on" if demo else "off",
        "TRACKER_PROCESSES": str(processes),
        "TRACKER_SECOND_FACTOR": second_factor,
        "PYTHONUNBUFFERED": "1",
    }


def start_server(
    folder: Path,
    *,
    demo: bool,
    port: int | None = None,
    command: tuple[str, ...] = ("wsgi.py",),
    processes: int = 1,
    second_factor: str = "optional",
    more: Mapping[str, str] | None = None,
) -> Server:
    """Start the server, as `make run` does unless said otherwise, and wait until it answers."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    said = folder.parent / f"{folder.name}.log"
    with said.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment(
                folder, port, demo=demo, processes=processes, second_factor=second_factor
            )
            | dict(more or {}),
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up and process.poll() is None:
        try:
            with urllib.request.urlopen(url + "/readyz", timeout=2):
                return Server(url=url, folder=folder, process=process, said=said.read_text())
        except (urllib.error.URLError, OSError):
            process_wait(process, 0.1)
    raise AssertionError(f"the server did not start:\n{said.read_text()}")


def process_wait(process: subprocess.Popen[str], seconds: float) -> None:
    """Wait for the process to end, at most this long."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def kill_server(server: Server) -> None:
    """End it as a power cut would: nothing gets a chance to finish."""
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait(10)


def working_processes(server: Server) -> list[int]:
    """The processes that answer, where there are several."""
    first = server.process.pid
    return [int(each) for each in Path(f"/proc/{first}/task/{first}/children").read_text().split()]


def stop_server(server: Server) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.process.pid, signal.SIGTERM)
    process_wait(server.process, 15)
    if server.process.poll() is None:
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait(5)
