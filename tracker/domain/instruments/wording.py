"""What is read aloud: the texts of one instrument in one language, apart from its definition.

Language versions are separate wordings of one definition. Those that ship are files beside the
definitions; a clinic's own copy of a published questionnaire is the same value, kept in its
database.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tracker.domain.instruments.basics import AnswerKind, WordingState
from tracker.domain.instruments.definition import AnswerScale, Choice, Instrument, Item, Page
from tracker.domain.instruments.plain import later
from tracker.domain.instruments.reading import BrokenInstrument, read_record
from tracker.domain.instruments.scales import Scale

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_LONGEST = 2000
Faults = Iterator[str]


class WordingMisfit(ValueError):
    """A wording that is not of this definition; ``faults`` names every misfit in a sentence."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemWords:
    """The texts of one question. An empty ``topic`` keeps the definition's."""

    id: str
    text: str
    topic: str = later("")
    low_words: str = later("")
    high_words: str = later("")
    before: str = later("")


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerWords:
    """The words of one answer."""

    value: int | str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerScaleWords:
    """The words of the answers that items offer, in their order."""

    id: str
    choices: tuple[AnswerWords, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ScaleWords:
    """How a language calls a score. Scales that are left out keep the definition's words."""

    id: str
    label: str
    in_sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """One language of one version of an instrument. An empty text keeps the definition's.

    ``items`` and ``answer_scales`` are complete and in the definition's order.
    """

    key: str
    version: int
    language: str
    items: tuple[ItemWords, ...]
    answer_scales: tuple[AnswerScaleWords, ...] = later(())
    title: str = later("")
    introduction: str = later("")
    recall: str = later("")
    attribution: str = later("")
    pages: tuple[Page, ...] = later(())
    scales: tuple[ScaleWords, ...] = later(())
    source: str = later("")
    """Where the text comes from, such as "own translation" or the print of a form."""


def wording_from_json(data: Any, origin: str) -> Wording:
    """The wording in ``data``, not yet held against a definition. Raises `BrokenInstrument`."""
    wording = read_record(Wording, data, "the wording", origin)
    if not _LANGUAGE.fullmatch(wording.language):
        raise BrokenInstrument(origin, f"the language {wording.language!r} must be like en or es")
    return wording


def worded(instrument: Instrument, wording: Wording) -> Instrument:
    """The definition with the wording's texts. Scores stay the same, for only texts change.

    Raises `WordingMisfit` with everything that does not fit: another instrument or version,
    questions or answers too many, too few or in another order, texts that are missing.
    """
    faults = misfits(instrument, wording)
    if faults:
        raise WordingMisfit(faults)
    items = {words.id: words for words in wording.items}
    answers = {words.id: words for words in wording.answer_scales}
    pages = {page.number: page for page in wording.pages}
    scales = {words.id: words for words in wording.scales}
    is_site = instrument.wording is WordingState.SITE
    return replace(
        instrument,
        title=wording.title or instrument.title,
        introduction=wording.introduction or instrument.introduction,
        recall=wording.recall or instrument.recall,
        attribution=wording.attribution or instrument.attribution,
        language=wording.language,
        wording=WordingState.LOADED if is_site else instrument.wording,
        pages=tuple(pages.get(page.number, page) for page in instrument.pages),
        items=tuple(_item(item, items[item.id]) for item in instrument.items),
        answer_scales=tuple(
            _answer_scale(each, answers.get(each.id)) for each in instrument.answer_scales
        ),
        scales=tuple(_scale(scale, scales.get(scale.id)) for scale in instrument.scales),
    )


def _item(item: Item, words: ItemWords) -> Item:
    return replace(
        item,
        text=words.text,
        topic=words.topic or item.topic,
        low_words=words.low_words or item.low_words,
        high_words=words.high_words or item.high_words,
        before=words.before or item.before,
    )


def _answer_scale(scale: AnswerScale, words: AnswerScaleWords | None) -> AnswerScale:
    if words is None:
        return scale
    labels = {each.value: each.label for each in words.choices}
    return replace(scale, choices=tuple(_choice(each, labels) for each in scale.choices))


def _choice(choice: Choice, labels: Mapping[int | str, str]) -> Choice:
    return replace(choice, label=labels[choice.value])


def _scale(scale: Scale, words: ScaleWords | None) -> Scale:
    if words is None:
        return scale
    return replace(scale, label=words.label, in_sentence=words.in_sentence)


def misfits(instrument: Instrument, wording: Wording) -> tuple[str, ...]:
    """Everything in which a wording does not fit the definition, each in a sentence."""
    wanted = f"{instrument.key} version {instrument.version}"
    given = f"{wording.key} version {wording.version}"
    if wanted != given:
        return (f"The wording is of {given}, not of {wanted}.",)
    return (
        *_item_misfits(instrument, wording),
        *_answer_misfits(instrument, wording),
        *_page_misfits(instrument, wording),
        *_scale_misfits(instrument, wording),
        *_lengths(wording),
    )


def _item_misfits(instrument: Instrument, wording: Wording) -> Faults:
    wanted = [item.id for item in instrument.items]
    given = [words.id for words in wording.items]
    yield from _list_misfits("question", wanted, given)
    known = {item.id: item for item in instrument.items}
    for words in wording.items:
        item = known.get(words.id)
        if item is None:
            continue
        if not words.text.strip():
            yield f"Question {words.id!r} has no text."
        if instrument.answer_scale(item).kind is AnswerKind.RATING and not (
            (words.low_words or item.low_words) and (words.high_words or item.high_words)
        ):
            yield f"Question {words.id!r} needs words for both ends of its rating."


def _list_misfits(kind: str, wanted: Sequence[Any], given: Sequence[Any]) -> Faults:
    if len(wanted) != len(given):
        yield f"It has {len(given)} {kind}s, the definition has {len(wanted)}."
    for name, count in Counter(given).items():
        if count > 1:
            yield f"The {kind} {name!r} stands there {count} times."
        if name not in wanted:
            yield f"The {kind} {name!r} is not in the definition."
    for name in wanted:
        if name not in given:
            yield f"The {kind} {name!r} is missing."
    if sorted(map(str, wanted)) == sorted(map(str, given)) and list(wanted) != list(given):
        yield f"The {kind}s are in another order than in the definition."


def _answer_misfits(instrument: Instrument, wording: Wording) -> Faults:
    wanted = [each.id for each in instrument.answer_scales if each.choices]
    given = [each.id for each in wording.answer_scales]
    yield from _list_misfits("answer scale", wanted, given)
    known = {each.id: each for each in instrument.answer_scales}
    for words in wording.answer_scales:
        if words.id not in known:
            continue
        values = [choice.value for choice in known[words.id].choices]
        for fault in _list_misfits("answer", values, [each.value for each in words.choices]):
            yield f"Answer scale {words.id!r}: {fault}"
        for each in words.choices:
            if not each.label.strip():
                yield f"Answer scale {words.id!r}: the answer {each.value!r} has no words."


def _page_misfits(instrument: Instrument, wording: Wording) -> Faults:
    known = [page.number for page in instrument.pages]
    given = [page.number for page in wording.pages]
    if given:
        yield from _list_misfits("page", known, given)
    for page in wording.pages:
        if not page.heading.strip():
            yield f"Page {page.number} has no heading."


def _scale_misfits(instrument: Instrument, wording: Wording) -> Faults:
    known = {scale.id for scale in instrument.scales}
    for words in wording.scales:
        if words.id not in known:
            yield f"The scale {words.id!r} is not in the definition."
        if not words.label.strip() or not words.in_sentence.strip():
            yield f"The scale {words.id!r} needs a label and a name in sentences."


def _lengths(wording: Wording) -> Faults:
    texts = [wording.title, wording.introduction, wording.recall, wording.attribution]
    texts += [item.text for item in wording.items] + [item.before for item in wording.items]
    texts += [each.label for scale in wording.answer_scales for each in scale.choices]
    if any(len(text) > _LONGEST for text in texts):
        yield f"A text is longer than {_LONGEST} characters."


def wording_of(instrument: Instrument) -> Wording:
    """The texts that are in a definition, as the wording of its own language."""
    return Wording(
        key=instrument.key,
        version=instrument.version,
        language=instrument.language,
        title=instrument.title,
        introduction=instrument.introduction,
        recall=instrument.recall,
        attribution=instrument.attribution,
        pages=instrument.pages,
        items=tuple(
            ItemWords(
                id=item.id,
                text=item.text,
                topic=item.topic,
                low_words=item.low_words,
                high_words=item.high_words,
                before=item.before,
            )
            for item in instrument.items
        ),
        answer_scales=tuple(
            AnswerScaleWords(
                id=each.id,
                choices=tuple(
                    AnswerWords(value=choice.value, label=choice.label) for choice in each.choices
                ),
            )
            for each in instrument.answer_scales
            if each.choices
        ),
        scales=tuple(
            ScaleWords(id=scale.id, label=scale.label, in_sentence=scale.in_sentence)
            for scale in instrument.scales
        ),
    )
