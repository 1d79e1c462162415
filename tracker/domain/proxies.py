"""Proxies: somebody whom a patient, or the law, lets read the visits. Reading, and nothing else.

Source: 45 CFR 164.502(g) (personal representatives) and 164.508 (written authorisation). Neither is
needed for answers, scores or notes, so none of that is shown: the minimum necessary.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tracker.domain.errors import Refused

MOST_PROXIES = 5
"""Who reads for one patient at a time. A choice of the project."""


class ProxyAuthority(StrEnum):
    """On whose authority somebody reads."""

    AUTHORISED = "written authorisation of the patient"
    LEGAL = "legal representative"


class ProxyEnd(StrEnum):
    """What ended it."""

    BY_PATIENT = "by the patient"
    BY_CLINIC = "by the clinic"
    RAN_OUT = "ran out"
    RESTRICTED = "record restricted"
    ACCOUNT_CLOSED = "account closed"


class ProxyState(StrEnum):
    """Where an arrangement stands. Only an open one shows anything to anybody."""

    INVITED = "invited"
    LINK_RAN_OUT = "link ran out"
    OPEN = "open"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProxyDates:
    """The moments that decide. ``until_at`` is the first moment at which nothing is read."""

    link_ends_at: datetime
    accepted_at: datetime | None
    until_at: datetime | None
    ended_at: datetime | None


def state_of(dates: ProxyDates, now: datetime) -> ProxyState:
    """Where it stands at a moment."""
    if dates.ended_at is not None or (dates.until_at is not None and dates.until_at <= now):
        return ProxyState.ENDED
    if dates.accepted_at is not None:
        return ProxyState.OPEN
    return ProxyState.INVITED if now < dates.link_ends_at else ProxyState.LINK_RAN_OUT


def until_at(last_on: date | None, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The end of the last day on the clinic's clock. Raises `Refused` for a day that is over."""
    if last_on is None:
        return None
    if last_on < now.astimezone(zone).date():
        raise Refused("Enter a day from today on, or leave it empty.", field="last_on")
    # Where the clocks skip midnight, the day ends with the hour that is skipped.
    end = datetime.combine(last_on + timedelta(days=1), time(0), tzinfo=zone)
    return end.astimezone(UTC)


def check_room_for_one_more(standing: int) -> None:
    """Raise `Refused` where as many people read already as there may be."""
    if standing >= MOST_PROXIES:
        raise Refused(
            f"{MOST_PROXIES} people see the visits of this patient already. End one first."
        )
