"""Forms made from an instrument's definition: one field a question, nothing chosen beforehand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms.validators import StopValidation

from tracker.domain import instruments
from tracker.domain.instruments import (
    SKIPPED,
    AnswerKind,
    AnswerNotOffered,
    Answers,
    AnswerScale,
    AnswerValue,
    Instrument,
    Item,
    WordingState,
    asked_items,
)
from tracker.domain.languages import language_of
from tracker.domain.safety import concerns_so_far
from tracker.web.fields import Identifier, Taken, Ticks, Tiles, Unseen, Version, WholeNumber
from tracker.web.forms import Form

PREFIX = "answer_"
SKIP = (SKIPPED, lazy_gettext("Skip this one"))
_ASK_AGAIN = lazy_gettext("Choose an answer, or “Skip this one”.")
NO_NUMBER = "-"
"""What is typed into a number field to skip it."""
_DUE_KEY = re.compile(r"[a-z0-9:-]{1,80}")


class DueKey(Unseen):
    """Which due check-in the form is for. A damaged one counts as none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = text if _DUE_KEY.fullmatch(text) else ""


class ShownIn(Unseen):
    """The language in which the questions were read, for a form that is sent later than that."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = language_of(valuelist[0]) if valuelist else None


class TicksOrSkip(Ticks):
    """Any number of a list; leaving it untouched is neither an answer nor skipping."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            raise StopValidation(_ASK_AGAIN)


class NumberOrSkip(WholeNumber):
    """A number between two bounds, or a stroke for one that was left out."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if [text.strip() for text in valuelist] == [NO_NUMBER]:
            self.data = SKIPPED
        else:
            super().process_formdata(valuelist)

    def show(self, value: Any) -> str:
        return NO_NUMBER if value == SKIPPED else str(value)


class AnsweredTiles(Tiles):
    """One of the answers. May be left alone where the answers before leave the question out."""

    def pre_validate(self, form: Any) -> None:
        if self.data in {None, ""} and form.leaves_out(self.name):
            raise StopValidation
        super().pre_validate(form)


class AnswerForm(Form):
    """Questions of one instrument, of one page or all of them."""

    instrument: Instrument
    items: Sequence[Item]
    fitting: Mapping[str, AnswerValue]
    """The answers, once it was validated."""
    instrument_version = Version()

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        try:
            self.fitting = self.values()
        except AnswerNotOffered as problem:
            self[PREFIX + problem.item_id].errors = [gettext(problem.sentence, **problem.values)]
            return False
        return True

    def values(self) -> dict[str, AnswerValue]:
        """The answers of the form's questions; None for a skipped one."""
        return {
            item.id: instruments.read_answer(
                self.instrument, item, _texts(self[PREFIX + item.id].data)
            )
            for item in self.items
        }

    def leaves_out(self, field_name: str) -> bool:
        """Whether the answers to the questions before leave this one out, as far as they are in
        the same form.
        """
        after = self.instrument.item(field_name.removeprefix(PREFIX)).ask_when
        if after is None or PREFIX + after.item not in self:
            return False
        before = self[PREFIX + after.item]
        is_chosen = before.data in {str(answer) for answer in after.answers}
        return not is_chosen or self.leaves_out(before.name)

    def answers(self) -> Answers:
        """The answers of a form that has all the questions, and fits."""
        return instruments.check_answers(self.instrument, self.fitting)

    def readable(self) -> dict[str, AnswerValue]:
        """The answers of a form that came back, as far as they are answers."""
        found: dict[str, AnswerValue] = {}
        for item in self.items:
            texts = _texts(self[PREFIX + item.id].data)
            if any(texts):
                with suppress(AnswerNotOffered):
                    found[item.id] = instruments.read_answer(self.instrument, item, texts)
        return found

    @property
    def worries(self) -> bool:
        """Whether an answer chosen so far calls for help: that must not wait for the others."""
        return bool(concerns_so_far(self.instrument, self.readable()))

    @property
    def worrying(self) -> dict[str, list[str]]:
        """The values of each field that call for help, so that a phone can offer it at once."""
        found: dict[str, list[str]] = {}
        for rule in self.instrument.safety_rules:
            values = [_shown(answer) for answer in rule.answers]
            found.setdefault(PREFIX + rule.item, []).extend(values)
        return found

    @property
    def is_of_this_version(self) -> bool:
        return bool(self.instrument_version.data == self.instrument.version)


