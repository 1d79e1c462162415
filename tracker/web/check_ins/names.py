"""What a patient's pages call a check-in, and where one stands. Nothing here names a treatment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from flask_babel import gettext

from tracker.domain.due import AFTER_INFUSION, DAILY, WEEKLY, DueCheckIn
from tracker.domain.instruments import definitions
from tracker.domain.languages import to_say
from tracker.web.formatting import day_short, sentence, spoken_time

_NAMES = {
    DAILY: to_say("Today’s check-in"),
    AFTER_INFUSION: to_say("After your visit"),
    WEEKLY: to_say("Weekly rating"),
}
_BY_RECALL = {
    "past month": to_say("Questions about the past month"),
    "past 30 days": to_say("Questions about the past month"),
    "past 2 weeks": to_say("Questions about the past 2 weeks"),
    "past 7 days": to_say("Questions about the past week"),
}
"""A published instrument goes by the time it asks about: its name would say too much on a phone."""
_ANY = to_say("Check-in")
_DAILY_OF_ANOTHER_DAY = to_say("Daily check-in")


def name_of(instrument_key: str) -> str:
    """What a patient's page calls an instrument."""
    definition = definitions().get(instrument_key)
    other = _BY_RECALL.get(definition.recall, _ANY) if definition is not None else _ANY
    return gettext(_NAMES.get(instrument_key, other))


def due_name(instrument_key: str, due_on: date | None, today: date) -> str:
    """ "Today’s check-in", in the small hours "Yesterday’s check-in"."""
    if instrument_key == DAILY and due_on == today - timedelta(days=1):
        return gettext("Yesterday’s check-in")
    return name_of(instrument_key)


def late_words(due: DueCheckIn, local: datetime) -> str:
    """Until when a late one can be sent, on the clock of ``local``."""
    closes = due.closes_at.astimezone(local.tzinfo)
    until = f"{day_short(closes.date())}, {spoken_time(closes)}"
    return sentence(gettext("It is late: you can still send it until %(until)s", until=until))


def missed_lines(missed: Iterable[DueCheckIn]) -> tuple[str, ...]:
    """One line an instrument: "Daily check-in: Sun 22 Nov; Mon 23 Nov"."""
    by_key: dict[str, list[str]] = {}
    for one in missed:
        by_key.setdefault(one.instrument_key, []).append(day_short(one.due_on))
    return tuple(f"{_past_name(key)}: {'; '.join(days)}" for key, days in by_key.items())


def _past_name(instrument_key: str) -> str:
    return gettext(_DAILY_OF_ANOTHER_DAY) if instrument_key == DAILY else name_of(instrument_key)
