"""How much of what was planned took place: infusions in time, therapy held, check-ins answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise


@dataclass(frozen=True, kw_only=True, slots=True)
class Adherence:
    """Counts, each beside what it is out of; a percentage is never stored without its base."""

    infusions_given: int
    infusions_planned: int
    gaps_inside: int
    gaps: int
    therapy_held: int
    therapy_due: int
    check_ins_answered: int
    check_ins_due: int

    @property
    def sentences(self) -> tuple[str, ...]:
        """For the progress page and reports."""
        return (
            f"Infusions given: {self.infusions_given} of {self.infusions_planned}.",
            f"Gaps between infusions inside the window: {_of(self.gaps_inside, self.gaps)}.",
            f"Therapy sessions held: {_of(self.therapy_held, self.therapy_due)}.",
            f"Check-ins answered: {_of(self.check_ins_answered, self.check_ins_due)}.",
        )


def adherence(
    *,
    given_on: Iterable[date],
    infusions_planned: int,
    min_gap_days: int,
    max_gap_days: int,
    therapy_held: int,
    therapy_due: int,
    check_ins_answered: int,
    check_ins_due: int,
) -> Adherence:
    """Counts of one course; n infusions have n - 1 gaps. ``due`` counts what was due by now.

    Raises ValueError when more took place than was due.
    """
    if therapy_held > therapy_due or check_ins_answered > check_ins_due:
        raise ValueError("more cannot have taken place than was due")
    days = sorted(given_on)
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return Adherence(
        infusions_given=len(days),
        infusions_planned=infusions_planned,
        gaps_inside=sum(min_gap_days <= gap <= max_gap_days for gap in gaps),
        gaps=len(gaps),
        therapy_held=therapy_held,
        therapy_due=therapy_due,
        check_ins_answered=check_ins_answered,
        check_ins_due=check_ins_due,
    )


def _of(count: int, base: int) -> str:
    return f"{count} of {base}" if base else "none due yet"
