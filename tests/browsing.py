"""A test browser that checks the house rules of every page it sees."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tracker.actions import sign_ins
from tracker.domain.people import Person
from tracker.models import db as flask_db
from tracker.models.database import transaction
from tracker.models.reach import reaching_all
from tracker.web.cookies import LOOPBACK_NAME

BASE = "http://127.0.0.1:8000"
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)


@dataclass
class Page(HTMLParser):
    """One HTML page, taken apart far enough to be checked and to have its forms filled in."""

    html: str
    forms: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.headings: list[str] = []
        self.title = ""
        self.faults: list[str] = []
        self.labels_for: set[str] = set()
        self.labelled: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self._in: str | None = None
        self._select: str | None = None
        self._area: str | None = None
        self._inert = 0  # inside how many <template>: no part of the page
        self.feed(self.html)
        shown = re.sub(r"<template.*?</template>", " ", self.html, flags=re.S)
        self.text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
        if tag == "template":
            self._inert += 1
        if self._inert:
            return
        if "id" in given:
            self.ids.append(given["id"])
        if "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"inline style or script on <{tag}>")
        if tag == "label":
            self.labels_for.add(given.get("for", ""))
        if tag in {"h1", "title"}:
            self._in = tag
            self.headings += [""] if tag == "h1" else []
        self._form_tag(tag, given)

    def _form_tag(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            self.forms.append(
                {"action": given.get("action", ""), "method": given.get("method"), "fields": {}}
            )
        if not self.forms:
            return
        fields = self.forms[-1]["fields"]
        if tag == "input":
            self._input(given, fields)
        elif tag == "textarea":
            self._area = given["name"]
            fields[given["name"]] = [""]
            self.labelled.append((tag, given))
        elif tag == "select":
            self._select = given["name"]
            self.labelled.append((tag, given))
        elif tag == "option" and self._select and "selected" in given:
            fields[self._select] = [given.get("value", "")]

    def _input(self, given: dict[str, str], fields: dict[str, list[str]]) -> None:
        kind = given.get("type", "text")
        if kind in {"submit", "button"} or not given.get("name"):
            return
        if kind != "hidden":
            self.labelled.append(("input", given))
        if kind not in {"radio", "checkbox"}:
            fields[given["name"]] = [given.get("value", "")]
        elif "checked" in given:
            fields.setdefault(given["name"], []).append(given.get("value", "on"))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")
        self._inert -= tag == "template"
        self._in = None if tag in {"h1", "title"} else self._in
        self._select = None if tag == "select" else self._select
        self._area = None if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._in == "title":
            self.title += data
        elif self._in == "h1":
            self.headings[-1] += data
        elif self._area is not None:
            self.forms[-1]["fields"][self._area][0] += data

    def check(self) -> None:
        """Fail unless the page keeps the house rules."""
        assert not self.faults, self.faults
        assert len(self.headings) == 1, f"{len(self.headings)} h1 on the page"
        heading = re.sub(r"\s+", " ", self.headings[0]).strip()
        title = re.sub(r"\s+", " ", self.title).strip().removeprefix("Error: ")
        assert title.startswith(heading), f"title {title!r} does not begin with {heading!r}"
        doubled = {each for each in self.ids if self.ids.count(each) > 1}
        assert not doubled, f"ids used twice: {doubled}"
        for tag, given in self.labelled:
            named = given.get("id") in self.labels_for or given.get("aria-label")
            assert named, f"<{tag} name={given.get('name')}> has no label"

    def form(self, containing: str | None = None) -> dict[str, Any]:
        """The one POST form that has a field of this name (or the first of the main part)."""
        fitting = [
            form
            for form in self.forms
            if (form["method"] or "").lower() == "post"
            and not form["action"].endswith(("/logout", "/lock"))
            and (containing is None or containing in form["fields"])
        ]
        assert fitting, f"no form with {containing}: {[sorted(f['fields']) for f in self.forms]}"
        return fitting[0]


class Browser:
    """A signed-in person's browser. Every HTML page that it gets is checked."""

    def __init__(self, app: Flask, person: Person | None, *, now: datetime) -> None:
        self.app = app
        self.client = app.test_client()
        if person is not None:
            self._sign_in(person, now)

    def _sign_in(self, person: Person, now: datetime) -> None:
        with self.app.app_context():
            session = flask_db.session()
            with reaching_all(session), transaction(session):
                new = sign_ins.open_sign_in(
                    session,
                    person.user_id,
                    person.clinic_id,
                    address="127.0.0.1",
                    device="test",
                    now=now,
                    link_id=person.only.link_id if person.only else None,
                )
            flask_db.session.remove()
        signer = self.app.session_interface.get_signing_serializer(self.app)
        value = signer.dumps({"token": new.token})
        self.client.set_cookie(LOOPBACK_NAME, value, domain="127.0.0.1")

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        answer = self.client.get(path, base_url=BASE, **kwargs)
        self._check(answer)
        return answer

    def get_page(self, path: str) -> Page:
        """The page at this address, after any redirect; it must be there."""
        answer = self.get(path, follow_redirects=True)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return Page(answer.text)

    def post(self, path: str, data: dict[str, Any], **kwargs: Any) -> TestResponse:
        """A POST with a fresh CSRF token."""
        answer = self.client.post(
            path, base_url=BASE, data={"csrf_token": self.csrf_token()} | data, **kwargs
        )
        self._check(answer)
        return answer

    def submit(
        self, path: str, answers: dict[str, Any], *, containing: str | None = None
    ) -> TestResponse:
        """Open the page, fill its form in, send it. Fields not named keep what the page held."""
        page = self.get_page(path)
        form = page.form(containing or next(iter(answers), None))
        return self.client_post(form["action"] or path, form["fields"] | answers)

    def client_post(self, path: str, data: dict[str, Any]) -> TestResponse:
        answer = self.client.post(path, base_url=BASE, data=data)
        self._check(answer)
        return answer

    def submit_logout(self) -> TestResponse:
        """Sign out with the button."""
        return self.post("/logout", {})

    def csrf_token(self) -> str:
        from flask_wtf.csrf import generate_csrf

        signer = self.app.session_interface.get_signing_serializer(self.app)
        cookie = self.client.get_cookie(LOOPBACK_NAME, domain="127.0.0.1")
        held = signer.loads(cookie.value) if cookie else {}
        with self.app.test_request_context(base_url=BASE):
            from flask import session

            session.update(held)
            token = generate_csrf()
            value = signer.dumps(dict(session))
        self.client.set_cookie(LOOPBACK_NAME, value, domain="127.0.0.1")
        return token

    def _check(self, answer: TestResponse) -> None:
        if answer.mimetype == "text/html" and answer.status_code not in {301, 302, 303, 308}:
            Page(answer.text).check()
