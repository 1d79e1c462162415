"""From the weight to the millilitres: the arithmetic, its words, and what is asked."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.dosing_weight import (
    WeightRule,
    check_weight_rule,
    ideal_weight_kg,
    weight_basis_questions,
)
from tracker.domain.errors import Refused
from tracker.domain.infusion import Dose, dose_change_question, usual_range_question
from tracker.domain.infusion_volume import Preparation, check_preparation, dilution_question
from tracker.domain.numbers_in_words import rounded
from tracker.domain.protocol import DoseRules
from tracker.domain.weight_basis import IdealWeightFor, WeightBasis

KG = Decimal(70)


def dose(weight_kg="70", per_kg="0.5", minutes=40, **changes):
    return Dose(
        weight_kg=Decimal(weight_kg),
        dose_mg_per_kg=Decimal(per_kg),
        planned_minutes=minutes,
        **changes,
    )


@pytest.mark.parametrize(
    ("weight", "mg", "mg_per_minute"),
    [("50", "25", "0.625"), ("70", "35", "0.875"), ("100", "50", "1.25"), ("120", "60", "1.5")],
)
def test_the_usual_dose_is_half_a_milligram_per_kilogram(weight, mg, mg_per_minute):
    ordered = dose(weight)
    assert (ordered.ordered_mg, ordered.mg_per_minute) == (Decimal(mg), Decimal(mg_per_minute))


def test_35_mg_of_10_mg_per_ml_is_3_5_ml():
    ordered = dose(prepared=Preparation(vial_mg_per_ml=Decimal(10)))
    assert ordered.total_ml == Decimal("3.5")
    assert ordered.steps == (
        "70 kg × 0.5 mg/kg = 35 mg",
        "35 mg over 40 min = 0.875 mg per minute",
        "35 mg ÷ 10 mg/mL = 3.5 mL to draw up",
        "3.5 mL undiluted",
        "3.5 mL ÷ 40 min × 60 = 5.3 mL/h (rounded)",
    )


@pytest.mark.parametrize(
    ("height", "ideal_for", "kg"),
    [
        (170, IdealWeightFor.MAN, "65.9368"),
        (170, IdealWeightFor.WOMAN, "61.4368"),
        (152, IdealWeightFor.MAN, "49.6378"),
    ],
)
def test_the_ideal_weight_follows_devine(height, ideal_for, kg):
    assert ideal_weight_kg(height, ideal_for) == Decimal(kg)


def test_only_the_milligrams_are_rounded_when_the_ideal_weight_is_not_round():
    rule = WeightRule(basis=WeightBasis.IDEAL, height_cm=171, ideal_for=IdealWeightFor.WOMAN)
    ordered = dose("95", rule=rule)
    assert ordered.exact_mg == Decimal("31.171150")
    assert ordered.ordered_mg == Decimal("31.2")
    assert "measured 95 kg" in ordered.steps[0]
    assert "rounded to 31.2 mg" in ordered.steps[1]


@pytest.mark.parametrize(("measured", "dosed"), [("130", "100"), ("100", "100"), ("80", "80")])
def test_the_cap_holds_for_heavier_people_only(measured, dosed):
    rule = WeightRule(basis=WeightBasis.CAPPED, cap_kg=Decimal(100))
    assert rule.dosing_kg(Decimal(measured)) == Decimal(dosed)
    assert "100 kg" in rule.working(Decimal(measured))


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (WeightRule(basis=WeightBasis.CAPPED), "weight_basis"),
        (WeightRule(basis=WeightBasis.IDEAL, ideal_for=IdealWeightFor.MAN), "height_cm"),
        (WeightRule(basis=WeightBasis.IDEAL, height_cm=170), "ideal_weight_for"),
        (
            WeightRule(basis=WeightBasis.IDEAL, height_cm=100, ideal_for=IdealWeightFor.MAN),
            "height_cm",
        ),
    ],
)
def test_a_basis_that_lacks_something_is_refused_at_its_field(rule, field):
    with pytest.raises(Refused) as refused:
        check_weight_rule(rule, KG)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("vial", "bag"), [("0.5", None), ("10", "3.4"), ("1000", None), ("10", "5001")]
)
def test_a_volume_that_cannot_be_prepared_is_refused(vial, bag):
    made = Preparation(vial_mg_per_ml=Decimal(vial), bag_ml=Decimal(bag) if bag else None)
    with pytest.raises(Refused):
        check_preparation(made, Decimal(35))


@pytest.mark.parametrize(
    ("vial", "bag", "asks"),
    [("100", None, True), ("100", "50", False), ("50", None, False), ("200", None, True)],
)
def test_a_strength_that_must_be_diluted_asks_when_it_is_not(vial, bag, asks):
    made = Preparation(vial_mg_per_ml=Decimal(vial), bag_ml=Decimal(bag) if bag else None)
    assert (dilution_question(made) is not None) is asks


@pytest.mark.parametrize(
    ("per_kg", "asks"),
    [("0.75", False), ("0.76", True), ("1", True), ("1.1", False), ("0.1", False), ("0.09", True)],
)
def test_the_usual_range_asks_outside_it_and_below_the_bound_that_asks_for_a_reason(per_kg, asks):
    assert (usual_range_question(dose(per_kg=per_kg), DoseRules()) is not None) is asks


def test_a_change_against_the_infusion_before_is_asked_about():
    assert dose_change_question(dose(per_kg="0.6"), Decimal("0.500")) is not None
    assert dose_change_question(dose(per_kg="0.5"), Decimal("0.500")) is None
    assert dose_change_question(dose(), None) is None
    capped = WeightRule(basis=WeightBasis.CAPPED, cap_kg=KG)
    assert len(weight_basis_questions(capped, KG, before=WeightBasis.ACTUAL)) == 1
    assert weight_basis_questions(capped, KG, before=WeightBasis.CAPPED) == ()


@given(
    mg=st.decimals("0.1", "2000", places=1),
    vial=st.sampled_from([Decimal(10), Decimal(50), Decimal(100)]),
)
def test_what_is_drawn_up_holds_the_order_to_half_a_hundredth_of_a_millilitre(mg, vial):
    drawn = Preparation(vial_mg_per_ml=vial).drug_ml(mg)
    assert abs(Fraction(drawn) * Fraction(vial) - Fraction(mg)) <= Fraction(vial) / 200


@given(value=st.fractions(0, 1000), places=st.integers(0, 3))
def test_rounding_is_to_the_nearest(value, places):
    assert abs(Fraction(rounded(value, places)) - value) * 10**places * 2 <= 1
