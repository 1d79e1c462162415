"""What costs the most is answered so many times a minute to one address."""

from __future__ import annotations

import pytest

from tests.browsing import Browser
from tests.conftest import settings_for
from tests.make.schema import bring_schema_up
from tracker.app import create_app
from tracker.models import db as flask_db

MOST_PER_MINUTE = 60


@pytest.fixture
def guarded(tmp_path, clock):
    """Somebody before an installation that guards itself, as all do outside the tests."""
    app = create_app(settings_for(tmp_path), CLOCK=clock)
    bring_schema_up(app)
    yield Browser(app, None, now=clock())
    with app.app_context():
        flask_db.session.remove()
        flask_db.engine.dispose()


def test_a_flood_is_refused_and_other_pages_are_not(guarded):
    # a minute may end on the way: then the second one has more than it answers
    answers = [guarded.get("/login").status_code for _ in range(2 * MOST_PER_MINUTE + 1)]
    assert answers[:MOST_PER_MINUTE] == [200] * MOST_PER_MINUTE
    assert set(answers) == {200, 429}
    assert guarded.get("/help").status_code == 200
