"""The shipped server behind a proxy with TLS, as the README sets it up."""

from __future__ import annotations

import contextlib
import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.serving import Server, start_server, stop_server

pytestmark = pytest.mark.fault

AS_A_PROXY_SENDS = {
    "Host": "tracker.clinic.example",
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "tracker.clinic.example",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = {
        "TRACKER_PUBLIC_URL": "https://tracker.clinic.example",
        "TRACKER_PROXY_COUNT": "1",
    }
    started = start_server(
        tmp_path_factory.mktemp("proxied") / "instance", demo=False, more=settings
    )
    yield started
    stop_server(started)


def ask(server: Server, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """The status, and what the answer says of transport security."""
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(server.url).port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Strict-Transport-Security") or ""


def test_people_can_sign_in_through_the_proxy(server: Server) -> None:
    status, transport = ask(server, "/login", AS_A_PROXY_SENDS)
    assert status == 200
    assert "max-age" in transport


def test_without_the_proxy_s_word_for_tls_nobody_signs_in(server: Server) -> None:
    assert ask(server, "/login", AS_A_PROXY_SENDS | {"X-Forwarded-Proto": "http"})[0] == 403


def test_the_numbers_of_a_monitor_are_not_for_whoever_comes_through_it(server: Server) -> None:
    assert ask(server, "/metrics", AS_A_PROXY_SENDS)[0] == 404
    assert ask(server, "/metrics", {"Host": "127.0.0.1"})[0] == 200
