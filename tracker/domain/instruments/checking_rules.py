"""Whether counts, findings, categories, safety rules and columns of a definition make sense."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tracker.domain.instruments.basics import AnswerKind
from tracker.domain.instruments.definition import AnswerScale, Instrument
from tracker.domain.instruments.rules import (
    Category,
    Column,
    Condition,
    Count,
    SafetyRule,
    Verdict,
)

Faults = Iterator[str]
_DEEPEST = 6
UP, DOWN = 1, -1


def rule_faults(instrument: Instrument) -> Faults:
    """Counts, findings and categories."""
    for count in instrument.counts:
        yield from _count(instrument, count)
    known: set[str] = set()
    for finding in instrument.findings:
        place = f"finding {finding.id!r}"
        if not finding.label.strip() or not finding.source.strip():
            yield f"{place} needs a label and a source"
        yield from _condition(instrument, finding.when, place, known)
        known.add(finding.id)
    for category in instrument.categories:
        yield from _category(instrument, category, known)
    yield from _one_way(instrument)


def _count(instrument: Instrument, count: Count) -> Faults:
    offered = {item.id: instrument.answer_scale(item) for item in instrument.items}
    if not count.items or not set(count.items) <= set(offered):
        yield f"count {count.id!r} needs items of this instrument"
    elif len(set(count.items)) != len(count.items):
        yield f"count {count.id!r} names an item twice"
    elif any(not _splits(offered[name], count.at_least) for name in count.items):
        yield f"count {count.id!r}: every item must offer answers below and from {count.at_least}"


def _splits(answers: AnswerScale, bound: int) -> bool:
    return answers.lowest < bound <= answers.highest


def _category(instrument: Instrument, category: Category, known: Collection[str]) -> Faults:
    place = f"category {category.id!r}"
    if not category.label.strip() or not category.source.strip():
        yield f"{place} needs a label and a source"
    keys = [outcome.key for outcome in category.outcomes]
    if len(keys) < 2 or len(set(keys)) != len(keys) or Verdict.UNDETERMINED in keys:
        yield f"{place} needs two or more different outcomes, none called undetermined"
        return
    if category.outcomes[-1].when is not None or any(
        outcome.when is None for outcome in category.outcomes[:-1]
    ):
        yield f"{place}: all outcomes but the last need a condition"
        return
    for outcome in category.outcomes:
        if outcome.when is not None:
            yield from _condition(instrument, outcome.when, place, known)


def _condition(
    instrument: Instrument,
    when: Condition,
    place: str,
    known: Collection[str],
    depth: int = 1,
) -> Faults:
    """``known`` are the findings that stand before this place: no finding can go in a circle."""
    named = [name for name in (when.item, when.scale, when.count, when.finding) if name]
    lists = [each for each in (when.all, when.any, when.none) if each]
    bounds = [each for each in (when.at_least, when.at_most) if each is not None]
    if depth > _DEEPEST:
        yield f"{place} is nested more than {_DEEPEST} deep"
    elif len(named) + len(lists) != 1:
        yield f"{place}: a condition has exactly one subject"
    elif len(bounds) != (0 if lists or when.finding else 1):
        yield f"{place}: a condition on a number has exactly one bound, any other has none"
    elif when.finding and when.finding not in known:
        yield f"{place} asks for the finding {when.finding!r}, which does not stand before it"
    elif lists:
        for each in lists[0]:
            yield from _condition(instrument, each, place, known, depth + 1)
    else:
        yield from _subject(instrument, when, place)


def _subject(instrument: Instrument, when: Condition, place: str) -> Faults:
    items = {item.id: instrument.answer_scale(item) for item in instrument.items}
    reach = {name: (answers.lowest, answers.highest) for name, answers in items.items()}
    reach = {
        name: ends for name, ends in reach.items() if items[name].kind is not AnswerKind.SEVERAL
    }
    scales = {scale.id: (scale.minimum, scale.maximum) for scale in instrument.scales}
    counts = {count.id: (0, len(count.items)) for count in instrument.counts}
    for name, ends in ((when.item, reach), (when.scale, scales), (when.count, counts)):
        if name and name not in ends:
            yield f"{place} asks for {name!r}, which is not there or is no number"
        elif name:
            low, high = ends[name]
            above = when.at_least is not None and low < when.at_least <= high
            below = when.at_most is not None and low <= when.at_most < high
            if not above and not below:
                yield f"{place}: the bound of {name!r} decides nothing"


def _one_way(instrument: Instrument) -> Faults:
    """Skipped answers are filled in at their lowest and at their highest only. That is exact as
    long as an item pulls a rule one way; a definition that wants both is refused.
    """
    for finding in instrument.findings:
        yield from _pulls(instrument, finding.when, f"finding {finding.id!r}")
    for category in instrument.categories:
        for outcome in category.outcomes:
            if outcome.when is not None:
                yield from _pulls(instrument, outcome.when, f"category {category.id!r}")


def _pulls(instrument: Instrument, when: Condition, place: str) -> Faults:
    ways: dict[str, set[int]] = {}
    for item, way in _ways(instrument, when, UP):
        ways.setdefault(item, set()).add(way)
    yield from (
        f"{place}: an answer to {item!r} speaks for it and against it"
        for item, found in ways.items()
        if len(found) > 1
    )


def _ways(instrument: Instrument, when: Condition, way: int) -> Iterator[tuple[str, int]]:
    """Every item that a condition hangs on, and whether a higher answer speaks for it."""
    for each in (*when.all, *when.any):
        yield from _ways(instrument, each, way)
    for each in when.none:
        yield from _ways(instrument, each, -way)
    for finding in instrument.findings:
        if finding.id == when.finding:
            yield from _ways(instrument, finding.when, way)
    turned = way if when.at_most is None else -way
    if when.item:
        yield when.item, turned
    parts = {scale.id: scale.items for scale in instrument.scales if scale.id == when.scale}
    parts |= {count.id: count.items for count in instrument.counts if count.id == when.count}
    for names in parts.values():
        yield from ((name, turned) for name in names)


def safety_faults(instrument: Instrument) -> Faults:
    """What every safety rule hangs on, its level and its deadline."""
    for rule in instrument.safety_rules:
        if bool(rule.item) == bool(rule.category):
            yield f"safety rule {rule.id!r} must be about an item or a category"
        elif rule.category:
            yield from _on_category(instrument, rule)
        else:
            yield from _on_item(instrument, rule)
        if not 1 <= rule.level <= 3:
            yield f"safety rule {rule.id!r}: level must be 1, 2 or 3"
        if rule.deadline_hours is not None and rule.deadline_hours < 0:
            yield f"safety rule {rule.id!r}: deadline_hours must not be negative"


def _on_item(instrument: Instrument, rule: SafetyRule) -> Faults:
    known = {item.id: item for item in instrument.items}
    if rule.item not in known:
        yield f"safety rule {rule.id!r} is about an unknown item {rule.item!r}"
        return
    offered = instrument.answer_scale(known[rule.item])
    named = [answer for answer in rule.answers if answer is not None]
    if not rule.answers or rule.outcomes or not all(map(offered.offers, named)):
        yield f"safety rule {rule.id!r} names answers that are not offered: {rule.answers}"


def _on_category(instrument: Instrument, rule: SafetyRule) -> Faults:
    known = {category.id: category for category in instrument.categories}
    if rule.category not in known:
        yield f"safety rule {rule.id!r} is about an unknown category {rule.category!r}"
        return
    outcomes = {outcome.key for outcome in known[rule.category].outcomes}
    outcomes.add(Verdict.UNDETERMINED)
    if not rule.outcomes or rule.answers or not set(rule.outcomes) <= outcomes:
        yield f"safety rule {rule.id!r} names outcomes that cannot come: {rule.outcomes}"


_FIXED = frozenset({"answered", "complete", "prorated", "total", "flags"})


def column_faults(instrument: Instrument) -> Faults:
    """Whether every column of batch scoring shows one thing that there is."""
    for column in instrument.columns:
        if column.name in _FIXED:
            yield f"column {column.name!r} has the name of one that every table has"
        yield from _column(instrument, column)


def _column(instrument: Instrument, column: Column) -> Faults:
    there = {
        "scale": {scale.id for scale in instrument.scales},
        "band": {scale.id for scale in instrument.scales if scale.bands},
        "count": {count.id for count in instrument.counts},
        "finding": {finding.id for finding in instrument.findings},
        "category": {category.id for category in instrument.categories},
        "item": {item.id for item in instrument.items},
    }
    shown = {kind: getattr(column, kind) for kind in there if getattr(column, kind)}
    if len(shown) != 1:
        yield f"column {column.name!r} must show exactly one thing"
    for kind, name in shown.items():
        if name not in there[kind]:
            yield f"column {column.name!r} shows the {kind} {name!r}, which is not there"
