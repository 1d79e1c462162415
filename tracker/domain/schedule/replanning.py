"""Moving the rest of a course after a missed, cancelled or moved infusion, or a new count."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise

from tracker.domain.schedule import planning, search
from tracker.domain.schedule.rules import (
    LARGEST_GAP_DAYS,
    Block,
    CannotPlan,
    ClinicDays,
    PlanRules,
    UsableDays,
)
from tracker.domain.schedule.wording import day_in_words


class MoveKind(StrEnum):
    MOVED = "moved"
    ADDED = "added"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """What happens to infusion `number`: `from_on` is None when added, `to_on` when dropped."""

    number: int
    from_on: date | None
    to_on: date | None

    @property
    def kind(self) -> MoveKind:
        if self.from_on is None:
            return MoveKind.ADDED
        return MoveKind.DROPPED if self.to_on is None else MoveKind.MOVED


@dataclass(frozen=True, kw_only=True, slots=True)
class Replan:
    """The new plan and every infusion still to come whose date it changes."""

    plan: planning.Plan
    moves: tuple[Move, ...]


def replan(
    *,
    before: Sequence[date],
    rules: PlanRules,
    start_on: date,
    clinic: ClinicDays,
    unavailable_on: Iterable[date] = (),
    given_on: Iterable[date] = (),
    pinned: Mapping[int, date] | None = None,
) -> Replan:
    """Plan again, disturbing as few booked dates as the gaps allow.

    `before` holds the dates of the old plan, infusion 1 first, given and missed ones included;
    `rules` the (perhaps changed) count; nothing is planned before `start_on`. A cancelled date
    belongs in `unavailable_on`. `pinned` fixes infusions, by number, on a day chosen by hand even
    if the clinic is closed then: the plan's `clashes` say so.

    Broken gaps are compared first, then dates that nobody had booked, then infusions whose own
    date changes, then the wait for a first infusion, then the levels of a first plan (see
    `tracker.domain.schedule.search`). So after a missed infusion the others keep their days where
    that costs no gap, and where all must shift they shift onto days that are booked already.

    Raises `NoOpenDay` when no day is left, `CannotPlan` when given or pinned dates do not fit.
    """
    given = planning.checked_given(rules, given_on, start_on)
    fixed = dict(pinned or {})
    _check_pins(rules, given, fixed, start_on)
    days = UsableDays.of(clinic, unavailable_on, start_on)
    problem = _problem(rules, days, given, tuple(before), fixed)
    made = replace(planning.lay_out(problem, given, start_on), clashes=tuple(_clashes(days, fixed)))
    return Replan(plan=made, moves=_moves(tuple(before), made))


def _check_pins(
    rules: PlanRules, given: tuple[date, ...], pinned: Mapping[int, date], start_on: date
) -> None:
    for number, on in pinned.items():
        if not len(given) < number <= rules.infusion_count:
            raise CannotPlan(f"Infusion {number} cannot be moved: it is not still to come.")
        if (on - start_on).days > LARGEST_GAP_DAYS:
            raise CannotPlan(f"Infusion {number} cannot be moved by more than a year.")
    fixed = sorted(pinned.items())
    if given:
        fixed.insert(0, (len(given), given[-1]))
    for (first, first_on), (second, second_on) in pairwise(fixed):
        if (second_on - first_on).days < second - first:
            raise CannotPlan(
                f"Infusion {second} on {day_in_words(second_on)} leaves no room after "
                f"infusion {first} on {day_in_words(first_on)}."
            )


def _problem(
    rules: PlanRules,
    days: UsableDays,
    given: tuple[date, ...],
    before: tuple[date, ...],
    pinned: Mapping[int, date],
) -> search.Problem:
    pins = {number: day.toordinal() for number, day in pinned.items()}
    if given:
        problem = planning.anchored(rules, days, given, pins)
    else:
        # The booked first day must be among the choices however far ahead it lies.
        ahead = max(0, before[0].toordinal() - days.first) if before else 0
        problem = planning.starting(rules, days, pins, planning.START_WITHIN_DAYS + ahead)
    booked = frozenset(day.toordinal() for day in before) - {day.toordinal() for day in given}
    return replace(problem, disturbs=_disturbs(problem, before, booked))


def _disturbs(
    problem: search.Problem, before: tuple[date, ...], booked: frozenset[int]
) -> Callable[[int, int], int]:
    old = {number: day.toordinal() for number, day in enumerate(before, start=1)}

    def disturbs(layer: int, day: int) -> int:
        return search.disturbance(
            is_new=day not in booked,
            is_renumbered=old.get(problem.first_number + layer) != day,
            waited_days=day - problem.sources[0] if layer == 0 else 0,
        )

    return disturbs


def _clashes(days: UsableDays, pinned: Mapping[int, date]) -> Iterable[Block]:
    for number, on in sorted(pinned.items()):
        for rule in days.reasons(on.toordinal()):
            yield Block(rule=rule, on=on, after_number=number - 1)


def _moves(before: tuple[date, ...], made: planning.Plan) -> tuple[Move, ...]:
    old = dict(enumerate(before, start=1))
    new = dict(enumerate(made.dates, start=1))
    numbers = range(made.given_count + 1, max(len(before), len(made.dates)) + 1)
    return tuple(
        Move(number=number, from_on=old.get(number), to_on=new.get(number))
        for number in numbers
        if old.get(number) != new.get(number)
    )
