"""Counts, findings and categories, compiled. None is "the answers leave it open".

A skipped answer is thought of at its lowest and at its highest. A definition in which one item
speaks both for and against a rule does not load, so both ends are reached by one way of filling
in all the skipped answers, and "open" is exact: two ways of filling in would differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tracker.domain.instruments import Category, Condition, Count, Instrument, Verdict
from tracker.domain.scoring.scales import Number, Reading, bounds
from tracker.domain.scoring.values import Value, Values, picker, places


@dataclass(kw_only=True, slots=True)
class Facts:
    """What is known of one row, filled in from top to bottom."""

    values: Values
    is_full: bool
    contradictions: Sequence[int] = ()
    scales: list[Reading] = field(default_factory=list)
    counts: list[tuple[int, int]] = field(default_factory=list)
    """How many items count for certain, and how many at most."""
    findings: list[bool | None] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)


Test = Callable[[Facts], bool | None]


def counter(instrument: Instrument, count: Count) -> Callable[[Facts], tuple[int, int]]:
    """How many of the items have the answer, at least and at most."""
    where, bound = places(instrument), count.at_least
    pick = picker([where[name] for name in count.items])

    def tally(facts: Facts) -> tuple[int, int]:
        picked = pick(facts.values)
        if facts.is_full:
            number = len([1 for value in picked if value >= bound])
            return number, number
        low = len([1 for value in picked if type(value) is int and value >= bound])
        return low, low + picked.count(None)

    return tally


def test(instrument: Instrument, when: Condition) -> Test:
    """A condition as a function of the facts."""
    if when.all:
        return _all([test(instrument, each) for each in when.all])
    if when.any or when.none:
        holds = _any([test(instrument, each) for each in (when.any or when.none)])
        return _not(holds) if when.none else holds
    if when.finding:
        place = [finding.id for finding in instrument.findings].index(when.finding)
        return lambda facts: facts.findings[place]
    if when.count:
        place = [count.id for count in instrument.counts].index(when.count)
        return _within(when, lambda facts: facts.counts[place])
    if when.scale:
        limits = bounds(instrument, instrument.scale(when.scale))
        return _within(when, lambda facts: limits(facts.values))
    return _item(instrument, when)


def _all(tests: Sequence[Test]) -> Test:
    def every(facts: Facts) -> bool | None:
        found = [one(facts) for one in tests]
        return False if False in found else None if None in found else True

    return every


def _any(tests: Sequence[Test]) -> Test:
    def some(facts: Facts) -> bool | None:
        found = [one(facts) for one in tests]
        return True if True in found else None if None in found else False

    return some


def _not(one: Test) -> Test:
    def other(facts: Facts) -> bool | None:
        found = one(facts)
        return None if found is None else not found

    return other


def _within(when: Condition, limits: Callable[[Facts], tuple[Number, Number]]) -> Test:
    """A bound on something that lies between a lowest and a highest value."""
    least, most = when.at_least, when.at_most

    def holds(facts: Facts) -> bool | None:
        low, high = limits(facts)
        at_low = low >= least if least is not None else most is not None and low <= most
        at_high = high >= least if least is not None else most is not None and high <= most
        return at_low if at_low == at_high else None

    return holds


def _item(instrument: Instrument, when: Condition) -> Test:
    """A bound on one answer. An item that was not asked does not hold it."""
    place = places(instrument)[when.item]
    least, most = when.at_least, when.at_most

    def holds(facts: Facts) -> bool | None:
        value: Value = facts.values[place]
        if value is None:
            return None
        if type(value) is not int:
            return False
        return value >= least if least is not None else most is not None and value <= most

    return holds


def chooser(instrument: Instrument, category: Category) -> Callable[[Facts], str]:
    """The key of the first outcome that holds; "undetermined" once one is open before it."""
    tests = [
        (outcome.key, test(instrument, outcome.when))
        for outcome in category.outcomes
        if outcome.when is not None
    ]
    otherwise = category.outcomes[-1].key

    def choose(facts: Facts) -> str:
        for key, holds in tests:
            found = holds(facts)
            if found is None:
                return str(Verdict.UNDETERMINED)
            if found:
                return key
        return otherwise

    return choose
