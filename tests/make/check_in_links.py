"""Private links, as staff and reminders make them, and a browser that opens one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tests.browsing import Browser
from tracker.actions.check_in_links import MadeLink, make_link
from tracker.domain.people import Person

BORN = {"born_day": "6", "born_month": "5", "born_year": "1984"}
"""The date of birth of the patients of `make_world`."""

ANOTHER_DATE = BORN | {"born_year": "1985"}


def make_daily_link(
    db: Session, who: Person | None, patient_id: UUID, *, now: datetime, instrument: str = "daily"
) -> MadeLink:
    """A link for the check-in of that UTC date."""
    due_key = f"{instrument}:{now.date().isoformat()}"
    return make_link(db, who, patient_id, due_key, now=now)


def try_link(visitor: Browser, token: str, born: dict[str, str] = BORN) -> Any:
    """What comes of entering a date of birth."""
    return visitor.submit(f"/open/{token}", born, containing="born_day")
