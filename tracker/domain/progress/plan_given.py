"""The plan of a course beside what was given: day by day, and gap by gap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one number of the course by now."""

    GIVEN = "given"
    PARTIAL = "partial"
    """Started and stopped early: a part was given."""
    PLANNED = "planned"
    NO_DATE = "no_date"
    """Missed or cancelled, and no new date is agreed."""


class GapSide(StrEnum):
    """How a gap lies to the window that the course agreed."""

    INSIDE = "inside"
    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """One appointment as it stands. ``given_on`` None: nothing was given at it."""

    number: int
    is_booster: bool
    planned_on: date
    is_coming: bool
    is_cancelled: bool = False
    given_on: date | None = None
    is_partial: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanMove:
    """A line of the plan's history; without ``from_on`` it is the first date of this number."""

    number: int
    from_on: date | None
    to_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanRow:
    """One number of the course.

    ``first_on`` is the day that was agreed first, ``on`` the day that counts now (None without
    one). ``gap_days`` is what lies between it and the day before it in the course; a booster has
    none. ``missed_on`` and ``cancelled_on`` are appointments of this number that fell away.
    """

    number: int
    is_booster: bool
    outcome: Outcome
    first_on: date
    on: date | None
    moves: int = 0
    missed_on: tuple[date, ...] = ()
    cancelled_on: tuple[date, ...] = ()
    gap_days: int | None = None
    gap_side: GapSide = GapSide.INSIDE

    @property
    def late_days(self) -> int | None:
        """Days after the first plan; negative is earlier."""
        return None if self.on is None else (self.on - self.first_on).days

    @property
    def is_given(self) -> bool:
        return self.outcome in (Outcome.GIVEN, Outcome.PARTIAL)


def plan_beside_given(
    appointments: Iterable[Appointment],
    moves: Iterable[PlanMove],
    *,
    min_gap_days: int,
    max_gap_days: int,
) -> tuple[PlanRow, ...]:
    """A row for each number, in its order. ``moves`` come in the order in which they were made."""
    by_number: dict[int, list[Appointment]] = {}
    for each in appointments:
        by_number.setdefault(each.number, []).append(each)
    history: dict[int, list[PlanMove]] = {}
    for move in moves:
        history.setdefault(move.number, []).append(move)
    rows: list[PlanRow] = []
    before: date | None = None
    for number in sorted(by_number):
        made = sorted(by_number[number], key=lambda each: each.planned_on)
        days = None
        live = _live(made)
        on = None if live is None else live.given_on or live.planned_on
        if on is not None and not made[0].is_booster:
            days = None if before is None else (on - before).days
            before = on
        rows.append(_row(made, live, history.get(number, []), days, (min_gap_days, max_gap_days)))
    return tuple(rows)


def _live(made: Sequence[Appointment]) -> Appointment | None:
    """The appointment that counts: the one given, else the one to come."""
    found = [each for each in made if each.given_on is not None or each.is_coming]
    return min(found, key=lambda each: (each.given_on is None, each.planned_on), default=None)


def _row(
    made: Sequence[Appointment],
    live: Appointment | None,
    moves: Sequence[PlanMove],
    gap_days: int | None,
    window: tuple[int, int],
) -> PlanRow:
    gone = [each for each in made if each.given_on is None and not each.is_coming]
    moved = [move for move in moves if move.from_on and move.to_on]
    return PlanRow(
        number=made[0].number,
        is_booster=made[0].is_booster,
        outcome=_outcome(live),
        first_on=_first_on(made, moves),
        on=None if live is None else live.given_on or live.planned_on,
        moves=len(moved),
        missed_on=tuple(each.planned_on for each in gone if not each.is_cancelled),
        cancelled_on=tuple(each.planned_on for each in gone if each.is_cancelled),
        gap_days=gap_days,
        gap_side=_side(gap_days, window),
    )


def _outcome(live: Appointment | None) -> Outcome:
    if live is None:
        return Outcome.NO_DATE
    if live.given_on is None:
        return Outcome.PLANNED
    return Outcome.PARTIAL if live.is_partial else Outcome.GIVEN


def _first_on(made: Sequence[Appointment], moves: Sequence[PlanMove]) -> date:
    known = (move.from_on or move.to_on for move in moves)
    return next((on for on in known if on is not None), made[0].planned_on)


def _side(gap_days: int | None, window: tuple[int, int]) -> GapSide:
    fewest, most = window
    if gap_days is None or fewest <= gap_days <= most:
        return GapSide.INSIDE
    return GapSide.SHORT if gap_days < fewest else GapSide.LONG
