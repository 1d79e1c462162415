"""A definition compiled once into functions of a row, so that many rows are scored quickly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracker.domain.instruments import Instrument, SafetyRule
from tracker.domain.scoring import logic
from tracker.domain.scoring.logic import Facts
from tracker.domain.scoring.scales import Reader, Reading, reader
from tracker.domain.scoring.values import NOT_ASKED, Branches, Values, branches, places

_KEPT = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """One definition, ready to run."""

    instrument: Instrument
    branches: Branches | None
    scales: tuple[Reader, ...]
    scale_places: tuple[frozenset[int], ...]
    counts: tuple[Callable[[Facts], tuple[int, int]], ...]
    findings: tuple[logic.Test, ...]
    categories: tuple[Callable[[Facts], str], ...]
    rules: tuple[tuple[SafetyRule, Callable[[Facts], bool]], ...]
    counted: tuple[int, ...]
    """The places that count towards a complete set of answers."""

    def run(self, values: Values) -> Facts:
        """Everything that one row says. ``values`` are in the order of the items, all offered."""
        contradictions: list[int] = []
        if self.branches is not None:
            values, contradictions = self.branches(values)
        is_full = None not in values and (self.branches is None or NOT_ASKED not in values)
        facts = Facts(values=values, is_full=is_full, contradictions=contradictions)
        facts.scales = [read(values, is_full) for read in self.scales]
        if contradictions:
            self._take_back(facts)
        facts.counts = [tally(facts) for tally in self.counts]
        for holds in self.findings:
            facts.findings.append(holds(facts))
        facts.categories = [choose(facts) for choose in self.categories]
        return facts

    def _take_back(self, facts: Facts) -> None:
        """No number is made of answers that contradict each other; rules still look at them."""
        for number, used in enumerate(self.scale_places):
            if used.intersection(facts.contradictions):
                was = facts.scales[number]
                facts.scales[number] = Reading(None, was.answered, was.asked, False)

    def raised(self, facts: Facts) -> tuple[SafetyRule, ...]:
        """The safety rules that are met, in the order of the definition."""
        return tuple(rule for rule, is_met in self.rules if is_met(facts))

    def answered(self, facts: Facts) -> tuple[int, int]:
        """How many items were answered, and how many were asked; extra items do not count."""
        if facts.is_full:
            return len(self.counted), len(self.counted)
        given = [facts.values[place] for place in self.counted]
        skipped, left_out = given.count(None), given.count(NOT_ASKED)
        return len(given) - skipped - left_out, len(given) - left_out


_programs: dict[int, Program] = {}


def program_of(instrument: Instrument) -> Program:
    """The compiled definition; compiled once for each definition that is in use."""
    found = _programs.get(id(instrument))
    if found is None:
        found = _compiled(instrument)
        if len(_programs) >= _KEPT:
            _programs.clear()
        _programs[id(instrument)] = found  # the program keeps the definition, and so its id, alive
    return found


def _compiled(instrument: Instrument) -> Program:
    where = places(instrument)
    return Program(
        instrument=instrument,
        branches=branches(instrument),
        scales=tuple(reader(instrument, scale) for scale in instrument.scales),
        scale_places=tuple(
            frozenset(where[name] for name in scale.items) for scale in instrument.scales
        ),
        counts=tuple(logic.counter(instrument, count) for count in instrument.counts),
        findings=tuple(logic.test(instrument, each.when) for each in instrument.findings),
        categories=tuple(logic.chooser(instrument, each) for each in instrument.categories),
        rules=tuple((rule, _met(instrument, rule)) for rule in instrument.safety_rules),
        counted=tuple(where[item.id] for item in instrument.items if not item.is_extra),
    )


def _met(instrument: Instrument, rule: SafetyRule) -> Callable[[Facts], bool]:
    if rule.category:
        number = [category.id for category in instrument.categories].index(rule.category)
        outcomes = frozenset(rule.outcomes)
        return lambda facts: facts.categories[number] in outcomes
    place, answers = places(instrument)[rule.item], frozenset(rule.answers)
    return lambda facts: facts.values[place] in answers
