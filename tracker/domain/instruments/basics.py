"""The small words that definitions are written with."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum


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
    NUMBER = "number"
    """A whole number between two bounds, both allowed."""


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


class WordingState(StrEnum):
    """Whose words an instrument is asked in."""

    OWN = "own"
    """This project's own; they are in the definition."""
    SITE = "site"
    """Somebody else's: each clinic loads its own copy, and until then only topics are shown."""
    LOADED = "loaded"
    """A clinic's copy has been put in (`worded`). No data file says this."""


class AnsweredBy(StrEnum):
    """Who gives the answers."""

    PATIENT = "patient"
    CLINICIAN = "clinician"


class Remote(StrEnum):
    """Whether it may be sent to a patient who is not in the room."""

    YES = "yes"
    WATCHED = "watched"
    """Only where the clinic has named somebody who watches the alerts."""
    NO = "no"


class Standing(StrEnum):
    """How much a number can be relied on."""

    PUBLISHED = "published"
    UNCONFIRMED = "unconfirmed"
    """Said to be published; the source was not seen. Needs clinical review."""
    SITE_DEFAULT = "site_default"
    """The project's own choice, for the clinic to change. Needs clinical review."""

    @property
    def needs_review(self) -> bool:
        """Whether a clinician has to agree to it first."""
        return self is not Standing.PUBLISHED


class Operator(StrEnum):
    """How a value is compared with a bound: sources differ in just this (< 5 against <= 5)."""

    BELOW = "<"
    AT_MOST = "<="
    AT_LEAST = ">="
    ABOVE = ">"

    def holds(self, value: Decimal | int, bound: Decimal | int) -> bool:
        """Whether ``value`` stands so to ``bound``."""
        return _COMPARE[self](value, bound)

    @property
    def is_upward(self) -> bool:
        """Whether a higher value can only make it hold."""
        return self in (Operator.AT_LEAST, Operator.ABOVE)


_COMPARE: dict[Operator, Callable[[Decimal | int, Decimal | int], bool]] = {
    Operator.BELOW: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.AT_LEAST: operator.ge,
    Operator.ABOVE: operator.gt,
}
