"""Holding a clinic's copy against the definition: what fits, and a sentence for all that does not.

Questions go by their place, for copies rarely have ids; where a copy has LOINC codes, they must
agree with the place. Answers go by their number where the copy gives one, else by their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.instruments import (
    AnswerKind,
    AnswerScale,
    AnswerScaleWords,
    AnswerWords,
    Instrument,
    Item,
    ItemWords,
    Wording,
    misfits,
)
from tracker.domain.wordings.copies import CopiedAnswer, CopiedItem, Copy

Answers = tuple[CopiedAnswer, ...]
_LONG = 6
"""Answers of a scale that may have words for some of its numbers only."""
Faults = Iterator[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A question of the definition beside the one of the copy; None where there is none."""

    item: Item | None
    copied: CopiedItem | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """What came of it. ``wording`` is None while anything is in ``faults``.

    ``warnings`` do not stand in the way: they are for the person who confirms.
    """

    pairs: tuple[Pair, ...]
    answers: tuple[AnswerScaleWords, ...]
    wording: Wording | None
    faults: tuple[str, ...]
    warnings: tuple[str, ...]


def fit(
    instrument: Instrument,
    copy: Copy,
    *,
    language: str,
    source: str = "",
    typed: Mapping[str, Answers] | None = None,
) -> Fit:
    """The copy as a wording of this definition, with everything that does not fit named.

    ``typed`` holds answers that were given apart from the copy, by the id of their answer scale;
    they come before those of the copy. ``source`` says where the copy is from.
    """
    found = {
        scale.id: _answers_for(instrument, scale, copy, (typed or {}).get(scale.id, ()))
        for scale in instrument.answer_scales
        if scale.choices
    }
    answers = tuple(
        words for scale in instrument.answer_scales if (words := _words(scale, found.get(scale.id)))
    )
    wording = Wording(
        key=instrument.key,
        version=instrument.version,
        language=language,
        introduction=copy.introduction,
        items=_items(instrument, copy),
        answer_scales=answers,
        source=source,
    )
    faults = (*_item_faults(instrument, copy), *_answer_faults(instrument, found))
    faults = faults or misfits(instrument, wording)
    return Fit(
        pairs=_pairs(instrument, copy),
        answers=answers,
        wording=None if faults else wording,
        faults=faults,
        warnings=(*_item_warnings(instrument, copy, language), *_answer_warnings(found, copy)),
    )


def fit_of(instrument: Instrument, wording: Wording) -> Fit:
    """A wording that fits, beside its definition once more."""
    copied = tuple(
        CopiedItem(number=number, text=words.text) for number, words in enumerate(wording.items, 1)
    )
    return Fit(
        pairs=_pairs(instrument, Copy(items=copied)),
        answers=wording.answer_scales,
        wording=wording,
        faults=(),
        warnings=(),
    )


def _pairs(instrument: Instrument, copy: Copy) -> tuple[Pair, ...]:
    count = max(len(instrument.items), len(copy.items))
    items = [*instrument.items, *[None] * (count - len(instrument.items))]
    copied = [*copy.items, *[None] * (count - len(copy.items))]
    return tuple(Pair(item=one, copied=other) for one, other in zip(items, copied, strict=True))


def _items(instrument: Instrument, copy: Copy) -> tuple[ItemWords, ...]:
    pairs = zip(instrument.items, copy.items, strict=False)
    return tuple(ItemWords(id=item.id, text=copied.text) for item, copied in pairs)


def _item_faults(instrument: Instrument, copy: Copy) -> Faults:
    wanted, given = len(instrument.items), len(copy.items)
    if wanted != given:
        yield f"The copy has {_questions(given)}, {instrument.title} has {_questions(wanted)}."
    for pair in _pairs(instrument, copy):
        if pair.copied is None and pair.item is not None:
            yield f"Nothing in the copy is left for “{pair.item.topic}”."
        if pair.item is None and pair.copied is not None:
            yield f"Question {pair.copied.number} is one too many: “{_short(pair.copied.text)}”."
    for place, copied in enumerate(copy.items, 1):
        if copied.number != place:
            yield f"Question {place} of the copy is numbered {copied.number}."
            break
    yield from _code_faults(instrument, copy)


