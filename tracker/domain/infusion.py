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
from tracker.domain.course_review import AgreedDose
from tracker.domain.dosing_weight import WEIGHT_KG, WeightRule
from tracker.domain.errors import Refused
from tracker.domain.infusion_volume import Preparation
from tracker.domain.numbers_in_words import plain
from tracker.domain.protocol import DoseRules

__all__ = [
    "DOSE_MG_PER_KG",
    "PLANNED_MINUTES",
    "WEIGHT_KG",
    "Dose",
    "DoseLevel",
    "dose_change_question",
    "dose_level",
    "dose_question",
    "minutes_between",
    "plain",
    "usual_range_question",
    "weight_change_percent",
    "weight_question",
]

TENTH_MG = Decimal("0.1")
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
    """An ordered dose: dosing weight × mg/kg, rounded to 0.1 mg with halves up.

    `weight_kg` was measured; `rule` says which weight is dosed for. The rounding moves a dose by
    0.05 mg at most, less than a syringe resolves. It happens once, after the multiplication.
    """

    weight_kg: Decimal
    dose_mg_per_kg: Decimal
    planned_minutes: int
    rule: WeightRule = WeightRule()
    prepared: Preparation | None = None

    @property
    def dosing_weight_kg(self) -> Decimal:
        """The weight that is dosed for, exact."""
        return self.rule.dosing_kg(self.weight_kg)

    @property
    def exact_mg(self) -> Decimal:
        return self.dosing_weight_kg * self.dose_mg_per_kg

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
        product = f"{plain(self.dosing_weight_kg)} kg × {plain(self.dose_mg_per_kg)} mg/kg = "
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

    @property
    def total_ml(self) -> Decimal | None:
        """What runs in, to 0.01 mL; None when no preparation is written down."""
        return self.prepared.total_ml(self.ordered_mg) if self.prepared else None

    @property
    def steps(self) -> tuple[str, ...]:
        """The whole working in words, a line for each step."""
        weight = self.rule.working(self.weight_kg)
        first = (weight,) if weight else ()
        if self.prepared is None:
            return (*first, self.working, self.rate_words)
        volumes = self.prepared.working(self.ordered_mg, self.planned_minutes)
        return (*first, self.working, self.rate_words, *volumes)


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


def usual_range_question(dose: Dose, rules: DoseRules) -> Question | None:
    """What to ask when a dose lies outside the usual range, but below the first bound."""
    low, high = rules.usual_low_mg_per_kg, rules.usual_high_mg_per_kg
    per_kg = dose.dose_mg_per_kg
    if low <= per_kg <= high or dose_level(per_kg, rules) is not DoseLevel.ALLOWED:
        return None
    where = "above" if per_kg > high else "below"
    return Question(
        key=f"usual {plain(per_kg)} {plain(dose.ordered_mg)}",
        words=f"{plain(per_kg)} mg/kg is {where} the usual range of {plain(low)} to {plain(high)} "
        f"mg/kg. {plain(dose.ordered_mg)} mg is meant.",
    )


def dose_change_question(dose: Dose, before_mg_per_kg: Decimal | None) -> Question | None:
    """What to ask when the dose per kilogram differs from the infusion before."""
    if before_mg_per_kg is None or dose.dose_mg_per_kg == before_mg_per_kg:
        return None
    return Question(
        key=f"change {plain(dose.dose_mg_per_kg)} {plain(before_mg_per_kg)}",
        words=f"The dose is {plain(dose.dose_mg_per_kg)} mg/kg and was {plain(before_mg_per_kg)} "
        "mg/kg at the last infusion. The change is meant.",
    )


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from one instant to another, rounded down; negative when it lies before.

    Counted in UTC: Python subtracts two times of one zone by its wall clock.
    """
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() // 60)


def check_not_above_agreed(dose: Dose, agreed: AgreedDose | None, rules: DoseRules) -> None:
    """Raise `Refused` for a dose above what a review agreed on, else above the protocol's.

    For people who do not prescribe: they give what was agreed, or less.
    """
    most = agreed.dose_mg_per_kg if agreed else rules.dose_mg_per_kg
    if dose.dose_mg_per_kg > most:
        raise Refused(
            f"{plain(most)} mg/kg is agreed. A higher dose is started by whoever prescribes.",
            field="dose_mg_per_kg",
        )
