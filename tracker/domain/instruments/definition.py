"""What an instrument is made of. The fields are those of the data files, name for name."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.instruments.basics import (
    AnsweredBy,
    AnswerKind,
    Aspect,
    Remote,
    WordingState,
)
from tracker.domain.instruments.plain import later
from tracker.domain.instruments.rules import Category, Column, Count, Finding, SafetyRule
from tracker.domain.instruments.scales import Scale


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One answer that can be chosen: a number where it is scored, a word where it is a list."""

    value: int | str
    label: str
    alone: bool = False
    """Cannot be ticked together with another, such as "None of these"."""
    loinc: str = later("")
    """The code of the answer (LA…)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerScale:
    """The answers that an item offers: choices, or for a number its bounds."""

    id: str
    kind: AnswerKind
    choices: tuple[Choice, ...] = ()
    least: int | None = later(None)
    most: int | None = later(None)

    def label_of(self, value: int | str) -> str:
        """The words of one answer. KeyError for an answer that is not offered."""
        if self.kind is AnswerKind.NUMBER:
            if not self.offers(value):
                raise KeyError(value)
            return str(value)
        return {choice.value: choice.label for choice in self.choices}[value]

    def offers(self, value: object) -> bool:
        """Whether this is one of the answers. True and 1.0 equal 1 in Python; neither is one."""
        if self.kind is AnswerKind.NUMBER:
            return type(value) is int and self.lowest <= value <= self.highest
        return type(value) in (int, str) and any(each.value == value for each in self.choices)

    @property
    def lowest(self) -> int:
        """The lowest number that can be answered; 0 where the answers are no numbers."""
        return self.least or 0

    @property
    def highest(self) -> int:
        """The highest number that can be answered; 0 where the answers are no numbers."""
        if self.kind is AnswerKind.NUMBER:
            return self.most or 0
        return max((each.value for each in self.choices if type(each.value) is int), default=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One screen of questions. ``lead`` stands before them, such as "In the past 7 days …"."""

    number: int
    heading: str
    lead: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskWhen:
    """An item is asked only when another, before it, has one of these answers."""

    item: str
    answers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One question. ``low_words`` and ``high_words`` name the ends of a rating."""

    id: str
    topic: str
    """Short label for tables and charts."""
    text: str
    """Empty where the wording is somebody else's."""
    answers: str
    """Id of an answer scale."""
    page: int
    low_words: str = ""
    high_words: str = ""
    before: str = ""
    """Said before the question: why it is asked and what an answer leads to."""
    covers: tuple[Aspect, ...] = ()
    loinc: str = later("")
    ask_when: AskWhen | None = later(None)
    is_extra: bool = later(False)
    """Asked beside the scored questions: never counts as missing, and a table may lack it."""

    @property
    def words(self) -> str:
        """The question, or its topic where the wording is not there."""
        return self.text or self.topic


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
    """Of the texts that are in the definition."""
    pages: tuple[Page, ...]
    answer_scales: tuple[AnswerScale, ...]
    items: tuple[Item, ...]
    scales: tuple[Scale, ...] = ()
    safety_rules: tuple[SafetyRule, ...] = ()
    wording: WordingState = later(WordingState.OWN)
    source_url: str = later("")
    loinc: str = later("")
    """The code of the panel."""
    answered_by: AnsweredBy = later(AnsweredBy.PATIENT)
    remote: Remote = later(Remote.YES)
    instead: str = later("")
    """Key of the instrument to offer where this one may not be sent."""
    variant_of: str = later("")
    """Key of the instrument that this is another form of."""
    least_days_between: int = later(0)
    """Asked again sooner, the answers would be about the same days."""
    part2: bool = later(False)
    """Answers may be substance-use records under 42 CFR Part 2, to be withheld by default."""
    total: str = later("")
    """Id of the scale that is the total; empty where the instrument has none."""
    alternatives: tuple[tuple[str, ...], ...] = later(())
    """Items of which one is to be answered: the others then count as not asked."""
    counts: tuple[Count, ...] = later(())
    findings: tuple[Finding, ...] = later(())
    categories: tuple[Category, ...] = later(())
    columns: tuple[Column, ...] = later(())
    """What batch scoring prints besides the total, in order."""
    notes: tuple[str, ...] = later(())
    """What whoever reads the numbers has to know."""

    def item(self, item_id: str) -> Item:
        """KeyError for an unknown id."""
        return {item.id: item for item in self.items}[item_id]

    def scale(self, scale_id: str) -> Scale:
        """KeyError for an unknown id."""
        return {scale.id: scale for scale in self.scales}[scale_id]

    def category(self, category_id: str) -> Category:
        """KeyError for an unknown id."""
        return {category.id: category for category in self.categories}[category_id]

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

    @property
    def has_branches(self) -> bool:
        """Whether some items are asked only after certain answers."""
        return any(item.ask_when is not None for item in self.items)

    @property
    def has_steps(self) -> bool:
        """Whether it is answered step by step: on several pages, or with branches."""
        return len(self.pages) > 1 or self.has_branches

    @property
    def has_wording(self) -> bool:
        """Whether it can be read out as it is; without, staff enter the numbers of a paper form."""
        return self.wording is not WordingState.SITE
