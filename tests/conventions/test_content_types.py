"""Every body is what its `Content-Type` says, and text says its character set."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.browsing import BASE, Page
from tests.conventions.test_routes import actors, address, rules
from tests.make.everything import ids_of, make_everything


def is_page(body: bytes) -> bool:
    Page(body.decode("utf-8"))
    return body.lstrip().lower().startswith(b"<!doctype html>")


def is_json(body: bytes) -> bool:
    return isinstance(json.loads(body), dict | list)


def is_drawing(body: bytes) -> bool:
    return ElementTree.fromstring(body).tag.endswith("}svg")


def is_table(body: bytes) -> bool:
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    return len(rows) > 1 and b"<" not in body[:1]


def is_text(body: bytes) -> bool:
    return not body.decode("utf-8").lstrip().startswith(("<", "{"))


def is_archive(body: bytes) -> bool:
    return zipfile.ZipFile(io.BytesIO(body)).testzip() is None


CHECKS: dict[str, Callable[[bytes], bool]] = {
    "text/html": is_page,
    "application/json": is_json,
    "image/svg+xml": is_drawing,
    "text/csv": is_table,
    "text/plain": is_text,
    "text/javascript": is_text,
    "application/pdf": lambda body: body.startswith(b"%PDF-"),
    "application/zip": is_archive,
}
SEEN_AT_LEAST = {"text/html", "application/json", "image/svg+xml", "text/plain", "application/pdf"}


@pytest.fixture
def full(app, db, world, clock):
    make_everything(db, world, now=clock())
    db.rollback()
    return app


def answers(app: Any, browser: Any, world: Any) -> Any:
    for person in actors(world).values():
        visitor = browser(person)
        for rule in rules(app):
            where = address(rule, ids_of("a"))
            yield where, visitor.client.get(where, base_url=BASE)  # a 405 has a body too
        yield "/nowhere", visitor.client.get("/nowhere", base_url=BASE)


def test_every_body_is_what_its_type_says(full, browser, world):
    seen: Counter[str] = Counter()
    for where, answer in answers(full, browser, world):
        body = answer.get_data()
        if not body or answer.status_code == 303:
            continue
        said = f"{where} {answer.status_code} {answer.mimetype}"
        assert answer.mimetype in CHECKS, said
        assert CHECKS[answer.mimetype](body), said
        if answer.mimetype.startswith("text/"):
            assert answer.mimetype_params.get("charset") == "utf-8", said
        seen[answer.mimetype] += 1
    assert seen.keys() >= SEEN_AT_LEAST, seen


def test_a_body_under_another_type_is_seen():
    assert not CHECKS["text/html"](b"{}")
    assert not CHECKS["text/plain"](b"<script>")
    assert not CHECKS["application/pdf"](b"<!doctype html>")
    with pytest.raises(json.JSONDecodeError):
        CHECKS["application/json"](b"<!doctype html>")
    with pytest.raises(ElementTree.ParseError):
        CHECKS["image/svg+xml"](b"no drawing")
