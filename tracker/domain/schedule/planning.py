"""Planning a course: the best dates, exactly, and what stands in the way when gaps must break."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from tracker.domain.schedule import search
from tracker.domain.schedule.rules import (
    LARGEST_GAP_DAYS,
    Block,
    BlockRule,
    CannotPlan,
    ClinicDays,
    PlanRules,
    UsableDays,
)

# A start may slip by up to two weeks when that keeps every gap: long enough to clear a holiday
# closure, short enough that treatment is not put off silently. A choice of this project.
START_WITHIN_DAYS = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenGap:
    """A gap outside the window, between infusions `after_number` and `after_number + 1`.

    `already_given` is true when both infusions lie in the past and no plan can mend the gap.
    """

    after_number: int
    from_on: date
    to_on: date
    gap_days: int
    min_gap_days: int
    max_gap_days: int
    already_given: bool

    @property
    def before_number(self) -> int:
        return self.after_number + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """All dates of a course, given ones first.

    - `broken`: every gap outside the window; empty when the plan keeps every gap.
    - `blocks`: why no plan keeps every gap: with every earlier gap kept, the infusion after
      `after_number` could only be on these days, and each is out for the rule named.
    - `passed_over`: the days from the start asked for to the first infusion, and why not those.
    - `clashes`: dates fixed by hand on which an infusion should not be.
    - `later_starts_tried_days`: so many later starts were tried and keep no plan whole either.
    """

    rules: PlanRules
    dates: tuple[date, ...]
    given_count: int
    start_on: date
    broken: tuple[BrokenGap, ...] = ()
    blocks: tuple[Block, ...] = ()
    passed_over: tuple[Block, ...] = ()
    clashes: tuple[Block, ...] = ()
    later_starts_tried_days: int = 0

    @property
    def keeps_every_gap(self) -> bool:
        return not self.broken

    @property
    def broken_ahead(self) -> tuple[BrokenGap, ...]:
        """The broken gaps that somebody must still accept: past ones are history."""
        return tuple(gap for gap in self.broken if not gap.already_given)

    @property
    def to_come(self) -> tuple[tuple[int, date], ...]:
        """Number and date of each infusion that is not yet given."""
        return tuple(enumerate(self.dates[self.given_count :], start=self.given_count + 1))


def plan(
    *,
    rules: PlanRules,
    start_on: date,
    clinic: ClinicDays,
    unavailable_on: Iterable[date] = (),
    given_on: Iterable[date] = (),
) -> Plan:
    """The best plan, in the order of `tracker.domain.schedule.search`.

    With nothing given, the first infusion is on the first usable day from `start_on`, or on the
    first within `START_WITHIN_DAYS` of it from which every gap can be kept. With infusions given,
    the next gap counts from the last of them, and nothing is planned before `start_on`.
    Raises `NoOpenDay` when no day is left and `CannotPlan` when the given dates do not fit.
    """
    given = checked_given(rules, given_on, start_on)
    days = UsableDays.of(clinic, unavailable_on, start_on)
    if given:
        return lay_out(anchored(rules, days, given, {}), given, start_on)
    problem = starting(rules, days, {})
    first = problem.sources[0]
    made = lay_out(replace(problem, sources=(first,)), (), start_on)
    if made.broken:
        later = search.days_keeping_gaps(problem)[0]
        if not later:
            made = replace(made, later_starts_tried_days=START_WITHIN_DAYS)
        else:
            first = later[0]
            made = lay_out(replace(problem, sources=(first,)), (), start_on)
    return replace(made, passed_over=tuple(_passed_over(days, first)))


def days_that_work(
    *,
    number: int,
    rules: PlanRules,
    start_on: date,
    clinic: ClinicDays,
    unavailable_on: Iterable[date] = (),
    given_on: Iterable[date] = (),
) -> tuple[date, ...]:
    """Every day on which infusion `number` may be while some plan still keeps every gap.

    For a date picker and for "the latest date that keeps the plan". Empty when there is none.
    """
    given = checked_given(rules, given_on, start_on)
    if not len(given) < number <= rules.infusion_count:
        raise CannotPlan(f"Infusion {number} is not one that is still to come.")
    days = UsableDays.of(clinic, unavailable_on, start_on)
    problem = anchored(rules, days, given, {}) if given else starting(rules, days, {})
    layers = search.days_keeping_gaps(problem)
    return tuple(map(date.fromordinal, layers[number - problem.first_number]))


def checked_given(rules: PlanRules, given_on: Iterable[date], start_on: date) -> tuple[date, ...]:
    """The given dates in order.

    Raises `CannotPlan` on two in a day, on more than the count, and on a start so long after the
    last that it belongs to another course.
    """
    given = tuple(sorted(given_on))
    if len(set(given)) < len(given):
        raise CannotPlan("Two given infusions cannot be on the same day.")
    if len(given) > rules.infusion_count:
        raise CannotPlan(
            f"{len(given)} infusions are already given: the count cannot be {rules.infusion_count}."
        )
    if given and (start_on - given[-1]).days > LARGEST_GAP_DAYS:
        raise CannotPlan("The start is over a year after the last infusion: plan a new course.")
    return given


def anchored(
    rules: PlanRules, days: UsableDays, given: tuple[date, ...], pins: dict[int, int]
) -> search.Problem:
    """The rest of a course, measured from the last given infusion."""
    count = len(given)
    return search.Problem(
        rules=rules,
        days=days,
        sources=(given[-1].toordinal(),),
        pins=tuple(pins.get(number) for number in range(count + 1, rules.infusion_count + 1)),
        first_number=count,
        weekdays_used=sum({1 << day.weekday() for day in given}),
    )


def starting(
    rules: PlanRules,
    days: UsableDays,
    pins: dict[int, int],
    within_days: int = START_WITHIN_DAYS,
) -> search.Problem:
    """A whole course whose first infusion may be on any usable day soon after the start."""
    first = pins.get(1, days.first_from(days.first))
    if first is None:
        raise search.no_day_for(1)
    sources = (first,) if 1 in pins else tuple(days.within(first, first + within_days))
    return search.Problem(
        rules=rules,
        days=days,
        sources=sources,
        pins=tuple(pins.get(number) for number in range(2, rules.infusion_count + 1)),
        first_number=1,
    )


def lay_out(problem: search.Problem, given: tuple[date, ...], start_on: date) -> Plan:
    """Solve, and name what is broken and why."""
    path = tuple(map(date.fromordinal, search.solve(problem)))
    dates = given + path[1:] if given else path
    broken = tuple(_broken_gaps(problem.rules, dates, len(given)))
    return Plan(
        rules=problem.rules,
        dates=dates,
        given_count=len(given),
        start_on=start_on,
        broken=broken,
        blocks=tuple(_blocks(problem)) if broken else (),
    )


def _broken_gaps(
    rules: PlanRules, dates: tuple[date, ...], given_count: int
) -> Iterator[BrokenGap]:
    for number, (from_on, to_on) in enumerate(pairwise(dates), start=1):
        gap_days = (to_on - from_on).days
        if rules.days_outside(gap_days):
            yield BrokenGap(
                after_number=number,
                from_on=from_on,
                to_on=to_on,
                gap_days=gap_days,
                min_gap_days=rules.min_gap_days,
                max_gap_days=rules.max_gap_days,
                already_given=number < given_count,
            )


def _blocks(problem: search.Problem) -> Iterator[Block]:
    """The proof that no plan keeps every gap: the first infusion that has no day left.

    Every day that it could have after any way of keeping the gaps before it, with its reasons.
    """
    layers = search.reachable_keeping_gaps(problem)
    stuck = next((n for n, days in enumerate(layers) if not days), None)
    if stuck is None:
        return
    rules, pin = problem.rules, problem.pins[stuck - 1]
    window = range(rules.min_gap_days, rules.max_gap_days + 1)
    for day in sorted({before + gap for before in layers[stuck - 1] for gap in window}):
        if day > date.max.toordinal():
            return
        reasons = problem.days.reasons(day) if pin is None else (BlockRule.FIXED_ELSEWHERE,)
        for rule in reasons:
            on = date.fromordinal(day)
            yield Block(rule=rule, on=on, after_number=problem.first_number + stuck - 1)


def _passed_over(days: UsableDays, first: int) -> Iterator[Block]:
    for day in range(days.first, first):
        for rule in days.reasons(day) or (BlockRule.GAP,):
            yield Block(rule=rule, on=date.fromordinal(day), after_number=0)
