"""What a real server writes after everybody's clicks and mistakes: routes and codes, nobody."""

from __future__ import annotations

import http.cookiejar
import json
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections import deque
from collections.abc import Iterator

import pytest

from tests.browsing import Page
from tests.make.sessions import look_into
from tests.serving import ROOT, Server, environment, start_server, stop_server

pytestmark = pytest.mark.fault

PASSWORD = "demo-demo-demo"
ROLES = ("clinician", "nurse", "therapist", "admin", "patient")
PAGES_EACH = 60
LEAVES = re.compile(r"/(logout|lock|switch-person|away)\b")
CLINICAL = (
    "ketamine",
    "infusion of",
    "nightmare",
    "flashback",
    "suicid",
    "ondansetron",
    "PTSD",
    "F43",
    "mg/kg",
    "latex",
    "sertraline",
)
TYPED = "Quillfeather"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("day") / "instance"
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load"],
        cwd=ROOT,
        env=environment(folder, 8000, demo=True),
        check=True,
        capture_output=True,
    )
    started = start_server(folder, demo=True)
    yield started
    stop_server(started)


class Person:
    """Somebody who clicks on whatever there is."""

    def __init__(self, server: Server, role: str) -> None:
        self.server = server
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        self.codes: list[int] = []
        self.send("/login", {"email": f"{role}@demo.test", "password": PASSWORD})

    def ask(self, path: str, data: dict[str, object] | None = None) -> tuple[str, str]:
        """Where it led and what was there; nothing for what is no page."""
        body = urllib.parse.urlencode(data, doseq=True).encode() if data is not None else None
        try:
            answer = self.opener.open(self.server.url + path, body, timeout=60)
        except urllib.error.HTTPError as problem:
            answer = problem
        with answer:
            self.codes.append(answer.status or 0)
            is_page = (answer.headers.get("Content-Type") or "").startswith("text/html")
            text = answer.read().decode() if is_page else ""
            return urllib.parse.urlsplit(answer.url).path, text

    def send(self, path: str, answers: dict[str, object]) -> None:
        _where, page = self.ask(path)
        form = Page(page).form(next(iter(answers)))
        self.ask(form["action"] or path, form["fields"] | answers)

    def click_through(self) -> int:
        """Open what is linked, send each form as it stands and once with words in every field."""
        waiting, seen = deque(["/"]), {"/"}
        opened = 0
        while waiting and opened < PAGES_EACH:
            path, page = self.ask(waiting.popleft())
            opened += 1
            for link in re.findall(r'(?:href|action)="(/[^"#]*)', page):
                pattern = re.sub(r"[0-9a-f-]{36}|\d+", "#", link)
                if pattern not in seen and not link.startswith("/static") and "." not in link:
                    seen.add(pattern)
                    waiting.append(link)
            self._fill(path, page)
        return opened

    def _fill(self, path: str, page: str) -> None:
        for form in Page(page).forms if page else ():
            action = form["action"] or path
            if (form["method"] or "").lower() != "post" or LEAVES.search(action):
                continue
            names = re.findall(r'name="([a-z_0-9]+)"', page)
            words = {name: TYPED for name in names if name in form["fields"]}
            hidden = {each: form["fields"][each] for each in ("csrf_token",) if each in words}
            self.ask(action, words | hidden)


def log_of(server: Server) -> str:
    """What it wrote after it had said where to go."""
    file = server.folder.parent / f"{server.folder.name}.log"
    return file.read_text()[len(server.said) :]


def private_words(server: Server) -> list[str]:
    people = look_into(server.folder, "SELECT given_name, family_name FROM patients")
    users = look_into(server.folder, "SELECT name, email FROM users")
    names = {name for each in people for name in (each.given_name, each.family_name)}
    names |= {part for each in users for part in each.name.split()} | {e.email for e in users}
    return sorted(name for name in names if len(name) > 3) + [*CLINICAL, TYPED, PASSWORD]


def test_no_name_address_or_clinical_word_is_in_the_log_of_a_day(server: Server) -> None:
    codes = set()
    for role in ROLES:
        person = Person(server, role)
        assert person.click_through() > 5, role
        person.ask(f"/patients/{TYPED}")
        person.ask(f"/nowhere/{TYPED}?name={TYPED}")
        codes |= set(person.codes)
    assert codes >= {200, 404, 422}
    assert 500 not in codes
    Person(server, TYPED)  # a name where an account was asked for
    written = log_of(server)
    lines = [json.loads(line) for line in written.splitlines()]
    assert len(lines) > 200
    assert {line["level"] for line in lines} <= {"INFO", "WARNING"}
    words = private_words(server)
    assert len(words) > 40
    found = {
        word
        for word in words
        if re.search(rf"(?<![A-Za-z]){re.escape(word)}(?![a-z])", written, re.I)
    }
    assert found == set()


def test_the_search_would_find_one(server: Server) -> None:
    words = private_words(server)
    assert any(word.endswith("@demo.test") for word in words)
    assert re.search(re.escape("clinician@demo.test"), server.said), "said at the start, on purpose"
