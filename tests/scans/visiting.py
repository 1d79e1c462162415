"""A person at the scanned server, over HTTP: signs in with the form and looks around."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.browsing import Page
from tests.make.accounts import PASSWORD

ENDS_THE_SCAN = re.compile(
    r"^/(logout|lock(/.*)?|account/sign-ins/.*|account/second-factor/.*|admin/people/.*/close)$"
)
"""What would put the scanner itself, or its own account, out."""


@dataclass
class Answer:
    status: int
    text: str
    location: str


@dataclass
class Visitor:
    """One signed-in person, with a cookie of their own."""

    port: int
    email: str
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def sign_in(self) -> Visitor:
        form = Page(self.ask("GET", "/login").text).form("password")
        answers = form["fields"] | {"email": [self.email], "password": [PASSWORD]}
        answer = self.ask("POST", "/login", answers)
        if answer.status != 303 or self.ask("GET", answer.location).status not in {200, 303}:
            raise RuntimeError(f"{self.email} could not sign in: {answer.status}")
        return self

    def ask(self, method: str, path: str, answers: dict[str, list[str]] | None = None) -> Answer:
        body = urlencode(answers, doseq=True) if answers is not None else None
        headers = {"Cookie": self.cookie} if self.cookies else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            found = connection.getresponse()
            text = found.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for each in found.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(each).items()}
        return Answer(found.status, text, found.headers.get("Location", ""))


@dataclass(frozen=True)
class Target:
    """One request to be varied. `*` in the path stands for what is tried there."""

    rule: str
    path: str
    answers: tuple[tuple[str, str], ...] = ()
    is_post: bool = False


def links_of(html: str) -> set[str]:
    """The addresses on this site that a page links to."""
    found = re.findall(r'(?:href|src|action)="(/[^"#]*)', html)
    return {each.replace("&amp;", "&") for each in found if not each.startswith("/static/")}


def shape(path: str) -> str:
    """The same for addresses that differ by ids, days and numbers only."""
    ids = r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|\d{4}-\d\d-\d\d|\d+"
    parts = urlsplit(path)
    names = ",".join(sorted({name for name, _value in parse_qsl(parts.query)}))
    path = re.sub(r"(check-ins?|instruments|questions)/[a-z][a-z0-9-]+", r"\1/#", parts.path)
    return re.sub(ids, "#", path) + (f"?{names}" if names else "")


def field_shape(name: str) -> str:
    """The same for fields that differ by their number only."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|\d+", "#", name)
