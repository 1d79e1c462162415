"""The dose of an infusion and what has to be true before one starts or ends.

The usual dose and the two bounds above it are the protocol's (`tracker/domain/protocol.py`), with
their sources. Here is the arithmetic, and what is asked before it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from tracker.domain.confirmation import Question
from tracker.domain.protocol import DoseRules

TENTH_MG = Decimal("0.1")
WEIGHT_KG = (Decimal(20), Decimal(400))
DOSE_MG_PER_KG = (Decimal("0.01"), Decimal(10))
PLANNED_MINUTES = (1, 600)
WEIGHT_CHANGE_ASKS_FROM_PERCENT = Decimal(5)


class DoseLevel(StrEnum):
    """Where a dose stands against a protocol's two bounds."""

    ALLOWED = "allowed"
    CONFIRM = "asks for a second confirmation"
    REFUSED = "above the hard limit"


def dose_level(dose_mg_per_kg: Decimal, rules: DoseRules) -> DoseLevel:
    """Where a dose stands; a dose equal to a bound is still below it."""
    if dose_mg_per_kg > rules.refuse_above_mg_per_kg:
        return DoseLevel.REFUSED
    if dose_mg_per_kg > rules.confirm_above_mg_per_kg:
        return DoseLevel.CONFIRM
    return DoseLevel.ALLOWED


@dataclass(frozen=True, kw_only=True, slots=True)
class Dose:
    """An ordered dose: weight × mg/kg, rounded to 0.1 mg with halves up.

    The rounding moves a dose by 0.05 mg at most, less than a syringe resolves. It happens once,
    after the multiplication.
    """

    weight_kg: Decimal
    dose_mg_per_kg: Decimal
    planned_minutes: int

    @property
    def exact_mg(self) -> Decimal:
        return self.weight_kg * self.dose_mg_per_kg

    @property
    def ordered_mg(self) -> Decimal:
        return self.exact_mg.quantize(TENTH_MG, rounding=ROUND_HALF_UP)

    @property
    def mg_per_minute(self) -> Decimal:
        """The even rate over the planned minutes, to 0.001 mg."""
        rate = self.ordered_mg / self.planned_minutes
        return rate.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)

    @property
    def working(self) -> str:
        """The multiplication in words, with the rounding when there is one."""
        product = f"{plain(self.weight_kg)} kg × {plain(self.dose_mg_per_kg)} mg/kg = "
        if self.exact_mg == self.ordered_mg:
            return f"{product}{plain(self.ordered_mg)} mg"
        return f"{product}{plain(self.exact_mg)} mg, rounded to {plain(self.ordered_mg)} mg"

    @property
    def rate_words(self) -> str:
        """The rate in words, such as "41.2 mg over 40 min = 1.03 mg per minute"."""
        return (
            f"{plain(self.ordered_mg)} mg over {self.planned_minutes} min = "
            f"{plain(self.mg_per_minute)} mg per minute"
        )


def plain(number: Decimal) -> str:
    """A number without needless zeros: 41.20 becomes 41.2, 80.0 becomes 80."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def weight_change_percent(now_kg: Decimal, before_kg: Decimal) -> Decimal:
    """The change since the last weight in percent, with sign, to one place."""
    change = (now_kg - before_kg) / before_kg * 100
    return change.quantize(TENTH_MG, rounding=ROUND_HALF_UP)


def weight_question(now_kg: Decimal, before_kg: Decimal | None) -> Question | None:
    """What to ask when the weight moved by 5 % or more since the last infusion."""
    if before_kg is None:
        return None
    # Compared before rounding: 4.96 % is not 5 %.
    if abs(now_kg - before_kg) * 100 < WEIGHT_CHANGE_ASKS_FROM_PERCENT * before_kg:
        return None
    percent = weight_change_percent(now_kg, before_kg)
    return Question(
        key=f"weight {plain(now_kg)} {plain(before_kg)}",
        words=f"The weight is {plain(now_kg)} kg and was {plain(before_kg)} kg at the last "
        f"infusion ({percent:+} %). It was measured today and is right.".replace("-", "−"),
    )


def dose_question(dose: Dose, rules: DoseRules) -> Question | None:
    """What to ask a second time when a dose lies above the protocol's first bound."""
    if dose_level(dose.dose_mg_per_kg, rules) is not DoseLevel.CONFIRM:
        return None
    return Question(
        key=f"dose {plain(dose.dose_mg_per_kg)} {plain(dose.ordered_mg)}",
        words=f"{plain(dose.dose_mg_per_kg)} mg/kg is above "
        f"{plain(rules.confirm_above_mg_per_kg)} mg/kg, from where this protocol asks twice. "
        f"{plain(dose.ordered_mg)} mg is meant.",
    )


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from one instant to another, rounded down; negative when it lies before.

    Counted in UTC: Python subtracts two times of one zone by its wall clock.
    """
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() // 60)
