"""Browsers report what a page's policy stopped; no address and no name gets into the log."""

from __future__ import annotations

import json
import logging

import pytest

from tests.browsing import BASE
from tests.make.everything import ids_of
from tracker.app import create_app
from tracker.models import db as flask_db
from tracker.web.headers import CONTENT_SECURITY_POLICY

PATH = "/csp-report"


def send(app, body):
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    return app.test_client().post(
        PATH, base_url=BASE, data=data, content_type="application/csp-report"
    )


@pytest.fixture
def logged(caplog):
    caplog.set_level(logging.INFO, "tracker")
    return lambda: [each for each in caplog.records if each.name == "tracker.policy"]


def test_the_policy_names_the_address():
    assert f"report-uri {PATH}" in CONTENT_SECURITY_POLICY


def test_a_report_leaves_the_route_the_rule_and_the_kind(app, logged):
    course = f"/courses/{ids_of('a')['course']}"
    said = {
        "document-uri": f"{BASE}{course}?q=Sample",
        "effective-directive": "script-src-elem",
        "blocked-uri": "inline",
        "script-sample": "alert('Sam Sample')",
    }
    assert send(app, {"csp-report": said}).status_code == 204
    (line,) = logged()
    assert line.kind == "script-src-elem: inline"
    assert line.route == "/courses/<uuid:course_id>"
    assert str(ids_of("a")["course"]) not in str(line.__dict__)
    assert "Sam" not in str(line.__dict__)


def test_what_is_not_on_our_lists_is_not_repeated(app, logged):
    said = {
        "document-uri": f"{BASE}/welcome-Sam-Sample",
        "violated-directive": 'Sam"\nSample',
        "blocked-uri": "https://evil.example/Sam",
    }
    assert send(app, {"csp-report": said}).status_code == 204
    (line,) = logged()
    assert (line.kind, line.route) == ("unknown: an address", "unknown")


@pytest.mark.parametrize(
    "body",
    ["", "x", "[]", "{}", '{"csp-report": []}', b"\xff", "[" * 9000, {"csp-report": "x"}],
)
def test_anything_else_is_refused(app, logged, body):
    assert send(app, body).status_code == 400
    assert not logged()


def test_odd_values_break_nothing(app, logged):
    for value in (None, 7, [], {}, "http://[", "\x00", "x" * 4000):
        said = {"document-uri": value, "effective-directive": value, "blocked-uri": value}
        assert send(app, {"csp-report": said}).status_code == 204


def test_a_long_report_is_refused(app):
    assert send(app, {"csp-report": {"x": "x" * 20_000}}).status_code == 413


def test_a_flood_is_refused(app):
    limited = create_app(app.config["SETTINGS"], CLOCK=app.config["CLOCK"])
    answers = {send(limited, {"csp-report": {}}).status_code for _each in range(70)}
    assert answers == {204, 429}
    with limited.app_context():
        flask_db.engine.dispose()
