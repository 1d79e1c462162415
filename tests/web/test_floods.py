"""What costs the most is answered so many times a minute to one address."""

from __future__ import annotations

import pytest

from tracker.web import floods
from tracker.web.floods import MOST_PER_MINUTE, ThisMinute


@pytest.fixture
def minute(monkeypatch):
    """The minute that it is."""
    now = [7]
    monkeypatch.setattr(floods, "monotonic", lambda: now[0] * 60.0)
    return now


def test_a_flood_is_refused_until_the_minute_is_over(app, browser, minute):
    app.config["LIMIT_FLOODS"] = True
    visitor = browser(None)
    answers = [visitor.get("/login").status_code for _ in range(MOST_PER_MINUTE + 1)]
    assert answers == [200] * MOST_PER_MINUTE + [429]
    assert visitor.get("/help").status_code == 200
    minute[0] += 1
    assert visitor.get("/login").status_code == 200


def test_routes_and_addresses_are_counted_apart():
    asked = ThisMinute()
    assert [asked.count("login", "a", 1), asked.count("login", "a", 1)] == [1, 2]
    assert [asked.count("login", "b", 1), asked.count("pdf", "a", 1)] == [1, 1]
    assert asked.count("login", "a", 2) == 1


def test_every_limited_route_exists(app):
    assert set(app.view_functions) >= floods.LIMITED
