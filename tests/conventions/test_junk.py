"""Junk in every form and every address: an answer below 500, within reason, and nothing stored."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.browsing import BASE, Page
from tests.conventions.test_routes import actors, address, rules, stored
from tests.make.everything import ids_of, make_everything

ZOO = [
    "",
    " ",
    "sNaN",
    "NaN",
    "Infinity",
    "-1",
    "1e400",
    str(2**63),
    str(2**31),
    "١٢",
    "1_0",
    "0x10",
    "0001-01-01",
    "2026-02-30",
    "9999-12-31",
    "2026-11-23T25:61",
    "24:00",
    "02:30",
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202e",
    "{{7*7}}",
    "${7*7}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE patients; --",
    "1)",
    '=HYPERLINK("http://evil.example")',
    "a@b.example\r\nBcc: x@y.example",
    "../../etc/passwd",
    "x" * 5000,
    "\U0001f600" * 100,
    "00000000-0000-0000-0000-000000000000",
]
junk = st.one_of(st.sampled_from(ZOO), st.text(max_size=60))


@pytest.fixture
def full(app, db, world, clock):
    make_everything(db, world, now=clock())
    db.rollback()
    return app


def encodable(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def forms_of(full: Any, browser: Any, world: Any) -> list[tuple[Any, str, dict[str, Any]]]:
    """Every POST form that a signed-in person can reach from a page, with its fields."""
    found: dict[tuple[str, str], tuple[Any, str, dict[str, Any]]] = {}
    for person in actors(world).values():
        visitor = browser(person)
        for rule in rules(full):
            if "GET" not in rule.methods:
                continue
            where = address(rule, ids_of("a"))
            answer = visitor.client.get(where, base_url=BASE)
            if answer.mimetype != "text/html" or answer.status_code != 200:
                continue
            for form in Page(answer.text).forms:
                action = form["action"] or where
                if (form["method"] or "").lower() == "post" and action not in {"/logout", "/lock"}:
                    key = (action, " ".join(sorted(form["fields"])))
                    found.setdefault(key, (visitor, action, form["fields"]))
    return list(found.values())


def zoo_of(fields: dict[str, Any], known: set[str]) -> Iterator[tuple[str, list[str]]]:
    """The whole zoo for a field that is met for the first time, afterwards every eighth of it.

    Fields that differ by their number only (items of a checklist, limits) count as one.
    """
    here: set[str] = set()
    for name in fields:
        kind = re.sub(r"[0-9a-f]{32}|\d+$", "#", name)
        if name == "csrf_token" or kind in here:
            continue
        here.add(kind)
        yield name, ZOO[len(here) % 8 :: 8] if kind in known else ZOO
        known.add(kind)


@pytest.mark.scan
def test_the_zoo_in_every_field_of_every_form_stores_nothing_and_breaks_nothing(
    full, browser, world
):
    forms = forms_of(full, browser, world)
    assert len(forms) >= 50
    tried = 0
    known: set[str] = set()
    for visitor, action, fields in forms:
        for name, values in zoo_of(fields, known):
            for value in values:
                before = stored(full) if tried % 40 == 0 else None
                data = dict(fields) | {name: encodable(value)}
                answer = visitor.client.post(action, base_url=BASE, data=data)
                assert answer.status_code < 500, f"{action} {name}={value!r}"
                if before is not None and answer.status_code >= 400:
                    assert stored(full) == before, f"{action} {name}={value!r}"
                assert b"<script>alert(1)" not in answer.data, f"{action} {name}"
                assert b"onerror=alert(1)>" not in answer.data.replace(b"&gt;", b""), action
                tried += 1
    assert tried > 2000


@pytest.mark.scan
def test_a_field_that_the_form_does_not_have_is_refused(full, browser, world):
    """Nobody can set a role, a clinic, an id or a signature by adding it to a form."""
    before = stored(full)
    for visitor, action, fields in forms_of(full, browser, world):
        for name in ("role_", "clinic_id", "id", "recorded_by", "signed_at"):
            answer = visitor.client.post(action, base_url=BASE, data=dict(fields) | {name: "x"})
            assert answer.status_code in {400, 404, 409}, f"{action} with {name}"
    assert stored(full) == before


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(answers=st.dictionaries(st.sampled_from(["email", "password", "name"]), junk))
def test_junk_at_the_door(app, answers):
    client = app.test_client()
    page = Page(client.get("/login", base_url=BASE).text)
    data = page.form("email")["fields"] | {k: encodable(v) for k, v in answers.items()}
    assert client.post("/login", base_url=BASE, data=data).status_code in {400, 422}


@pytest.mark.parametrize("junk_in_address", [*ZOO[:28], "%00", "%ff", "a/b", "..%2f"])
def test_junk_in_an_address_is_not_found(full, browser, world, junk_in_address):
    from urllib.parse import quote

    visitor = browser(world.a.clinician)
    spelled = quote(encodable(junk_in_address)) if "%" not in junk_in_address else junk_in_address
    for start in ("/patients/", "/courses/", "/infusions/", "/therapy-sessions/", "/alerts/"):
        answer = visitor.client.get(start + spelled, base_url=BASE)
        assert answer.status_code in {200, 308, 400, 404}, start + spelled


def test_junk_in_the_key_of_a_picture_is_not_found(full, browser, world):
    """It goes into a header of the answer, which holds no quotation mark."""
    visitor = browser(world.a.clinician)
    course = f"/courses/{ids_of('a')['course']}/charts/progress/"
    for start in (course, "/outcomes/charts/change/"):
        for junk_key in ('"', "x", "0" * 63 + '"', "%0d%0aX: y", "0" * 65):
            answer = visitor.client.get(f"{start}{junk_key}.svg", base_url=BASE)
            assert answer.status_code == 404, start + junk_key


def test_a_body_that_is_too_large_is_refused(full, browser, world):
    visitor = browser(world.a.clinician)
    answer = visitor.client.post("/login", base_url=BASE, data={"email": "x" * (2 * 1024 * 1024)})
    assert answer.status_code == 413


def test_too_many_parts_are_refused(full, browser):
    visitor = browser(None)
    data = {f"field{number}": "x" for number in range(400)}
    data["file"] = (io.BytesIO(b"x"), "x.txt")
    assert visitor.client.post("/login", base_url=BASE, data=data).status_code == 413
