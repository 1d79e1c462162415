"""An empty database of the bench, with the schema of today."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.make.demo import make_demo_app
from tests.make.schema import bring_schema_up
from tracker.models import db as flask_db

NOW = datetime(2026, 11, 23, 15, 20, tzinfo=UTC)


@pytest.fixture
def database(tmp_path):
    app = make_demo_app(tmp_path, now=NOW, demo=False)
    bring_schema_up(app)
    with app.app_context():
        flask_db.engine.dispose()
    return tmp_path / "tracker.db"
