"""Check-ins as patients send them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.make.world import ClinicPeople
from tracker.actions.check_ins import send_check_in
from tracker.domain import instruments
from tracker.domain.check_ins import Receipt

CALM = {"memories": 3, "sleep": 4, "anxiety": 5, "mood": 2, "safety": 1, "self_harm": 0}


def daily_answers(**changes: Any) -> instruments.Answers:
    """A quiet day's answers; None skips a question."""
    return instruments.check_answers(instruments.get("daily"), CALM | changes)


def send_daily(
    db: Session,
    people: ClinicPeople,
    *,
    now: datetime,
    due_key: str = "",
    submission_id: UUID | None = None,
    **changes: Any,
) -> Receipt:
    """The patient's daily check-in of that UTC date unless a key names another."""
    return send_check_in(
        db,
        people.patient,
        daily_answers(**changes),
        due_key=due_key or f"daily:{now.date().isoformat()}",
        submission_id=submission_id or uuid4(),
        now=now,
    )


_QUIET = {"answer_side_effects": "none", "answer_self_harm": "0"}


def form_fields(page: Any, **changes: str) -> dict[str, Any]:
    """What a browser sends of a check-in's form when every question gets an answer."""
    fields = dict(page.form("due_key")["fields"])
    for kind, given in page.labelled:
        name = given.get("name", "")
        if kind == "input" and name.startswith("answer_"):
            fields.setdefault(name, _QUIET.get(name, "1"))
    return fields | {f"answer_{name}": value for name, value in changes.items()}
