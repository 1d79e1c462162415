"""The coded words of what is logged on a run sheet."""

from __future__ import annotations

from enum import StrEnum


class CheckPhase(StrEnum):
    """Which checklist an item belongs to."""

    BEFORE = "before"
    DISCHARGE = "discharge"


class CheckResult(StrEnum):
    """What became of an item. Overridden needs a reason."""

    DONE = "done"
    NOT_APPLICABLE = "not_applicable"
    OVERRIDDEN = "overridden"


class Relatedness(StrEnum):
    """Whether an event is thought to come from the infusion."""

    UNRELATED = "unrelated"
    POSSIBLE = "possible"
    PROBABLE = "probable"
    DEFINITE = "definite"


class RecoveryScale(StrEnum):
    """Two scores of readiness for discharge. Both are 5 items of 0 to 2 each."""

    ALDRETE = "aldrete-10"
    PADSS = "padss-10"
