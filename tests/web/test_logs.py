"""Logs say what happened where, and nothing about anybody."""

from __future__ import annotations

import io
import json
import logging

import pytest

from tests.browsing import BASE
from tests.make.everything import ids_of, make_everything
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
