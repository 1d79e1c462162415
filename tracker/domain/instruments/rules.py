"""Rules over answers: counts, findings, categories, and what must be looked at.

A finding is yes, no or undetermined. It is undetermined exactly where two ways of filling in the
skipped answers would decide it differently; it is never decided on a prorated score.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.instruments.basics import Standing
from tracker.domain.instruments.plain import later


class Verdict(StrEnum):
    """The result of a finding."""

    YES = "yes"
    NO = "no"
    UNDETERMINED = "undetermined"

    @classmethod
    def of(cls, known: bool | None) -> Verdict:
        """None is what the answers leave open."""
        if known is None:
            return cls.UNDETERMINED
        return cls.YES if known else cls.NO


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """Something that holds or not. Has exactly one of these forms:

    ``item``, ``scale`` or ``count`` with ``at_least`` or ``at_most``; ``finding`` alone; or
    ``all`` of some conditions, ``any`` of them, ``none`` of them.
    """

    item: str = later("")
    scale: str = later("")
    count: str = later("")
    finding: str = later("")
    at_least: int | None = later(None)
    at_most: int | None = later(None)
    all: tuple[Condition, ...] = later(())
    any: tuple[Condition, ...] = later(())
    none: tuple[Condition, ...] = later(())


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """How many of some items were answered with ``at_least`` or more; open while one that could
    still count is skipped.
    """

    id: str
    label: str
    items: tuple[str, ...]
    at_least: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A yes or no that the answers make."""

    id: str
    label: str
    when: Condition
    source: str
    status: Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One category. The last of a list has no condition: what is left."""

    key: str
    label: str
    when: Condition | None = later(None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Category:
    """One of several names, never two: the first whose condition holds."""

    id: str
    label: str
    outcomes: tuple[Outcome, ...]
    source: str
    status: Standing
    loinc: str = later("")

    def label_of(self, key: str) -> str:
        """The words of an outcome; "Undetermined" for one that the answers leave open."""
        labels = {outcome.key: outcome.label for outcome in self.outcomes}
        return labels.get(key, "Undetermined")


@dataclass(frozen=True, kw_only=True, slots=True)
class SafetyRule:
    """Answers to one item, or outcomes of one category, that raise a safety alert.

    Null among ``answers`` stands for a skipped item, "undetermined" among ``outcomes`` for a
    category that skipped answers leave open. ``level`` is 1 (watch), 2 (soon) or 3 (now);
    ``deadline_hours`` is empty for "by the end of the clinic's working day". Levels and deadlines
    are the project's own defaults and need clinical review.
    """

    id: str
    item: str = ""
    answers: tuple[int | None, ...] = ()
    level: int
    deadline_hours: int | None = None
    category: str = later("")
    outcomes: tuple[str, ...] = later(())


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of batch scoring: what its ``name`` shows. Exactly one source is given.

    A scale's value, the label of the band that it falls in, a count, a finding, a category, or
    the answer to an item.
    """

    name: str
    scale: str = later("")
    band: str = later("")
    count: str = later("")
    finding: str = later("")
    category: str = later("")
    item: str = later("")
