"""Sets of answers to any definition, for properties that hold of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tracker.domain.instruments import AnswerKind, Instrument, Item, check_answers, versions
from tracker.domain.scoring import Results, results

EVERY = list(versions().values())
Raw = dict[str, Any]


def of_version(instrument: Instrument) -> str:
    return f"{instrument.key}.v{instrument.version}"


def offered(instrument: Instrument, item: Item) -> list[Any]:
    """Some answers to an item, the lowest and the highest among them."""
    answers = instrument.answer_scale(item)
    if answers.kind is AnswerKind.SEVERAL:
        return [(str(choice.value),) for choice in answers.choices]
    if answers.highest - answers.lowest > 10:
        return [answers.lowest, (answers.lowest + answers.highest) // 2, answers.highest]
    return list(range(answers.lowest, answers.highest + 1))


def is_asked(item: Item, raw: Raw) -> bool:
    when = item.ask_when
    return when is None or raw.get(when.item) is None or raw[when.item] in when.answers


def any_raw(instrument: Instrument, draw: st.DrawFn) -> Raw:
    """Answers, some skipped; nothing is answered that the others leave out."""
    raw: Raw = {}
    for item in instrument.items:
        answers = st.none() | st.sampled_from(offered(instrument, item))
        raw[item.id] = draw(answers) if is_asked(item, raw) else None
    return raw


@st.composite
def answered(draw: st.DrawFn) -> tuple[Instrument, Raw]:
    instrument = draw(st.sampled_from(EVERY))
    return instrument, any_raw(instrument, draw)


@st.composite
def nearly_whole(draw: st.DrawFn, most: int = 3) -> tuple[Instrument, Raw]:
    """Answers with at most ``most`` skipped, so that every way of filling them in can be tried."""
    instrument = draw(st.sampled_from(EVERY))
    skipped = draw(st.sets(st.sampled_from([item.id for item in instrument.items]), max_size=most))
    raw: Raw = {}
    for item in instrument.items:
        left_out = item.id in skipped or not is_asked(item, raw)
        raw[item.id] = None if left_out else draw(st.sampled_from(offered(instrument, item)))
    return instrument, raw


def found(instrument: Instrument, raw: Raw) -> Results:
    return results(instrument, check_answers(instrument, raw))


def decided(said: Results) -> dict[str, object]:
    """Everything that is decided by rules, never by proration; None and the like left out."""
    every_rule = {**said.findings, **said.categories, **said.cuts, **said.counts}
    return {name: made for name, made in every_rule.items() if made not in (None, "undetermined")}


def completions(instrument: Instrument, raw: Raw) -> Iterator[Raw]:
    """Every way of answering what was asked and skipped, branches followed."""
    missing = [
        item
        for item in instrument.items
        if raw[item.id] is None and item.id not in found(instrument, raw).not_asked
    ]
    if not missing:
        yield raw
        return
    for answer in offered(instrument, missing[0]):
        yield from completions(instrument, raw | {missing[0].id: answer})
