"""Logs say what happened where, and nothing about anybody."""

from __future__ import annotations

import io
import json
import logging

import pytest

from tests.browsing import BASE
from tests.conventions.test_routes import actors, address, rules
from tests.make.everything import ids_of, make_everything
from tests.make.filled import WITH_TEXT, Setting
from tests.make.patients import make_patient
from tracker.actions import accounts
from tracker.web.logs import JsonLines

CANARY = "Xyzzy-Canary"


@pytest.fixture
def lines():
    """What the application logs while the test runs, as text."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("tracker")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield out
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_a_line_names_the_route_and_not_the_address(lines, browser, world, app, db, clock):
    make_everything(db, world, now=clock())
    db.rollback()
    nurse = browser(world.a.clinician)
    course = ids_of("a")["course"]
    nurse.client.get(f"/courses/{course}?q={CANARY}", base_url=BASE)
    logged = lines.getvalue()
    assert "/courses/<uuid:course_id>" in logged
    assert str(course) not in logged
    assert CANARY not in logged


def test_what_was_typed_never_reaches_a_log(lines, browser, world, app, monkeypatch):
    from tracker.actions import clinics

    def broken(*_args, **values):
        raise RuntimeError(f"cannot store {values}")

    monkeypatch.setattr(clinics, "close_on", broken)
    administrator = browser(world.a.administrator)
    data = {"csrf_token": administrator.csrf_token(), "day": "2026-12-24", "reason": CANARY}
    answer = administrator.client.post("/admin/closures", base_url=BASE, data=data)
    assert answer.status_code == 500
    logged = lines.getvalue()
    assert "RuntimeError" in logged
    assert CANARY not in logged


def test_nothing_forges_a_second_line(lines, app):
    logging.getLogger("tracker.requests").info('one\nline\r\n{"level": "forged"}\x1b[31m')
    app.test_client().get("/%0d%0aforged", base_url=BASE)
    for line in lines.getvalue().splitlines():
        assert json.loads(line)["level"] == "INFO"


def test_times_are_utc(lines, app):
    app.test_client().get("/healthz", base_url=BASE)
    assert json.loads(lines.getvalue().splitlines()[-1])["at"].endswith("+00:00")


def typed_and_stored(world):
    """Everything that says who somebody is, or that somebody typed."""
    for people in (world.a, world.b):
        yield str(people.patient_id)
        yield people.clinic.name
        for person in (people.clinician, people.therapist, people.administrator, people.patient):
            yield person.name
            yield str(person.user_id)
    yield from ("SampleA", "SampleB", "A-1001", "B-1001", "@a.test", "1984-05-06", CANARY)


def test_no_page_and_no_form_leaves_a_name_in_the_log(lines, browser, world, app, db, clock):
    """Every page by everybody, with junk in the address, and every form with a canary in it."""
    make_everything(db, world, now=clock())
    db.rollback()
    for person in actors(world).values():
        visitor = browser(person)
        for rule in rules(app):
            for method in sorted(set(rule.methods) & {"GET", "POST"}):
                visitor.client.open(
                    address(rule, ids_of("a")) + f"?q={CANARY}",
                    method=method,
                    base_url=BASE,
                    headers={"User-Agent": CANARY, "Referer": f"{BASE}/{CANARY}"},
                )
        visitor.client.get(f"/{CANARY}", base_url=BASE)
    assert len(lines.getvalue().splitlines()) > 100
    found = [words for words in typed_and_stored(world) if words in lines.getvalue()]
    assert not found


@pytest.mark.parametrize("make", WITH_TEXT, ids=lambda make: make.__name__)
def test_no_form_leaves_what_was_typed_in_the_log(lines, browser, world, db, make):
    filled = make(Setting(browser=browser, world=world, db=db))
    for words in (CANARY, CANARY * 500):
        filled.visitor.client_post(filled.path, filled.data | {filled.text: words})
    logged = lines.getvalue()
    assert '"method": "POST"' in logged
    assert not [words for words in typed_and_stored(world) if words in logged]


def test_a_wrong_password_and_a_token_stay_out_of_the_log(lines, browser, world, db, clock):
    token = accounts.invite_patient(
        db, world.b.clinician, make_patient(db, world.b.clinician), now=clock()
    )
    visitor = browser(None)
    visitor.submit("/login", {"email": f"{CANARY}@a.test", "password": CANARY})
    visitor.get(f"/welcome/{token}")
    logged = lines.getvalue()
    assert "/welcome/<string" in logged
    assert token not in logged
    assert CANARY not in logged
