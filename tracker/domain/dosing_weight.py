"""The weight that a dose is computed from: measured, ideal, or measured up to the site's cap."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.confirmation import Question
from tracker.domain.errors import Refused
from tracker.domain.numbers_in_words import plain
from tracker.domain.weight_basis import IdealWeightFor, WeightBasis

WEIGHT_KG = (Decimal(20), Decimal(400))
HEIGHT_CM = (100, 250)
DEVINE_FROM_CM = Decimal("152.4")
DEVINE_KG_PER_CM = Decimal("0.9055")
DEVINE_KG = {IdealWeightFor.MAN: Decimal(50), IdealWeightFor.WOMAN: Decimal("45.5")}

BASIS_WORDS = {
    WeightBasis.ACTUAL: "the weight measured today",
    WeightBasis.IDEAL: "the ideal weight",
    WeightBasis.CAPPED: "the weight measured, up to the protocol's cap",
}


def ideal_weight_kg(height_cm: int, ideal_for: IdealWeightFor) -> Decimal:
    """Devine's formula: 50 kg (men) or 45.5 kg (women) + 0.9055 × (height − 152.4 cm). Exact.

    One inch over five feet is 2.3 kg in Devine's own words; 0.9055 kg/cm is the same in metric.
    """
    return DEVINE_KG[ideal_for] + DEVINE_KG_PER_CM * (height_cm - DEVINE_FROM_CM)


@dataclass(frozen=True, kw_only=True, slots=True)
class WeightRule:
    """How the dosing weight comes from the measured one. `cap_kg` is the protocol's."""

    basis: WeightBasis = WeightBasis.ACTUAL
    height_cm: int | None = None
    ideal_for: IdealWeightFor | None = None
    cap_kg: Decimal | None = None

    def dosing_kg(self, measured_kg: Decimal) -> Decimal:
        """The weight used for dosing, exact: nothing is rounded before the milligrams.

        What the basis needs has to be there: `check_weight_rule` says what is missing.
        """
        if self.basis is WeightBasis.IDEAL and self.height_cm and self.ideal_for:
            return ideal_weight_kg(self.height_cm, self.ideal_for)
        if self.basis is WeightBasis.CAPPED and self.cap_kg is not None:
            return min(measured_kg, self.cap_kg)
        return measured_kg

    def working(self, measured_kg: Decimal) -> str:
        """Where the dosing weight comes from, in words; empty for the measured weight itself."""
        kg = plain(self.dosing_kg(measured_kg))
        if self.basis is WeightBasis.IDEAL and self.height_cm and self.ideal_for:
            base = plain(DEVINE_KG[self.ideal_for])
            return (
                f"Ideal weight (Devine, {self.ideal_for}): {base} kg + 0.9055 kg/cm × "
                f"({self.height_cm} cm − 152.4 cm) = {kg} kg; measured {plain(measured_kg)} kg"
            )
        if self.basis is WeightBasis.CAPPED and self.cap_kg is not None:
            cap = plain(self.cap_kg)
            if measured_kg > self.cap_kg:
                return (
                    f"Weight capped at {cap} kg by the protocol; measured {plain(measured_kg)} kg"
                )
            return f"{plain(measured_kg)} kg measured: the protocol's cap is {cap} kg"
        return ""


def check_weight_rule(rule: WeightRule, measured_kg: Decimal) -> None:
    """Raise `Refused` when the basis lacks what it is computed from, or gives no usable weight."""
    if rule.basis is WeightBasis.CAPPED and rule.cap_kg is None:
        raise Refused(
            "This protocol has no weight cap. Choose another basis.", field="weight_basis"
        )
    if rule.basis is not WeightBasis.IDEAL:
        return
    low, high = HEIGHT_CM
    if rule.height_cm is None or not low <= rule.height_cm <= high:
        words = f"Enter the height, from {low} to {high} cm: the ideal weight needs it."
        raise Refused(words, field="height_cm")
    if rule.ideal_for is None:
        raise Refused("Choose by which formula: man or woman.", field="ideal_weight_for")
    if rule.dosing_kg(measured_kg) < WEIGHT_KG[0]:
        raise Refused(
            f"The formula gives {plain(rule.dosing_kg(measured_kg))} kg for this height, which is "
            "no weight to dose by. Choose another basis.",
            field="height_cm",
        )


def weight_basis_questions(
    rule: WeightRule, measured_kg: Decimal, *, before: WeightBasis | None
) -> tuple[Question, ...]:
    """What to ask when the basis is another one than at the infusion before, or is stretched."""
    asked = []
    if before is not None and before is not rule.basis:
        asked.append(
            Question(
                key=f"basis {rule.basis} {before}",
                words=f"The dose is computed from {BASIS_WORDS[rule.basis]}; at the last infusion "
                f"it was {BASIS_WORDS[before]}. The change is meant.",
            )
        )
    if rule.basis is WeightBasis.IDEAL and (rule.height_cm or 0) < DEVINE_FROM_CM:
        asked.append(
            Question(
                key=f"short {rule.height_cm}",
                words=f"Devine's formula starts at 152.4 cm; the height is {rule.height_cm} cm. "
                f"{plain(rule.dosing_kg(measured_kg))} kg is meant.",
            )
        )
    return tuple(asked)