def _code_faults(instrument: Instrument, copy: Copy) -> Faults:
    """A code that belongs to another question of the definition: the order is another one."""
    topics = {item.loinc: item for item in instrument.items if item.loinc}
    for item, copied in zip(instrument.items, copy.items, strict=False):
        other = topics.get(copied.code)
        if other is not None and other.id != item.id:
            yield (
                f"Question {copied.number} carries the code {copied.code} of “{other.topic}”, "
                f"but stands in the place of “{item.topic}”: the order is another one."
            )
    if copy.code and instrument.loinc and copy.code != instrument.loinc:
        yield (
            f"The copy carries the code {copy.code}, "
            f"{instrument.title} has {instrument.loinc}: it is another questionnaire."
        )


def _item_warnings(instrument: Instrument, copy: Copy, language: str) -> Faults:
    for item, copied in zip(instrument.items, copy.items, strict=False):
        if copied.code and item.loinc and copied.code != item.loinc:
            yield (
                f"Question {copied.number} carries the code {copied.code}; "
                f"“{item.topic}” has {item.loinc}."
            )
    if copy.language and copy.language.split("-")[0] != language:
        yield f"The copy says that its language is “{copy.language}”."
    for left in copy.leftovers:
        yield f"Left out, {left.place}: “{_short(left.text)}”."


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """The answers for one answer scale of the definition, in its order where ``fault`` is empty."""

    answers: Answers = ()
    fault: str = ""
    was_sorted: bool = False
    was_filled: bool = False
    common: Answers = ()
    """The common answers of the copy that were used, as they stood there."""


def _answers_for(instrument: Instrument, scale: AnswerScale, copy: Copy, typed: Answers) -> _Found:
    users = [
        (item, copied)
        for item, copied in zip(instrument.items, copy.items, strict=False)
        if item.answers == scale.id
    ]
    own = dict.fromkeys(copied.answers for _item, copied in users if copied.answers)
    if typed:
        return _in_order(scale, typed)
    if len(own) > 1:
        return _Found(fault=_different([copied for _item, copied in users if copied.answers]))
    if own:
        return _in_order(scale, next(iter(own)))
    if scale.id not in _main_scales(instrument):
        return _Found(fault=_nothing_for(instrument, scale))
    fitting = list(dict.fromkeys(each for each in copy.common if _fits(scale, each)))
    if len(fitting) > 1:
        return _Found(fault=f"There is more than one row of {len(scale.choices)} answers.")
    if fitting:
        return _in_order(scale, fitting[0])
    given = " or ".join(str(len(each)) for each in copy.common)
    wanted = len(scale.choices)
    said = f"The copy has {given} answers, {wanted} are asked for." if given else ""
    return _Found(fault=said or _nothing_for(instrument, scale))


def _different(questions: Sequence[CopiedItem]) -> str:
    """Names the questions that are not like most; all of them where none are the most."""
    (usual, most), *others = Counter(each.answers for each in questions).most_common()
    if most == others[0][1]:
        numbers = ", ".join(str(each.number) for each in questions)
        return f"Questions {numbers} offer different answers; they must be the same."
    odd = [str(each.number) for each in questions if each.answers != usual]
    who = f"Question {odd[0]} offers" if len(odd) == 1 else f"Questions {', '.join(odd)} offer"
    return f"{who} other answers than the rest; they must be the same."


def _main_scales(instrument: Instrument) -> frozenset[str]:
    """The answers that most questions offer: what stands apart from questions is about these."""
    used = Counter(item.answers for item in instrument.items)
    most = max(used.values())
    return frozenset(name for name, count in used.items() if count == most)


def _has_count(scale: AnswerScale, answers: Answers) -> bool:
    return len(answers) == len(scale.choices)


def _fits(scale: AnswerScale, answers: Answers) -> bool:
    return _has_count(scale, answers) or _names_the_ends(scale, answers)


