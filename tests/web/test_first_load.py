"""A check-in on a new phone: 60 KB in all, compressed as it travels, and nothing that blocks."""

from __future__ import annotations

import gzip
import re

import pytest

from bench.first_load import fetched_by, imported_by
from tests.browsing import BASE
from tests.make.courses import make_course

MOST_BYTES = 60 * 1024
PACKED = {"Accept-Encoding": "gzip"}


@pytest.fixture
def phone(browser, db, world):
    make_course(db, world.a.clinician, world.a.patient_id)
    db.rollback()
    return browser(world.a.patient)


def ask(phone, path, **headers):
    answer = phone.client.get(path, base_url=BASE, headers=PACKED | headers)
    body = answer.get_data()
    answer.close()
    return answer, body


def first_load(phone, path):
    """Bytes by address, as they travel: the page, what it names, what its scripts import."""
    waiting, found = [path], {}
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        answer, body = ask(phone, address)
        assert answer.status_code == 200, address
        found[address] = len(body)
        plain = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
        if address == path:
            waiting += fetched_by(plain)
        elif ".js" in address:
            waiting += imported_by(address, plain)
    return found


@pytest.mark.parametrize("instrument", ["daily", "weekly"])
def test_the_first_load_of_a_check_in_stays_below_60_kb(phone, instrument):
    found = first_load(phone, f"/me/check-in/{instrument}")
    for part in ("app.css", "check-in.js", "queue.js", "sending.js", "icon.svg"):
        assert any(part in address for address in found), part
    assert sum(found.values()) <= MOST_BYTES / 2, found  # half of what was promised


def test_no_script_of_a_check_in_blocks_the_page(phone):
    html = phone.get("/me/check-in/daily").text
    scripts = re.findall(r"<script[^>]*>", html)
    assert len(scripts) >= 2
    assert all('type="module"' in each for each in scripts)


def test_only_forms_of_check_ins_and_files_are_compressed(phone):
    for path in ("/me", "/me/progress", "/login", "/help"):
        assert "Content-Encoding" not in ask(phone, path)[0].headers, path
    answer, body = ask(phone, "/me/check-in/daily")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert {"Cookie", "Accept-Encoding"} <= set(
        ", ".join(answer.headers.getlist("Vary")).split(", ")
    )
    assert b"answer_mood" in gzip.decompress(body)
    plain = phone.get("/me/check-in/daily", headers={"Accept-Encoding": "identity"})
    assert "answer_mood" in plain.text


def test_a_file_that_is_known_does_not_travel_again(phone):
    answer, body = ask(phone, "/static/js/shared/queue.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert b"enqueue" in gzip.decompress(body)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    known = {"If-None-Match": answer.headers["ETag"]}
    again, nothing = ask(phone, "/static/js/shared/queue.js", **known)
    assert (again.status_code, nothing) == (304, b"")
