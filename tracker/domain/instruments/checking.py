"""Whether a definition makes sense: the first fault in words, or nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from tracker.domain.instruments import checking_rules, checking_scales
from tracker.domain.instruments.basics import AnswerKind, WordingState
from tracker.domain.instruments.definition import AnswerScale, Instrument, Item
from tracker.domain.instruments.loinc import is_loinc_code

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
    for kind, ids in _ids(instrument):
        yield from _twice(kind, ids)
        yield from (
            f"the id {name!r} must be lower-case letters, digits and underscores"
            for name in ids
            if not _ID.fullmatch(name)
        )
    yield from _twice("safety rule", [rule.id for rule in instrument.safety_rules])


def _ids(instrument: Instrument) -> Iterator[tuple[str, list[str]]]:
    yield "answer scale", [scale.id for scale in instrument.answer_scales]
    yield "item", [item.id for item in instrument.items]
    yield "scale", [scale.id for scale in instrument.scales]
    yield "count", [count.id for count in instrument.counts]
    yield "finding", [finding.id for finding in instrument.findings]
    yield "category", [category.id for category in instrument.categories]
    yield "column", [column.name for column in instrument.columns]
    yield "cut-point", [cut.id for scale in instrument.scales for cut in scale.cut_points]
    for scale in instrument.scales:
        yield "change threshold", [change.id for change in scale.changes]
        yield "outcome", [outcome.id for outcome in scale.outcomes]
        yield "band", [band.key for band in scale.bands]


def _twice(kind: str, ids: Iterable[str]) -> Faults:
    yield from (f"two {kind}s have the id {name!r}" for name, n in Counter(ids).items() if n > 1)


def _words(instrument: Instrument) -> Faults:
    for name in ("title", "recall", "licence", "attribution", "language"):
        if not getattr(instrument, name).strip():
            yield f"{name} is empty"
    for item in instrument.items:
        yield from _item_words(instrument, item)
    for scale in instrument.scales:
        if not scale.label.strip() or not scale.in_sentence.strip():
            yield f"scale {scale.id!r} needs a label and a name in sentences"


def _item_words(instrument: Instrument, item: Item) -> Faults:
    if instrument.wording is WordingState.SITE:
        if not item.topic.strip():
            yield f"item {item.id!r} needs a topic"
        if item.text or item.low_words or item.high_words:
            yield f"item {item.id!r} has a wording, which is the site's to load"
    elif not item.topic.strip() or not item.text.strip():
        yield f"item {item.id!r} needs a topic and a text"


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
        yield from _bounds(scale) if scale.kind is AnswerKind.NUMBER else _choices(scale)
    for item in instrument.items:
        if item.answers not in offered:
            yield f"item {item.id!r} has unknown answers {item.answers!r}"
        elif offered[item.answers].kind is AnswerKind.RATING:
            yield from _ends(instrument, item)


def _bounds(scale: AnswerScale) -> Faults:
    if scale.choices:
        yield f"answer scale {scale.id!r} is a number: it has bounds, no choices"
    if scale.least is None or scale.most is None or not 0 <= scale.least < scale.most:
        yield f"answer scale {scale.id!r} needs two bounds, the least below the most"
    elif scale.most > 9999:
        yield f"answer scale {scale.id!r} goes beyond 9999"


def _choices(scale: AnswerScale) -> Faults:
    if scale.least is not None or scale.most is not None:
        yield f"answer scale {scale.id!r} has choices: it needs no bounds"
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


def _ends(instrument: Instrument, item: Item) -> Faults:
    if instrument.wording is WordingState.SITE:
        return
    if not item.low_words.strip() or not item.high_words.strip():
        yield f"item {item.id!r} needs words for both ends of its rating"


def _branches(instrument: Instrument) -> Faults:
    before: dict[str, Item] = {}
    for item in instrument.items:
        asked = item.ask_when
        if asked is not None and asked.item not in before:
            yield f"item {item.id!r} is asked after {asked.item!r}, which is not before it"
        elif asked is not None:
            offered = instrument.answer_scale(before[asked.item])
            if not asked.answers or not all(map(offered.offers, asked.answers)):
                yield f"item {item.id!r} is asked after answers that are not offered"
        before[item.id] = item
    for group in instrument.alternatives:
        if len(group) < 2 or len(set(group)) != len(group) or not set(group) <= set(before):
            yield f"alternatives must be two or more items of this instrument, not {list(group)}"


def _codes(instrument: Instrument) -> Faults:
    codes = [instrument.loinc, *(scale.loinc for scale in instrument.scales)]
    codes += [item.loinc for item in instrument.items]
    codes += [category.loinc for category in instrument.categories]
    codes += [choice.loinc for scale in instrument.answer_scales for choice in scale.choices]
    given = [code for code in codes if code]
    yield from (f"{code!r} is no LOINC code" for code in given if not is_loinc_code(code))


def _sending(instrument: Instrument) -> Faults:
    if instrument.least_days_between < 0:
        yield "least_days_between must not be negative"
    for name in (instrument.variant_of, instrument.instead):
        if name == instrument.key or (name and not _KEY.fullmatch(name)):
            yield f"{name!r} is not the key of another instrument"


_CHECKS: tuple[Callable[[Instrument], Faults], ...] = (
    _names,
    _words,
    _pages,
    _answers,
    _branches,
    checking_scales.scale_faults,
    checking_scales.group_faults,
    checking_scales.knowledge_faults,
    checking_rules.rule_faults,
    checking_rules.safety_faults,
    checking_rules.column_faults,
    _codes,
    _sending,
)
