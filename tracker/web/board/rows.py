"""What every row of the board has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from tracker.web.formatting import clock_time, day_short


@dataclass(frozen=True, kw_only=True, slots=True)
class ArriveButton:
    """The step that can be made from the board itself.

    The submission id is the same each time the row is made: two taps, or a tap on a board that was
    refreshed meanwhile, store one arrival.
    """

    href: str
    submission_id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class RemindButton:
    """Reminds a patient by hand. The submission id changes once a reminder came of it."""

    href: str
    submission_id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardRow:
    """One row to read from across the room."""

    when: str
    who: str
    who_note: str
    what: str
    state: str
    tone: str
    note: str
    href: str
    action: str
    arrive: ArriveButton | None = None
    remind: RemindButton | None = None


_RANKS = {"stop": 0, "caution": 2}
RANK_OF_ALERT = 1
"""Of a safety alert that is not urgent: after what is, before all else, whatever its tone."""
RANK_OF_EARLIER = 3
"""Of what waited since another day: after whatever is going on in the rooms."""


def rank(tone: str) -> int:
    """Urgent first."""
    return _RANKS.get(tone, 4)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranked:
    """A row with its place: urgency, then day, time and id."""

    order: tuple[int, date, time, UUID]
    row: BoardRow
    is_over: bool = False

    @property
    def needs_attention(self) -> bool:
        return self.row.tone in _RANKS


def span(minutes: int) -> str:
    """ "22 min", "3 h"."""
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def planned_words(on: date, at: time | None, today: date) -> str:
    """The time of an appointment of today, the date of another."""
    if on != today:
        return day_short(on)
    return clock_time(at) if at else "Today"