def _names_the_ends(scale: AnswerScale, answers: Answers) -> bool:
    """Whether only some numbers of a long scale have words, among them the lowest and highest."""
    wanted = [choice.value for choice in scale.choices]
    given = [answer.value for answer in answers]
    has_ends = wanted[0] in given and wanted[-1] in given
    is_long = len(wanted) > _LONG
    return is_long and has_ends and len(given) < len(wanted) and set(given) <= set(wanted)


def _with_numbers(scale: AnswerScale, answers: Answers) -> Answers:
    """Every number of the scale, with its words where the copy has some."""
    words = {answer.value: answer.label for answer in answers}
    return tuple(
        CopiedAnswer(
            label=f"{choice.value}: {words[choice.value]}"
            if isinstance(choice.value, int) and choice.value in words
            else str(choice.value),
            value=choice.value if isinstance(choice.value, int) else None,
        )
        for choice in scale.choices
    )


def _nothing_for(instrument: Instrument, scale: AnswerScale) -> str:
    topics = [item.topic for item in instrument.items if item.answers == scale.id]
    about = f"“{topics[0]}”" if len(topics) == 1 else f"{len(topics)} questions"
    return (
        f"The words of the {len(scale.choices)} answers to {about} were not found. "
        "Give them apart, one a line, lowest first."
    )


def _in_order(scale: AnswerScale, answers: Answers) -> _Found:
    wanted = [choice.value for choice in scale.choices]
    if _names_the_ends(scale, answers):
        return _Found(answers=_with_numbers(scale, answers), was_filled=True, common=answers)
    if len(answers) != len(wanted):
        listed = ", ".join(f"“{_short(each.label)}”" for each in answers[:12])
        return _Found(
            answers=answers,
            fault=f"{len(answers)} answers were found ({listed}), {len(wanted)} are asked for.",
        )
    given = [answer.value for answer in answers]
    if all(value is None for value in given) or scale.kind is AnswerKind.SEVERAL:
        return _Found(answers=answers)
    if None in given or sorted(map(str, given)) != sorted(map(str, wanted)):
        counted = ", ".join("none" if value is None else str(value) for value in given)
        numbers = ", ".join(map(str, wanted))
        return _Found(answers=answers, fault=f"The answers count {counted}, not {numbers}.")
    by_value = {answer.value: answer for answer in answers}
    ordered = tuple(by_value[value] for value in wanted if isinstance(value, int))
    return _Found(answers=ordered, was_sorted=ordered != answers, common=answers)


def _words(scale: AnswerScale, found: _Found | None) -> AnswerScaleWords | None:
    if found is None or not _has_count(scale, found.answers):
        return None
    return AnswerScaleWords(
        id=scale.id,
        choices=tuple(
            AnswerWords(value=choice.value, label=answer.label)
            for choice, answer in zip(scale.choices, found.answers, strict=True)
        ),
    )


def _answer_faults(instrument: Instrument, found: Mapping[str, _Found]) -> Faults:
    scales = {scale.id: scale for scale in instrument.answer_scales}
    for scale_id, each in found.items():
        if each.fault:
            yield each.fault
        elif any(not answer.label.strip() for answer in each.answers):
            yield _nothing_for(instrument, scales[scale_id])


def _answer_warnings(found: Mapping[str, _Found], copy: Copy) -> Faults:
    if any(each.was_sorted for each in found.values()):
        yield (
            "The answers stand in another order in the copy. They were put in the order of their "
            "numbers, lowest first."
        )
    if any(each.was_filled for each in found.values()):
        yield "Only some answers have words in the copy; the others show their number."
    used = {_labels(each.answers) for each in found.values()}
    used |= {_labels(each.common) for each in found.values()}
    for block in copy.common:
        if _labels(block) not in used:
            listed = ", ".join(_short(answer.label) for answer in block)
            yield f"Left out, a row of answers that no question offers: “{_short(listed)}”."


def _labels(answers: Answers) -> frozenset[str]:
    return frozenset(answer.label for answer in answers)


def _questions(count: int) -> str:
    return f"{count} question" if count == 1 else f"{count} questions"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"
