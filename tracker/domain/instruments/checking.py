"""Whether a definition makes sense: the first fault in words, or nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from tracker.domain.instruments.definition import (
    AnswerKind,
    AnswerScale,
    Instrument,
    Item,
    SafetyRule,
    Scale,
)

_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
Faults = Iterator[str]


def fault_in(instrument: Instrument) -> str:
    """What is wrong with the definition, as a sentence; empty when nothing is."""
    for check in _CHECKS:
        for fault in check(instrument):
            return fault
    return ""


def _names(instrument: Instrument) -> Faults:
    if not _KEY.fullmatch(instrument.key):
        yield f"the key {instrument.key!r} must be lower-case letters, digits and hyphens"
    if instrument.version < 1:
        yield f"the version must be 1 or more, not {instrument.version}"
    for kind, ids in (
        ("answer scale", [scale.id for scale in instrument.answer_scales]),
        ("item", [item.id for item in instrument.items]),
        ("scale", [scale.id for scale in instrument.scales]),
    ):
        yield from _twice(kind, ids)
        yield from (
            f"the id {name!r} must be lower-case letters, digits and underscores"
            for name in ids
            if not _ID.fullmatch(name)
        )
    yield from _twice("safety rule", [rule.id for rule in instrument.safety_rules])


def _twice(kind: str, ids: Iterable[str]) -> Faults:
    yield from (f"two {kind}s have the id {name!r}" for name, n in Counter(ids).items() if n > 1)


def _words(instrument: Instrument) -> Faults:
    for name in ("title", "recall", "licence", "attribution", "language"):
        if not getattr(instrument, name).strip():
            yield f"{name} is empty"
    for item in instrument.items:
        if not item.topic.strip() or not item.text.strip():
            yield f"item {item.id!r} needs a topic and a text"
    for scale in instrument.scales:
        if not scale.label.strip() or not scale.in_sentence.strip():
            yield f"scale {scale.id!r} needs a label and a name in sentences"


def _pages(instrument: Instrument) -> Faults:
    numbers = [page.number for page in instrument.pages]
    if not numbers or numbers != list(range(1, len(numbers) + 1)):
        yield f"pages must be numbered 1, 2, 3 … in order, not {numbers}"
    asked = [item.page for item in instrument.items]
    if asked != sorted(asked):
        yield "items must be in the order of their pages"
    if set(asked) != set(numbers):
        yield f"items are on pages {sorted(set(asked))}, pages are {numbers}"


def _answers(instrument: Instrument) -> Faults:
    offered = {scale.id: scale for scale in instrument.answer_scales}
    for scale in instrument.answer_scales:
        yield from _choices(scale)
    for item in instrument.items:
        if item.answers not in offered:
            yield f"item {item.id!r} has unknown answers {item.answers!r}"
        elif offered[item.answers].kind is AnswerKind.RATING:
            yield from _ends(item)


def _choices(scale: AnswerScale) -> Faults:
    values = [choice.value for choice in scale.choices]
    if len(values) < 2 or len(set(values)) != len(values):
        yield f"answer scale {scale.id!r} needs at least two answers, all different"
    wanted = str if scale.kind is AnswerKind.SEVERAL else int
    if any(type(value) is not wanted for value in values):
        yield f"answer scale {scale.id!r} ({scale.kind}) has an answer of the wrong type"
    elif wanted is int and values != list(range(len(values))):
        yield f"answer scale {scale.id!r} must count 0, 1, 2 … without a gap"
    if any(not choice.label.strip() for choice in scale.choices):
        yield f"answer scale {scale.id!r} has an answer without words"


def _ends(item: Item) -> Faults:
    if not item.low_words.strip() or not item.high_words.strip():
        yield f"item {item.id!r} needs words for both ends of its rating"


def _scales(instrument: Instrument) -> Faults:
    known = {item.id: item for item in instrument.items}
    for scale in instrument.scales:
        missing = [name for name in scale.items if name not in known]
        if missing or not scale.items or len(set(scale.items)) != len(scale.items):
            yield f"scale {scale.id!r} needs items of this instrument, each once {missing or ''}"
            return
        yield from _range(instrument, scale)
        if not 1 <= scale.least_answered_percent <= 100:
            yield f"scale {scale.id!r}: least_answered_percent must be 1 to 100"


def _range(instrument: Instrument, scale: Scale) -> Faults:
    offered = [instrument.answer_scale(instrument.item(name)) for name in scale.items]
    if any(answers.kind is AnswerKind.SEVERAL for answers in offered):
        yield f"scale {scale.id!r} cannot be scored from a list of several answers"
        return
    highest = sum(len(answers.choices) - 1 for answers in offered)
    if (scale.minimum, scale.maximum) != (0, highest):
        yield (
            f"scale {scale.id!r} says {scale.minimum} to {scale.maximum}, "
            f"its items give 0 to {highest}"
        )


def _groups(instrument: Instrument) -> Faults:
    totals = {scale.id: scale for scale in instrument.scales if scale.part_of is None}
    for scale in instrument.scales:
        if scale.part_of is not None and scale.part_of not in totals:
            yield f"scale {scale.id!r} is part of {scale.part_of!r}, which is no total here"
    for total in totals.values():
        groups = instrument.groups_of(total.id)
        shared = [name for group in groups for name in group.items]
        if groups and sorted(shared) != sorted(total.items):
            yield f"the groups of {total.id!r} must share out its items, each once"
        if any(group.direction is not total.direction for group in groups):
            yield f"the groups of {total.id!r} must run in its direction"


def _safety(instrument: Instrument) -> Faults:
    known = {item.id: item for item in instrument.items}
    for rule in instrument.safety_rules:
        if rule.item not in known:
            yield f"safety rule {rule.id!r} is about an unknown item {rule.item!r}"
        else:
            yield from _rule(instrument, rule)


def _rule(instrument: Instrument, rule: SafetyRule) -> Faults:
    choices = instrument.answer_scale(instrument.item(rule.item)).choices
    offered = {None, *(choice.value for choice in choices)}
    if not rule.answers or not set(rule.answers) <= offered:
        yield f"safety rule {rule.id!r} names answers that are not offered: {rule.answers}"
    if not 1 <= rule.level <= 3:
        yield f"safety rule {rule.id!r}: level must be 1, 2 or 3"
    if rule.deadline_hours is not None and rule.deadline_hours < 0:
        yield f"safety rule {rule.id!r}: deadline_hours must not be negative"


_CHECKS: tuple[Callable[[Instrument], Faults], ...] = (
    _names,
    _words,
    _pages,
    _answers,
    _scales,
    _groups,
    _safety,
)
