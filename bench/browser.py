"""One kept connection to the server, with one person's cookie."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from tracker.web.cookies import LOOPBACK_NAME

_CSRF = "0" * 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back, and how long it took from the first byte sent to the last received."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    head_bytes: int
    seconds: float

    @property
    def all_bytes(self) -> int:
        """The head and the body, as they were sent."""
        return self.head_bytes + len(self.body)


class Browser:
    """Sends requests one after another on a connection that stays open."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookie = {"Cookie": f"{LOOPBACK_NAME}={cookie}"} if cookie else {}

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._send("GET", path, None, headers or {})

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", path, urlencode(fields), kind)

    def close(self) -> None:
        self._connection.close()

    def _send(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        started = time.perf_counter()
        self._connection.request(method, path, body, {**self._cookie, **headers})
        response = self._connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - started
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(
            status=response.status,
            headers=found,
            body=content,
            head_bytes=_head_bytes(response),
            seconds=seconds,
        )


def _head_bytes(response: HTTPResponse) -> int:
    """The status line, the headers and the empty line behind them."""
    first = len(f"HTTP/1.1 {response.status} {response.reason}\r\n")
    return first + sum(len(f"{name}: {value}\r\n") for name, value in response.getheaders()) + 2


def cookie_for(app: Flask, token: str) -> str:
    """The signed cookie of a sign-in. Every one of the bench has the same CSRF secret."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookie: str = signer.dumps({"token": token, "csrf_token": _CSRF})
    return cookie


def csrf_token(app: Flask) -> str:
    """What a form has to carry with such a cookie."""
    signed = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(_CSRF)
    return str(signed)


class FormReader(HTMLParser):
    """The fields of a page's forms: hidden values, and the choices of every row of radios."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag != "input" or "name" not in given:
            return
        if given.get("type") == "hidden":
            self.hidden[given["name"]] = given.get("value", "")
        elif given.get("type") == "radio":
            self.choices.setdefault(given["name"], []).append(given.get("value", ""))


class PictureReader(HTMLParser):
    """The addresses of the pictures on a page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "img" and given.get("src"):
            self.addresses.append(given["src"] or "")
