"""A server of two processes: both are there, one that dies is replaced, and both end with it."""

from __future__ import annotations

import os
import signal
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from tests.serving import Server, process_wait, start_server, stop_server, working_processes


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = start_server(tmp_path / "instance", demo=False, processes=2)
    yield started
    stop_server(started)


def until(server: Server, is_so: Callable[[], bool]) -> None:
    give_up = monotonic() + 20
    while not is_so():
        assert monotonic() < give_up
        process_wait(server.process, 0.05)


def is_alive(process: int) -> bool:
    """A process that ended and was not asked for yet is not alive."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def answers(server: Server) -> bool:
    with urllib.request.urlopen(server.url + "/readyz", timeout=10) as answer:
        return bool(answer.status == 200)


def test_one_that_is_killed_is_replaced_and_nobody_notices(server: Server) -> None:
    before = working_processes(server)
    assert len(before) == 2
    assert server.said.count("/welcome/") == 1
    os.kill(before[0], signal.SIGKILL)
    until(server, lambda: len(set(working_processes(server)) - {before[0]}) == 2)
    assert before[1] in working_processes(server)
    assert all(answers(server) for _ in range(5))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_all_end_with_the_first_however_it_ends(server: Server, how: signal.Signals) -> None:
    both = working_processes(server)
    os.kill(server.process.pid, how)
    assert server.process.wait(20) == (0 if how is not signal.SIGKILL else -how)
    until(server, lambda: not any(map(is_alive, both)))
