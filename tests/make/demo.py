"""An application for demonstrations, on a database of its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from tests.conftest import settings_for
from tests.make.sessions import open_connection
from tracker.app import create_app
from tracker.models import db as flask_db
from tracker.models.base import Base


def make_demo_app(folder: Path, *, now: datetime, demo: bool = True) -> Flask:
    """Not migrated: `demo load` and `bring_schema_up` do that."""
    return create_app(
        settings_for(folder, demo=demo), TESTING=False, CLOCK=lambda: now, RATELIMIT_ENABLED=False
    )


def everything_stored(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in the order in which they are stored."""
    with app.app_context(), open_connection(flask_db.engine) as connection:
        return {
            name: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))]
            for name in Base.metadata.tables
        }
