"""Every failure is a plain page with the headers of every page, and tells nothing of the inside."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.browsing import BASE, Page
from tests.make.everything import ids_of, make_everything
from tests.make.filled import Setting, patient
from tracker.actions.passwords import TooBusyToHash
from tracker.web.headers import FIXED

SECRET = "Xyzzy-Canary"
INSIDE = re.compile(r"Traceback|File \"|sqlalchemy|sqlcipher|SELECT |RuntimeError|\.py\b")


@pytest.fixture
def full(app: Any, db: Any, world: Any, clock: Any) -> Any:
    make_everything(db, world, now=clock())
    db.rollback()
    return app


def check(answer: Any, code: int) -> None:
    assert answer.status_code == code
    for name, value in FIXED.items():
        assert answer.headers[name] == value, name
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Vary"] == "Cookie, Accept-Language"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert SECRET not in answer.text
    assert not INSIDE.search(answer.text)
    Page(answer.text).check()


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/patients/not-an-id", 404),
        ("PUT", "/patients", 405),
        ("DELETE", "/login", 405),
        ("POST", "/patients/new", 400),
        ("GET", "/admin", 403),
    ],
)
def test_an_error_has_the_headers_of_every_page(
    app: Any, browser: Any, world: Any, method: str, path: str, code: int
) -> None:
    nurse = browser(world.a.clinician)
    check(nurse.client.open(path, method=method, base_url=BASE), code)


def test_a_body_that_is_too_large_and_a_foreign_host_have_them_too(app: Any) -> None:
    client = app.test_client()
    check(client.post("/login", base_url=BASE, data={"email": "x" * 2_000_000}), 413)
    answer = client.get("/login", base_url="http://evil.example")
    check(answer, 400)
    assert "evil.example" not in answer.text
    assert "Set-Cookie" not in answer.headers


def boom(problem: Exception) -> Any:
    def broken(*_args: Any, **_values: Any) -> Any:
        raise problem

    return broken


UNEXPECTED = RuntimeError(f"{SECRET} of a patient")
DRIVER = Exception(f"UNIQUE constraint failed: {SECRET}")


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (UNEXPECTED, 500),
        (KeyError(SECRET), 500),
        (RecursionError(SECRET), 500),
        (IntegrityError(f"INSERT {SECRET}", {"name": SECRET}, DRIVER), 500),
        (OperationalError(f"SELECT {SECRET}", {}, Exception("disk I/O error")), 503),
        (TooBusyToHash(), 503),
    ],
    ids=lambda each: type(each).__name__,
)
@pytest.mark.parametrize(
    "where",
    [
        "tracker.queries.patients.get_patient",
        "tracker.web.patients.views.patient_page",
        "tracker.actions.viewing.open_page",
    ],
)
def test_a_failure_in_any_layer_says_nothing_and_the_next_page_works(
    full: Any, browser: Any, world: Any, monkeypatch: Any, where: str, problem: Exception, code: int
) -> None:
    nurse = browser(world.a.clinician)
    path = f"/patients/{world.a.patient_id}"
    with monkeypatch.context() as patch:
        patch.setattr(where, boom(problem))
        answer = nurse.client.get(path, base_url=BASE)
    check(answer, code)
    assert "SampleA" not in answer.text
    if code == 503:
        assert answer.headers["Retry-After"]
    if code == 500:
        assert re.search(r"\b[0-9a-f]{8}\b", answer.text), "a reference to quote"
    assert "SampleA" in nurse.client.get(path, base_url=BASE).text


def test_a_failure_while_the_page_is_drawn_says_nothing(
    full: Any, browser: Any, world: Any, monkeypatch: Any
) -> None:
    nurse = browser(world.a.clinician)
    path = f"/patients/{world.a.patient_id}"
    with monkeypatch.context() as patch:
        patch.setattr("tracker.web.patients.views.patient_page", lambda *_a, **_k: None)
        check(nurse.client.get(path, base_url=BASE), 500)


@pytest.mark.parametrize(
    "step", ["tracker.actions.audit.record", "tracker.actions.submissions.remember"]
)
def test_nothing_is_stored_when_a_later_step_of_the_same_act_fails(
    browser: Any, world: Any, db: Any, monkeypatch: Any, step: str
) -> None:
    filled = patient(Setting(browser=browser, world=world, db=db))
    count = text("SELECT (SELECT count(*) FROM patients), (SELECT count(*) FROM submissions)")
    before = db.execute(count).one()
    db.rollback()
    with monkeypatch.context() as patch:
        patch.setattr(step, boom(UNEXPECTED))
        assert filled.visitor.client_post(filled.path, filled.data).status_code == 500
    assert db.execute(count).one() == before
    db.rollback()
    assert filled.visitor.client_post(filled.path, filled.data).status_code == 303


def test_a_refusal_that_cannot_be_written_down_is_a_refusal_still(
    full: Any, browser: Any, world: Any, monkeypatch: Any
) -> None:
    nurse = browser(world.a.clinician)
    locked = OperationalError("INSERT", {}, Exception("database is locked"))
    monkeypatch.setattr("tracker.actions.audit.record_refusal", boom(locked))
    foreign = nurse.client.get(f"/courses/{ids_of('b')['course']}", base_url=BASE)
    assert foreign.status_code == 404
    assert "SampleB" not in foreign.text
    Page(foreign.text).check()
