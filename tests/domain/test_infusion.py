"""Doses: the product, its rounding, its words, and what is asked."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.confirmation import NeedsConfirmation, check_confirmed
from tracker.domain.course_review import AgreedDose
from tracker.domain.errors import Refused
from tracker.domain.infusion import (
    Dose,
    DoseLevel,
    check_not_above_agreed,
    dose_level,
    dose_question,
    weight_change_percent,
    weight_question,
)
from tracker.domain.protocol import DoseRules


def dose(weight_kg: str, dose_mg_per_kg: str, planned_minutes: int = 40) -> Dose:
    return Dose(
        weight_kg=Decimal(weight_kg),
        dose_mg_per_kg=Decimal(dose_mg_per_kg),
        planned_minutes=planned_minutes,
    )


def test_the_working_is_the_product_in_words() -> None:
    found = dose("82.4", "0.5")
    assert found.ordered_mg == Decimal("41.2")
    assert found.working == "82.4 kg × 0.5 mg/kg = 41.2 mg"
    assert found.rate_words == "41.2 mg over 40 min = 1.03 mg per minute"


def test_seventy_kilograms_give_the_published_rate() -> None:
    found = dose("70", "0.5")
    assert (found.ordered_mg, found.mg_per_minute) == (Decimal(35), Decimal("0.875"))
    assert found.working == "70 kg × 0.5 mg/kg = 35 mg"


@pytest.mark.parametrize(
    ("weight", "per_kg", "ordered"),
    [("82.43", "0.5", "41.2"), ("81.1", "0.5", "40.6"), ("81.3", "0.5", "40.7")],
)
def test_rounding_is_to_a_tenth_with_halves_up_and_is_said(
    weight: str, per_kg: str, ordered: str
) -> None:
    found = dose(weight, per_kg)
    assert found.ordered_mg == Decimal(ordered)
    assert found.working.endswith(f"rounded to {ordered} mg")


@given(
    weight=st.decimals(20, 400, places=2),
    per_kg=st.decimals("0.01", 10, places=3),
)
def test_rounding_never_moves_a_dose_by_more_than_half_a_tenth(
    weight: Decimal, per_kg: Decimal
) -> None:
    found = dose(str(weight), str(per_kg))
    assert abs(found.ordered_mg - weight * per_kg) <= Decimal("0.05")
    assert found.ordered_mg.as_tuple().exponent == -1


@pytest.mark.parametrize(
    ("per_kg", "level"),
    [
        ("0.5", DoseLevel.ALLOWED),
        ("1.0", DoseLevel.ALLOWED),
        ("1.001", DoseLevel.CONFIRM),
        ("2.0", DoseLevel.CONFIRM),
        ("2.001", DoseLevel.REFUSED),
    ],
)
def test_a_bound_belongs_to_what_is_below_it(per_kg: str, level: DoseLevel) -> None:
    assert dose_level(Decimal(per_kg), DoseRules()) is level


def test_question_names_the_dose_and_only_above_the_bound() -> None:
    question = dose_question(dose("80", "1.2"), DoseRules())
    assert question is not None
    assert question.words == (
        "1.2 mg/kg is above 1 mg/kg, from where this protocol asks twice. 96 mg is meant."
    )
    assert dose_question(dose("80", "1.0"), DoseRules()) is None


@pytest.mark.parametrize(
    ("now", "before", "asks"),
    [
        ("84", "80", True),
        ("83.99", "80", False),
        ("76", "80", True),
        ("76.01", "80", False),
        ("80", None, False),
    ],
)
def test_weight_is_asked_about_from_five_percent_on(
    now: str, before: str | None, asks: bool
) -> None:
    question = weight_question(Decimal(now), Decimal(before) if before else None)
    assert (question is not None) is asks


def test_weight_change_carries_its_sign() -> None:
    assert weight_change_percent(Decimal("76"), Decimal("80")) == Decimal("-5.0")
    question = weight_question(Decimal("76"), Decimal("80"))
    assert question is not None
    assert "(−5.0 %)" in question.words


def test_confirming_one_dose_does_not_confirm_another() -> None:
    first = dose_question(dose("80", "1.2"), DoseRules())
    second = dose_question(dose("80", "1.5"), DoseRules())
    assert first is not None
    assert second is not None
    check_confirmed([first], [first.key])
    with pytest.raises(NeedsConfirmation) as raised:
        check_confirmed([first, second], [first.key])
    assert raised.value.questions == (first, second)


@pytest.mark.parametrize(
    ("agreed", "allowed", "refused"),
    [(None, "0.5", "0.501"), ("0.75", "0.75", "0.76"), ("0.4", "0.4", "0.5")],
)
def test_who_does_not_prescribe_gives_what_was_agreed_or_less(agreed, allowed, refused) -> None:
    reviewed = AgreedDose(dose_mg_per_kg=Decimal(agreed), after_infusion=3) if agreed else None
    check_not_above_agreed(dose("80", allowed), reviewed, DoseRules())
    check_not_above_agreed(dose("80", "0.1"), reviewed, DoseRules())
    with pytest.raises(Refused, match="is agreed") as problem:
        check_not_above_agreed(dose("80", refused), reviewed, DoseRules())
    assert problem.value.field == "dose_mg_per_kg"
