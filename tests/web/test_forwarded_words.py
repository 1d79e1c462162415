"""What a request says of a proxy before it: believed as far as the settings say, and no further."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import settings_for
from tests.make.schema import bring_schema_up
from tests.make.sessions import command_session
from tracker.app import create_app
from tracker.models import db as flask_db
from tracker.models.accounts import SignInThrottleRow
from tracker.models.audit import AuditEventRow
from tracker.web.cookies import LOOPBACK_NAME, SECURE_NAME

CLINIC = "tracker.clinic.example"
BASE = "http://127.0.0.1:8000"
TRIES = 4
FORGED = (
    {"X-Forwarded-Proto": "https"},
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Port": "443"},
    {"X-Forwarded-Prefix": "/elsewhere"},
    {"Forwarded": "for=203.0.113.9;proto=https;host=evil.example"},
    {"X-Real-Ip": "203.0.113.9"},
    {"X-Forwarded-Ssl": "on", "Front-End-Https": "on", "X-Url-Scheme": "https"},
)


def application(folder: Path, **changes: Any) -> Flask:
    app = create_app(settings_for(folder, **changes), TESTING=True)
    bring_schema_up(app)
    return app


def closed(app: Flask) -> None:
    with app.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Flask]:
    """No proxy is said to stand before it."""
    app = application(tmp_path)
    yield app
    closed(app)


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Flask]:
    """Behind one proxy, which adds its word to whatever came."""
    app = application(tmp_path, proxy_count=1, public_url=f"https://{CLINIC}")
    yield app
    closed(app)


def guess(app: Flask, number: int, **headers: str) -> Any:
    """One wrong password for an address that nobody has."""
    client = app.test_client()
    asked = {name.replace("_", "-"): value for name, value in headers.items()}
    page = client.get("/login", base_url=BASE, headers=asked)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token is not None, page.status
    data = {"csrf_token": token[1], "email": f"nobody{number}@a.test", "password": "not the one"}
    # A browser names the page; over https a form without that is refused.
    asked |= {"Referer": f"https://{CLINIC}/login"}
    return client.post("/login", base_url=BASE, headers=asked, data=data)


def networks(app: Flask) -> tuple[int, set[str]]:
    """How many networks the failures count for, and the addresses in the trail."""
    with app.app_context():
        session = command_session()
        rows = session.scalars(select(SignInThrottleRow.key_hash)).all()
        addresses = session.scalars(select(AuditEventRow.address)).all()
        flask_db.session.remove()
    return len(rows) - TRIES, set(addresses) - {""}


def test_without_a_proxy_nobody_chooses_the_address_that_guesses_count_for(bare: Flask) -> None:
    for number in range(TRIES):
        sent = f"203.0.{number}.7"
        assert guess(bare, number, X_Forwarded_For=sent, X_Real_Ip=sent).status_code == 422
    assert networks(bare) == (1, {"127.0.0.1"})


def test_behind_one_proxy_only_its_own_word_counts(proxied: Flask) -> None:
    for number in range(TRIES):
        forwarded = f"203.0.{number}.7, 198.51.100.4"  # the first is what the guesser sent
        answer = guess(
            proxied,
            number,
            X_Forwarded_For=forwarded,
            X_Forwarded_Proto="http, https",
            X_Forwarded_Host=f"evil.example, {CLINIC}",
        )
        assert answer.status_code == 422
    assert networks(proxied) == (1, {"198.51.100.4"})


@pytest.mark.parametrize("forged", FORGED, ids=lambda each: " ".join(each))
def test_without_a_proxy_scheme_and_host_are_what_they_are(
    bare: Flask, forged: dict[str, str]
) -> None:
    answer = bare.test_client().get("/login", base_url=BASE, headers=forged)
    assert answer.status_code == 200
    assert answer.headers["Set-Cookie"].startswith(f"{LOOPBACK_NAME}=")
    assert "Strict-Transport-Security" not in answer.headers
    redirected = bare.test_client().get("/board", base_url=BASE, headers=forged)
    assert redirected.headers["Location"] == "/login"
    assert "evil.example" not in answer.text + redirected.text
    assert "/elsewhere" not in answer.text


def test_behind_one_proxy_the_first_of_two_words_is_not_believed(proxied: Flask) -> None:
    client = proxied.test_client()
    said = {"X-Forwarded-Host": CLINIC, "X-Forwarded-For": "198.51.100.4"}
    plain = said | {"X-Forwarded-Proto": "https, http"}
    assert client.get("/login", base_url=BASE, headers=plain).status_code == 403
    safe = said | {"X-Forwarded-Proto": "http, https"}
    answer = client.get("/login", base_url=BASE, headers=safe)
    assert answer.status_code == 200
    assert answer.headers["Set-Cookie"].startswith(f"{SECURE_NAME}=")
    foreign = safe | {"X-Forwarded-Host": f"{CLINIC}, evil.example"}
    assert client.get("/login", base_url=BASE, headers=foreign).status_code == 400
