"""What is known when a booster is considered: the trigger and what it requires. Never advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.domain.progress.effect import InfusionEffect
from tracker.domain.progress.relapse import RelapseFact

TO_RECORD = (
    "Consent renewed",
    "Blood pressure",
    "Urinary symptoms asked for",
    "Liver tests and urinalysis, where treatment has gone on for six months or is frequent",
    "Screen for misuse",
)
"""What a booster requires beside the counts and the benefit of the last one (this project's list;
laboratory tests: default, needs clinical review)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BoosterFacts:
    """The trigger, if there is one, and what is to be looked at before.

    ``given`` and ``given_mg`` are of this course alone; ``given_in_year`` of the twelve months
    until today. ``last_effect`` is that of the last infusion or booster.
    """

    met: tuple[RelapseFact, ...]
    planned_on: date | None
    given: int
    given_in_year: int
    given_mg: Decimal
    last_effect: InfusionEffect | None
    requires: tuple[str, ...] = TO_RECORD

    @property
    def has_trigger(self) -> bool:
        """Whether a definition of relapse is met or a date is planned."""
        return bool(self.met) or self.planned_on is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class StopFact:
    """Whether a reliable improvement is missing after as many infusions as the protocol names
    (4 to 6: default, needs clinical review). ``is_met`` None: not due yet, or not measured.
    """

    is_met: bool | None
    after: int
    given: int
    judged: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        if self.given < self.after:
            return f"Looked at from infusion {self.after} on; {self.given} given so far."
        if self.is_met is None:
            return (
                f"{self.given} infusions given; no scale with a baseline was "
                f"scored since infusion {self.after}."
            )
        on = ", ".join(self.judged)
        if self.is_met:
            return f"No improvement that counts as one after {self.given} infusions ({on})."
        return f"An improvement that counts as one was seen ({on})."


def stop_fact(after: int, given: int, improved: Sequence[tuple[str, bool]]) -> StopFact:
    """``improved`` says of each judged scale whether it ever stood reliably better.

    A scale that was not scored since infusion ``after`` says nothing of a missing benefit: leave
    it out.
    """
    due = given >= after and bool(improved)
    found = [name for name, yes in improved if yes]
    return StopFact(
        is_met=not found if due else None,
        after=after,
        given=given,
        judged=tuple(found or [name for name, _ in improved]),
    )
