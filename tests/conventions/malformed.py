"""Requests that no browser sends: the same ones for the same seed."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

from tests.browsing import BASE

ODD = [
    b"",
    b" ",
    b"\x00",
    b"a\x00b",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    "\u202e".encode(),
    "١٢".encode(),
    ("\U0001f600" * 50).encode(),
    b"-1",
    b"1e400",
    b"sNaN",
    b"Infinity",
    b"1_0",
    b"0x10",
    str(2**31).encode(),
    str(2**63).encode(),
    b"9" * 5000,
    b"x" * 70_000,
    b"0001-01-01",
    b"9999-12-31",
    b"2026-02-30",
    b"2026-11-23T25:61",
    b"24:00",
    b"true",
    b"null",
    b"[]",
    b"{}",
    b"{{7*7}}",
    b"%s%n%d",
    b"<script>alert(1)</script>",
    b"\"'><img src=x onerror=alert(1)>",
    b"javascript:alert(1)",
    b"'; DROP TABLE patients; --",
    b"1) OR 1=1",
    b"../../../etc/passwd",
    b"a@b.example\r\nBcc: x@y.example",
    b"00000000-0000-0000-0000-000000000000",
    b"18b3ac23-9acc-5ca0-92ad-eeea80ca5378",
]
METHODS = ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "CONNECT", "PROPFIND", "get", "X"]
KINDS = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "y" * 300,
    "application/json",
    "text/plain",
    "text/xml",
    "",
    "\xff/\xfe",
    ";;;",
]
QUERIES = ["q", "page", "kind", "paper", "from", "to", "language", "scale", "phase", "of", "next"]
HEADERS = [
    "ACCEPT",
    "ACCEPT_ENCODING",
    "ACCEPT_LANGUAGE",
    "AUTHORIZATION",
    "CONTENT_ENCODING",
    "COOKIE",
    "EXPECT",
    "FORWARDED",
    "HOST",
    "IF_MATCH",
    "IF_MODIFIED_SINCE",
    "IF_NONE_MATCH",
    "IF_RANGE",
    "ORIGIN",
    "RANGE",
    "REFERER",
    "SEC_FETCH_MODE",
    "SEC_FETCH_SITE",
    "TRANSFER_ENCODING",
    "USER_AGENT",
    "X_BACKGROUND_REFRESH",
    "X_FORWARDED_FOR",
    "X_FORWARDED_HOST",
    "X_FORWARDED_PROTO",
    "X_HTTP_METHOD_OVERRIDE",
]


@dataclass(frozen=True)
class Door:
    """One route as it is meant to be used: its address, its arguments, what its form sends."""

    rule: str
    path: str
    arguments: tuple[str, ...]
    answers: dict[str, list[str]] = field(default_factory=dict)
    is_post: bool = False


class Malformed:
    """An endless supply of requests that are nearly right, as WSGI environments."""

    def __init__(self, seed: str, doors: list[Door], cookies: list[str]) -> None:
        self._chance = random.Random(seed)
        self._doors = doors
        self._cookies = cookies

    def next(self) -> dict[str, Any]:
        chance = self._chance
        door = chance.choice(self._doors)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST" if door.is_post else "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": self._path(door),
            "QUERY_STRING": self._query() if chance.random() < 0.4 else "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": BASE.removeprefix("http://"),
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "HTTP_COOKIE": chance.choice(self._cookies),
        }
        if chance.random() < 0.15:
            environ["REQUEST_METHOD"] = chance.choice(METHODS)
        self._add_body(environ, door)
        for _each in range(chance.choice((0, 0, 1, 3))):
            environ[f"HTTP_{chance.choice(HEADERS)}"] = self._odd().decode("latin-1")
        return environ

    def _odd(self) -> bytes:
        chance = self._chance
        if chance.random() < 0.2:
            return chance.randbytes(chance.randrange(1, 40))
        return chance.choice(ODD)

    def _path(self, door: Door) -> str:
        chance, path = self._chance, door.path
        for argument in door.arguments:
            if chance.random() < 0.2:
                path = path.replace(argument, self._odd()[:2000].decode("latin-1"), 1)
        if chance.random() < 0.05:
            path += self._odd()[:2000].decode("latin-1")
        return path

    def _query(self) -> str:
        chance = self._chance
        if chance.random() < 0.2:
            return self._odd()[:9000].decode("latin-1")
        names = [chance.choice(QUERIES) for _each in range(chance.randrange(1, 4))]
        return "&".join(f"{name}={quote_from_bytes(self._odd()[:3000])}" for name in names)

    def _add_body(self, environ: dict[str, Any], door: Door) -> None:
        chance = self._chance
        is_read = environ["REQUEST_METHOD"] not in {"GET", "HEAD", "OPTIONS", "TRACE"}
        body = self._body(door) if is_read or chance.random() < 0.05 else b""
        kind = KINDS[0] if chance.random() < 0.8 else chance.choice(KINDS)
        length = str(len(body)) if chance.random() < 0.95 else chance.choice(["0", "7", "", "-1"])
        if body:
            environ["CONTENT_TYPE"] = kind
            environ["CONTENT_LENGTH"] = length
        environ["wsgi.input"] = io.BytesIO(body)

    def _body(self, door: Door) -> bytes:
        chance = self._chance
        if chance.random() < 0.08:
            return self._odd()
        pairs: list[tuple[str | bytes, str | bytes]] = [
            (name, value) for name, values in door.answers.items() for value in values
        ]
        for _each in range(chance.randrange(1, 4)):
            if not pairs:
                break
            at, what = chance.randrange(len(pairs)), chance.random()
            if what < 0.6:
                pairs[at] = (pairs[at][0], self._odd())
            elif what < 0.75:
                del pairs[at]
            elif what < 0.9:
                pairs.append((pairs[at][0], self._odd()))
            else:
                pairs.append((self._odd()[:40], self._odd()))
        return urlencode(pairs).encode()
