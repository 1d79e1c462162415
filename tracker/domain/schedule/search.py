"""The exact search behind every plan: dynamic programming over (infusion, day).

A plan is a path through layers of days, one layer an infusion. Its cost is compared level by
level, the first difference decides:

1. days outside the gap window, summed over all gaps (0 when any plan keeps every gap);
2. number of broken gaps;
3. dates that were not booked before (moving a plan only);
4. infusions whose own date changes (moving a plan only);
5. days that the first infusion waits (only where a search offers several first days);
6. days away from the preferred gap, summed;
7. days too soon, summed: of two equally broken plans the later infusion is the cautious one;
8. steady weekdays: the number of distinct weekdays over the whole course, given ones included;
9. the earlier dates, compared from the first infusion on.

Levels 1 to 7 add up along a path and are packed into one integer. Level 8 does not add up, so
each day of an optimal path carries the set of all weekday sets that can follow it: 128 possible
sets, one bit each. Level 9 is decided while walking forward.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tracker.domain.schedule.rules import NoOpenDay, PlanRules, UsableDays

# Twenty bits a level: 60 gaps of a few years each stay far below a million days.
_OUTSIDE, _BROKEN, _NEW, _RENUMBERED, _WAITED, _DEVIATION, _SOON = (
    1 << 20 * level for level in (6, 5, 4, 3, 2, 1, 0)
)
_WITH_WEEKDAY = tuple(sum(1 << s for s in range(128) if s >> w & 1) for w in range(7))

Layers = list[dict[int, int]]


def nothing_booked(layer: int, day: int) -> int:
    """The cost of disturbing booked dates when nothing was booked."""
    return 0


def disturbance(*, is_new: bool, is_renumbered: bool, waited_days: int) -> int:
    """The cost of a date that nobody had booked, or that was another infusion's, or a wait."""
    return _NEW * is_new + _RENUMBERED * is_renumbered + _WAITED * waited_days


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Days as ordinals. `sources` are the choices for layer 0; `pins[n]` fixes layer n + 1."""

    rules: PlanRules
    days: UsableDays
    sources: tuple[int, ...]
    pins: tuple[int | None, ...]
    first_number: int
    weekdays_used: int = 0
    disturbs: Callable[[int, int], int] = nothing_booked


def solve(problem: Problem) -> tuple[int, ...]:
    """The best path, one day a layer. Raises `NoOpenDay` when a layer can have no day at all."""
    budget = 0
    layers = _reachable(problem, budget)
    if not layers[-1]:
        budget = _least_outside(problem)
        layers = _reachable(problem, budget)
    costs, followers = _costs_to_go(problem, layers, budget)
    return _steadiest(problem, costs[0], followers)


def reachable_keeping_gaps(problem: Problem) -> list[list[int]]:
    """The days of each layer on some path from a source with every gap so far kept."""
    return [sorted(layer) for layer in _reachable(problem, 0)]


def days_keeping_gaps(problem: Problem) -> list[list[int]]:
    """The days of each layer on some whole path with every gap kept."""
    costs, followers = _costs_to_go(problem, _reachable(problem, 0), 0)
    layers = [sorted(costs[0])]
    for layer in range(len(problem.pins)):
        onward = {day for before in layers[-1] for day in _choices(problem, layer, before, 0)}
        layers.append(sorted(onward & costs[layer + 1].keys()))
    return layers


def _choices(problem: Problem, layer: int, day: int, spare: int) -> list[int]:
    """The days of the next layer with a gap at most `spare` days outside the window."""
    rules, pin = problem.rules, problem.pins[layer]
    if pin is not None:
        fits = pin > day and rules.days_outside(pin - day) <= spare
        return [pin] if fits else []
    shortest = max(1, rules.min_gap_days - spare)
    return problem.days.within(day + shortest, day + rules.max_gap_days + spare)


def _reachable(problem: Problem, budget: int) -> Layers:
    """For each layer, day -> fewest days outside so far, where that is within the budget.

    An edge may use only what the cheapest way to its day has left: any path within the budget
    has used at least as much.
    """
    outside = problem.rules.days_outside
    layers: Layers = [dict.fromkeys(problem.sources, 0)]
    for layer in range(len(problem.pins)):
        ahead: dict[int, int] = {}
        for day, used in layers[-1].items():
            for on in _choices(problem, layer, day, budget - used):
                total = used + outside(on - day)
                if total < ahead.get(on, budget + 1):
                    ahead[on] = total
        layers.append(ahead)
    return layers


def _least_outside(problem: Problem) -> int:
    """The smallest sum of days outside that any path has.

    A gap that runs past the first usable day at or after the largest gap need not be tried here:
    taking that day instead shortens this gap by as many days as it lengthens the next.
    """
    outside = problem.rules.days_outside
    layer_costs = dict.fromkeys(problem.sources, 0)
    for layer, pin in enumerate(problem.pins):
        ahead: dict[int, int] = {}
        for day, used in layer_costs.items():
            for on in _near_choices(problem, pin, day):
                total = used + outside(on - day)
                if total < ahead.get(on, total + 1):
                    ahead[on] = total
        if not ahead:
            raise no_day_for(problem.first_number + layer + 1)
        layer_costs = ahead
    return min(layer_costs.values())


def _near_choices(problem: Problem, pin: int | None, day: int) -> list[int]:
    if pin is not None:
        return [pin] if pin > day else []
    longest = day + problem.rules.max_gap_days
    beyond = problem.days.first_from(longest)
    return problem.days.within(day + 1, longest if beyond is None else beyond)


def no_day_for(number: int) -> NoOpenDay:
    return NoOpenDay(
        f"No day is left for infusion {number}: open a weekday, take away a closed, unavailable "
        "or fixed date, or choose another start."
    )


def _gap_cost(rules: PlanRules, gap_days: int) -> int:
    outside = rules.days_outside(gap_days)
    return (
        _OUTSIDE * outside
        + _BROKEN * (outside > 0)
        + _DEVIATION * abs(gap_days - rules.preferred_gap_days)
        + _SOON * max(0, rules.min_gap_days - gap_days)
    )


def _costs_to_go(
    problem: Problem, layers: Layers, budget: int
) -> tuple[Layers, list[dict[int, list[int]]]]:
    """Per layer: day -> least cost from there to the end, and day -> the next days that have it."""
    gap_costs = cache(lambda gap_days: _gap_cost(problem.rules, gap_days))
    costs: Layers = [dict.fromkeys(layers[-1], 0)]
    followers: list[dict[int, list[int]]] = []
    for layer in reversed(range(len(problem.pins))):
        ahead = {on: cost + problem.disturbs(layer + 1, on) for on, cost in costs[0].items()}
        here: dict[int, int] = {}
        best_next: dict[int, list[int]] = {}
        for day, used in layers[layer].items():
            options = {
                on: gap_costs(on - day) + ahead[on]
                for on in _choices(problem, layer, day, budget - used)
                if on in ahead
            }
            if options:
                here[day] = least = min(options.values())
                best_next[day] = [on for on, cost in options.items() if cost == least]
        costs.insert(0, here)
        followers.insert(0, best_next)
    return costs, followers


def _steadiest(
    problem: Problem, costs: dict[int, int], followers: list[dict[int, list[int]]]
) -> tuple[int, ...]:
    """Of the cheapest paths the one on the fewest weekdays, then with the earliest dates."""
    totals = {day: cost + problem.disturbs(0, day) for day, cost in costs.items()}
    least = min(totals.values())
    choices = [day for day, total in totals.items() if total == least]
    sets = _weekday_sets(followers, choices)
    used = problem.weekdays_used
    limit = next(
        n for n in range(8) if any(sets[0][day] & _sets_within(n, used) for day in choices)
    )
    path: list[int] = []
    for layer, onward in enumerate([*followers, {}]):
        allowed = _sets_within(limit, used)
        day = min(day for day in choices if sets[layer][day] & allowed)
        path.append(day)
        used |= 1 << (day + 6) % 7
        choices = onward.get(day, [])
    return tuple(path)


def _weekday_sets(
    followers: list[dict[int, list[int]]], sources: list[int]
) -> list[dict[int, int]]:
    """Per layer: day -> the weekday sets of the optimal ways on from it, itself included.

    A weekday set is a number below 128 (bit 0 = Monday); a set of them is a number with that bit
    set. Adding a weekday moves the sets without it up by that weekday's bit.
    """
    days_by_layer = [set(sources)]
    for onward in followers:
        days_by_layer.append({on for day in days_by_layer[-1] for on in onward[day]})
    sets: list[dict[int, int]] = []
    ahead: dict[int, int] = {}
    for layer in reversed(range(len(days_by_layer))):
        here: dict[int, int] = {}
        for day in days_by_layer[layer]:
            following = 0 if layer < len(followers) else 1
            for on in followers[layer][day] if layer < len(followers) else ():
                following |= ahead[on]
            here[day] = _with_weekday(following, (day + 6) % 7)
        sets.insert(0, here)
        ahead = here
    return sets


def _with_weekday(sets: int, weekday: int) -> int:
    has = _WITH_WEEKDAY[weekday]
    return sets & has | (sets & ~has) << (1 << weekday)


@cache
def _sets_within(limit: int, used: int) -> int:
    """The weekday sets that, joined with those used so far, hold at most `limit` weekdays."""
    return sum(1 << s for s in range(128) if (s | used).bit_count() <= limit)
