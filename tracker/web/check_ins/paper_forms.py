"""The form for what staff take over from paper: numbers beside topics, whatever the wording."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tracker.domain import instruments
from tracker.domain.check_ins import Mode
from tracker.domain.instruments import (
    AnswerKind,
    AnswerNotOffered,
    AnswerScale,
    AnswerValue,
    Instrument,
    Item,
    check_answer,
)
from tracker.web.check_ins.forms import (
    PREFIX,
    SKIP,
    AnsweredTiles,
    AnswerForm,
    TicksOrSkip,
    number_field,
)
from tracker.web.fields import Carried, Day, Ticks, Tiles, TimeOfDay

_CHOOSE = "Choose what is on the paper, or “Skip this one”."
_LONGEST_PASS = 3000


class PaperForm(AnswerForm):
    """What staff take over from paper, with the paper's date; twice, where that is asked for."""

    mode = Tiles(
        "How were the answers given?",
        choices=[(str(Mode.PAPER), "On paper"), (str(Mode.ASSISTED), "Read out in the room")],
        missing="Choose how the answers were given.",
    )
    answered_on = Day("Date on the paper", missing="Enter the date on the paper.")
    answered_time = TimeOfDay(
        "Time, about",
        hint="It tells whether the answers count before or after an infusion.",
        missing="Enter a time such as 14:05, even if it is a guess.",
    )
    twice = Ticks("Check", choices=[("yes", "Enter it twice, to find slips")])
    first_pass = Carried(longest=_LONGEST_PASS)
    settled = Carried(longest=3)

    @property
    def is_first_of_two(self) -> bool:
        """Whether these answers are to be entered once more."""
        return bool(self.twice.data) and self._first() is None

    def keep_first_pass(self, other: PaperForm) -> None:
        """Take over what was entered first, with all that is not an answer."""
        answers = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in other.values().items()
        }
        self.first_pass.data = json.dumps(answers)
        for name in ("mode", "answered_on", "answered_time", "twice", "instrument_version"):
            self[name].data = other[name].data

    def name_differences(self) -> bool:
        """Say beside each answer that differs what it was at first; false when none does.

        Said once: what is sent after that was looked at, and counts.
        """
        first = self._first()
        if first is None or self.settled.data:
            return False
        second = self.values()
        differing = [item for item in self.items if first[item.id] != second[item.id]]
        for item in differing:
            was, now = self._words(item, first[item.id]), self._words(item, second[item.id])
            field = self[PREFIX + item.id]
            field.errors = [f"First {was}, then {now}. Look at the paper and choose."]
        self.settled.data = "yes" if differing else ""
        return bool(differing)

    def _first(self) -> Mapping[str, AnswerValue] | None:
        """The first pass, each answer checked; None when there was none or it was damaged."""
        try:
            given = json.loads(self.first_pass.data or "null")
            return {
                item.id: check_answer(self.instrument, item, given[item.id]) for item in self.items
            }
        except (ValueError, TypeError, KeyError, RecursionError, AnswerNotOffered):
            return None

    def _words(self, item: Item, value: AnswerValue) -> str:
        if value is None:
            return "skipped"
        if isinstance(value, tuple):
            return ", ".join(value)
        return labelled(self.instrument.answer_scale(item), value)


def labelled(scale: AnswerScale, value: int | str) -> str:
    """An answer with its number in front, as the keypad takes it."""
    label = scale.label_of(value)
    return label if label == str(value) else f"{value} {label}"


def paper_form(instrument: Instrument) -> type[PaperForm]:
    """The form class for entering a paper form of one instrument."""
    made: type[PaperForm] = _form_class(instrument.key, instrument.version)
    return made


@lru_cache(maxsize=64)
def _form_class(key: str, version: int) -> Any:
    instrument = instruments.get(key, version)
    fields = {PREFIX + item.id: _field(instrument, item) for item in instrument.items}
    parts = {"instrument": instrument, "items": instrument.items, **fields}
    return type("PaperForm", (PaperForm,), parts)


def _field(instrument: Instrument, item: Item) -> Any:
    scale = instrument.answer_scale(item)
    if scale.kind is AnswerKind.NUMBER:
        return number_field(item.topic, scale)
    if scale.kind is AnswerKind.SEVERAL:
        choices = [(str(choice.value), choice.label) for choice in scale.choices]
        return TicksOrSkip(item.topic, choices=[*choices, SKIP])
    choices = [(str(each.value), labelled(scale, each.value)) for each in scale.choices]
    return AnsweredTiles(item.topic, choices=[*choices, SKIP], missing=_CHOOSE)
