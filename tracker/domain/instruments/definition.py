"""What an instrument is made of. The fields are those of the data files, name for name."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Direction(StrEnum):
    """Which way is better on a scale."""

    LOWER_IS_BETTER = "lower_is_better"
    HIGHER_IS_BETTER = "higher_is_better"

    @property
    def words(self) -> str:
        return "Lower is better" if self is Direction.LOWER_IS_BETTER else "Higher is better"


class AnswerKind(StrEnum):
    """How an answer is given."""

    RATING = "rating"
    """One of a row of numbers with both ends in words."""
    WORDS = "words"
    """One of a few answers in words."""
    SEVERAL = "several"
    """Any number of answers from a list."""


class Aspect(StrEnum):
    """The symptoms and gains that treatment is about, as tags on items."""

    FLASHBACKS = "flashbacks"
    NIGHTMARES = "nightmares"
    ANXIETY_AND_PANIC = "anxiety_and_panic"
    UNWANTED_THOUGHTS = "unwanted_thoughts"
    EMOTIONAL_DISTRESS = "emotional_distress"
    PHYSICAL_REACTIVITY = "physical_reactivity"
    HOPELESSNESS = "hopelessness"
    AVOIDANCE = "avoidance"
    FEELING_SAFE = "feeling_safe"
    SELF_CONFIDENCE = "self_confidence"
    EMOTIONAL_STABILITY = "emotional_stability"
    MOTIVATION = "motivation"
    CONNECTION = "connection"
    INTEREST_IN_LIFE = "interest_in_life"


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One answer that can be chosen: a number where it is scored, a word where it is a list."""

    value: int | str
    label: str
    alone: bool = False
    """Cannot be ticked together with another, such as "None of these"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerScale:
    """The answers that an item offers."""

    id: str
    kind: AnswerKind
    choices: tuple[Choice, ...]

    def label_of(self, value: int | str) -> str:
        """The words of one answer. KeyError for an answer that is not offered."""
        return {choice.value: choice.label for choice in self.choices}[value]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One screen of questions. ``lead`` stands before them, such as "In the past 7 days …"."""

    number: int
    heading: str
    lead: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One question. ``low_words`` and ``high_words`` name the ends of a rating."""

    id: str
    topic: str
    """Short label for tables and charts."""
    text: str
    answers: str
    """Id of an answer scale."""
    page: int
    low_words: str = ""
    high_words: str = ""
    before: str = ""
    """Said before the question: why it is asked and what an answer leads to."""
    covers: tuple[Aspect, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """A number made from items: their sum, prorated as mean x count when enough are answered.

    ``least_answered_percent`` is the missing-answer rule: 80 for a total (16 of 20) and 75 for a
    group, below which there is no score. No published rule exists for these instruments; this is
    the project's own choice, as for the 20-item forms it resembles.
    ``part_of`` names the total that this scale is a group of; the groups of a total share out
    its items without overlap.
    """

    id: str
    label: str
    """For tables and charts, in the direction of the numbers: "Low mood" if lower is better."""
    in_sentence: str
    """How a sentence calls the number: "Your <in_sentence> went from 58 to 41."."""
    items: tuple[str, ...]
    minimum: int
    maximum: int
    direction: Direction
    least_answered_percent: int
    part_of: str | None = None

    @property
    def least_answered(self) -> int:
        """How many items must be answered for a score."""
        return -(-len(self.items) * self.least_answered_percent // 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class SafetyRule:
    """Answers to one item that raise a safety alert; null among them stands for a skipped item.

    ``level`` is 1 (watch), 2 (soon) or 3 (now); ``deadline_hours`` is empty for "by the end of
    the clinic's working day".
    """

    id: str
    item: str
    answers: tuple[int | None, ...]
    level: int
    deadline_hours: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Instrument:
    """One version of one questionnaire, complete."""

    key: str
    version: int
    title: str
    introduction: str
    recall: str
    """The time that the questions ask about, such as "past 7 days"."""
    minutes: int
    """About how long it takes."""
    validated: bool
    licence: str
    attribution: str
    language: str
    pages: tuple[Page, ...]
    answer_scales: tuple[AnswerScale, ...]
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    safety_rules: tuple[SafetyRule, ...] = ()

    def item(self, item_id: str) -> Item:
        """KeyError for an unknown id."""
        return {item.id: item for item in self.items}[item_id]

    def scale(self, scale_id: str) -> Scale:
        """KeyError for an unknown id."""
        return {scale.id: scale for scale in self.scales}[scale_id]

    def answer_scale(self, item: Item) -> AnswerScale:
        """The answers that an item of this instrument offers."""
        return {scale.id: scale for scale in self.answer_scales}[item.answers]

    def items_on(self, page: int) -> tuple[Item, ...]:
        """The questions of one page, in order."""
        return tuple(item for item in self.items if item.page == page)

    @property
    def totals(self) -> tuple[Scale, ...]:
        """The scales that are not a group of another."""
        return tuple(scale for scale in self.scales if scale.part_of is None)

    def groups_of(self, total_id: str) -> tuple[Scale, ...]:
        """The groups that a total is made of, in order."""
        return tuple(scale for scale in self.scales if scale.part_of == total_id)


def to_json(instrument: Instrument) -> dict[str, Any]:
    """The definition as plain data, to be stored beside the answers; `from_json` reads it back."""
    plain: dict[str, Any] = json.loads(canonical(instrument))
    return plain


def canonical(instrument: Instrument) -> str:
    """The same text for the same definition: sorted keys, no spaces."""
    return json.dumps(asdict(instrument), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
