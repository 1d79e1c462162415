"""What was given, held against the clock: the rates times the time that the infusion ran.

The percentage is a guard of this project against typing, not a clinical rule.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from tracker.domain.confirmation import Question
from tracker.domain.numbers_in_words import plain, rounded
from tracker.domain.rates import Flow
from tracker.domain.run_sheet import End

DIFFERS_FROM_CLOCK_PERCENT = 10


def clock_questions(end: End, flow: Flow, *, ordered_mg: Decimal) -> tuple[Question, ...]:
    """What to ask when the amount given is not what the rates give by the end.

    The millilitres are held against the clock where somebody read them off; else the milligrams.
    `flow` has the pauses and the changes of rate, but not yet the end.
    """
    share = flow.share_run(end.ended_at)
    if end.infused_ml is not None:
        whole, typed, unit, places = flow.total_ml, end.infused_ml, "mL", 2
    else:
        whole, typed, unit, places = ordered_mg, end.given_mg, "mg", 1
    computed = share * Fraction(whole)
    if abs(Fraction(typed) - computed) * 100 <= DIFFERS_FROM_CLOCK_PERCENT * computed:
        return ()
    said = f"{plain(rounded(computed, places))} {unit}"
    return (
        Question(
            # Not of the computed amount: it goes on while somebody reads the question.
            key=f"clock {plain(typed)} {unit}",
            words=f"By the rates and the time it ran, {said} of {plain(whole)} {unit} ran in; "
            f"{plain(typed)} {unit} are entered. Is this right?",
        ),
    )
