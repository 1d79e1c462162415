"""Private links: what a link and a date of birth open, for how long, and what stops it.

A link opens one check-in of one patient without a password. Whoever holds it still has to know the
patient's date of birth. What does not open gets one answer, whatever the reason: an unknown link, a
wrong date, a link that was taken back or locked. The numbers are choices of the project.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tracker.domain.clock_set_back import was_set_back

WRONG_DATES_UNTIL_LOCKED = 5
LASTS_AT_MOST = timedelta(days=7)
"""A link ends when its check-in closes, and after a week at the latest."""

REMEMBERED_FOR = timedelta(days=30)
"""So long after its end a link still tells its patient what became of it; then it is unknown."""

FREE_TRIES_PER_NETWORK = 20
"""Links that one network address may fail to open before it has to wait."""


class LinkState(StrEnum):
    """What became of a link, as staff see it."""

    LIVE = "live"
    ANSWERED = "answered"
    ENDED = "ended"
    REVOKED = "revoked"
    LOCKED = "locked"


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkFacts:
    """What the database knows of a link. Aware UTC instants; ``born_on`` is the patient's."""

    born_on: date
    created_at: datetime
    expires_at: datetime
    wrong_dates: int
    locked_at: datetime | None
    revoked_at: datetime | None


class TryResult(StrEnum):
    """What one try to open a link comes to."""

    OPENS = "opens"
    WRONG_DATE = "wrong date"
    LOCKS = "wrong date, locks"
    STAYS_SHUT = "stays shut"


def ends_at(closes_at: datetime, now: datetime) -> datetime:
    """When a link that is made now stops taking answers."""
    return min(closes_at, now + LASTS_AT_MOST)


def judge(link: LinkFacts | None, born_on: date, now: datetime) -> TryResult:
    """What a date of birth does to a link; None for a link that nobody knows.

    A link that has ended opens too: it takes no answers any more, but its patient learns why.
    """
    if link is None or link.revoked_at or link.locked_at:
        return TryResult.STAYS_SHUT
    if now >= link.expires_at + REMEMBERED_FOR or was_set_back(link.created_at, now):
        return TryResult.STAYS_SHUT
    if born_on == link.born_on:
        return TryResult.OPENS
    is_last = link.wrong_dates + 1 >= WRONG_DATES_UNTIL_LOCKED
    return TryResult.LOCKS if is_last else TryResult.WRONG_DATE


def state_of(
    *,
    expires_at: datetime,
    locked_at: datetime | None,
    revoked_at: datetime | None,
    is_answered: bool,
    now: datetime,
) -> LinkState:
    """What staff read beside a link: the first thing that stopped it counts."""
    if is_answered:
        return LinkState.ANSWERED
    if revoked_at is not None:
        return LinkState.REVOKED
    if locked_at is not None:
        return LinkState.LOCKED
    return LinkState.ENDED if now >= expires_at else LinkState.LIVE
