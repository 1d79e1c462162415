"""The answers of one check-in: each one offered by the instrument, or skipped, never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tracker.domain.instruments.basics import AnswerKind
from tracker.domain.instruments.definition import AnswerScale, Instrument, Item
from tracker.domain.languages import to_say

AnswerValue = int | tuple[str, ...] | None
"""A chosen number, the ticked entries of a list in its order, or None: skipped (never 0)."""

SKIPPED = "skip"
"""What a form sends when somebody skips a question."""


class AnswerNotOffered(ValueError):
    """An answer to an item that does not offer it, or to an item that does not exist.

    ``sentence`` is one of the catalogue with its ``values`` apart, for a patient may read it;
    ``message`` is the whole in English.
    """

    def __init__(self, item_id: str, sentence: str, **values: object) -> None:
        self.message = sentence % values if values else sentence
        super().__init__(self.message)
        self.item_id = item_id
        self.sentence = sentence
        self.values = values


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """Every item of the instrument has an entry in ``values``. ``language`` is what was read."""

    instrument_key: str
    instrument_version: int
    values: Mapping[str, AnswerValue]
    language: str

    def __getitem__(self, item_id: str) -> AnswerValue:
        return self.values[item_id]

    @property
    def skipped(self) -> tuple[str, ...]:
        """The items without an answer, in order."""
        return tuple(name for name, value in self.values.items() if value is None)

    def to_json(self) -> dict[str, Any]:
        """As stored: null for each skipped item. `check_answers` reads it back."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self.values.items()
        }


def check_answers(instrument: Instrument, raw: Mapping[str, object]) -> Answers:
    """The answers, complete: an item that ``raw`` lacks was skipped.

    Raises `AnswerNotOffered` with the item's id for an unknown item or an answer not offered.
    """
    known = {item.id for item in instrument.items}
    for name in raw:
        if name not in known:
            raise AnswerNotOffered(name, f"{instrument.title} has no question {name!r}.")
    values = {
        item.id: check_answer(instrument, item, raw.get(item.id)) for item in instrument.items
    }
    return Answers(
        instrument_key=instrument.key,
        instrument_version=instrument.version,
        values=MappingProxyType(values),
        language=instrument.language,
    )


def check_answer(instrument: Instrument, item: Item, value: object) -> AnswerValue:
    """One answer, or None for a skipped item. Raises `AnswerNotOffered`."""
    if value is None:
        return None
    offered = instrument.answer_scale(item)
    if offered.kind is AnswerKind.SEVERAL:
        return _ticked(item, offered, value)
    if type(value) is int and offered.offers(value):
        return value
    if offered.kind is AnswerKind.NUMBER:
        raise AnswerNotOffered(
            item.id,
            to_say("Enter a whole number from %(low)s to %(high)s for “%(topic)s”, or skip it."),
            low=offered.lowest,
            high=offered.highest,
            topic=item.topic,
        )
    raise AnswerNotOffered(
        item.id, to_say("Choose one of the answers to “%(topic)s”, or skip it."), topic=item.topic
    )


def _ticked(item: Item, offered: AnswerScale, value: object) -> tuple[str, ...] | None:
    labels = [str(choice.value) for choice in offered.choices]
    if not isinstance(value, list | tuple) or any(entry not in labels for entry in value):
        raise AnswerNotOffered(
            item.id, to_say("Choose from the list of “%(topic)s”, or skip it."), topic=item.topic
        )
    alone = [choice for choice in offered.choices if choice.alone and choice.value in value]
    if alone and len(set(value)) > 1:
        raise AnswerNotOffered(
            item.id,
            to_say("Choose either “%(alone)s” or the others of “%(topic)s”."),
            alone=alone[0].label,
            topic=item.topic,
        )
    # nothing ticked says nothing: it is not the same as "None of these"
    return tuple(label for label in labels if label in value) or None


def read_answer(instrument: Instrument, item: Item, texts: Sequence[str]) -> AnswerValue:
    """What a form sent for one item (all values of its field). Raises `AnswerNotOffered`.

    No value, an empty one or `SKIPPED` alone means skipped.
    """
    sent = [text for text in texts if text != ""]
    if not sent or sent == [SKIPPED]:
        return None
    if instrument.answer_scale(item).kind is AnswerKind.SEVERAL:
        return check_answer(instrument, item, sent)
    number = int(sent[0]) if len(sent) == 1 and _is_plain_number(sent[0]) else sent[0]
    return check_answer(instrument, item, number)


def _is_plain_number(text: str) -> bool:
    return len(text) <= 4 and text.isascii() and text.isdigit()


def asked_items(instrument: Instrument, answered: Mapping[str, Any]) -> tuple[Item, ...]:
    """The items that are asked after these answers, in order. An item that hangs on another one
    is asked once that one is asked itself and has one of the answers that call for it.
    """
    asked: dict[str, Item] = {}
    for item in instrument.items:
        after = item.ask_when
        if after is None or (after.item in asked and answered.get(after.item) in after.answers):
            asked[item.id] = item
    return tuple(asked.values())
