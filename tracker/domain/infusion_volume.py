"""From the milligrams of an order to millilitres and a pump's rate.

mL = mg ÷ (mg/mL of the vial); mL/h = mL that run in ÷ minutes × 60. Each result is rounded once,
from exact numbers: millilitres to 0.01, the rate to 0.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.domain.confirmation import Question
from tracker.domain.errors import Refused
from tracker.domain.numbers_in_words import is_exact, plain, rounded

VIAL_MG_PER_ML = (Decimal(1), Decimal(1000))
TOTAL_ML = (Decimal("0.1"), Decimal(5000))
RATE_ML_PER_H = (Decimal("0.1"), Decimal(5000))
DILUTE_FROM_MG_PER_ML = Decimal(100)
"""100 mg/mL must be diluted before it is given into a vein: label of ketamine injection."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preparation:
    """What is drawn up. `bag_ml` is all that runs in, drug included; None when it is undiluted."""

    vial_mg_per_ml: Decimal
    bag_ml: Decimal | None = None

    def exact_drug_ml(self, ordered_mg: Decimal) -> Fraction:
        return Fraction(ordered_mg) / Fraction(self.vial_mg_per_ml)

    def drug_ml(self, ordered_mg: Decimal) -> Decimal:
        """The volume to draw up, to 0.01 mL."""
        return rounded(self.exact_drug_ml(ordered_mg), 2)

    def total_ml(self, ordered_mg: Decimal) -> Decimal:
        """What runs in: the bag, or the drug alone."""
        return self.drug_ml(ordered_mg) if self.bag_ml is None else self.bag_ml

    def ml_per_h(self, ordered_mg: Decimal, minutes: int) -> Decimal:
        """The even rate over the planned minutes, to 0.1 mL/h."""
        return rounded(even_ml_per_h(self.total_ml(ordered_mg), minutes), 1)

    def working(self, ordered_mg: Decimal, minutes: int) -> tuple[str, ...]:
        """The steps in words, one line each."""
        drug_ml = self.drug_ml(ordered_mg)
        drawn = (
            f"{plain(ordered_mg)} mg ÷ {plain(self.vial_mg_per_ml)} mg/mL = "
            + _result(self.exact_drug_ml(ordered_mg), drug_ml, "mL")
            + " to draw up"
        )
        total = self.total_ml(ordered_mg)
        into = (
            f"{plain(drug_ml)} mL undiluted"
            if self.bag_ml is None
            else f"Diluted to {plain(total)} mL in all, the drug included"
        )
        rate = f"{plain(total)} mL ÷ {minutes} min × 60 = " + _result(
            even_ml_per_h(total, minutes), self.ml_per_h(ordered_mg, minutes), "mL/h"
        )
        return drawn, into, rate


def even_ml_per_h(total_ml: Decimal, minutes: int) -> Fraction:
    """The rate that takes the planned minutes, exact."""
    return Fraction(total_ml) * 60 / minutes


def _result(exact: Fraction, shown: Decimal, unit: str) -> str:
    return f"{plain(shown)} {unit}" + ("" if is_exact(exact, shown) else " (rounded)")


def check_preparation(prepared: Preparation, ordered_mg: Decimal) -> None:
    """Raise `Refused` for a volume that cannot be prepared or pumped."""
    low, high = VIAL_MG_PER_ML
    if not low <= prepared.vial_mg_per_ml <= high:
        raise Refused(f"Enter a number from {low} to {high} mg/mL.", field="vial_mg_per_ml")
    if prepared.bag_ml is not None and prepared.exact_drug_ml(ordered_mg) > prepared.bag_ml:
        raise Refused(
            f"The drug alone is {plain(prepared.drug_ml(ordered_mg))} mL: the whole volume cannot "
            "be less. Check both.",
            field="bag_ml",
        )
    low, high = TOTAL_ML
    if not low <= prepared.total_ml(ordered_mg) <= high:
        raise Refused(
            f"{plain(prepared.total_ml(ordered_mg))} mL cannot be infused. Enter the volume it is "
            f"diluted to, from {low} to {high} mL.",
            field="bag_ml",
        )


def dilution_question(prepared: Preparation) -> Question | None:
    """What to ask when a strength that the label wants diluted is to be given as it is."""
    if prepared.bag_ml is not None or prepared.vial_mg_per_ml < DILUTE_FROM_MG_PER_ML:
        return None
    return Question(
        key=f"undiluted {plain(prepared.vial_mg_per_ml)}",
        words=f"Ketamine of {plain(prepared.vial_mg_per_ml)} mg/mL must be diluted before it is "
        "given into a vein, says the label, and no diluted volume is entered. It is given "
        "undiluted all the same.",
    )