class OwnAnswerForm(AnswerForm):
    """The patient's own. A phone that had to wait for a connection says when they were given."""

    due_key = DueKey()
    shown_in = ShownIn()
    wording = Identifier()
    taken_at = Taken()

    def values(self) -> dict[str, AnswerValue]:
        """The answers; None for a question that was skipped, or left out by those before."""
        found = super().values()
        return {
            name: None if self.leaves_out(PREFIX + name) else value for name, value in found.items()
        }


class SendForm(OwnAnswerForm):
    """Sends what was kept page by page: no question of its own."""


class ConfirmForm(Form):
    """A button that says something: no question at all."""


def _texts(data: Any) -> list[str]:
    if isinstance(data, list | tuple):
        return list(data)
    return ["" if data is None else str(data)]


def own_form(
    instrument: Instrument, page: int | None = None, kept: Mapping[str, Any] | None = None
) -> type[OwnAnswerForm]:
    """The form class of one page, or of the whole instrument.

    ``kept`` are the answers so far: what they leave out is not asked on the page.
    """
    items = instrument.items if page is None else instrument.items_on(page)
    if page is not None and instrument.has_branches:
        asked = asked_items(instrument, kept or {})
        items = tuple(item for item in items if item in asked)
    made: type[OwnAnswerForm] = _form_class(OwnAnswerForm, instrument, items)
    return made


def send_form(instrument: Instrument) -> type[SendForm]:
    """The form class of the last step, without questions."""
    made: type[SendForm] = _form_class(SendForm, instrument, ())
    return made


def _form_class(base: Any, instrument: Instrument, items: tuple[Item, ...]) -> Any:
    if instrument.wording is WordingState.LOADED:  # by clinic and revision: not worth keeping
        return _make_class(base, instrument, items)
    names = tuple(item.id for item in items)
    return _kept_class(base, instrument.key, instrument.version, instrument.language, names)


@lru_cache(maxsize=128)
def _kept_class(base: Any, key: str, version: int, language: str, names: tuple[str, ...]) -> Any:
    instrument = instruments.in_language(instruments.get(key, version), language)
    return _make_class(base, instrument, tuple(instrument.item(name) for name in names))


def _make_class(base: type[AnswerForm], instrument: Instrument, items: tuple[Item, ...]) -> Any:
    fields = {PREFIX + item.id: _field(instrument, item) for item in items}
    return type(base.__name__, (base,), {"instrument": instrument, "items": items, **fields})


def _field(instrument: Instrument, item: Item) -> Any:
    offered = instrument.answer_scale(item)
    if offered.kind is AnswerKind.NUMBER:
        return number_field(item.words, offered)
    choices = [*((str(choice.value), choice.label) for choice in offered.choices), SKIP]
    if offered.kind is AnswerKind.SEVERAL:
        return TicksOrSkip(item.words, choices=choices)
    return AnsweredTiles(item.words, choices=choices, missing=_ASK_AGAIN)


def number_field(label: str, offered: AnswerScale) -> NumberOrSkip:
    """A field for a number between the bounds of its answers."""
    hint = lazy_gettext(
        "From %(low)s to %(high)s. Type %(none)s to skip it.",
        low=offered.lowest,
        high=offered.highest,
        none=NO_NUMBER,
    )
    return NumberOrSkip(label, low=offered.lowest, high=offered.highest, hint=hint)


def filled_in(items: Sequence[Item], kept: Mapping[str, Any]) -> dict[str, Any]:
    """What a form shows of kept answers: what was skipped stays skipped."""
    return {PREFIX + item.id: _shown(kept[item.id]) for item in items if item.id in kept}


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return value
    return SKIPPED if value is None else str(value)
