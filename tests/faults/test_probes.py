"""What scanners ask every server for: none of it is there, however the address is spelt."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.serving import ROOT, Server, start_server, stop_server

pytestmark = pytest.mark.fault

FILES = (
    ".git/config",
    ".git/HEAD",
    ".env",
    ".venv/pyvenv.cfg",
    "config.py",
    "wsgi.py",
    "pyproject.toml",
    "requirements.txt",
    "tracker/app.py",
    "tracker/__init__.py",
    "templates/layouts/base.html",
    "tests/conftest.py",
    "instance/tracker.db",
    "instance/secret_key",
    "instance/backups/",
    "etc/passwd",
)
PLACES = (
    "/{}",
    "//{}",
    "/./{}",
    "/static/{}",
    "/static/../{}",
    "/static/../../{}",
    "/static/css/../../{}",
    "/static/%2e%2e/{}",
    "/static/%2e%2e%2f{}",
    "/static/..%2f{}",
    "/static/..%5c{}",
    "/static/..\\{}",
    "/static/%252e%252e%252f{}",
    "/static/..%c0%af{}",
    "/static/....//{}",
    "/static//{}",
    "/static/app.css/../../{}",
    "http://127.0.0.1/static/../{}",
)
OTHERS = (
    "/instance/",
    "/static/",
    "/static",
    "/static/css/",
    "/console",
    "/?__debugger__=yes&cmd=resource&f=debugger.js",
    "/server-status",
    "/phpinfo.php",
    "/wp-login.php",
    "/api",
    "/swagger.json",
    "/openapi.json",
    "/graphql",
    "/debug",
    "/backup.zip",
    "/tracker.db",
    "/.well-known/../config.py",
    "/static/%00",
    "/static/css/app.css%00.txt",
)
GONE = {400, 404, 405}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """As it stands in its folder: what is asked for lies there or beside it."""
    started = start_server(tmp_path_factory.mktemp("probed") / "instance", demo=False)
    yield started
    stop_server(started)


def ask(server: Server, target: str, method: str = "GET") -> tuple[int, bytes]:
    """The target as it is written: no client puts it right."""
    with contextlib.closing(
        socket.create_connection(("127.0.0.1", urlsplit(server.url).port), timeout=10)
    ) as client:
        head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        client.sendall(head.encode("latin-1"))
        answer = b""
        while part := client.recv(65536):
            answer += part
    head_part, _, body = answer.partition(b"\r\n\r\n")
    return int(head_part.split(b" ", 2)[1]), body


def secrets_of(server: Server) -> list[bytes]:
    """What would show that a file came out: the beginnings of files, and the keys themselves."""
    keys = [
        each.read_bytes().strip()
        for each in server.folder.iterdir()
        if each.is_file() and 16 <= each.stat().st_size < 4096
    ]
    assert keys, "the keys lie in the folder"
    files = [ROOT / name for name in FILES if (ROOT / name).is_file()]
    beginnings = [each.read_bytes()[:60] for each in files if each.stat().st_size]
    assert len(beginnings) >= 6
    return [*keys, *beginnings, b"SQLite format 3", b"root:x:0:0", b"[core]"]


def test_no_file_of_the_installation_comes_out(server: Server) -> None:
    never = secrets_of(server)
    for name in FILES:
        for place in PLACES:
            target = place.format(name)
            for method in ("GET", "HEAD"):
                status, body = ask(server, target, method)
                assert status in GONE, (method, target, status)
                assert not [each for each in never if each in body], target


@pytest.mark.parametrize("target", OTHERS)
def test_what_is_not_there_is_not_there(server: Server, target: str) -> None:
    status, body = ask(server, target)
    if target.startswith("/?"):
        assert status == 303  # the first page: nothing in the query means anything
    else:
        assert status in GONE, status
    assert b"Traceback" not in body
    assert b"Werkzeug" not in body


def test_the_check_would_see_a_file_that_came_out(server: Server) -> None:
    status, body = ask(server, "/static/css/app.css")
    assert (status, b"{" in body) == (200, True)
