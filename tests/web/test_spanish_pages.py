"""Every page that a patient or somebody not signed in yet can open: no English is left on it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.browsing import BASE
from tests.conventions.test_routes import address, policy_of, rules
from tests.conventions.words import read
from tests.make.everything import ids_of, make_everything
from tests.make.progress import make_better_course
from tests.web.test_languages import choose
from tracker.domain.languages import Language
from tracker.domain.permissions import ROLES_THAT_MAY

ASKED = {"Accept-Language": "es"}
FRAGMENT = re.compile(r"%\(\w+\)s|%%")
TELLING = re.compile(r"\b(?:the|and|your|you|with|not|this|that|was|were|from|when)\b", re.I)
"""Words that no Spanish sentence has: they tell of English that the catalogue does not know."""
SPOKEN = {"alt", "aria-label", "title", "placeholder"}


class Words(HTMLParser):
    """What a page shows and reads out, but for what is marked as another language."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._skips = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._skips = tag in {"script", "style", "option"} or given.get("lang") == "en"
        self.found += [given[name] or "" for name in SPOKEN & set(given)]

    def handle_endtag(self, tag: str) -> None:
        self._skips = False

    def handle_data(self, data: str) -> None:
        if not self._skips and data.strip():
            self.found.append(re.sub(r"\s+", " ", data.strip()))


def english() -> tuple[set[str], set[str]]:
    """Messages that stand alone, and parts of sentences of three words and more."""
    whole, parts = set(), set()
    for message in read(Language.SPANISH):
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        for source in sources:
            if not source or source in strings:
                continue
            whole.add(source)
            fragments = (each.strip(" .,:;") for each in FRAGMENT.split(source))
            parts |= {each for each in fragments if each.count(" ") >= 2}
    return whole, parts


def left_over(html: str, whole: set[str], parts: set[str]) -> list[str]:
    return [
        words
        for words in Words(html).found
        if words in whole or any(part in words for part in parts) or TELLING.search(words)
    ]


def test_english_that_is_left_is_found() -> None:
    whole, parts = english()
    assert left_over("<p>Home</p>", whole, parts) == ["Home"]
    assert left_over("<p>¡Sí! You can talk to someone now</p>", whole, parts)
    assert left_over("<p>Something that the catalogue never heard of</p>", set(), set())
    assert not left_over('<p>Inicio <a lang="en">Home</a></p>', whole, parts)


@pytest.mark.parametrize("who", ["patient", "proxy", "nobody"])
def test_no_page_holds_english(
    app: Any, db: Any, browser: Any, world: Any, clock: Any, who: str
) -> None:
    make_everything(db, world, now=clock())
    choose(db, world.a.patient, Language.SPANISH, now=clock())
    person = {"patient": world.a.patient, "proxy": world.a.proxy}.get(who)
    whole, parts = english()
    visited = 0
    for rule in rules(app):
        policy = policy_of(app, rule)
        may = policy.act is None or (person and person.roles & ROLES_THAT_MAY[policy.act])
        leaves = rule.endpoint in {"account.logout", "lock.lock_now", "lock.switch"}
        if not may or leaves or (person is None and policy.needs_sign_in):
            continue
        visitor = browser(person)
        for method in sorted(set(rule.methods) & {"GET", "POST"}):
            where = address(rule, ids_of("a"))
            sent = {"csrf_token": visitor.csrf_token()} if method == "POST" else None
            answer = visitor.client.open(
                where, method=method, base_url=BASE, headers=ASKED, data=sent
            )
            if answer.mimetype != "text/html" or 300 <= answer.status_code < 400:
                continue
            visited += 1
            assert '<html lang="es">' in answer.text, where
            left = left_over(answer.text, whole, parts)
            assert not left, f"{method} {where}: {left}"
    assert visited >= 6


@pytest.mark.parametrize("path", ["/nowhere", "/patients", "/board"])
def test_no_page_of_an_error_holds_english(browser: Any, world: Any, path: str) -> None:
    answer = browser(world.a.patient).get(path, headers=ASKED)
    assert answer.status_code in {403, 404}
    assert not left_over(answer.text, *english())


def test_no_page_holds_english_when_there_is_much_to_say(
    db: Any, browser: Any, world: Any, clock: Any
) -> None:
    make_better_course(db, world.a)
    choose(db, world.a.patient, Language.SPANISH, now=clock())
    visitor = browser(world.a.patient)
    for path in ("", "/progress", "/check-ins/sent", "/settings", "/check-in/daily"):
        page = visitor.get_page(f"/me{path}")
        assert not left_over(page.html, *english()), path
    for key in ("weekly", "after-infusion"):
        answer = visitor.get(f"/me/check-in/{key}")
        assert not left_over(answer.text, *english()), key
    answer = visitor.submit("/me/check-in/daily", {"answer_mood": "2"}, containing="due_key")
    assert answer.status_code == 422
    assert not left_over(answer.text, *english())
