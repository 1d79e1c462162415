"""The form for a clinic's own copy of a questionnaire: looked at first, then confirmed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tracker.actions.wordings import LONGEST_RIGHT
from tracker.domain import instruments
from tracker.domain.instruments import (
    AnswerScale,
    BrokenInstrument,
    Instrument,
    Wording,
    to_json,
    wording_from_json,
)
from tracker.domain.languages import Language
from tracker.domain.wordings import (
    LONGEST_PASTED,
    CopiedAnswer,
    Copy,
    UnreadableCopy,
    WordingSource,
    read_answers,
    read_pasted,
)
from tracker.interop.fhir_questionnaires import LARGEST_BYTES, read_questionnaire
from tracker.web.fields import Carried, LongText, Ticks, Tiles, Upload, Words
from tracker.web.forms import Form

ANSWERS = "answers_"
LONGEST_CONTENT = 100_000
"""Characters of a wording that a form carries from the look at it to the confirmation."""
_TYPED_NAMES = {Language.ENGLISH: "English", Language.SPANISH: "Spanish"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A copy as it was given, with the answers that were typed apart from it."""

    copy: Copy
    source: WordingSource
    typed: Mapping[str, tuple[CopiedAnswer, ...]]


class CopyForm(Form):
    """One form for both steps, so that what was typed is still there after the look at it."""

    instrument: Instrument

    language = Tiles(
        "Language of your copy",
        choices=[(str(each), _TYPED_NAMES[each]) for each in Language],
        missing="Choose the language of your copy.",
    )
    text = LongText(
        "Numbered text of your copy",
        longest=LONGEST_PASTED,
        optional=True,
        hint="Paste it with the numbers of the questions and with the answers.",
    )
    questionnaire = Upload(
        "Or a FHIR Questionnaire",
        most_bytes=LARGEST_BYTES,
        optional=True,
        hint=f"A JSON file, at most {LARGEST_BYTES // 1024} KB.",
    )
    content = Carried(longest=LONGEST_CONTENT)
    right_to_use = Words(
        "Where the copy is from",
        longest=LONGEST_RIGHT,
        optional=True,
        hint="For example: form of 2013, from the publisher on 3 Nov 2026, licence 4711.",
    )
    has_right = Ticks(
        "Right to use", choices=[("yes", "I have the right to use this wording here")]
    )
    step = Words("Step", longest=10, optional=True)

    @property
    def is_confirming(self) -> bool:
        """Whether the button under the look at it was pressed."""
        return self.step.data == CONFIRM

    def given(self) -> Given | None:
        """What was pasted or uploaded; None with the reason beside the answer."""
        try:
            copy, source = self._copy()
        except UnreadableCopy as problem:
            field = self.questionnaire if self.questionnaire.data else self.text
            field.errors = [*field.errors, str(problem)]
            return None
        return Given(copy=copy, source=source, typed=self._typed())

    def _copy(self) -> tuple[Copy, WordingSource]:
        if self.text.data and self.questionnaire.data:
            raise UnreadableCopy("Give the text or the file, not both.")
        if self.questionnaire.data:
            return read_questionnaire(self.questionnaire.data), WordingSource.FHIR
        if self.text.data:
            return read_pasted(self.text.data), WordingSource.PASTED
        raise UnreadableCopy("Paste the text of your copy, or choose a file.")

    def _typed(self) -> dict[str, tuple[CopiedAnswer, ...]]:
        found = {
            scale.id: read_answers(self[ANSWERS + scale.id].data or "")
            for scale in answered_in_words(self.instrument)
        }
        return {name: answers for name, answers in found.items() if answers}

    def carry(self, wording: Wording, source: WordingSource) -> None:
        """Take what was looked at along to the confirmation."""
        content = {"source": str(source), "wording": to_json(wording)}
        self.content.data = json.dumps(content, ensure_ascii=False)

    def carried(self) -> tuple[Wording, WordingSource] | None:
        """What was looked at; None when the form was damaged on its way."""
        try:
            content = json.loads(self.content.data or "")
            source = WordingSource(content["source"])
            return wording_from_json(content["wording"], "the form"), source
        except (ValueError, KeyError, TypeError, RecursionError, BrokenInstrument):
            return None

    def says_the_right(self) -> bool:
        """Whether both statements on the right to use are there; says so beside them if not."""
        if not self.right_to_use.data:
            self.right_to_use.errors = ["Say where the copy is from."]
        if not self.has_right.data:
            self.has_right.errors = ["Tick this if it is so. Without it the wording is not kept."]
        return not self.right_to_use.errors and not self.has_right.errors


CONFIRM = "confirm"


def copy_form(instrument: Instrument) -> type[CopyForm]:
    """The form class of one instrument."""
    made: type[CopyForm] = _form_class(instrument.key, instrument.version)
    return made


@lru_cache(maxsize=64)
def _form_class(key: str, version: int) -> Any:
    instrument = instruments.get(key, version)
    fields = {
        ANSWERS + scale.id: _answers_field(instrument, scale)
        for scale in answered_in_words(instrument)
    }
    return type("CopyForm", (CopyForm,), {"instrument": instrument, **fields})


def answered_in_words(instrument: Instrument) -> tuple[AnswerScale, ...]:
    """The answer scales whose answers have words."""
    return tuple(scale for scale in instrument.answer_scales if scale.choices)


def _answers_field(instrument: Instrument, scale: AnswerScale) -> LongText:
    topics = [item.topic for item in instrument.items if item.answers == scale.id]
    about = "the questions" if len(topics) == len(instrument.items) else _listed(topics)
    return LongText(
        f"The {len(scale.choices)} answers to {about}",
        longest=4000,
        optional=True,
        hint="Only where the text does not hold them: one a line, lowest first.",
    )


def _listed(topics: list[str]) -> str:
    shown = ", ".join(topics[:3])
    return shown if len(topics) <= 3 else f"{shown} and {len(topics) - 3} more"
