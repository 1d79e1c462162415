"""Which questionnaires ask about suicidal thoughts, and when one was last answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tracker.domain import instruments
from tracker.domain.course_record import SentCheckIn
from tracker.domain.instruments import Instrument


def asks_about_suicide(instrument: Instrument) -> bool:
    """Whether a question of it is about suicidal thoughts: its safety rules say so."""
    return any(
        rule.category == "triage" or rule.id.startswith("self-harm")
        for rule in instrument.safety_rules
    )


def last_asked_at(check_ins: Iterable[SentCheckIn]) -> datetime | None:
    """The last check-in that asked; None where none did."""
    asked = (
        each.occurred_at
        for each in check_ins
        if asks_about_suicide(instruments.get(each.instrument_key, each.instrument_version))
    )
    return max(asked, default=None)
