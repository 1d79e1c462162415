"""Who falls behind with their check-ins: how many were missed in a row, how many were answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tracker.domain.due import DueCheckIn, DueState

BEHIND_FROM_MISSED = 2
"""Somebody is behind when this many in a row were missed. A choice of the project."""
COUNTED_DAYS = 14
"""Over how many days answered check-ins are counted. A choice of the project."""


def missed_in_a_row(due: Iterable[DueCheckIn]) -> int:
    """How many were missed since the last one that was answered, whatever the instrument."""
    count = 0
    over = (one for one in due if one.counts)
    for one in sorted(over, key=lambda one: (one.closes_at, one.due_key), reverse=True):
        if one.state is DueState.ANSWERED:
            return count
        count += 1
    return count


def answered_of_due(due: Iterable[DueCheckIn], since: date) -> tuple[int, int]:
    """How many were answered, of how many whose time is over, from a day on."""
    counted = [one for one in due if one.counts and one.due_on >= since]
    return sum(one.state is DueState.ANSWERED for one in counted), len(counted)
