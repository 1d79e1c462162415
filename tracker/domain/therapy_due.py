"""Weekly therapy sessions of a course: how many are due, how many were held, when the next is due.

The cadence is the protocol's, a choice of the site. It counts from the start of infusion 1.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class TherapyDue:
    """`held` of `due` so far; the next one by `next_by`, which is `overdue_days` ago (0: not)."""

    held: int
    due: int
    next_by: date
    overdue_days: int

    @property
    def words(self) -> str:
        """ "2 of 3 due held"; "2 held, 1 was due by now"."""
        if self.held > self.due:
            return f"{self.held} held, {self.due or 'none'} {_was(self.due)} due by now"
        return f"{self.held} of {self.due} due held"


def _was(due: int) -> str:
    return "was" if due < 2 else "were"


def therapy_due(
    *, started_on: date | None, held_on: Collection[date], every_days: int, today: date
) -> TherapyDue | None:
    """Where the cadence stands on a day; None before infusion 1. All dates are the clinic's.

    Preparation before infusion 1 does not count. One therapy session is due in each full
    `every_days` since the start, and the next one `every_days` after the last that was held.
    """
    if started_on is None or today < started_on:
        return None
    held = sorted(on for on in held_on if started_on <= on <= today)
    next_by = (held[-1] if held else started_on) + timedelta(days=every_days)
    return TherapyDue(
        held=len(held),
        due=(today - started_on).days // every_days,
        next_by=next_by,
        overdue_days=max(0, (today - next_by).days),
    )
