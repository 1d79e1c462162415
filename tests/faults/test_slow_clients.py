"""Clients that never finish: the shipped server answers everybody else meanwhile."""

from __future__ import annotations

import contextlib
import http.client
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.serving import Server, start_server, stop_server

pytestmark = pytest.mark.fault

CLIENTS = 64
"""Several for each thread of the server, and more than its queue was ever seen to hold."""

SOON_S = 5
"""Far above what an idle server takes, far below the minute that a silent client is given."""

HALF_A_HEAD = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
HALF_A_BODY = (
    b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
)
LINE_BY_LINE = b"G"


@pytest.fixture(scope="module", params=[1, 2], ids=["one process", "two processes"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("slow") / "instance"
    started = start_server(folder, demo=False, processes=request.param)
    yield started
    stop_server(started)


def open_slowly(server: Server, beginning: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", urlsplit(server.url).port), timeout=10)
    client.sendall(beginning)
    return client


def honest_answer(server: Server) -> tuple[int, float]:
    """What somebody gets who asks properly, and after how many seconds."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(server.url).port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", "/login")
        answer = connection.getresponse()
        assert b"password" in answer.read()
        return answer.status, time.monotonic() - began


@pytest.mark.parametrize(
    "beginning", [HALF_A_HEAD, HALF_A_BODY, LINE_BY_LINE], ids=["heads", "bodies", "first bytes"]
)
def test_an_honest_request_is_answered_beside_64_that_never_end(
    server: Server, beginning: bytes
) -> None:
    assert honest_answer(server)[0] == 200
    with contextlib.ExitStack() as opened:
        slow = [
            opened.enter_context(contextlib.closing(open_slowly(server, beginning)))
            for _ in range(CLIENTS)
        ]
        for _round in range(3):
            for client in slow:
                client.sendall(b"x")  # still there, and no nearer to the end
            status, seconds = honest_answer(server)
            assert (status, seconds < SOON_S) == (200, True), seconds
        for client in slow:
            client.setblocking(False)
            with pytest.raises(BlockingIOError):
                client.recv(1)  # it has no answer, and was not thrown out either: it was slow
