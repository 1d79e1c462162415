"""Is the database usable?"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from tracker.models import schema


def what_is_missing(db: Session) -> str | None:
    """What keeps the application from serving; None when it is ready."""
    found = db.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found != schema.HEAD:
        return f"the database is at revision {found}, the program at {schema.HEAD}"
    return None
